import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Checker } from "../src/checker.js";
import { Delta, DocumentClient, indexedDBOutbox, type Kept, type Outbox, type SaveState } from "../src/index.js";
import type { Replica } from "../src/replica.js";
import { FakeTab } from "./fake_locks.js";
import { FakeServer } from "./fake_server.js";
import { FakeSocket } from "./fake_socket.js";

let server: FakeServer;
let tabs: Tab[];

/** A client with an editor's screen, and what it heard. */
class Tab {
  readonly client: DocumentClient;
  screen = new Delta();
  readonly saves: SaveState[] = [];
  readonly refused: string[] = [];
  readonly closed: string[] = [];
  kept: readonly Kept[] = [];

  constructor(
    readonly browser = new FakeTab(),
    outbox?: Outbox,
  ) {
    vi.stubGlobal("navigator", { locks: browser.locks });
    this.client = new DocumentClient({
      url: "ws://test/",
      WebSocket: FakeSocket,
      random: () => 0,
      ...(outbox && { outbox }),
    });
    this.client.on("reset", ({ contents }) => {
      this.screen = contents;
    });
    this.client.on("change", ({ delta }) => {
      this.screen = this.screen.compose(delta);
    });
    this.client.on("save", (state) => this.saves.push(state));
    this.client.on("refused", ({ code }) => this.refused.push(code));
    this.client.on("kept", (kept) => {
      this.kept = kept;
    });
    this.client.on("closed", ({ code }) => this.closed.push(code));
    this.client.connect();
    tabs.push(this);
  }

  type(text: string, index = this.client.contents.length() - 1): void {
    const delta = new Delta().retain(index).insert(text);
    this.screen = this.screen.compose(delta);
    this.client.submit(delta);
  }

  get text(): string {
    expect(this.client.contents.ops).toEqual(this.screen.ops);
    return this.screen.map(({ insert }) => insert).join("");
  }

  /** Ends as a crash does: nothing is said or stored any more, and the browser frees the locks. */
  crash(): void {
    const { socket, outbox } = this.client as unknown as { socket: { close(): void }; outbox: Outbox };
    socket.close();
    outbox.store = () => new Promise(() => {});
    this.browser.end();
  }
}

const durable = () => new Tab(new FakeTab(), indexedDBOutbox({ user: "u", document: "d" }));

/** Time for a client to store and send, while nobody answers. */
const soon = () => new Promise((resolve) => setTimeout(resolve, 8));

function text(): string {
  return server.authority.contents.map(({ insert }) => insert).join("");
}

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  server = new FakeServer();
  tabs = [];
});

afterEach(() => {
  for (const tab of tabs) {
    tab.client.close();
    tab.browser.end();
  }
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  FakeSocket.forget();
});

describe("checking itself", () => {
  /** A replica whose text was damaged; what the client then says to the server by itself it says at once here. */
  function damage(tab: Tab, contents: string): Promise<void> {
    const { replica, checker } = tab.client as unknown as { replica: Replica; checker: Checker };
    replica.contents = new Delta().insert(contents);
    Object.assign(replica, { shown: replica.contents });
    tab.screen = replica.contents;
    return checker.ask();
  }

  test("it works: a damaged text becomes the document, under what was typed meanwhile", async () => {
    const [alice, bob] = [new Tab(), new Tab()];
    const heard: unknown[] = [];
    alice.client.on("mismatched", (mismatched) => heard.push(mismatched));
    await server.run();
    alice.type("Hello");
    await server.run();
    await damage(alice, "Jello\n");
    alice.type(", Bob");
    bob.type("Oh ", 0);
    expect(alice.text).toBe("Jello, Bob\n");
    await server.run();
    expect([alice.text, bob.text, text()]).toEqual(Array(3).fill("Oh Hello, Bob\n"));
    expect(heard).toEqual([{ version: 1, times: 1 }]);
    expect(alice.kept).toEqual([]);
    expect(alice.client.saveState.kind).toBe("committed");
  });

  test("what no longer fits is kept for its author, and editing goes on", async () => {
    const alice = new Tab();
    await server.run();
    await damage(alice, "a text that is far too long\n");
    server.refuse = ({ delta }) => (delta[0]?.retain ? "beyond_end" : null);
    alice.type("mine");
    await server.run();
    expect(alice.text).toBe("\n");
    expect(alice.kept).toMatchObject([{ code: "beyond_end", delta: [{ retain: 27 }, { insert: "mine" }] }]);
    alice.type("on", 0);
    await server.run();
    expect([alice.text, text()]).toEqual(["on\n", "on\n"]);
  });
});

describe("editing", () => {
  test("it works: what one types the other sees", async () => {
    const [alice, bob] = [new Tab(), new Tab()];
    await server.run();
    await alice.client.ready;
    alice.type("Hello");
    await server.run();
    bob.type(" there");
    await server.run();
    expect([alice.text, bob.text, text()]).toEqual(Array(3).fill("Hello there\n"));
    expect(alice.client).toMatchObject({
      version: 2,
      connection: "online",
      title: "T",
      role: "editor",
      documentState: "open",
    });
    expect([...alice.client.capabilities]).toEqual(["edit", "history", "read"]);
  });

  test("committed resolves once nothing waits, be it refused", async () => {
    const alice = new Tab();
    await server.run();
    await alice.client.committed();
    let resolved = 0;
    for (const refuse of [() => null, () => "not_allowed"]) {
      server.refuse = refuse;
      alice.type("a");
      const committed = alice.client.committed().then(() => resolved++);
      await soon();
      alice.type("b");
      const before = resolved;
      await server.run();
      await committed;
      expect(resolved).toBe(before + 1);
    }
  });

  test("what is typed before the document is there is refused, not lost silently", () => {
    expect(() => new Tab().client.submit(new Delta().insert("a"))).toThrow(/ready/);
  });

  test("the save state says no more than is true", async () => {
    const alice = new Tab();
    await server.run();
    alice.type("a");
    await Promise.resolve();
    await soon();
    alice.type("b");
    server.cut();
    alice.type("c");
    expect(alice.client.unsent).toBe(true);
    await server.run();
    expect(alice.saves).toEqual([
      { kind: "typing", count: 0 },
      { kind: "sent", count: 1 },
      { kind: "typing", count: 1 },
      { kind: "offline", count: 1 },
      { kind: "offline", count: 3 },
      { kind: "typing", count: 3 },
      { kind: "typing", count: 2 },
      { kind: "sent", count: 2 },
      { kind: "committed", count: 0 },
    ]);
    expect(alice.client.unsent).toBe(false);
  });

  test("a cut connection loses nothing and doubles nothing", async () => {
    const [alice, bob] = [new Tab(), new Tab()];
    await server.run();
    alice.type("one ");
    await server.commitAndDie();
    alice.type("two ");
    bob.type("three ");
    await server.run();
    expect(alice.text).toBe(bob.text);
    expect([...alice.text.matchAll(/one |two |three /g)]).toHaveLength(3);
    expect(alice.text).toBe(text());
  });

  test("an editor's whole-document replacement keeps the last newline, and its screen is put right", async () => {
    const alice = new Tab();
    await server.run();
    const delta = new Delta().insert("new").delete(1);
    alice.screen = alice.screen.compose(delta);
    alice.client.submit(delta);
    await server.run();
    expect(alice.text).toBe("new\n");
    expect(text()).toBe("new\n");
  });

  test("a listener that fails fails alone", async () => {
    const timer = vi.spyOn(globalThis, "setTimeout");
    const alice = new Tab();
    alice.client.on("change", () => {
      throw new Error("the listener's own");
    });
    const heard: number[] = [];
    alice.client.on("change", () => heard.push(1));
    await server.run();
    timer.mockImplementation(((report: () => void) => {
      expect(report).toThrow("the listener's own");
    }) as never);
    server.commit([{ insert: "b" }]);
    timer.mockRestore();
    expect(heard).toEqual([1]);
    expect(alice.text).toBe("b\n");
  });

  test("a probe is answered, and what is unknown is ignored", async () => {
    const alice = new Tab();
    await server.run();
    const socket = FakeSocket.last;
    socket.receive({ type: "probe", id: "p1" });
    socket.receive({ type: "from the future", revisions: 3 });
    socket.receive({ type: "document", title: "New", colour: "red" });
    expect(socket.sent).toEqual([{ type: "seen", id: "p1" }]);
    expect(alice.client.title).toBe("New");
    expect(alice.client.documentState).toBe("open");
  });

  test("damage is told until it is mended", async () => {
    const alice = new Tab();
    const told: unknown[] = [];
    await server.run();
    alice.client.on("document", ({ state, damaged }) => told.push([state, damaged]));
    FakeSocket.last.receive({ type: "document", state: "frozen", damaged: true });
    FakeSocket.last.receive({ type: "document", title: "New" });
    FakeSocket.last.receive({ type: "document", damaged: false });
    expect(told).toEqual([
      ["frozen", true],
      ["frozen", true],
      ["frozen", false],
    ]);
  });

  test("slow_down for a submission: the same one again, after that time", async () => {
    const alice = new Tab();
    await server.run();
    alice.type("a");
    await soon();
    const [first] = FakeSocket.last.take();
    FakeSocket.last.receive({ type: "slow_down", retry_after: 0.05, seq: 1 });
    alice.type("b");
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(FakeSocket.last.take()).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(FakeSocket.last.sent).toEqual([first]);
    await server.run();
    expect(text()).toBe("ab\n");
  });

  test("what says hello holds a fresh token and the client's name", async () => {
    let asked = 0;
    const client = new DocumentClient({
      url: "ws://test/",
      WebSocket: FakeSocket,
      random: () => 0,
      token: async () => `token ${++asked}`,
      client: { name: "test", version: "1" },
    });
    client.connect();
    for (const token of ["token 1", "token 2"]) {
      FakeSocket.last.open();
      await soon();
      expect(FakeSocket.last.sent[0]).toMatchObject({ type: "hello", token, client: { name: "test", version: "1" } });
      FakeSocket.last.end();
      await soon();
    }
    client.close();
  });
});

describe("presence", () => {
  const presence = () => FakeSocket.last.sent.filter(({ type }) => type === "presence");

  test("it works: where the author is goes to the others, and where they are comes here", async () => {
    const alice = new Tab();
    await server.run();
    const heard: unknown[] = [];
    alice.client.on("presence", (present) => heard.push(present));
    alice.client.select({ index: 0, length: 1 }, true);
    expect(presence()).toEqual([{ type: "presence", version: 0, selection: { index: 0, length: 1 }, typing: true }]);
    const user = { id: "u-bob", name: "Bob", color: "#3333aa" };
    const bob = { session_id: "s-bob", client_id: "bob-client", user, role: "editor" };
    FakeSocket.last.receive({ type: "joined", participant: bob });
    const selection = { index: 0, length: 0 };
    FakeSocket.last.receive({ type: "presence", participants: [{ session_id: "s-bob", version: 0, selection }] });
    FakeSocket.last.receive({ type: "left", session_id: "s-bob" });
    expect(heard).toEqual([[{ sessionId: "s-bob", user, selection, typing: false }], []]);
  });

  test("is told anew after a reconnect", async () => {
    const alice = new Tab();
    await server.run();
    alice.client.select({ index: 0, length: 1 });
    server.cut();
    await soon();
    FakeSocket.last.open();
    await soon();
    for (const message of server.authority.welcome(FakeSocket.last.take()[0] as never))
      FakeSocket.last.receive(message);
    expect(presence()).toHaveLength(1);
  });

  test("says nothing of typing that the others see themselves", async () => {
    const alice = new Tab();
    await server.run();
    alice.client.select({ index: 0, length: 0 });
    await server.run();
    alice.type("abc", 0);
    alice.client.select({ index: 3, length: 0 });
    await server.run();
    expect(server.heard.map(({ type }) => type)).toEqual(["hello", "presence", "submit"]);
    alice.client.select({ index: 1, length: 0 });
    await server.run();
    expect(server.heard.at(-1)).toMatchObject({ type: "presence", version: 1, selection: { index: 1 } });
  });
});

describe("what does not come into the document", () => {
  test("a refused change leaves the screen, and is kept until it is discarded", async () => {
    const alice = new Tab();
    await server.run();
    server.refuse = () => "not_allowed";
    alice.type("gone");
    await server.run();
    expect(alice.text).toBe("\n");
    expect(alice.refused).toEqual(["not_allowed"]);
    expect(alice.kept).toEqual([{ code: "not_allowed", message: "because not_allowed", delta: [{ insert: "gone" }] }]);
    expect(alice.client.saveState).toEqual({
      kind: "refused",
      count: 1,
      reason: { code: "not_allowed", message: "because not_allowed" },
    });
    alice.client.discard(alice.client.kept[0] as Kept);
    expect(alice.kept).toEqual([]);
    expect(alice.saves.at(-1)?.kind).toBe("committed");
  });

  test("a change that no frame can hold is refused here, and the next goes on", async () => {
    const alice = new Tab();
    await server.run();
    FakeSocket.last.receive({
      ...server.authority.welcome({ type: "hello", client_id: "x", version: 0 })[0],
      limits: { frame_in: 100 },
    });
    alice.type("é".repeat(60));
    await server.run();
    alice.type("short");
    await server.run();
    expect(alice.refused).toEqual(["too_large"]);
    expect(text()).toBe("short\n");
  });

  test("contents instead of history: what isn't in them is offered again", async () => {
    const alice = new Tab();
    await server.run();
    alice.type("a");
    await server.run();
    server.cut();
    alice.type("b");
    server.authority.commit({ client_id: "bob-client", seq: 1, delta: [{ insert: "x" }] });
    server.authority.historyFrom = 2;
    await server.run();
    expect(alice.text).toBe("xa\n");
    expect(alice.kept).toMatchObject([{ code: "history_gone", delta: [{ retain: 1 }, { insert: "b" }] }]);
  });

  test("a history that contradicts the client makes it start anew, keeping what was typed", async () => {
    const alice = new Tab();
    FakeSocket.last.open();
    await soon();
    const client_id = FakeSocket.last.sent[0]?.client_id as string;
    await server.run();
    alice.type("mine");
    await soon();
    server.authority.commit({ client_id, seq: 1, delta: [{ insert: "other" }] });
    FakeSocket.last.receive({ type: "revisions", revisions: server.authority.revisions });
    await server.run();
    expect(alice.text).toBe("other\n");
    expect(alice.kept).toMatchObject([{ code: "history_changed", delta: [{ insert: "mine" }] }]);
    expect(alice.client.connection).toBe("online");
    server.cut();
    FakeSocket.forget();
    await soon();
    FakeSocket.last.open();
    await soon();
    expect(FakeSocket.last.sent[0]).toMatchObject({ type: "hello", version: 1 });
  });
});

describe("a client that is turned away", () => {
  test("says why, once, and does not come back", async () => {
    const alice = new Tab();
    FakeSocket.last.open();
    FakeSocket.last.receive({ type: "error", code: "not_found", message: "No such document.", retry: "never" });
    FakeSocket.last.end(4404);
    await expect(alice.client.ready).rejects.toThrow("not_found");
    await server.run();
    expect(alice.closed).toEqual(["not_found"]);
    expect(FakeSocket.made).toHaveLength(1);
  });

  test("never gives one person's changes to another who is signed in by now", async () => {
    const alice = new Tab(new FakeTab(), indexedDBOutbox({ user: "alice", document: "d" }));
    await server.run();
    expect(alice.closed).toEqual(["another_user"]);
    expect(alice.client.connection).toBe("closed");
  });
});

describe("a tab that is closed with unsent changes", () => {
  test("it works: the next one commits them, once", async () => {
    const first = durable();
    await server.run();
    first.type("kept");
    await soon();
    first.crash();
    const second = durable();
    await server.run();
    expect([second.text, text()]).toEqual(["kept\n", "kept\n"]);
    expect(second.client.saveState.kind).toBe("committed");
  });

  test("after it stored and before it sent", async () => {
    const first = durable();
    await server.run();
    server.cut();
    first.type("one ");
    await new Promise((resolve) => setTimeout(resolve, 0));
    first.type("two ");
    await soon();
    first.crash();
    const second = durable();
    await server.run();
    expect(text()).toBe("one two \n");
    expect(second.text).toBe(text());
  });

  test("after it sent and before the acknowledgement came, with more typed on top", async () => {
    const first = durable();
    await server.run();
    first.type("sent ");
    await soon();
    first.type("typed ");
    await soon();
    await server.commitAndDie();
    first.crash();
    server.authority.commit({ client_id: "bob-client", seq: 1, delta: [{ insert: "bob " }] });
    const second = durable();
    await server.run();
    expect(text()).toBe("bob sent typed \n");
    expect(second.text).toBe(text());
    expect(second.kept).toEqual([]);
  });

  test("lands where it was meant, whatever the others did since", async () => {
    const first = durable();
    await server.run();
    first.type("abcdef");
    await server.run();
    first.type("X", 3);
    await soon();
    FakeSocket.last.take();
    first.type("Y", 6);
    await soon();
    first.crash();
    for (const delta of [[{ insert: "123" }], [{ retain: 3 }, { delete: 2 }], [{ retain: 5 }, { insert: "z" }]])
      server.commit(delta);
    const second = durable();
    await server.run();
    expect(text()).toBe("123cXdzeYf\n");
    expect(second.text).toBe(text());
  });

  test("shows at once how much is kept, and is committed when the server is there", async () => {
    const first = durable();
    await server.run();
    server.cut();
    first.type("a");
    first.type("b");
    await soon();
    first.crash();
    const second = durable();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(second.client.saveState).toEqual({ kind: "offline", count: 2 });
    expect(second.client.unsent).toBe(true);
    await server.run();
    expect(second.client.saveState.kind).toBe("committed");
  });

  test("and whose history is gone meanwhile, has its text offered again", async () => {
    const first = durable();
    await server.run();
    first.type("kept");
    await soon();
    first.crash();
    for (const letter of "abc") server.commit([{ insert: letter }]);
    server.authority.historyFrom = 2;
    const second = durable();
    await server.run();
    expect(second.text).toBe("cba\n");
    expect(second.kept).toMatchObject([{ code: "history_gone", delta: [{ insert: "kept" }] }]);
  });

  test("by one who may no longer see the history, has its text offered again", async () => {
    const first = durable();
    await server.run();
    first.type("kept");
    await soon();
    first.crash();
    server.commit([{ insert: "b" }]);
    server.authority.capabilities = ["read"];
    const second = durable();
    await server.run();
    expect(second.text).toBe("b\n");
    expect(second.kept).toMatchObject([{ code: "history_gone", delta: [{ insert: "kept" }] }]);
  });

  test("by one who loses the history on the way, has its text offered again", async () => {
    const first = durable();
    await server.run();
    first.type("kept");
    await soon();
    first.crash();
    server.commit([{ insert: "b" }]);
    const second = durable();
    FakeSocket.last.open();
    await soon();
    const hello = FakeSocket.last.take()[0] as never;
    for (const message of server.authority.welcome(hello)) FakeSocket.last.receive(message);
    FakeSocket.last.receive({ type: "access", role: "viewer", capabilities: ["read"] });
    expect(second.text).toBe("b\n");
    expect(second.client.role).toBe("viewer");
    expect(second.kept).toHaveLength(1);
  });

  test("and what is offered again is still offered after the next crash", async () => {
    const first = durable();
    await server.run();
    server.refuse = () => "not_allowed";
    first.type("kept");
    await server.run();
    first.crash();
    const second = durable();
    await server.run();
    expect(second.kept).toMatchObject([{ code: "not_allowed", delta: [{ insert: "kept" }] }]);
    expect(second.client.saveState.kind).toBe("refused");
  });

  test("while someone else restored an older history: nothing is sent into it", async () => {
    const first = durable();
    await server.run();
    server.commit([{ insert: "old" }]);
    first.type("kept");
    await soon();
    first.crash();
    server.authority.revisions.splice(0);
    server.authority.contents = new Delta([{ insert: "\n" }]);
    server.authority.commit({ client_id: "carol-client", seq: 9, delta: [{ insert: "other" }] });
    server.authority.commit({ client_id: "carol-client", seq: 10, delta: [{ insert: "an" }] });
    const second = durable();
    await server.run();
    expect(second.text).toBe("another\n");
    expect(second.kept).toMatchObject([{ code: "history_changed" }]);
  });

  test("an outbox that stopped storing does not replay what went on without it", async () => {
    const first = durable();
    await server.run();
    server.cut();
    first.type("a");
    await soon();
    first.type("b");
    await soon();
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    await server.run();
    expect(first.client.fallback).toBe("quota");
    first.crash();
    vi.restoreAllMocks();
    durable();
    await server.run();
    expect(text()).toBe("ab\n");
  });
});

describe("several tabs of one person", () => {
  test("neither lose nor double a letter", async () => {
    const [first, second] = [durable(), durable()];
    await server.run();
    first.type("one ");
    second.type("two ");
    await server.run();
    expect(text()).toMatch(/^(one two |two one )\n$/);
    expect(first.text).toBe(text());
    expect(second.text).toBe(text());
  });

  test("when one crashes, another commits what it had left", async () => {
    const first = durable();
    await server.run();
    first.type("one ");
    await server.run();
    const second = durable();
    await server.run();
    first.type("two ");
    await soon();
    first.crash();
    await server.run();
    expect(text()).toBe("one two \n");
    expect(second.text).toBe(text());
  });

  test("that all crashed: one that comes back commits what each had left", async () => {
    const [first, second] = [durable(), durable()];
    await server.run();
    first.type("one ");
    second.type("two ");
    await soon();
    first.crash();
    second.crash();
    const third = durable();
    await server.run();
    expect(text()).toMatch(/^(one two |two one )\n$/);
    expect(third.text).toBe(text());
  });

  test("look for what others left behind once, not whenever they start anew", async () => {
    const outbox = indexedDBOutbox({ user: "u", document: "d" });
    const found = vi.spyOn(outbox, "leftBehind");
    const tab = new Tab(new FakeTab(), outbox);
    await server.run();
    tab.type("a");
    await server.run();
    server.cut();
    server.commit([{ insert: "b" }]);
    server.authority.historyFrom = 2;
    await server.run();
    expect(tab.text).toBe("ba\n");
    expect(found).toHaveBeenCalledTimes(1);
  });

  test("that all crashed: what is refused is kept in the one that comes back", async () => {
    const [first, second] = [durable(), durable()];
    await server.run();
    first.type("one");
    second.type("two");
    await soon();
    first.crash();
    second.crash();
    server.refuse = () => "document_frozen";
    const third = durable();
    await server.run();
    expect(third.kept.map(({ delta }) => delta[0]?.insert).sort()).toEqual(["one", "two"]);
    third.crash();
    const fourth = durable();
    await server.run();
    expect(fourth.kept).toHaveLength(2);
  });
});
