/** Stores what waits, then sends it: never the other way round. */
import type { Submit } from "./messages.js";
import type { Outbox } from "./outbox.js";
import type { Replica } from "./replica.js";

export class Sender {
  /** The seq that went out last on this connection. */
  sent: number | null = null;
  private stored = 0;
  private writing: Promise<void> = Promise.resolve();
  private queued: Promise<void> | null = null;
  private remembered: readonly unknown[] = [];
  private paused: ReturnType<typeof setTimeout> | undefined;
  private connection = 0;

  constructor(
    private readonly replica: Replica,
    private readonly outbox: Outbox,
    private readonly send: (submission: Submit) => void,
  ) {
    this.remembered = this.memorable();
  }

  /** How many changes the author has made that are not stored yet. */
  get unstored(): number {
    return this.replica.made - this.stored;
  }

  /** Resolves once what the author did until now is stored, and what may be sent now is sent. */
  async advance(): Promise<void> {
    const submission = this.paused === undefined ? this.replica.sendable() : null;
    const connection = this.connection;
    await this.write();
    if (submission === null || connection !== this.connection) return;
    this.sent = submission.seq;
    this.send(submission);
  }

  /** Sends nothing for so many seconds. */
  pause(seconds: number): void {
    clearTimeout(this.paused);
    this.paused = setTimeout(() => {
      this.paused = undefined;
      void this.advance();
    }, seconds * 1000);
  }

  /** What was to be sent goes nowhere; it comes again on the next connection. */
  disconnected(): void {
    clearTimeout(this.paused);
    this.paused = undefined;
    this.connection += 1;
    this.sent = null;
    this.replica.disconnected();
  }

  private write(): Promise<void> {
    const memorable = this.memorable();
    if (memorable.every((value, index) => value === this.remembered[index])) return this.queued ?? this.writing;
    this.remembered = memorable;
    this.queued ??= this.writing.then(() => {
      this.queued = null;
      this.writing = this.store();
      return this.writing;
    });
    return this.queued;
  }

  private async store(): Promise<void> {
    const { made } = this.replica;
    await this.outbox.store(this.replica.state());
    this.stored = made;
  }

  /** What changes by the author's doing; what waits also moves over revisions, but was remembered with the version it stood on. */
  private memorable(): readonly unknown[] {
    const { seq, pending, buffer, kept } = this.replica;
    return [seq, pending?.seq, buffer?.changes, kept];
  }
}
