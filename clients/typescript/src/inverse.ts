/**
 * What takes back changes of the author's, carried through what others do.
 *
 * Two people may take away the same text at once. Whose change commits later took away nothing, and must bring nothing back: what
 * its inverse would insert is `lost`. That shows only while the change waits, for then the author's screen lacks the text already.
 */
import { Delta } from "./delta.js";
import { equal } from "./json.js";

/** From one index up to another, not included. */
export type Range = readonly [start: number, end: number];

/** Takes back one change, as it applies after those that take back later ones. */
export class Inverse {
  /** What it must no longer insert, counted among all that it inserts after what was lost before. */
  readonly lost: (readonly Range[])[] = [];

  constructor(public delta: Delta) {}
}

/** A change of the author's that waits, as it applies to the server's document and those before it, and what takes it back. */
export interface Own {
  change: Delta;
  readonly undo: Inverse;
}

/** Carries the inverses, the newest first, over a change of what the newest applies to; returns what it is after the last. */
export function carry(inverses: readonly Inverse[], change: Delta): Delta {
  let remote = change;
  for (const inverse of inverses) {
    const before = inverse.delta;
    inverse.delta = remote.transform(before, true);
    remote = before.transform(remote, false);
    for (const ranges of inverse.lost.splice(0)) remote = remote.compose(lose(inverse, ranges));
  }
  return remote;
}

/** Moves what waits, the oldest first, over a committed change, and notes what both take away: the author's changes no longer do. */
export function moveOwn(owns: readonly Own[], committed: Delta): void {
  let remote = committed;
  for (const own of owns) {
    const lost = twice(own.change, remote);
    if (lost.length > 0) own.undo.lost.push(lost);
    const moved = remote.transform(own.change, false);
    remote = own.change.transform(remote, true);
    own.change = moved;
  }
}

/**
 * The author's changes, if they are what this one change is; else null. Changes that move one by one, and the one made of them, may come to
 * place what stood around deleted text in another order.
 */
export function knownAs(owns: readonly Own[] | null, change: Delta): readonly Own[] | null {
  const all = owns?.reduce((before, own) => before.compose(own.change), new Delta());
  return all && equal(all.ops, change.ops) ? owns : null;
}

/** What both changes of one text take away, counted among what the first takes away. */
function twice(own: Delta, other: Delta): Range[] {
  const taken = deleted(other);
  let before = 0;
  return deleted(own).flatMap(([start, end]) => {
    const found = within(taken, start, end).map(([from, to]): Range => [before + from, before + to]);
    before += end - start;
    return found;
  });
}

/** Takes out of the inverse what it must not insert; the change that this makes to what it makes. */
function lose(inverse: Inverse, ranges: readonly Range[]): Delta {
  const change = new Delta();
  let inserted = 0;
  for (const op of inverse.delta.ops) {
    if (op.delete !== undefined) continue;
    const length = Delta.Op.length(op);
    let at = 0;
    if (op.insert !== undefined) {
      for (const [start, end] of within(ranges, inserted, inserted + length)) {
        change.retain(start - at).delete(end - start);
        at = end;
      }
      inserted += length;
    }
    change.retain(length - at);
  }
  inverse.delta = inverse.delta.compose(change.chop());
  return change;
}

/** The parts of the ranges that lie between two places, counted from the first of them. */
function within(ranges: readonly Range[], from: number, to: number): Range[] {
  return ranges
    .map(([start, end]): Range => [Math.max(start, from) - from, Math.min(end, to) - from])
    .filter(([start, end]) => start < end);
}

function deleted(change: Delta): Range[] {
  const ranges: Range[] = [];
  let at = 0;
  for (const op of change.ops) {
    if (op.delete !== undefined) ranges.push([at, at + op.delete]);
    if (op.insert === undefined) at += Delta.Op.length(op);
  }
  return ranges;
}
