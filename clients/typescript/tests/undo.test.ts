import Delta from "quill-delta";
import { describe, expect, it } from "vitest";
import { UndoStack } from "../src/undo.js";

/** A document with one author of ours and others whose changes arrive in between. */
class Author {
  contents: Delta;
  private clock = 0;
  readonly stack = new UndoStack(() => this.clock);

  constructor(text: string) {
    this.contents = new Delta().insert(`${text}\n`);
  }

  type(change: Delta): void {
    this.stack.record(change, this.contents);
    this.contents = this.contents.compose(change);
  }

  pause(): void {
    this.clock += 10_000;
  }

  other(change: Delta): void {
    this.contents = this.contents.compose(change);
    this.stack.remote(change);
  }

  undo(): boolean {
    return this.apply(this.stack.undo(this.contents));
  }

  redo(): boolean {
    return this.apply(this.stack.redo(this.contents));
  }

  get text(): string {
    return this.contents.ops.map(({ insert }) => insert).join("");
  }

  private apply(step: { delta: Delta } | null): boolean {
    if (!step) return false;
    this.contents = this.contents.compose(step.delta);
    return true;
  }
}

const at = (index: number) => (index === 0 ? new Delta() : new Delta().retain(index));

describe("undo", () => {
  it("takes back one pause-to-pause step at a time and makes it again", () => {
    const author = new Author("");
    author.type(at(0).insert("a"));
    author.type(at(1).insert("b"));
    author.pause();
    author.type(at(2).insert("c"));
    expect(author.undo()).toBe(true);
    expect(author.text).toBe("ab\n");
    author.undo();
    expect(author.text).toBe("\n");
    expect(author.undo()).toBe(false);
    author.redo();
    author.redo();
    expect(author.text).toBe("abc\n");
    expect(author.redo()).toBe(false);
  });

  it("forgets what was undone once something else is typed", () => {
    const author = new Author("");
    author.type(at(0).insert("a"));
    author.undo();
    author.type(at(0).insert("b"));
    expect(author.stack.canRedo).toBe(false);
  });

  it("leaves alone what others typed before, inside and after", () => {
    const author = new Author("");
    author.type(at(0).insert("mine"));
    author.other(at(0).insert("before "));
    author.other(at(9).insert("THEIRS"));
    author.other(at(17).insert(" after"));
    expect(author.text).toBe("before miTHEIRSne after\n");
    author.undo();
    expect(author.text).toBe("before THEIRS after\n");
    author.redo();
    expect(author.text.replace("THEIRS", "")).toBe("before mine after\n");
  });

  it("brings back what I deleted where it belongs, though the text moved", () => {
    const author = new Author("one two three");
    author.type(at(4).delete(4));
    author.other(at(0).insert("zero "));
    author.undo();
    expect(author.text).toBe("zero one two three\n");
  });

  it("has nothing left to take back of text that others deleted", () => {
    const author = new Author("");
    author.type(at(0).insert("gone"));
    author.other(at(0).delete(4));
    author.undo();
    expect(author.text).toBe("\n");
  });

  it("takes back my format and keeps theirs", () => {
    const author = new Author("word");
    author.type(at(0).retain(4, { bold: true }));
    author.other(at(0).retain(4, { italic: true }));
    author.undo();
    expect(author.contents.ops[0]).toEqual({ insert: "word", attributes: { italic: true } });
  });
});

/** A small generator of numbers that a seed repeats (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

describe.each(Array.from({ length: 300 }, (_, seed) => seed))("seed %i", (seed) => {
  it("undoing everything leaves exactly what the others made of the start", () => {
    const pick = numbers(seed);
    const author = new Author("start");
    // Mine are capitals, theirs small letters; they never delete mine, nor I theirs, so the end is known.
    let theirs = "start";
    for (let round = 0; round < 40; round += 1) {
      const length = author.contents.length();
      const where = pick(length);
      if (pick(3) === 0) author.pause();
      if (pick(2) === 0) author.type(at(where).insert("ABC".slice(pick(3))));
      else {
        const before = [...author.text.slice(0, where)].filter((letter) => /[a-z]/.test(letter)).length;
        theirs = `${theirs.slice(0, before)}xyz${theirs.slice(before)}`;
        author.other(at(where).insert("xyz"));
      }
    }
    const full = author.text;
    while (author.undo());
    expect(author.text).toBe(`${theirs}\n`);
    while (author.redo());
    expect([...author.text].sort().join("")).toBe([...full].sort().join(""));
    while (author.undo());
    expect(author.text).toBe(`${theirs}\n`);
  });
});
