import { Delta, type Kept } from "@deltapad/client";
import { describe, expect, it } from "vitest";
import { keptTexts, plainText } from "../src/editor/kept";

const refused = (delta: Delta, code = "document_frozen"): Kept => ({ delta: delta.ops, code, message: "" });

const read = (...changes: Kept[]) => keptTexts(changes).map(({ code, contents }) => [code, plainText(contents)]);

describe("kept texts", () => {
  it("read as they were typed, though they were sent in pieces", () => {
    const first = refused(new Delta().retain(7).insert("t"));
    const second = refused(new Delta().retain(7).insert("oo late", { bold: true }));
    expect(read(first, second)).toEqual([["document_frozen", "too late"]]);
    expect(keptTexts([first, second])[0]?.changes).toEqual([first, second]);
  });

  it("stand on lines of their own where they were typed in different places", () => {
    const texts = read(refused(new Delta().retain(7).insert("here")), refused(new Delta().insert("there")));
    expect(texts).toEqual([["document_frozen", "here\nthere"]]);
  });

  it("stand apart where their reasons differ", () => {
    const texts = read(refused(new Delta().insert("a")), refused(new Delta().insert("b"), "too_large"));
    expect(texts).toEqual([
      ["document_frozen", "a"],
      ["too_large", "b"],
    ]);
  });

  it("hold nothing of what was deleted or only formatted", () => {
    expect(read(refused(new Delta().retain(3, { bold: true }).delete(2)))).toEqual([["document_frozen", ""]]);
  });
});
