/** One document's socket, kept alive: it comes back with exponential backoff and full jitter until it is told not to. */
import { type ClientMessage, type Hello, parse, type Reason, type ServerMessage, SUBPROTOCOL } from "./messages.js";

export type ConnectionState = "connecting" | "online" | "offline" | "closed";

/** What this needs of a WebSocket; the browser's has it, and so has the `ws` package's. */
export interface Socket {
  onopen: Listener | null;
  onmessage: Listener | null;
  onclose: Listener | null;
  onerror: Listener | null;
  send(frame: string): void;
  close(): void;
}

/** Every implementation has event types of its own, so that only `never` is assignable to all. */
type Listener = (event: never) => void;

export type SocketConstructor = new (url: string, protocol: string) => Socket;

export interface ConnectionOptions {
  url: string;
  WebSocket: SocketConstructor;
  /** Between 0 and 1, as Math.random. */
  random: () => number;
  hello: () => Hello | Promise<Hello>;
  onMessage: (message: ServerMessage) => void;
  onState: (state: ConnectionState) => void;
  /** The server said not to come back unchanged. */
  onClosed: (reason: Reason) => void;
}

/** The server said not to come back unchanged. Act on `code`; `message` is for people. */
export class Closed extends Error implements Reason {
  override name = "Closed";
  readonly code: string;

  constructor({ code, message }: Reason) {
    super(message);
    this.code = code;
  }
}

const FIRST_BACKOFF = 500;
const LONGEST_BACKOFF = 30_000;
/** A connection that lasted this long was a good one: the next backoff starts anew. */
const STABLE_AFTER = 10_000;
const OPEN_TIMEOUT = 20_000;
const WELCOME_TIMEOUT = 60_000;
const HEARTBEAT = 20_000;
/** Long enough for a large frame to pass a slow line before the pong. */
const PONG_TIMEOUT = 20_000;

const CODES: Record<number, string> = {
  4400: "bad_message",
  4401: "unauthenticated",
  4403: "forbidden",
  4404: "not_found",
  4406: "unsupported_protocol",
  4409: "replaced",
  4410: "disconnected",
  4411: "origin_not_allowed",
  4412: "bad_ticket",
  4413: "too_large",
};

export class Connection {
  private socket: Socket | null = null;
  private current: ConnectionState = "offline";
  private timer: ReturnType<typeof setTimeout> | undefined;
  private deadline: ReturnType<typeof setTimeout> | undefined;
  private attempts = 0;
  private welcomedAt = Number.POSITIVE_INFINITY;
  private notBefore = 0;
  private error: Reason | null = null;

  constructor(private readonly options: ConnectionOptions) {}

  get state(): ConnectionState {
    return this.current;
  }

  /** Connects, and goes on connecting until `close` or until the server says not to come back. */
  open(): void {
    if (this.socket !== null) return;
    watchPage(this.wake, "addEventListener");
    this.connect();
  }

  close(): void {
    this.abandon();
    watchPage(this.wake, "removeEventListener");
    this.enter("closed");
  }

  /** Drops the socket and comes back; for whoever no longer trusts what came over it. */
  restart(): void {
    if (this.socket !== null) this.lost();
  }

  /** False where there is no socket to send it on. */
  send(message: ClientMessage): boolean {
    if (this.current !== "online") return false;
    this.socket?.send(JSON.stringify(message));
    return true;
  }

  private connect(): void {
    const socket = new this.options.WebSocket(this.options.url, SUBPROTOCOL);
    this.socket = socket;
    this.error = null;
    this.welcomedAt = Number.POSITIVE_INFINITY;
    this.expectWithin(OPEN_TIMEOUT);
    socket.onopen = () => this.greet(socket);
    socket.onmessage = ({ data }: { data: unknown }) => this.socket === socket && this.take(data);
    socket.onclose = ({ code, reason }: { code: number; reason: string }) =>
      this.socket === socket && this.closed(code, reason);
    socket.onerror = () => {};
    this.enter("connecting");
  }

  private async greet(socket: Socket): Promise<void> {
    this.expectWithin(WELCOME_TIMEOUT);
    try {
      const hello = await this.options.hello();
      if (this.socket === socket) socket.send(JSON.stringify(hello));
    } catch {
      if (this.socket === socket) this.lost();
    }
  }

  private take(frame: unknown): void {
    const message = parse(frame);
    if (message === null) return;
    if (this.current === "online") this.stopExpecting();
    this.heed(message);
    if (message.type === "welcome") this.welcomed(message);
    else this.options.onMessage(message);
  }

  /** Whoever is told that the state is online finds the welcome taken in already, and whoever takes it in may send. */
  private welcomed(welcome: ServerMessage): void {
    this.stopExpecting();
    this.welcomedAt = Date.now();
    this.timer = setTimeout(this.beat, HEARTBEAT);
    this.current = "online";
    this.options.onMessage(welcome);
    if (this.current === "online") this.options.onState(this.current);
  }

  /** An error right before the close says why. */
  private heed(message: ServerMessage): void {
    this.error = message.type === "error" ? { code: message.code, message: message.message } : null;
    if (message.type === "error" && message.retry_after) this.notBefore = Date.now() + message.retry_after * 1000;
  }

  /** The heartbeat that the server counts on, and the only way to notice that a socket is half open. */
  private readonly beat = (): void => {
    clearTimeout(this.timer);
    this.send({ type: "ping" });
    // An answer that is expected already is not expected later for being asked for again.
    if (this.deadline === undefined) this.expectWithin(PONG_TIMEOUT);
    this.timer = setTimeout(this.beat, HEARTBEAT);
  };

  private expectWithin(milliseconds: number): void {
    this.stopExpecting();
    this.deadline = setTimeout(() => this.lost(), milliseconds);
  }

  private stopExpecting(): void {
    clearTimeout(this.deadline);
    this.deadline = undefined;
  }

  /** The network or the page came back: come back now, or make sure that the socket still lives. */
  private readonly wake = (): void => {
    if (this.current === "online") this.beat();
    if (this.current === "offline" && this.notBefore <= Date.now()) {
      clearTimeout(this.timer);
      this.connect();
    }
  };

  private closed(code: number, reason: string): void {
    if (code >= 4400 && code <= 4499) {
      const why = this.error ?? { code: CODES[code] ?? String(code), message: reason };
      this.close();
      this.options.onClosed(why);
    } else this.lost();
  }

  private lost(): void {
    const stable = Date.now() - this.welcomedAt >= STABLE_AFTER;
    this.abandon();
    this.attempts = stable ? 0 : this.attempts + 1;
    const longest = Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** this.attempts);
    const delay = Math.max(this.options.random() * longest, this.notBefore - Date.now());
    this.timer = setTimeout(() => this.connect(), delay);
    this.enter("offline");
  }

  private abandon(): void {
    clearTimeout(this.timer);
    this.stopExpecting();
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private enter(state: ConnectionState): void {
    if (this.current === state) return;
    this.current = state;
    this.options.onState(state);
  }
}

function watchPage(listener: () => void, how: "addEventListener" | "removeEventListener"): void {
  if (typeof window === "undefined") return;
  window[how]("online", listener);
  window[how]("offline", listener);
  document[how]("visibilitychange", listener);
}
