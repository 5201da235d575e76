import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  // Django serves the files wherever STATIC_URL says, so they refer to each other relatively.
  base: "./",
  resolve: {
    // From source, so that one build suffices; an outsider gets the same module from its package.
    alias: { "@deltapad/client": here("../clients/typescript/src/index.ts") },
    dedupe: ["quill-delta"],
  },
  build: {
    manifest: true,
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: [
        ...["site", "account", "admin", "console", "documents", "editor", "history"].map((name) =>
          here(`src/pages/${name}.ts`),
        ),
        here("src/styles/published.css"),
        here("src/styles/protocol.css"),
      ],
    },
  },
  test: { environment: "jsdom", include: ["test/**/*.test.ts"] },
});
