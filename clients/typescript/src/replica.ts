/**
 * The client's half of an edit, without any I/O: what is confirmed, what is sent, what is typed on top of it.
 *
 * The confirmed contents are the server's document at `version`. The screen shows those, then `pending` (the one change
 * that is sent and not acknowledged), then `buffer` (what was typed since).
 */
import { isDocument, withoutRoundTrips } from "./canonical.js";
import { Delta } from "./delta.js";
import { type Inverse, knownAs, moveOwn, type Own } from "./inverse.js";
import { equal } from "./json.js";
import type {
  Checked,
  PresenceUpdate,
  Reason,
  Revision,
  RevisionName,
  Selection,
  Submit,
  Welcome,
} from "./messages.js";
import {
  CHANGED,
  GONE,
  type Kept,
  NOT_FITTING,
  type Pending,
  type ReplicaState,
  type Waiting,
} from "./replica-state.js";
import { Diverged, type Question, type Update } from "./update.js";

const NOTHING: Update = { changes: [] };

/** Of how many changes that wait it is known what undoes them: each revision moves them all. */
const MOST_OWN = 200;

export class Replica {
  readonly clientId: string;
  seq: number;
  version: number;
  last: RevisionName | null;
  pending: Pending | null;
  buffer: Waiting | null;
  kept: readonly Kept[];
  /** The document as committed at `version`; null until the first welcome, unless it was remembered. */
  contents: Delta | null;
  /** How many changes the author has made on this replica. */
  made = 0;
  /** What the server was asked, and has not answered on this connection. */
  question: Question | null = null;
  private shown: Delta;
  private arrival: Welcome | null = null;
  private inFlight = false;
  private liveFrom: number | null = null;
  private fetchedAfter: number | null = null;

  constructor(state: ReplicaState) {
    this.clientId = state.client_id;
    this.seq = state.seq;
    this.version = state.version;
    this.last = state.last;
    this.pending = state.pending && { ...state.pending, delta: new Delta(state.pending.delta), own: null };
    this.buffer = state.buffer && { ...state.buffer, delta: new Delta(state.buffer.delta), own: null };
    this.kept = state.kept;
    this.contents = state.contents ? new Delta(state.contents) : null;
    this.shown = this.composed();
  }

  /** What to remember. */
  state(): ReplicaState {
    const { clientId: client_id, seq, version, last, pending, buffer, kept } = this;
    return {
      client_id,
      seq,
      version,
      last,
      pending: pending && { seq: pending.seq, changes: pending.changes, delta: pending.delta.ops },
      buffer: buffer && { changes: buffer.changes, delta: buffer.delta.ops },
      kept: [...kept],
      contents: this.contents?.ops ?? null,
    };
  }

  /** What the author sees. */
  get screen(): Delta {
    return this.shown;
  }

  /** What waits, in the order in which it will commit. */
  get waiting(): readonly Waiting[] {
    return [this.pending, this.buffer].filter((waiting) => waiting !== null);
  }

  /** Whether all that was typed is committed. */
  get synchronized(): boolean {
    return this.pending === null && this.buffer === null;
  }

  /** What `hello` names: where this replica stands, if it holds the contents there. */
  position(): { version?: number; last?: RevisionName } {
    if (this.contents === null) return {};
    return { version: this.version, ...(this.last && { last: this.last }) };
  }

  /** Takes a change that the author made on the screen, in canonical form, and what undoes it. */
  local(delta: Delta, undo?: Inverse): void {
    this.made += 1;
    this.shown = this.shown.compose(delta);
    const { delta: before, changes, own } = this.buffer ?? { delta: new Delta(), changes: 0, own: [] };
    const owns = undo && own && this.own.length < MOST_OWN ? [...own, { change: delta, undo }] : null;
    this.buffer = nonEmpty({ delta: before.compose(delta), changes: changes + 1, own: owns });
  }

  /** Takes a change that takes back the author's changes of those inverses; `undo` takes this one back. */
  back(delta: Delta, undo: Inverse, inverses: readonly Inverse[]): void {
    const earlier = this.buffer?.own?.slice(0, -inverses.length);
    const lately = this.buffer?.own?.slice(-inverses.length).map((own) => own.undo) ?? [];
    this.local(delta, undo);
    if (this.buffer === null || !earlier || !inverses.every((inverse) => lately.includes(inverse))) return;
    // Nobody has heard of them: where nobody came in between, it is as if they had never been.
    const under = this.pending && this.contents ? this.contents.compose(this.pending.delta) : this.contents;
    const simple = withoutRoundTrips(under ?? new Delta(), this.buffer.delta);
    if (knownAs(earlier, simple)) this.buffer = nonEmpty({ ...this.buffer, delta: simple, own: earlier });
  }

  /**
   * The submission to send now, if any; `state()` is to be remembered before it is sent. What was pending when a connection was
   * lost comes again under its own seq, moved to the version now held, and with nothing added.
   */
  sendable(): Submit | null {
    if (this.inFlight || this.liveFrom === null || this.arrival !== null || this.version < this.liveFrom) return null;
    if (this.pending === null) {
      if (this.buffer === null) return null;
      this.seq += 1;
      this.pending = { ...this.buffer, seq: this.seq };
      this.buffer = null;
    }
    this.inFlight = true;
    const { seq, delta } = this.pending;
    return { type: "submit", seq, base_version: this.version, delta: delta.ops };
  }

  /** Where the author is, for the others; null while the screen is ahead of what they can know. */
  presence(selection: Selection | null, typing: boolean): PresenceUpdate | null {
    if (!this.synchronized || this.contents === null) return null;
    return { type: "presence", version: this.version, selection, typing };
  }

  /** The connection stands: go on from revisions, start over from contents, or carry what waits over to them. */
  welcome(message: Welcome): Update {
    const stale = message.acked_seq > this.seq;
    this.seq = Math.max(this.seq, message.acked_seq);
    this.liveFrom = message.document.version;
    if (!message.contents) return this.receive(message.revisions ?? []);
    this.arrival = message;
    if (this.contents !== null || stale || this.version > this.liveFrom) return this.giveUp();
    if (this.synchronized || this.liveFrom === 0) return this.arrive();
    if (!seesHistory(message.capabilities)) return this.giveUp(GONE);
    // The revision at `version` too: its name tells whether the server's history is still the one that this stands on.
    this.fetchedAfter = Math.max(0, this.version - 1);
    return { changes: [], fetchAfter: this.fetchedAfter };
  }

  /** Committed changes. Known ones are passed over; on a gap, `fetchAfter` says from where to ask again. */
  receive(revisions: readonly Revision[]): Update {
    if (this.arrival !== null) return this.approach(revisions);
    const changes: Delta[] = [];
    for (const revision of revisions) {
      if (revision.version <= this.version) continue;
      if (revision.version > this.version + 1) return { changes, fetchAfter: this.fetchOnce() };
      const change = this.merge(revision);
      if (change.ops.length > 0) changes.push(change);
    }
    return { changes };
  }

  /** A submission that was sent twice is in the document. Its revision came before, or has yet to be fetched. */
  acknowledge(seq: number, version: number): Update {
    if (this.pending?.seq !== seq) return NOTHING;
    if (version > this.version) return { changes: [], fetchAfter: this.fetchOnce() };
    // The confirmed contents hold it already: on the screen it stands twice.
    return { changes: this.withdraw(this.pending) };
  }

  /** The pending submission will never be in the document: it leaves the screen and is kept for its author. */
  rejected(seq: number, reason: Reason): Update {
    if (this.pending?.seq !== seq) return NOTHING;
    const kept = this.keep(this.pending.delta, reason);
    // What it took away comes back now, and not once more by undoing it.
    for (const { undo } of this.pending.own ?? []) undo.lost.push([[0, Number.POSITIVE_INFINITY]]);
    return { changes: this.withdraw(this.pending), kept };
  }

  /** What to ask the server by `check`: whether the screen shows the document. Null while it is not meant to. */
  ask(): Question | null {
    const arrived = this.contents !== null && this.liveFrom !== null && this.version >= this.liveFrom;
    if (!arrived || !this.synchronized) return null;
    this.question = { version: this.version, contents: this.shown, since: [] };
    return this.question;
  }

  /** The answer: where the contents differ, the server's take their place, under all that waits. */
  checked({ version, contents }: Checked): Update {
    const { question } = this;
    this.question = null;
    if (question?.version !== version || !contents) return NOTHING;
    this.forgetOwn();
    this.contents = question.since.reduce((all, delta) => all.compose(delta), new Delta(contents));
    const kept = isDocument(this.composed()) ? undefined : this.takeOff();
    this.shown = this.composed();
    return { contents: this.shown, changes: [], kept };
  }

  /** That submission was not taken: `sendable` gives it again. */
  slowDown(seq: number): void {
    if (this.pending?.seq === seq) this.inFlight = false;
  }

  /** The connection is gone: what was on its way is not known to have arrived. Nothing is sendable until welcome. */
  disconnected(): void {
    this.inFlight = false;
    this.liveFrom = null;
    this.fetchedAfter = null;
    this.arrival = null;
    this.question = null;
  }

  /** Keeps what another replica of the same author kept. */
  take(kept: readonly Kept[]): void {
    this.kept = [...this.kept, ...kept];
  }

  /** The author has taken back, or given up, what was kept. */
  release(kept: Kept): void {
    this.kept = this.kept.filter((each) => each !== kept);
  }

  /** Rights changed: without the history there is nothing left to wait for on the way to the contents. */
  accessChanged(capabilities: readonly string[]): Update {
    return seesHistory(capabilities) ? NOTHING : this.giveUp(GONE);
  }

  /** What waits can't be carried over to the welcome's contents: it is kept for its author, save what is in them. */
  giveUp(reason?: Reason): Update {
    if (this.arrival === null) return NOTHING;
    const { acked_seq, resync } = this.arrival;
    const acknowledged = this.pending !== null && this.pending.seq <= acked_seq;
    const unsaved = (acknowledged ? [this.buffer] : [this.pending, this.buffer]).filter((waiting) => waiting !== null);
    // What was sent may still be under way: under the same seq, nothing takes its place.
    this.pending = acknowledged ? null : this.pending && { ...this.pending, delta: new Delta() };
    this.buffer = null;
    const kept = this.keep(
      unsaved.reduce((all, { delta }) => all.compose(delta), new Delta()),
      reason ?? (resync === "history_gone" ? GONE : CHANGED),
    );
    // Revisions after those contents may have been passed over on the way.
    const passedOver = this.fetchedAfter !== null;
    return { ...this.arrive(), kept, fetchAfter: passedOver ? this.fetchOnce() : undefined };
  }

  /** Moves what waits, remembered from an earlier version, towards the contents of the welcome. */
  private approach(revisions: readonly Revision[]): Update {
    for (const revision of revisions) {
      if (revision.version === this.version && !isNamed(revision, this.last)) return this.giveUp(CHANGED);
      if (revision.version === this.version + 1 && this.version < (this.liveFrom ?? 0)) this.merge(revision);
    }
    if (revisions.length === 0) return this.giveUp(GONE);
    if (this.version !== this.liveFrom) return NOTHING;
    const { changes, ...arrived } = this.arrive();
    return { ...arrived, ...this.receive(revisions) };
  }

  private arrive(): Update {
    const { contents, document } = this.arrival as Welcome;
    this.forgetOwn();
    this.arrival = null;
    this.inFlight = false;
    this.version = document.version;
    this.last = document.last ?? null;
    this.contents = new Delta(contents ?? []);
    this.shown = this.composed();
    return { contents: this.shown, changes: [] };
  }

  private composed(): Delta {
    return this.waiting.reduce((shown, { delta }) => shown.compose(delta), this.contents ?? new Delta());
  }

  /** Confirms the next revision and returns what it means for the screen. */
  private merge(revision: Revision): Delta {
    const delta = new Delta(revision.delta);
    const own = revision.client_id === this.clientId;
    const change = own && revision.seq === this.pending?.seq ? this.settle(delta) : this.moveOver(delta);
    this.contents = this.contents?.compose(delta) ?? null;
    this.question?.since.push(delta);
    this.version = revision.version;
    this.last = { client_id: revision.client_id, seq: revision.seq };
    if (own) this.seq = Math.max(this.seq, revision.seq);
    this.shown = this.synchronized && this.contents ? this.contents : this.shown.compose(change);
    return change;
  }

  private settle(delta: Delta): Delta {
    const pending = this.pending as Pending;
    this.pending = null;
    this.inFlight = false;
    // It was given up, and came in as it was first sent after all.
    if (pending.delta.ops.length === 0) return this.moveOver(delta);
    if (equal(pending.delta.ops, delta.ops)) return new Delta();
    this.keep(pending.delta, CHANGED);
    throw new Diverged("another change has this name");
  }

  /**
   * At one place the change that commits later stands left, and on one attribute it wins. A remote revision has committed
   * before whatever waits here will, so what waits moves over it with priority false, and it over what waits with true.
   */
  private moveOver(remote: Delta): Delta {
    let change = remote;
    moveOwn(this.own, remote);
    const move = <W extends Waiting>(waiting: W): W => {
      const delta = change.transform(waiting.delta, false);
      const moved = { ...waiting, delta, own: knownAs(waiting.own, delta) };
      change = waiting.delta.transform(change, true);
      return moved;
    };
    this.pending = this.pending && move(this.pending);
    this.buffer = this.buffer && nonEmpty(move(this.buffer));
    return change;
  }

  /** Takes the pending change off the screen and from under the buffer. */
  private withdraw(pending: Pending): Delta[] {
    let undo = pending.delta.invert(this.contents ?? new Delta());
    if (this.buffer !== null) {
      const { delta, ...rest } = this.buffer;
      this.buffer = nonEmpty({ ...rest, delta: undo.transform(delta, true) });
      undo = delta.transform(undo, false);
    }
    this.pending = null;
    this.inFlight = false;
    this.shown = this.shown.compose(undo);
    return undo.ops.length > 0 ? [undo] : [];
  }

  /** What waits, change by change; nothing where it is not known so. */
  private get own(): Own[] {
    const all = this.waiting.map(({ own }) => own);
    return all.includes(null) ? [] : all.flatMap((own) => own ?? []);
  }

  /** What waits stands on other contents now. */
  private forgetOwn(): void {
    this.pending = this.pending && { ...this.pending, own: null };
    this.buffer = this.buffer && { ...this.buffer, own: null };
  }

  /** Keeps for its author what waits and does not fit on the document. */
  private takeOff(): Kept | undefined {
    const unsent = this.waiting.reduce((all, { delta }) => all.compose(delta), new Delta());
    this.buffer = null;
    // It will be rejected, and is not answered for until then.
    this.pending = this.pending && { ...this.pending, delta: new Delta() };
    return this.keep(unsent, NOT_FITTING);
  }

  private keep(delta: Delta, { code, message }: Reason): Kept | undefined {
    if (delta.ops.length === 0) return undefined;
    const kept = { code, message, delta: delta.ops };
    this.kept = [...this.kept, kept];
    return kept;
  }

  /** One request for each version: the frames that arrive before its answer show the same gap. */
  private fetchOnce(): number | undefined {
    if (this.fetchedAfter === this.version) return undefined;
    this.fetchedAfter = this.version;
    return this.version;
  }
}

/** Whether `fetch` reaches back to before this connection. */
function seesHistory(capabilities: readonly string[]): boolean {
  return capabilities.includes("history") || capabilities.includes("edit");
}

function nonEmpty(waiting: Waiting): Waiting | null {
  return waiting.delta.ops.length > 0 ? waiting : null;
}

function isNamed(revision: Revision, name: RevisionName | null): boolean {
  return name === null || (revision.client_id === name.client_id && revision.seq === name.seq);
}
