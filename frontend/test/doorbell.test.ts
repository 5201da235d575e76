import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Doorbell } from "../src/doorbell";

/** The sockets that were opened; the test speaks as the server. */
const sockets: FakeSocket[] = [];

class FakeSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly sent: string[] = [];

  constructor(readonly url: string) {
    sockets.push(this);
  }

  send(frame: string): void {
    this.sent.push(frame);
    if (frame.includes('"ping"')) setTimeout(() => this.says("pong"), 1);
  }

  close(): void {}

  says(type: string): void {
    this.onmessage?.({ data: JSON.stringify({ type }) });
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  sockets.length = 0;
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A doorbell whose socket is welcomed, and the readings since; those at first and after the welcome are over. */
async function welcomed(isSearched = () => false) {
  const read = vi.fn(async () => {});
  const doorbell = new Doorbell(read, { isSearched });
  doorbell.start();
  const [socket] = sockets as [FakeSocket];
  socket.onopen?.();
  await vi.advanceTimersByTimeAsync(0);
  socket.says("welcome");
  await vi.advanceTimersByTimeAsync(2000);
  expect(read).toHaveBeenCalledTimes(2);
  read.mockClear();
  return { doorbell, read, socket };
}

it("says hello, and reads when it is rung", async () => {
  const { read, socket } = await welcomed();
  expect(socket.url).toMatch(/^ws:.*\/ws\/documents\/$/u);
  expect(JSON.parse(socket.sent[0] ?? "")).toMatchObject({ type: "hello" });
  socket.says("changed");
  await vi.advanceTimersByTimeAsync(0);
  expect(read).toHaveBeenCalledTimes(1);
});

it("answers rings that come fast by one reading a second", async () => {
  const { read, socket } = await welcomed();
  for (let ring = 0; ring < 40; ring += 1) {
    socket.says("changed");
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(read.mock.calls.length).toBeGreaterThanOrEqual(3);
  expect(read.mock.calls.length).toBeLessThanOrEqual(5);
});

it("reads a minute later without a ring, and sooner where it is cut off", async () => {
  const { read, socket } = await welcomed();
  await vi.advanceTimersByTimeAsync(50_000);
  expect(read).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(read).toHaveBeenCalledTimes(1);
  read.mockClear();
  socket.onclose?.({ code: 4401, reason: "" });
  await vi.advanceTimersByTimeAsync(30_000);
  expect(read.mock.calls.length).toBeGreaterThanOrEqual(3);
});

it("reads the answer to a search every few seconds, from when it was read first", async () => {
  let isSearched = false;
  const { doorbell, read } = await welcomed(() => isSearched);
  await vi.advanceTimersByTimeAsync(30_000);
  isSearched = true;
  doorbell.wasRead();
  await vi.advanceTimersByTimeAsync(4000);
  expect(read).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(12_000);
  expect(read).toHaveBeenCalledTimes(3);
  isSearched = false;
  doorbell.wasRead();
  await vi.advanceTimersByTimeAsync(50_000);
  expect(read).toHaveBeenCalledTimes(3);
});

it("comes back after a broken line", async () => {
  const { socket } = await welcomed();
  socket.onclose?.({ code: 1006, reason: "" });
  await vi.advanceTimersByTimeAsync(31_000);
  expect(sockets.length).toBeGreaterThan(1);
});

it("lets a hidden page rest, and reads when it comes into view", async () => {
  const { read, socket } = await welcomed();
  const visibility = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  socket.says("changed");
  await vi.advanceTimersByTimeAsync(5000);
  expect(read).not.toHaveBeenCalled();
  visibility.mockReturnValue("visible");
  document.dispatchEvent(new Event("visibilitychange"));
  await vi.advanceTimersByTimeAsync(0);
  expect(read).toHaveBeenCalledTimes(1);
});
