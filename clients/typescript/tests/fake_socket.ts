/** A WebSocket whose other end is the test. */
import type { Socket } from "../src/connection.js";

export class FakeSocket implements Socket {
  /** Every socket made since the last `forget`, oldest first. */
  static made: FakeSocket[] = [];

  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  /** What the client sent, parsed. */
  readonly sent: { type: string; [field: string]: unknown }[] = [];
  closed = false;

  constructor(
    readonly url: string,
    readonly protocol: string,
  ) {
    FakeSocket.made.push(this);
  }

  static get last(): FakeSocket {
    const socket = FakeSocket.made.at(-1);
    if (socket === undefined) throw new Error("no socket was made");
    return socket;
  }

  static forget(): void {
    FakeSocket.made = [];
  }

  send(frame: string): void {
    if (this.closed) throw new Error("sent on a closed socket");
    this.sent.push(JSON.parse(frame));
  }

  close(): void {
    this.closed = true;
  }

  /** The server took the connection. */
  open(): void {
    this.onopen?.();
  }

  receive(frame: unknown): void {
    this.onmessage?.({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }

  /** The server, or the network, ended the connection. */
  end(code = 1006, reason = ""): void {
    this.closed = true;
    this.onclose?.({ code, reason });
  }

  /** Takes what the client sent since the last time. */
  take(): { type: string; [field: string]: unknown }[] {
    return this.sent.splice(0);
  }
}
