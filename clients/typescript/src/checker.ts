/** Asks the server now and then whether what stands here is the document, where it takes that question. */
import { canDigest, contentsDigest } from "./contents-digest.js";
import type { Check, Checked } from "./messages.js";
import type { Replica } from "./replica.js";

/** Milliseconds without an edit before a question: while someone types there is something unsent anyway. */
const QUIET = 3000;
const MOST_DOUBLINGS = 6;

/**
 * Soon after each welcome, then at the server's interval or a little longer. Where the answer is a mismatch again and again, the
 * questions become rarer: something is wrong that no reload mends.
 */
export class Checker {
  private mismatches = 0;
  private interval: number | undefined;
  private notBefore = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly replica: Replica,
    private readonly send: (check: Check) => void,
    private readonly random: () => number,
  ) {}

  /** A connection stands; `interval` is in seconds, and undefined where the server takes no questions. */
  welcomed(interval: number | undefined): void {
    this.interval = canDigest() ? interval : undefined;
    this.notBefore = this.mismatches > 0 ? Date.now() + this.pause() : 0;
    this.quiet();
  }

  /** Nothing was edited from now on. */
  quiet(): void {
    clearTimeout(this.timer);
    if (this.interval === undefined) return;
    const wait = Math.max(QUIET * (1 + this.random()), this.notBefore - Date.now());
    this.timer = setTimeout(() => void this.ask(), wait);
  }

  stop(): void {
    this.interval = undefined;
    clearTimeout(this.timer);
  }

  /** Asks, if what stands here is meant to be the document now. */
  async ask(): Promise<void> {
    const question = this.replica.ask();
    if (question !== null) {
      this.notBefore = Date.now() + this.pause();
      const digest = await contentsDigest(question.contents);
      // Not on a connection that came meanwhile.
      if (question === this.replica.question) this.send({ type: "check", version: question.version, digest });
    }
    this.quiet();
  }

  /** How many answers in a row have been mismatches, where this is one; else 0. */
  answered({ result }: Checked): number {
    if (result === "same") this.mismatches = 0;
    if (result !== "different") return 0;
    this.mismatches += 1;
    this.notBefore = Date.now() + this.pause();
    this.quiet();
    return this.mismatches;
  }

  private pause(): number {
    const doublings = 2 ** Math.min(this.mismatches, MOST_DOUBLINGS);
    return (this.interval ?? 0) * 1000 * doublings * (1 + this.random());
  }
}
