import { describe, expect, it } from "vitest";
import { partsOfName } from "../src/api";

describe("the name of a file", () => {
  it.each([
    ["Plans.docx", { title: "Plans", format: "docx" }],
    ["v1.2 notes.MD", { title: "v1.2 notes", format: "markdown" }],
    [".txt", { title: "Untitled", format: "text" }],
    [`${"x".repeat(300)}.htm`, { title: "x".repeat(200), format: "html" }],
  ])("tells title and format: %s", (name, parts) => {
    expect(partsOfName(name)).toEqual(parts);
  });

  it.each(["Plans", "Plans.pdf", "docx"])("of another kind is refused: %s", (name) => {
    expect(() => partsOfName(name)).toThrow();
  });
});
