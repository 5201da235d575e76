import { Delta } from "@deltapad/client";
import { describe, expect, it } from "vitest";
import { depths, headingsOf } from "../src/outline/headings";

describe("the outline of a document", () => {
  it("has its headings, where each begins and how deep it stands", () => {
    const contents = new Delta()
      .insert("Plan ")
      .insert("B", { italic: true })
      .insert("\n", { header: 1 })
      .insert("text\nmore\nParts")
      .insert("\n", { header: 3 })
      .insert({ image: "x" })
      .insert(" Picture")
      .insert("\n", { header: 2 })
      .insert("the end\n");
    const headings = headingsOf(contents);
    expect(headings).toEqual([
      { index: 0, level: 1, text: "Plan B" },
      { index: 17, level: 3, text: "Parts" },
      { index: 23, level: 2, text: "Picture" },
    ]);
    expect(depths(headings)).toEqual([0, 1, 1]);
  });

  it("passes over headings without text, several in one piece as well", () => {
    const contents = new Delta().insert(" ").insert("\n\nA\nB\n", { header: 2 }).insert("\n");
    expect(headingsOf(contents)).toEqual([
      { index: 3, level: 2, text: "A" },
      { index: 5, level: 2, text: "B" },
    ]);
  });

  it("is empty where there are none", () => expect(headingsOf(new Delta().insert("text\n"))).toEqual([]));
});
