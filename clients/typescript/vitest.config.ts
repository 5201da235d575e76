import { fileURLToPath } from "node:url";
import { compile } from "svelte/compiler";
import { defaultClientConditions, type Plugin } from "vite";
import { defineConfig } from "vitest/config";

const source = fileURLToPath(new URL("src", import.meta.url));

/** What a Svelte project's own build does. */
const svelte: Plugin = {
  name: "svelte",
  transform: (code, id) =>
    id.endsWith(".svelte") ? compile(code, { filename: id, generate: "client" }).js : undefined,
};

export default defineConfig({
  plugins: [svelte],
  resolve: {
    conditions: ["browser", ...defaultClientConditions],
    alias: [
      { find: /^@deltapad\/client$/, replacement: `${source}/index.ts` },
      { find: /^@deltapad\/client\/(\w+)$/, replacement: `${source}/$1.ts` },
    ],
  },
  test: { server: { deps: { inline: ["svelte"] } } },
});
