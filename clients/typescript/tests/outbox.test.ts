import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { indexedDBOutbox, MemoryOutbox, type Outbox, type ReplicaState } from "../src/index.js";
import { newState } from "../src/outbox.js";
import { FakeTab } from "./fake_locks.js";

const NAME = { user: "alice", document: "notes" };

let tabs: FakeTab[];

/** Opens an outbox as another tab does. */
async function tab(name = NAME): Promise<{ tab: FakeTab; outbox: Outbox; state: ReplicaState }> {
  const tab = new FakeTab();
  tabs.push(tab);
  vi.stubGlobal("navigator", { locks: tab.locks });
  const outbox = indexedDBOutbox(name);
  return { tab, outbox, state: await outbox.open() };
}

/** The outboxes that others left behind, as far as they are there by now. */
async function leftBehind(outbox: Outbox): Promise<Outbox[]> {
  const found: Outbox[] = [];
  await outbox.leftBehind((other) => found.push(other));
  await settled();
  return found;
}

/** Time for the database to answer. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

function typed(state: ReplicaState, letter = "a"): ReplicaState {
  const pending = { seq: state.seq + 1, delta: [{ insert: letter }], changes: 1 };
  return { ...state, seq: state.seq + 1, version: 4, last: { client_id: "bob-client", seq: 2 }, pending };
}

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  tabs = [];
});

afterEach(() => {
  for (const tab of tabs) tab.end();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("it works: what is stored is there for the next tab once this one is closed", async () => {
  const first = await tab();
  await first.outbox.store(typed(first.state));
  first.outbox.close();
  const second = await tab();
  expect(second.state).toEqual({ ...typed(first.state), contents: null });
  expect(second.outbox.fallback).toBeNull();
});

test("a tab that crashed leaves as much behind as one that was closed", async () => {
  const first = await tab();
  await first.outbox.store(typed(first.state));
  first.tab.end();
  expect((await tab()).state.pending).toEqual(typed(first.state).pending);
});

test("the document itself is not stored", async () => {
  const first = await tab();
  await first.outbox.store({ ...typed(first.state), contents: [{ insert: "secret\n" }] });
  first.tab.end();
  expect((await tab()).state.contents).toBeNull();
});

describe("two tabs at once", () => {
  test("never hold one client_id, be the second a duplicate of the first", async () => {
    const [first, second, third] = [await tab(), await tab(), await tab()];
    expect(new Set([first, second, third].map(({ state }) => state.client_id)).size).toBe(3);
  });

  test("the second leaves alone what the first has unsent", async () => {
    const first = await tab();
    await first.outbox.store(typed(first.state));
    const second = await tab();
    expect(second.state).toEqual({ ...newState(), client_id: second.state.client_id });
    expect(await leftBehind(second.outbox)).toEqual([]);
  });

  test("the second takes over what the first has unsent when it is gone", async () => {
    const first = await tab();
    await first.outbox.store(typed(first.state, "early"));
    const second = await tab();
    const found = await leftBehind(second.outbox);
    await first.outbox.store(typed(first.state, "late"));
    expect(found).toEqual([]);
    first.tab.end();
    await settled();
    expect(found).toHaveLength(1);
    expect((await found[0]?.open())?.pending?.delta).toEqual([{ insert: "late" }]);
  });

  test("the second takes over nothing once it is closed itself", async () => {
    const first = await tab();
    await first.outbox.store(typed(first.state));
    const second = await tab();
    const found = await leftBehind(second.outbox);
    second.outbox.close();
    first.tab.end();
    await settled();
    expect(found).toEqual([]);
    expect((await tab()).state.client_id).toBe(first.state.client_id);
  });

  test("when both are gone the next takes one's and finds the other's", async () => {
    const [first, second] = [await tab(), await tab()];
    await first.outbox.store(typed(first.state, "a"));
    await second.outbox.store(typed(second.state, "b"));
    first.tab.end();
    second.tab.end();
    const third = await tab();
    const others = await leftBehind(third.outbox);
    const found = [third.state, ...(await Promise.all(others.map((outbox) => outbox.open())))];
    expect(found.map(({ pending }) => pending?.delta[0]?.insert).sort()).toEqual(["a", "b"]);
    expect((await tab()).state.pending).toBeNull();
  });

  test("nothing is found where nothing is unsent", async () => {
    const [first, second] = [await tab(), await tab()];
    for (const { outbox, state } of [first, second]) await outbox.store({ ...state, seq: 3 });
    for (const { tab } of [first, second]) tab.end();
    expect(await leftBehind((await tab()).outbox)).toEqual([]);
  });

  test("what a tab stores through an outbox it found stays with that client_id", async () => {
    const [first, second] = [await tab(), await tab()];
    await first.outbox.store(typed(first.state, "a"));
    await second.outbox.store(typed(second.state, "b"));
    for (const { tab } of [first, second]) tab.end();
    const third = await tab();
    const [other] = (await leftBehind(third.outbox)) as [Outbox];
    const state = await other.open();
    await other.store({ ...state, pending: null });
    other.close();
    third.tab.end();
    expect((await tab()).state).toEqual(third.state);
  });

  test("what is unsent, then what is kept, is taken before what is merely free", async () => {
    const open = [await tab(), await tab(), await tab()] as const;
    await open[0].outbox.store({ ...open[0].state, seq: 7 });
    await open[1].outbox.store({
      ...open[1].state,
      kept: [{ code: "not_allowed", message: "", delta: [{ insert: "k" }] }],
    });
    await open[2].outbox.store(typed(open[2].state));
    for (const { tab } of open) tab.end();
    const next = [await tab(), await tab(), await tab()];
    expect(next.map(({ state }) => state.client_id)).toEqual(
      [2, 1, 0].map((index) => open[index as 0].state.client_id),
    );
    expect(next[2]?.state.seq).toBe(7);
  });

  test("whoever takes over reads what was stored last, not what it saw before", async () => {
    const first = await tab();
    await first.outbox.store(typed(first.state, "old"));
    const second = new FakeTab();
    const request = second.locks.request;
    second.locks.request = async (...asked) => {
      await first.outbox.store(typed(first.state, "new"));
      first.tab.end();
      return request(...asked);
    };
    vi.stubGlobal("navigator", { locks: second.locks });
    expect((await indexedDBOutbox(NAME).open()).pending?.delta).toEqual([{ insert: "new" }]);
    second.end();
  });
});

test("nobody finds what another person, or the same in another document, left behind", async () => {
  const first = await tab();
  await first.outbox.store(typed(first.state));
  first.tab.end();
  for (const name of [
    { ...NAME, user: "mallory" },
    { ...NAME, document: "letters" },
  ]) {
    const other = await tab(name);
    expect(other.state.pending).toBeNull();
    expect(await leftBehind(other.outbox)).toEqual([]);
    expect(other.outbox.user).toBe(name.user);
  }
});

describe("a browser that won't keep it", () => {
  test("has no locks: memory, and it says so", async () => {
    vi.stubGlobal("navigator", {});
    const outbox = indexedDBOutbox(NAME);
    const state = await outbox.open();
    expect(outbox.fallback).toBe("no_locks");
    await outbox.store(typed(state));
    expect(await leftBehind(outbox)).toEqual([]);
  });

  test("refuses the database: memory, and it says so", async () => {
    vi.stubGlobal("indexedDB", {
      open() {
        throw new DOMException("denied", "SecurityError");
      },
    });
    const { outbox, state } = await tab();
    expect(outbox.fallback).toBe("failed");
    expect(state.client_id).toMatch(/^[A-Za-z0-9_-]{8,64}$/);
  });

  test("never answers: memory after a while, and it says so", async () => {
    vi.useFakeTimers();
    vi.stubGlobal("indexedDB", { open: () => ({}) });
    const opening = tab();
    await vi.advanceTimersByTimeAsync(5000);
    expect((await opening).outbox.fallback).toBe("blocked");
  });

  test("is full: it says so, and takes that back once there is room", async () => {
    const { outbox, state } = await tab();
    const put = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    await outbox.store(typed(state));
    expect(outbox.fallback).toBe("quota");
    put.mockRestore();
    await outbox.store(typed(state));
    expect(outbox.fallback).toBeNull();
  });
});

test("an outbox in memory gives back what it was given, and finds nothing", async () => {
  const outbox = new MemoryOutbox();
  const state = typed(await outbox.open());
  await outbox.store(state);
  expect(await outbox.open()).toEqual(state);
  expect(await leftBehind(outbox)).toEqual([]);
  expect(outbox.fallback).toBeNull();
});

test("every client_id is another one, of the protocol's alphabet", () => {
  const ids = Array.from({ length: 100 }, () => newState().client_id);
  expect(new Set(ids).size).toBe(100);
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{8,64}$/);
});
