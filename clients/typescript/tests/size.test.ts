import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, transformWithEsbuild } from "vite";
import { expect, test } from "vitest";

/** What a page loads of a module of ours, as its bundler makes it small. */
async function bundled(name: string): Promise<string> {
  const entry = fileURLToPath(new URL(`../src/${name}.ts`, import.meta.url));
  const result = await build({
    configFile: false,
    logLevel: "silent",
    build: {
      write: false,
      lib: { entry, formats: ["es"] },
      rollupOptions: { external: ["quill-delta", "react"] },
    },
  });
  const chunks = [result].flat().flatMap((bundle) => ("output" in bundle ? bundle.output : []));
  const code = chunks.map((chunk) => (chunk.type === "chunk" ? chunk.code : "")).join("");
  return (await transformWithEsbuild(code, `${name}.js`, { minify: true, format: "esm" })).code;
}

test("the client stays under 15 kB, minified and gzipped, without quill-delta", async () => {
  const code = await bundled("index");
  expect(code).toContain("deltapad.v1");
  expect(gzipSync(code).length).toBeLessThan(15_000);
});

test("what a page pays for a bound field alone, or the hooks with it, is little more", async () => {
  const [index, field, react] = await Promise.all(["index", "field", "react"].map(bundled));
  expect(gzipSync(field as string).length).toBeLessThan(2_500);
  expect(gzipSync(react as string).length).toBeLessThan(gzipSync(index as string).length + 2_000);
});
