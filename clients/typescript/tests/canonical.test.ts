import Delta, { type Op } from "quill-delta";
import { describe, expect, test } from "vitest";
import { canonical, editorChange } from "../src/canonical.js";
import { random } from "./random.js";

const document = (...ops: Op[]) => new Delta(ops);
const text = (value: string) => document({ insert: value });
const LONE = /\p{Cs}/u;

/** What the editor and the server show after an edit, which must be the same. */
function after(contents: Delta, delta: Delta): { change: Op[]; shown: Op[] } {
  const { change, correction } = editorChange(contents, delta);
  const shown = contents.compose(delta).compose(correction);
  expect(contents.compose(change).ops).toEqual(shown.ops);
  expect(change.ops).toEqual(canonical(change).ops);
  return { change: change.ops, shown: shown.ops };
}

describe("the canonical form", () => {
  test("leaves a canonical change as it is", () => {
    const ops = [
      { retain: 1, attributes: { bold: null } },
      { insert: "a" },
      { delete: 2 },
      { insert: "b", attributes: {} },
    ];
    expect(canonical(new Delta(ops)).ops).toEqual([
      { retain: 1, attributes: { bold: null } },
      { insert: "ab" },
      { delete: 2 },
    ]);
  });

  test("drops nulls on inserts and keeps them on retains", () => {
    const ops = [
      { insert: "a", attributes: { bold: null, italic: true } },
      { retain: 1, attributes: { bold: null } },
    ];
    expect(canonical(new Delta(ops)).ops).toEqual([
      { insert: "a", attributes: { italic: true } },
      { retain: 1, attributes: { bold: null } },
    ]);
  });

  test("merges neighbours, puts inserts before deletes, and ends without a plain retain", () => {
    const ops = [{ delete: 1 }, { insert: "a" }, { delete: 1 }, { insert: "b" }, { retain: 2 }, { retain: 3 }];
    expect(canonical(new Delta(ops)).ops).toEqual([{ insert: "ab" }, { delete: 2 }]);
  });

  test("leaves the editor's own delta untouched", () => {
    const delta = new Delta([{ insert: "a", attributes: { bold: null } }, { retain: 4 }]);
    const before = JSON.stringify(delta);
    editorChange(text("abcd\n"), delta);
    expect(JSON.stringify(delta)).toBe(before);
  });
});

describe("an ordinary edit", () => {
  test("passes unchanged and needs no correction", () => {
    const { change, correction } = editorChange(text("ab😀c\n"), new Delta().retain(4).insert("😁"));
    expect(change.ops).toEqual([{ retain: 4 }, { insert: "😁" }]);
    expect(correction.ops).toEqual([]);
  });

  test("may insert before the last newline, and format it", () => {
    const delta = new Delta().retain(2).insert("x").retain(1, { header: 1 });
    expect(after(text("ab\n"), delta).change).toEqual(delta.ops);
  });
});

describe("an edit that cuts a character", () => {
  test("quill-delta's own diff of two emoji is widened to whole ones", () => {
    const [before, meant] = [text("a😀\n"), text("a🙂😀\n")];
    const delta = before.diff(meant);
    expect(delta.ops[1]?.insert).toMatch(LONE);
    expect(after(before, delta)).toEqual({
      change: [{ retain: 1 }, { insert: "🙂😀" }, { delete: 2 }],
      shown: meant.ops,
    });
  });

  test("one half replaced takes the whole character with it", () => {
    const delta = new Delta().retain(1).delete(1).insert("\ude01");
    expect(after(text("😀\n"), delta)).toEqual({
      change: [{ insert: "😁" }, { delete: 2 }],
      shown: [{ insert: "😁\n" }],
    });
  });

  test("keeps the formats of a half that it must write anew", () => {
    const before = document({ insert: "😀", attributes: { bold: true } }, { insert: "\n" });
    const delta = new Delta().retain(1, { italic: true }).delete(1).insert("\ude01", { bold: true, italic: true });
    expect(after(before, delta).change).toEqual([
      { insert: "😁", attributes: { bold: true, italic: true } },
      { delete: 2 },
    ]);
  });

  test("half a character deleted deletes it whole, on the screen too", () => {
    expect(after(text("a😀b\n"), new Delta().retain(2).delete(1))).toEqual({
      change: [{ retain: 1 }, { delete: 2 }],
      shown: [{ insert: "ab\n" }],
    });
  });

  test("half a character formatted is formatted whole, on the screen too", () => {
    expect(after(text("😀b\n"), new Delta().retain(1, { bold: true })).shown).toEqual([
      { insert: "😀", attributes: { bold: true } },
      { insert: "b\n" },
    ]);
  });

  test("half a character pasted is left out", () => {
    expect(after(text("ab\n"), new Delta().retain(1).insert("x\ud83d"))).toEqual({
      change: [{ retain: 1 }, { insert: "x" }],
      shown: [{ insert: "axb\n" }],
    });
  });

  test("a diff between any two texts of emoji comes out whole and means the same", () => {
    const pick = random(7);
    const emoji = ["😀", "😁", "🙂", "a", "b", "𝒳"];
    const word = () => Array.from({ length: pick(6) }, () => emoji[pick(emoji.length)]).join("");
    for (let round = 0; round < 2000; round++) {
      const [before, meant] = [text(`${word()}\n`), text(`${word()}\n`)];
      const { change, shown } = after(before, before.diff(meant));
      expect(shown).toEqual(meant.ops);
      expect(JSON.stringify(change)).not.toMatch(/\\ud[89a-f]/i);
    }
  });
});

describe("an edit of the last newline", () => {
  test("replacing the whole document keeps it", () => {
    expect(after(text("old\n"), new Delta().insert("new\n").delete(4))).toEqual({
      change: [{ insert: "new" }, { delete: 3 }],
      shown: [{ insert: "new\n" }],
    });
  });

  test("replacing it by a formatted one formats it", () => {
    const before = document({ insert: "old" }, { insert: "\n", attributes: { header: 1 } });
    const delta = new Delta().insert("new").insert("\n", { list: "bullet" }).delete(4);
    expect(after(before, delta).change).toEqual([
      { insert: "new" },
      { delete: 3 },
      { retain: 1, attributes: { header: null, list: "bullet" } },
    ]);
  });

  test("text after it goes before it, and the line's formats with the line", () => {
    const before = document({ insert: "one" }, { insert: "\n", attributes: { header: 1 } });
    expect(after(before, new Delta().retain(4).insert("two\n"))).toEqual({
      change: [
        { retain: 3 },
        { insert: "\n", attributes: { header: 1 } },
        { insert: "two" },
        { retain: 1, attributes: { header: null } },
      ],
      shown: [{ insert: "one" }, { insert: "\n", attributes: { header: 1 } }, { insert: "two\n" }],
    });
  });

  test("an empty document gets its newline back, on the screen too", () => {
    expect(after(text("ab\n"), new Delta().delete(3))).toEqual({ change: [{ delete: 2 }], shown: [{ insert: "\n" }] });
  });

  test("text without a newline after it gets one, on the screen too", () => {
    expect(after(text("a\n"), new Delta().retain(2).insert("b")).shown).toEqual([{ insert: "a\nb\n" }]);
  });

  test("a document that ends in an embed gets one, on the screen too", () => {
    const delta = new Delta().insert({ image: "x" }).delete(2);
    expect(after(text("a\n"), delta).shown).toEqual([{ insert: { image: "x" } }, { insert: "\n" }]);
  });

  test("what reaches beyond the end reaches to it", () => {
    expect(editorChange(text("ab\n"), new Delta().retain(1).delete(9)).change.ops).toEqual([
      { retain: 1 },
      { delete: 1 },
    ]);
    expect(editorChange(text("ab\n"), new Delta().retain(9, { bold: true })).change.ops).toEqual([
      { retain: 3, attributes: { bold: true } },
    ]);
  });
});
