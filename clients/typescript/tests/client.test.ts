/** The whole client while its connection lasts or comes back: editing, presence, and checking its own text. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Checker } from "../src/checker.js";
import { Delta, DocumentClient } from "../src/index.js";
import type { Replica } from "../src/replica.js";
import { FakeSocket } from "./fake_socket.js";
import { begin, end, server, soon, Tab, text } from "./tab.js";

beforeEach(begin);
afterEach(end);

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
    expect(() => new Tab().client.edit(new Delta().insert("a"))).toThrow(/ready/);
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
    alice.client.edit(delta);
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

describe("checking itself", () => {
  /** A replica whose text was damaged; what the client then says to the server by itself it says at once here. */
  function damage(tab: Tab, contents: string): Promise<void> {
    const { conversation } = tab.client as unknown as { conversation: { replica: Replica; checker: Checker } };
    const { replica, checker } = conversation;
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
