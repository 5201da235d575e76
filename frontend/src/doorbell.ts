import { Connection } from "@deltapad/client";

/** Milliseconds between two readings, at least: rings that come meanwhile are answered by one. */
const PAUSE = 1000;
/** Milliseconds after which it is read again without a ring; a ring may be lost. */
const WHILE_CONNECTED = 60_000;
const WHILE_CUT_OFF = 10_000;
/** The same for the answer to a search: a text is found some seconds after it was written, and nobody rings for that. */
const WHILE_SEARCHED = 5_000;

/** How often is read: `pause` milliseconds lie between two readings at least; `isSearched` shortens the longest time. */
interface Pace {
  pause?: number;
  isSearched?: () => boolean;
}

/** Has a page read again when the server rings, now and then, and when the page comes back into view. */
export class Doorbell {
  private readonly connection: Connection;
  private timer = 0;
  private readAt = Number.NEGATIVE_INFINITY;
  private reading = false;
  private isRung = false;

  constructor(
    private readonly read: () => Promise<void>,
    private readonly pace: Pace = {},
  ) {
    const { protocol, host } = window.location;
    this.connection = new Connection({
      url: `${protocol === "https:" ? "wss:" : "ws:"}//${host}/ws/documents/`,
      WebSocket,
      random: Math.random,
      hello: () => ({ type: "hello", client_id: "page-of-documents" }),
      onMessage: ({ type }) => type !== "pong" && this.ring(),
      onState: () => this.wait(),
      onClosed: () => this.ring(),
    });
  }

  start(): void {
    this.connection.open();
    document.addEventListener("visibilitychange", () => this.ring());
    window.addEventListener("pageshow", () => this.ring());
    this.ring();
  }

  /** Something may be different: reads the list, soon. */
  ring(): void {
    this.isRung = true;
    this.wait();
  }

  /** It was read just now, whoever wanted it. */
  wasRead(): void {
    this.readAt = performance.now();
    this.wait();
  }

  private wait(): void {
    if (this.reading || document.visibilityState !== "visible") return;
    window.clearTimeout(this.timer);
    const due = this.readAt + this.pause - performance.now();
    this.timer = window.setTimeout(() => void this.answer(), Math.max(0, due));
  }

  private get pause(): number {
    if (this.isRung) return this.pace.pause ?? PAUSE;
    if (this.pace.isSearched?.()) return WHILE_SEARCHED;
    return this.connection.state === "online" ? WHILE_CONNECTED : WHILE_CUT_OFF;
  }

  private async answer(): Promise<void> {
    this.isRung = false;
    this.reading = true;
    await this.read();
    this.reading = false;
    this.wasRead();
  }
}
