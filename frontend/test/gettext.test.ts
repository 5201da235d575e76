import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { gettext, interpolate, ngettext } from "../src/gettext";

const files = (folder: string, ending: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return files(path, ending);
    return path.endsWith(ending) ? [path] : [];
  });

const root = join(import.meta.dirname, "..");

/** The same in every language. */
const NAMES = /\b(Deltapad|websocat|Python|TypeScript)\b/gu;

describe("texts that a person sees", () => {
  it("fall back to English without a catalogue", () => {
    expect(gettext("Saved")).toBe("Saved");
    expect(interpolate(ngettext("%(count)s word", "%(count)s words", 2), { count: 2 })).toBe("2 words");
    expect(interpolate("%(nobody)s", {})).toBe("%(nobody)s");
  });

  it.each(files(join(root, "src"), ".ts").map((path) => [path.slice(root.length + 1), path]))(
    "%s sets none that is not translated",
    (_name, path) => {
      const bare =
        /\.(textContent|title|innerText|placeholder|ariaLabel) = ["'`][^"'`]*\p{L}{2}|setAttribute\("(aria-label|title|placeholder)", ["'`]/u;
      const code = readFileSync(path, "utf8")
        .replace(/\$\{[^}]*\}/gu, "")
        .replaceAll("Deltapad", "");
      expect(code.match(bare)?.[0]).toBeUndefined();
    },
  );

  it.each(files(join(root, "templates"), ".html").map((path) => [path.slice(root.length + 1), path]))(
    "%s holds none outside of {%% translate %%}",
    (_name, path) => {
      const page = readFileSync(path, "utf8")
        .replace(/\{% (comment|blocktranslate|plural)\b[\s\S]*?\{% end\1 %\}/gu, "")
        .replace(/\{% block \w*class %\}[\s\S]*?\{% endblock %\}/gu, "")
        .replace(/\{[%#{][\s\S]*?[%#}]\}/gu, "")
        .replace(NAMES, "");
      const text = page.replace(/<(svg|style|script|code)\b[\s\S]*?<\/\1>/gu, "").replace(/<[^>]*>/gu, " ");
      expect(text.match(/\p{L}{2,}/u)?.[0]).toBeUndefined();
      expect(page.match(/\b(aria-label|title|alt)="[^"]*\p{L}{2}/u)?.[0]).toBeUndefined();
    },
  );
});
