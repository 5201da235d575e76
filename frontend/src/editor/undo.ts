import type { Delta } from "@deltapad/client";
import type { Selection } from "./adapter";
import { moved } from "./selection";

interface Step {
  readonly delta: Delta;
  readonly selection: Selection | null;
}

/** Changes typed within this many milliseconds of each other are undone together. */
const PAUSE = 700;
const DEPTH = 200;

/**
 * Undo and redo of one's own changes only. Each step is a Delta that takes back (or makes again) one change of the
 * user; the top one fits the document as it is, each lower one the document after those above it. What others
 * change is carried through all of them, so a step takes back what is left of one's own change and nothing of theirs.
 */
export class UndoStack {
  private done: Step[] = [];
  private undone: Step[] = [];
  private others: Delta | null = null;
  private lastChange = Number.NEGATIVE_INFINITY;

  constructor(private readonly now: () => number = () => performance.now()) {}

  get canUndo(): boolean {
    return this.done.length > 0;
  }

  get canRedo(): boolean {
    return this.undone.length > 0;
  }

  /** A change by the user, the contents before it, and where the caret stood then. */
  record(change: Delta, before: Delta, selection: Selection | null): void {
    this.settle();
    this.undone = [];
    const inverse = change.invert(before);
    const last = this.now() - this.lastChange < PAUSE ? this.done.pop() : undefined;
    this.lastChange = this.now();
    this.done.push(
      last ? { delta: inverse.compose(last.delta), selection: last.selection } : { delta: inverse, selection },
    );
    if (this.done.length > DEPTH) this.done.shift();
  }

  /** The next change begins a step of its own. */
  cutoff(): void {
    this.lastChange = Number.NEGATIVE_INFINITY;
  }

  /** A change by someone else. Kept aside until needed: a busy document must not cost a walk per change. */
  remote(change: Delta): void {
    if (this.done.length + this.undone.length === 0) return;
    this.others = this.others ? this.others.compose(change) : change;
  }

  /** The change that takes back the user's last one, now part of `redo`; null if there is none. */
  undo(contents: Delta, selection: Selection | null): Step | null {
    return this.move("done", "undone", contents, selection);
  }

  redo(contents: Delta, selection: Selection | null): Step | null {
    return this.move("undone", "done", contents, selection);
  }

  clear(): void {
    this.done = [];
    this.undone = [];
    this.others = null;
    this.cutoff();
  }

  private move(
    from: "done" | "undone",
    to: "done" | "undone",
    contents: Delta,
    selection: Selection | null,
  ): Step | null {
    this.settle();
    this.cutoff();
    const step = this[from].pop();
    if (!step) return null;
    this[to].push({ delta: step.delta.invert(contents), selection });
    return step;
  }

  private settle(): void {
    if (!this.others) return;
    this.done = carried(this.done, this.others);
    this.undone = carried(this.undone, this.others);
    this.others = null;
  }
}

function carried(steps: readonly Step[], others: Delta): Step[] {
  const result: Step[] = [];
  let remote = others;
  for (const step of steps.toReversed()) {
    const delta = remote.transform(step.delta, true);
    if (delta.ops.length > 0) result.push({ delta, selection: step.selection && moved(step.selection, remote) });
    remote = step.delta.transform(remote, false);
  }
  return result.reverse();
}
