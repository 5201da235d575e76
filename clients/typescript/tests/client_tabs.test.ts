/** The whole client over the lives of tabs: what one had not sent when it was closed, and several of one person at once. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Delta, indexedDBOutbox } from "../src/index.js";
import { FakeTab } from "./fake_locks.js";
import { FakeSocket } from "./fake_socket.js";
import { begin, durable, end, server, soon, Tab, text } from "./tab.js";

beforeEach(begin);
afterEach(end);

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
    expect(second.client.saveState.kind).toBe("rejected");
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
