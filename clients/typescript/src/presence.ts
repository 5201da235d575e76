/** Where the others are: each selection is held until its version is reached, then moved along with the text. */
import { Delta } from "./delta.js";
import type { Participant, Revision, Selection, SessionPresence } from "./messages.js";

/** How many revisions are remembered for selections told late; one from further back waits for the session's next. */
const RECENT = 1000;

/**
 * Moves a selection over a change. What is inserted at an edge of a range stays outside of it. At a caret, `stay` decides: it stays
 * left of what is inserted there (someone else typed), or goes after it (its own person did).
 */
export function moveSelection({ index, length }: Selection, change: Delta, stay = true): Selection {
  if (length === 0) return { index: change.transformPosition(index, stay), length };
  const start = change.transformPosition(index, false);
  const end = change.transformPosition(index + length, true);
  return { index: start, length: end - start };
}

interface Moved {
  version: number;
  client_id: string;
  delta: Delta;
}

/** The other participants and their selections, kept at the version that this client holds. */
export class Selections {
  readonly participants: Map<string, Participant>;
  private readonly placed = new Map<string, SessionPresence>();
  private readonly held = new Map<string, SessionPresence>();
  private readonly recent: Moved[] = [];

  constructor(
    public version: number,
    participants: readonly Participant[],
  ) {
    this.participants = new Map(participants.map((participant) => [participant.session_id, participant]));
  }

  joined(participant: Participant): void {
    this.participants.set(participant.session_id, participant);
  }

  left(sessionId: string): void {
    for (const known of [this.participants, this.placed, this.held]) known.delete(sessionId);
  }

  /** What participants said of themselves: the latest counts, a later version's is held until that is reached. */
  heard(sessions: readonly SessionPresence[]): void {
    for (const one of sessions) {
      this.held.delete(one.session_id);
      if (one.version > this.version) this.held.set(one.session_id, one);
      else this.place(one);
    }
  }

  /** The client confirmed these revisions; those that it held before are passed over. */
  advance(revisions: readonly Revision[]): void {
    for (const revision of revisions) {
      if (revision.version === this.version + 1) this.advanceOver(revision);
    }
  }

  /** Who is where on the screen: over this client's own unsent changes, in their order. */
  onScreen(unsent: readonly Delta[]): SessionPresence[] {
    return [...this.placed.values()].map((one) => ({
      ...one,
      selection: unsent.reduce((selection, change) => selection && moveSelection(selection, change), one.selection),
    }));
  }

  private advanceOver({ version, client_id, delta }: Revision): void {
    const moved = { version, client_id, delta: new Delta(delta) };
    this.version = version;
    this.recent.push(moved);
    if (this.recent.length > RECENT) this.recent.shift();
    for (const one of this.placed.values()) this.placed.set(one.session_id, this.move(one, moved));
    for (const one of this.held.values()) {
      if (one.version === version) this.heard([one]);
    }
  }

  private place(one: SessionPresence): void {
    const missed = this.recent.filter((moved) => moved.version > one.version);
    if (missed.length < this.version - one.version) return;
    this.placed.set(
      one.session_id,
      missed.reduce((moved, revision) => this.move(moved, revision), one),
    );
  }

  private move(one: SessionPresence, { version, client_id, delta }: Moved): SessionPresence {
    const others = this.participants.get(one.session_id)?.client_id !== client_id;
    return { ...one, version, selection: one.selection && moveSelection(one.selection, delta, others) };
  }
}
