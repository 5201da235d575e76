import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { expect, test } from "vitest";

test("the client stays under 15 kB, minified and gzipped, without quill-delta", async () => {
  const entry = fileURLToPath(new URL("../src/index.ts", import.meta.url));
  const result = await build({
    configFile: false,
    logLevel: "silent",
    build: {
      write: false,
      minify: "esbuild",
      lib: { entry, formats: ["es"] },
      rollupOptions: { external: ["quill-delta"], output: { compact: true } },
    },
    esbuild: { minifyWhitespace: true },
  });
  const chunks = [result].flat().flatMap((bundle) => ("output" in bundle ? bundle.output : []));
  const code = chunks.map((chunk) => (chunk.type === "chunk" ? chunk.code : "")).join("");
  expect(code).toContain("deltapad.v1");
  expect(gzipSync(code).length).toBeLessThan(15_000);
});
