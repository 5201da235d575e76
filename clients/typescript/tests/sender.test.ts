import Delta from "quill-delta";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Submit, Welcome } from "../src/messages.js";
import { MemoryOutbox, newState } from "../src/outbox.js";
import { Replica } from "../src/replica.js";
import type { ReplicaState } from "../src/replica-state.js";
import { Sender } from "../src/sender.js";
import { Authority } from "./authority.js";

/** An outbox whose stores end when the test says so. */
class SlowOutbox extends MemoryOutbox {
  readonly storing: { state: ReplicaState; done: () => void }[] = [];

  override store(state: ReplicaState): Promise<void> {
    return new Promise((done) => this.storing.push({ state, done }));
  }
}

let replica: Replica;
let outbox: SlowOutbox;
let sender: Sender;
let sent: Submit[];

function join(): void {
  const [welcome] = new Authority().welcome({ type: "hello", client_id: replica.clientId, ...replica.position() });
  replica.welcome(welcome as Welcome);
}

function type(text: string): void {
  replica.local(new Delta().insert(text));
  void sender.advance();
}

async function stored(): Promise<ReplicaState | undefined> {
  await vi.advanceTimersByTimeAsync(0);
  const first = outbox.storing.shift();
  first?.done();
  await vi.advanceTimersByTimeAsync(0);
  return first?.state;
}

beforeEach(() => {
  vi.useFakeTimers();
  replica = new Replica(newState());
  outbox = new SlowOutbox();
  sent = [];
  sender = new Sender(replica, outbox, (submission) => sent.push(submission));
  join();
});

afterEach(() => vi.useRealTimers());

test("it works: stores, then sends", async () => {
  type("a");
  expect(await stored()).toMatchObject({ seq: 1, pending: { seq: 1, delta: [{ insert: "a" }] } });
  expect(sent).toEqual([{ type: "submit", seq: 1, base_version: 0, delta: [{ insert: "a" }] }]);
  expect(sender.sent).toBe(1);
});

test("sends nothing before it is stored", async () => {
  type("a");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent).toEqual([]);
  expect(sender.sent).toBeNull();
});

test("counts as stored what is, however much was typed meanwhile", async () => {
  type("a");
  await vi.advanceTimersByTimeAsync(0);
  type("b");
  expect(sender.unstored).toBe(2);
  await stored();
  expect(sender.unstored).toBe(1);
  await stored();
  expect(sender.unstored).toBe(0);
});

test("stores one state at a time, the newest next", async () => {
  for (const letter of "abc") {
    type(letter);
    await vi.advanceTimersByTimeAsync(0);
  }
  expect(outbox.storing).toHaveLength(1);
  await stored();
  expect(await stored()).toMatchObject({
    pending: { delta: [{ insert: "a" }] },
    buffer: { delta: [{ insert: "cb" }] },
  });
  expect(await stored()).toBeUndefined();
});

test("stores nothing where the author did nothing", async () => {
  type("a");
  await stored();
  const delta = [{ retain: 1 }, { insert: "b" }];
  replica.receive([{ version: 1, client_id: "bob-client", seq: 1, user_id: null, at: "", delta }]);
  await sender.advance();
  expect(outbox.storing).toEqual([]);
});

test("what was stored too late for its connection goes out on the next, once", async () => {
  type("a");
  await vi.advanceTimersByTimeAsync(0);
  sender.disconnected();
  join();
  void sender.advance();
  while (await stored());
  expect(sent).toHaveLength(1);
});

test("a pause holds back what comes, and what comes again", async () => {
  type("a");
  await stored();
  replica.slowDown(1);
  sender.pause(5);
  type("b");
  while (await stored());
  await vi.advanceTimersByTimeAsync(4999);
  expect(sent).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(sent).toEqual([sent[0], sent[0]]);
});

test("a pause ends with its connection", async () => {
  sender.pause(5);
  sender.disconnected();
  join();
  type("a");
  await stored();
  expect(sent).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
});
