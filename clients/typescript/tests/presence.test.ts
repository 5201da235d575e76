import Delta from "quill-delta";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Participant, Revision, Selection } from "../src/messages.js";
import { moveSelection, Selections } from "../src/presence.js";
import { PresenceSender } from "../src/presence-sender.js";

const at = (index: number, length = 0): Selection => ({ index, length });
const insert = (index: number, text = "xx") => new Delta().retain(index).insert(text);

const BOB: Participant = {
  session_id: "s-bob",
  client_id: "bob-client",
  user: { id: "u-bob", name: "Bob", color: "#3333aa" },
  role: "editor",
};

function revision(version: number, delta: Delta, client_id = "carol-client"): Revision {
  return { version, client_id, seq: version, user_id: null, at: "", delta: delta.ops };
}

describe("a selection", () => {
  test.each([
    ["a caret goes along with what comes before it", at(5), insert(2), at(7)],
    ["a caret stays left of what others insert at it", at(5), insert(5), at(5)],
    ["a range takes in nothing at its start", at(2, 3), insert(2), at(4, 3)],
    ["a range takes in nothing at its end", at(2, 3), insert(5), at(2, 3)],
    ["a range grows with what is inserted in it", at(2, 3), insert(3), at(2, 5)],
    ["a range whose text is deleted becomes a caret", at(2, 3), new Delta().retain(1).delete(6), at(1)],
  ])("%s", (_, before, change, after) => {
    expect(moveSelection(before, change)).toEqual(after);
  });

  test("a caret goes after what its own person types", () => {
    expect(moveSelection(at(5), insert(5), false)).toEqual(at(7));
  });
});

describe("the others' selections", () => {
  let selections: Selections;
  const shown = () => selections.onScreen([]).map(({ selection }) => selection);

  beforeEach(() => {
    selections = new Selections(3, [BOB]);
  });

  test("it works: a selection moves with the text", () => {
    selections.heard([{ session_id: "s-bob", version: 3, selection: at(4) }]);
    selections.advance([revision(4, insert(0)), revision(5, insert(0))]);
    expect(shown()).toEqual([at(8)]);
  });

  test("one told for a later version waits for it, while the earlier one goes on showing", () => {
    selections.heard([{ session_id: "s-bob", version: 3, selection: at(4) }]);
    selections.heard([{ session_id: "s-bob", version: 5, selection: at(9) }]);
    selections.advance([revision(4, insert(0))]);
    expect(shown()).toEqual([at(6)]);
    selections.advance([revision(5, insert(0))]);
    expect(shown()).toEqual([at(9)]);
  });

  test("one told for an earlier version is brought up to this one", () => {
    selections.advance([revision(4, insert(0)), revision(5, insert(0)), revision(6, insert(0))]);
    selections.heard([{ session_id: "s-bob", version: 4, selection: at(4) }]);
    expect(shown()).toEqual([at(8)]);
  });

  test("one from before anything that is remembered waits for the next", () => {
    selections.heard([{ session_id: "s-bob", version: 2, selection: at(4) }]);
    expect(shown()).toEqual([]);
  });

  test("a caret follows what its own client types, on whatever session it is told", () => {
    selections.heard([{ session_id: "s-bob", version: 3, selection: at(4) }]);
    selections.advance([revision(4, insert(4), "bob-client"), revision(5, insert(6), "carol-client")]);
    expect(shown()).toEqual([at(6)]);
  });

  test("known revisions and gaps move nothing", () => {
    selections.heard([{ session_id: "s-bob", version: 3, selection: at(4) }]);
    selections.advance([revision(3, insert(0)), revision(5, insert(0))]);
    expect(shown()).toEqual([at(4)]);
  });

  test("are moved over what waits here, and go with their session", () => {
    selections.heard([{ session_id: "s-bob", version: 3, selection: at(4) }]);
    expect(selections.onScreen([insert(0), insert(1)])[0]?.selection).toEqual(at(8));
    selections.left("s-bob");
    expect(shown()).toEqual([]);
    expect(selections.participants.size).toBe(0);
  });

  test("one who selects nothing is nowhere", () => {
    selections.heard([{ session_id: "s-bob", version: 3, selection: null }]);
    selections.advance([revision(4, insert(0))]);
    expect(shown()).toEqual([null]);
  });
});

describe("one's own selection", () => {
  let said: [Selection | null, boolean][];
  let may: boolean;
  let sender: PresenceSender;

  beforeEach(() => {
    vi.useFakeTimers();
    said = [];
    may = true;
    sender = new PresenceSender((selection, typing) => {
      if (may) said.push([selection, typing]);
      return may;
    });
  });

  afterEach(() => vi.useRealTimers());

  test("it works: is told at once, then the latest at most every so often", () => {
    for (const index of [1, 2, 3]) sender.select(at(index), false);
    expect(said).toEqual([[at(1), false]]);
    vi.advanceTimersByTime(50);
    expect(said).toEqual([
      [at(1), false],
      [at(3), false],
    ]);
    vi.advanceTimersByTime(1000);
    expect(said).toHaveLength(2);
  });

  test("waits until it may be told", () => {
    may = false;
    sender.select(at(1), false);
    sender.select(at(2), true);
    may = true;
    sender.flush();
    sender.flush();
    expect(said).toEqual([[at(2), true]]);
  });

  test("is not told where the others know it already: they moved it as this did", () => {
    sender.select(at(4), false);
    vi.advanceTimersByTime(50);
    sender.move(insert(4), true);
    sender.select(at(6), false);
    sender.move(insert(6), false);
    sender.select(at(6), false);
    vi.advanceTimersByTime(1000);
    expect(said).toHaveLength(1);
  });

  test("is told anew to a new connection, unless it is nowhere", () => {
    sender.forget();
    sender.flush();
    expect(said).toEqual([]);
    sender.select(at(4), false);
    vi.advanceTimersByTime(50);
    sender.forget();
    sender.flush();
    expect(said).toEqual([
      [at(4), false],
      [at(4), false],
    ]);
  });

  test("leaves no timer behind", () => {
    sender.select(at(4), false);
    sender.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
