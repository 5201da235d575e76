import { Delta } from "@deltapad/client";
import { describe, expect, it } from "vitest";
import { allowedContents, cleanText, safeAddress, showable } from "../src/editor/formats";

describe("addresses", () => {
  it.each([
    ["https://example.org/a?b#c", "https://example.org/a?b#c"],
    ["example.org", "https://example.org"],
    ["localhost:8000/x", "https://localhost:8000/x"],
    ["alice@example.org", "mailto:alice@example.org"],
    [" http://example.org ", "http://example.org"],
  ])("%s becomes %s", (typed, address) => {
    expect(safeAddress(typed)).toBe(address);
  });

  it.each([
    "",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "java\nscript:alert(1)",
    "mailto:",
    "ftp://x.org",
    "vbscript:x",
    "file:///etc/passwd",
    "https://",
  ])("%j is refused", (typed) => {
    expect(safeAddress(typed)).toBeNull();
  });
});

describe("pasted contents", () => {
  it("keep the formats that documents hold", () => {
    const contents = new Delta()
      .insert("bold", { bold: true, color: "#cc0000" })
      .insert("\n", { header: 2, align: "center" });
    expect(allowedContents(contents).ops).toEqual(contents.ops);
  });

  it("keep images of the document, with their words", () => {
    const contents = new Delta().insert({ image: "0b7e4c0a-5d5f-4a38-9f3c-0d6f1c2b3a49" }, { alt: "A cat" });
    expect(allowedContents(contents).ops).toEqual(contents.ops);
    expect(showable(contents).ops).toEqual(contents.ops);
  });

  it("lose other images, video, unknown formats and bad values, not their text", () => {
    const contents = new Delta()
      .insert({ image: "data:image/png;base64,AA" })
      .insert({ video: "https://example.org" })
      .insert("text", { font: "serif", size: "huge", bold: "yes", link: "javascript:alert(1)" })
      .insert("\n", { header: 9, list: "stars", indent: 12 });
    expect(allowedContents(contents).ops).toEqual([{ insert: "text\n" }]);
  });

  it("lose black, white and grey, which would vanish in the other color scheme", () => {
    const contents = new Delta().insert("text", { color: "#111111", background: "#ffffff" });
    expect(allowedContents(contents).ops).toEqual([{ insert: "text" }]);
  });

  it("hold no character that a document refuses", () => {
    expect(cleanText("a\0b\ufeffc\r\nd\re\ud83d f\ude00 😀")).toBe("abc\nd\ne f 😀");
  });
});

describe("what is shown", () => {
  it("has the length of what it stands for, whatever that is", () => {
    const change = new Delta()
      .retain(2, { "x-mark": 1, bold: true })
      .insert("a\rb\ufeff", { "x-mark": 1 })
      .insert({ chart: "x" })
      .delete(3);
    const shown = showable(change);
    expect(shown.length()).toBe(change.length());
    expect(shown.ops[0]).toEqual({ retain: 2, attributes: { bold: true } });
    expect(JSON.stringify(shown.ops)).not.toMatch(/chart|x-mark|\\r|\ufeff/u);
  });
});
