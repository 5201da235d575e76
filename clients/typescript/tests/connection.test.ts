import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Connection, type ConnectionState } from "../src/connection.js";
import type { Hello, Reason, ServerMessage } from "../src/messages.js";
import { FakeSocket } from "./fake_socket.js";

const HELLO: Hello = { type: "hello", client_id: "alice-client" };
const WELCOME = { type: "welcome" };

let states: ConnectionState[];
let messages: ServerMessage[];
let closed: Reason[];
let connection: Connection;

function connect(random = () => 1, hello: () => Hello | Promise<Hello> = () => HELLO): Connection {
  connection = new Connection({
    url: "ws://test/",
    WebSocket: FakeSocket,
    random,
    hello,
    onMessage: (message) => messages.push(message),
    onState: (state) => states.push(state),
    onClosed: (reason) => closed.push(reason),
  });
  connection.open();
  return connection;
}

async function welcome(): Promise<FakeSocket> {
  const socket = FakeSocket.last;
  socket.open();
  await vi.advanceTimersByTimeAsync(0);
  socket.receive(WELCOME);
  return socket;
}

async function sockets(milliseconds: number): Promise<number> {
  await vi.advanceTimersByTimeAsync(milliseconds);
  return FakeSocket.made.length;
}

beforeEach(() => {
  vi.useFakeTimers();
  states = [];
  messages = [];
  closed = [];
});

afterEach(() => {
  connection.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.unstubAllGlobals();
  FakeSocket.forget();
});

test("it works: says hello in the protocol's name, and is online with the welcome", async () => {
  connect();
  expect(FakeSocket.last).toMatchObject({ url: "ws://test/", protocol: "deltapad.v1" });
  const socket = await welcome();
  expect(socket.sent).toEqual([HELLO]);
  expect(states).toEqual(["connecting", "online"]);
  expect(messages).toEqual([WELCOME]);
  expect(connection.send({ type: "fetch", after: 3 })).toBe(true);
  expect(socket.sent[1]).toEqual({ type: "fetch", after: 3 });
});

test("whoever takes in the welcome may send, and nobody before", async () => {
  let sent: boolean | undefined;
  connect();
  messages.push = () => {
    sent = connection.send({ type: "ping" });
    return 1;
  };
  expect(connection.send({ type: "ping" })).toBe(false);
  await welcome();
  expect(sent).toBe(true);
});

describe("a connection that is lost", () => {
  test("comes back after twice as long each time, up to half a minute", async () => {
    connect();
    for (const delay of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
      FakeSocket.last.end();
      expect(connection.state).toBe("offline");
      const made = FakeSocket.made.length;
      expect(await sockets(delay - 1)).toBe(made);
      expect(await sockets(1)).toBe(made + 1);
    }
  });

  test("comes back at a random moment until then", async () => {
    connect(() => 0.25);
    FakeSocket.last.end();
    expect(await sockets(249)).toBe(1);
    expect(await sockets(1)).toBe(2);
  });

  test("begins with a short wait again once a connection held, not as soon as one was made", async () => {
    connect();
    for (let attempt = 0; attempt < 4; attempt++) {
      await welcome();
      FakeSocket.last.end();
      await vi.advanceTimersByTimeAsync(30_000);
    }
    await welcome();
    await vi.advanceTimersByTimeAsync(10_000);
    FakeSocket.last.end();
    expect(await sockets(500)).toBe(6);
  });

  test("waits as long as the server asks for", async () => {
    connect(() => 0);
    const socket = await welcome();
    socket.receive({ type: "error", code: "rate_limited", message: "", retry: "later", retry_after: 7 });
    socket.end(4529);
    expect(await sockets(6999)).toBe(1);
    expect(await sockets(1)).toBe(2);
  });

  test.each([1000, 1006, 1011, 4500, 4503, 4504, 4508, 4529])("comes back after %i", async (code) => {
    connect();
    await welcome();
    FakeSocket.last.end(code);
    expect(await sockets(1000)).toBe(2);
    expect(closed).toEqual([]);
  });

  test("comes back if the credentials can't be had now", async () => {
    connect(
      () => 1,
      () => Promise.reject(new Error("offline")),
    );
    FakeSocket.last.open();
    await vi.advanceTimersByTimeAsync(0);
    expect(FakeSocket.last.closed).toBe(true);
    expect(await sockets(1000)).toBe(2);
  });

  test("hears nothing more from the old socket", async () => {
    connect();
    const old = await welcome();
    old.end();
    await vi.advanceTimersByTimeAsync(1000);
    old.receive({ type: "pong" });
    old.end(4403);
    expect(messages).toEqual([WELCOME]);
    expect(connection.state).toBe("connecting");
  });
});

describe("a connection that is turned away", () => {
  test.each([
    [4400, "bad_message"],
    [4401, "unauthenticated"],
    [4403, "forbidden"],
    [4404, "not_found"],
    [4406, "unsupported_protocol"],
    [4409, "replaced"],
    [4413, "too_large"],
    [4499, "4499"],
  ])("does not come back after %i", async (close, code) => {
    connect();
    FakeSocket.last.open();
    FakeSocket.last.end(close, "why");
    expect(closed).toEqual([{ code, message: "why" }]);
    expect(await sockets(600_000)).toBe(1);
    expect(connection.state).toBe("closed");
  });

  test("says the server's own reason", async () => {
    connect();
    const socket = await welcome();
    socket.receive({ type: "error", code: "replaced", message: "Joined elsewhere.", retry: "never" });
    socket.end(4409);
    expect(closed).toEqual([{ code: "replaced", message: "Joined elsewhere." }]);
  });

  test("does not say what an earlier error was about", async () => {
    connect();
    const socket = await welcome();
    socket.receive({ type: "error", code: "base_version_ahead", message: "", retry: "never" });
    socket.receive({ type: "pong" });
    socket.end(4403, "why");
    expect(closed).toEqual([{ code: "forbidden", message: "why" }]);
  });

  test("may be opened again, by whoever has new credentials", async () => {
    connect();
    FakeSocket.last.end(4401);
    connection.open();
    await welcome();
    expect(connection.state).toBe("online");
  });
});

describe("a socket that is half open", () => {
  test("is asked now and then, and lives on while it answers", async () => {
    connect();
    const socket = await welcome();
    for (let beat = 0; beat < 3; beat++) {
      await vi.advanceTimersByTimeAsync(20_000);
      socket.receive({ type: "pong" });
    }
    expect(socket.sent.map(({ type }) => type)).toEqual(["hello", "ping", "ping", "ping"]);
    expect(socket.closed).toBe(false);
  });

  test("is given up when nothing comes back", async () => {
    connect();
    const socket = await welcome();
    await vi.advanceTimersByTimeAsync(39_999);
    expect(socket.closed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(socket.closed).toBe(true);
    expect(connection.state).toBe("offline");
  });

  test("is not given longer by being asked again", async () => {
    const page = new EventTarget();
    vi.stubGlobal("window", page);
    vi.stubGlobal("document", page);
    connect();
    const socket = await welcome();
    for (let time = 0; time < 3; time++) {
      page.dispatchEvent(new Event("visibilitychange"));
      await vi.advanceTimersByTimeAsync(7000);
    }
    expect(socket.closed).toBe(true);
  });

  test("is given up when it never opens, or opens and never welcomes", async () => {
    connect();
    expect(await sockets(20_000 + 1000)).toBe(2);
    FakeSocket.last.open();
    expect(await sockets(60_000 + 2000)).toBe(3);
  });
});

describe("a page", () => {
  let page: EventTarget;

  beforeEach(() => {
    page = new EventTarget();
    vi.stubGlobal("window", page);
    vi.stubGlobal("document", page);
  });

  test.each(["online", "visibilitychange"])("that is back (%s) comes back at once", async (event) => {
    connect();
    FakeSocket.last.end();
    page.dispatchEvent(new Event(event));
    expect(FakeSocket.made).toHaveLength(2);
    expect(await sockets(1000)).toBe(2);
  });

  test.each(["online", "offline", "visibilitychange"])("that changes (%s) asks if its socket lives", async (event) => {
    connect();
    const socket = await welcome();
    page.dispatchEvent(new Event(event));
    expect(socket.sent.at(-1)).toEqual({ type: "ping" });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(socket.closed).toBe(true);
  });

  test("does not come before the server's time", async () => {
    connect();
    FakeSocket.last.receive({ type: "error", code: "rate_limited", message: "", retry: "later", retry_after: 60 });
    FakeSocket.last.end(4529);
    page.dispatchEvent(new Event("online"));
    expect(FakeSocket.made).toHaveLength(1);
  });

  test("is left alone once the connection is closed", () => {
    connect().close();
    page.dispatchEvent(new Event("online"));
    expect(FakeSocket.made).toHaveLength(1);
  });
});

test("frames that hold no message are ignored", async () => {
  connect();
  const socket = await welcome();
  for (const frame of ["", "{", "[]", "null", "3", '{"no":"type"}']) socket.receive(frame);
  socket.onmessage?.({ data: new ArrayBuffer(2) });
  expect(messages).toEqual([WELCOME]);
  expect(connection.state).toBe("online");
});

test("closing ends it, whatever it was doing", async () => {
  connect();
  FakeSocket.last.end();
  connection.close();
  expect(await sockets(600_000)).toBe(1);
  expect(states.at(-1)).toBe("closed");
});
