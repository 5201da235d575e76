/** The whole client where the server says no: to a change, which is kept for its author, or to the client itself. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { indexedDBOutbox, type Kept } from "../src/index.js";
import { FakeTab } from "./fake_locks.js";
import { FakeSocket } from "./fake_socket.js";
import { begin, end, server, soon, Tab, text } from "./tab.js";

beforeEach(begin);
afterEach(end);

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
      kind: "rejected",
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
    await expect(alice.client.ready).rejects.toMatchObject({ name: "Closed", code: "not_found" });
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
