import { Delta } from "@deltapad/client";
import { describe, expect, it } from "vitest";
import { Refusal } from "../src/api";
import { Latest } from "../src/history/latest";
import { withAuthors, withChanges } from "../src/history/marks";
import { VersionReader } from "../src/history/reader";
import type { Past } from "../src/history/requests";
import { TextView } from "../src/history/text_view";

const ada = { id: "1", name: "Ada", color: "#7e22ce" };

describe("the marks of a version", () => {
  it("say who wrote what", () => {
    const marked = withAuthors(new Delta().insert("Hello world\n"), [
      [5, 0],
      [6, 1],
      [1, null],
    ]);
    expect(marked.ops).toEqual([
      { insert: "Hello", attributes: { author: 0 } },
      { insert: " world", attributes: { author: 1 } },
      { insert: "\n" },
    ]);
  });

  it("show two versions in one", () => {
    const before = new Delta().insert("one two three\n");
    const change = new Delta().retain(4).insert("half ").retain(3, { bold: true }).delete(6);
    expect(withChanges(before, change).ops).toEqual([
      { insert: "one " },
      { insert: "half ", attributes: { change: "added" } },
      { insert: "two", attributes: { bold: true, change: "formatted" } },
      { insert: " three", attributes: { change: "removed" } },
      { insert: "\n" },
    ]);
  });
});

describe("the text of a version", () => {
  it("is written from the allow-list, with the marks", () => {
    const paper = document.createElement("div");
    const marked = withAuthors(new Delta().insert("a <b>", { onclick: "x", bold: true }).insert("\n"), [[2, 0]]);
    new TextView(paper).show(marked, [ada]);
    expect(paper.innerHTML).toBe(
      '<p><span class="by-author" title="By Ada" style="--person: #7e22ce;"><strong>a </strong></span>' +
        "<strong>&lt;b&gt;</strong></p>",
    );
  });

  it("changes no more of the page than differs", () => {
    const paper = document.createElement("div");
    const view = new TextView(paper);
    view.show(new Delta().insert("one\ntwo\nthree\n"));
    const [first, , last] = paper.children;
    view.show(new Delta().insert("one\nand\na half\nthree\n"));
    expect(paper.innerHTML).toBe("<p>one</p><p>and</p><p>a half</p><p>three</p>");
    expect([paper.firstElementChild, paper.lastElementChild]).toEqual([first, last]);
    view.say("gone");
    view.show(new Delta().insert("one\n"));
    expect(paper.innerHTML).toBe("<p>one</p>");
  });
});

describe("reading versions", () => {
  /** A document into which each revision types its number. */
  const asked: string[] = [];
  const past = {
    contents: async (version: number) => {
      asked.push(`contents ${version}`);
      return { contents: [{ insert: `${"x".repeat(version)}\n` }] };
    },
    revisions: async (after: number) => {
      asked.push(`revisions ${after}`);
      return {
        revisions: [1, 2, 3].map((step) => ({ version: after + step, delta: [{ insert: "x" }] })),
      };
    },
  } as unknown as Past;

  it("goes on by pages of changes, and jumps elsewhere", async () => {
    const reader = new VersionReader(past);
    const lengths: number[] = [];
    for (const version of [4, 5, 6, 8, 2000, 3]) lengths.push((await reader.read(version)).length() - 1);
    expect(lengths).toEqual([4, 5, 6, 8, 2000, 3]);
    expect(asked).toEqual(["contents 4", "revisions 4", "revisions 7", "contents 2000", "contents 3"]);
  });

  it("goes past changes that are no longer kept", async () => {
    const asked: string[] = [];
    const gone = () => Promise.reject(new Refusal("history_gone", "gone"));
    const past = {
      contents: (version: number) => {
        asked.push(`contents ${version}`);
        return version === 5 || version === 6
          ? gone()
          : Promise.resolve({ contents: [{ insert: "x".repeat(version) }] });
      },
      revisions: (after: number) => {
        asked.push(`revisions ${after}`);
        if (after === 4) return gone();
        return Promise.resolve({ revisions: [{ version: after + 1, delta: [{ insert: "x" }] }] });
      },
    } as unknown as Past;
    const reader = new VersionReader(past);
    await reader.read(4);
    await expect(reader.read(5)).rejects.toThrow("gone");
    await expect(reader.read(6)).rejects.toThrow("gone");
    expect((await reader.read(7)).length()).toBe(7);
    expect((await reader.read(8)).length()).toBe(8);
    expect(asked).toEqual(["contents 4", "revisions 4", "contents 5", "contents 6", "contents 7", "revisions 7"]);
  });

  it("leaves out what was wanted meanwhile", async () => {
    const done: number[] = [];
    const latest = new Latest<number>(async (version) => {
      done.push(version);
      await Promise.resolve();
    });
    await Promise.all([1, 2, 3].map((version) => latest.want(version)));
    expect(done).toEqual([1, 3]);
  });
});
