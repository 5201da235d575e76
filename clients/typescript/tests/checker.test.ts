import { createHash } from "node:crypto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Checker } from "../src/checker.js";
import type { Check, Welcome } from "../src/messages.js";
import { newState } from "../src/outbox.js";
import { Replica } from "../src/replica.js";

const WELCOME: Welcome = {
  type: "welcome",
  protocol: 1,
  session_id: "s",
  user: { id: "u", name: "U", color: "#000000" },
  role: "editor",
  capabilities: ["edit"],
  document: { id: "d", title: "T", version: 0, state: "open" },
  contents: [{ insert: "\n" }],
  acked_seq: 0,
  participants: [],
  limits: {},
};

let replica: Replica;
let checker: Checker;
let asked: Check[];

/** The real one's threads keep no account of the clock that these tests turn. */
const subtle = {
  digest: async (_: string, data: Uint8Array) => Uint8Array.from(createHash("sha256").update(data).digest()).buffer,
};
const inTime = { subtle, getRandomValues: crypto.getRandomValues.bind(crypto) };

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("crypto", inTime);
  replica = new Replica(newState());
  replica.welcome(WELCOME);
  asked = [];
  checker = new Checker(
    replica,
    (check) => asked.push(check),
    () => 0,
  );
});

afterEach(() => {
  checker.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Lets so many seconds pass; how many questions were asked in them. */
async function questions(seconds: number): Promise<number> {
  const before = asked.length;
  await vi.advanceTimersByTimeAsync(1000 * seconds);
  return asked.length - before;
}

function answer(result: "same" | "different" | "unknown"): number {
  return checker.answered({ type: "checked", version: 0, result });
}

test("it works: it asks soon after the welcome, and then at the interval", async () => {
  checker.welcomed(100);
  expect(await questions(2)).toBe(0);
  expect(await questions(2)).toBe(1);
  expect(asked[0]).toEqual({
    type: "check",
    version: 0,
    digest: "453d3dff39443f941f5f1a36eede59ca499113a41c4378407995f651dfae674d",
  });
  answer("same");
  expect(await questions(98)).toBe(0);
  expect(await questions(3)).toBe(1);
});

test("it asks nothing where the server takes no questions, nor where there are no digests", async () => {
  checker.welcomed(undefined);
  expect(await questions(300)).toBe(0);
  vi.stubGlobal("crypto", {});
  checker.welcomed(100);
  vi.stubGlobal("crypto", inTime);
  expect(await questions(300)).toBe(0);
});

test("it waits until its author has been quiet for a while and everything is committed", async () => {
  checker.welcomed(100);
  for (let key = 0; key < 5; key++) {
    checker.quiet();
    expect(await questions(2)).toBe(0);
  }
  replica.pending = { seq: 1, changes: 1, delta: replica.screen, own: [] };
  expect(await questions(20)).toBe(0);
  replica.pending = null;
  expect(await questions(4)).toBe(1);
});

test("mismatches that come again become rare, on new connections too", async () => {
  checker.welcomed(10);
  expect(await questions(4)).toBe(1);
  expect(answer("different")).toBe(1);
  expect(await questions(18)).toBe(0);
  expect(await questions(4)).toBe(1);
  expect(answer("different")).toBe(2);
  checker.stop();
  checker.welcomed(10);
  expect(await questions(38)).toBe(0);
  expect(await questions(4)).toBe(1);
  expect(["unknown", "different", "same", "different"].map((result) => answer(result as "same"))).toEqual([0, 3, 0, 1]);
});

test("a question that was being digested when the connection broke is not sent on the next one", async () => {
  const asking = checker.ask();
  replica.disconnected();
  replica.welcome({ ...WELCOME, contents: null, revisions: [] });
  await asking;
  expect(asked).toEqual([]);
});
