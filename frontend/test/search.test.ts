import { Delta } from "@deltapad/client";
import { describe, expect, it } from "vitest";
import { Finder } from "../src/find/finder";
import { findMatches, matchAfter, replacement, searchedText } from "../src/find/search";

const query = (text: string, options = {}) => ({ text, matchCase: false, wholeWords: false, ...options });
const places = (text: string, wanted: ReturnType<typeof query>) => findMatches(text, wanted).map(({ index }) => index);

describe("what is found", () => {
  it("is every place, in UTF-16 code units", () => {
    expect(findMatches("😀 one, One\none", query("one"))).toEqual([
      { index: 3, length: 3 },
      { index: 8, length: 3 },
      { index: 12, length: 3 },
    ]);
  });

  it("does not overlap", () => expect(places("aaaa", query("aa"))).toEqual([0, 2]));
  it("can match the case", () => expect(places("Őr őr", query("őr", { matchCase: true }))).toEqual([3]));
  it("knows the case of every script", () => expect(places("ŐR Ωm ЖЖ", query("őr ωM жж"))).toEqual([0]));

  it("can be whole words only, in every script", () => {
    expect(places("art cart art_ árt art", query("art", { wholeWords: true }))).toEqual([0, 18]);
    expect(places("ész részt ész", query("ész", { wholeWords: true }))).toEqual([0, 10]);
  });

  it("is taken literally", () => expect(places("a.b axb (a.b)", query("(a.b)"))).toEqual([8]));
  it("is never half a character", () => expect(places("😀", query("\ud83d"))).toEqual([]));
  it("is nothing for nothing", () => expect(places("text", query(""))).toEqual([]));

  it("has the places of the document where that holds embeds", () => {
    const contents = new Delta().insert("a").insert({ image: "x" }).insert("b\n");
    expect(places(searchedText(contents), query("b"))).toEqual([2]);
  });
});

describe("which match one is at", () => {
  const matches = findMatches("x..x..x", query("x"));
  it.each([
    [0, 0],
    [1, 1],
    [3, 1],
    [6, 2],
    [7, 0],
  ])("from %i it is number %i", (place, number) => expect(matchAfter(matches, place)).toBe(number));
  it("is none where there is none", () => expect(matchAfter([], 3)).toBe(-1));

  it("stays while others type before it, and goes round", () => {
    const finder = new Finder();
    let contents = new Delta().insert("x x x\n");
    finder.look(query("x"), contents, 1);
    expect(finder.current).toBe(1);
    const typed = new Delta().insert("an x ");
    contents = contents.compose(typed);
    finder.carry(typed);
    finder.refresh(contents);
    expect([finder.current, finder.match]).toEqual([2, { index: 7, length: 1 }]);
    finder.step(1);
    finder.step(1);
    expect(finder.current).toBe(0);
    finder.step(-1);
    expect(finder.current).toBe(3);
  });
});

describe("replacing", () => {
  const contents = new Delta().insert("one ").insert("on", { bold: true }).insert("e one\n");
  const replaced = (text: string) =>
    contents.compose(replacement(contents, findMatches(searchedText(contents), query("one")), text)).ops;

  it("is one change, and keeps the look that each match begins with", () => {
    expect(replaced("two")).toEqual([
      { insert: "two " },
      { insert: "two", attributes: { bold: true } },
      { insert: " two\n" },
    ]);
  });

  it("by nothing deletes", () => expect(replaced("")).toEqual([{ insert: "  \n" }]));
  it("of nothing changes nothing", () => expect(replacement(contents, [], "x").ops).toEqual([]));
});
