/** Undo and redo of the author's own changes only, among everyone else's. */
import type { Delta } from "./delta.js";
import type { Selection } from "./messages.js";
import { moveSelection } from "./presence.js";

/** A change that takes back, or makes again, and where it leaves the author's caret. */
export interface Step {
  readonly delta: Delta;
  readonly selection: Selection;
}

interface Inverse {
  readonly delta: Delta;
  /** Where the author was before what this takes back. */
  readonly selection: Selection | null;
}

/** Changes made within this many milliseconds of each other are undone together. */
const PAUSE = 700;
const DEPTH = 200;

/**
 * Each inverse takes back (or makes again) one change of the author's; the top one fits the screen as it is, each lower one the
 * screen after those above it. What others change is carried through all of them, so an inverse takes back what is left of the
 * author's own change and nothing of theirs.
 */
export class UndoStack {
  private done: Inverse[] = [];
  private undone: Inverse[] = [];
  private others: Delta | null = null;
  private lastChange = Number.NEGATIVE_INFINITY;
  private selection: Selection | null = null;

  constructor(private readonly now: () => number = () => performance.now()) {}

  get canUndo(): boolean {
    return this.done.length > 0;
  }

  get canRedo(): boolean {
    return this.undone.length > 0;
  }

  /** The author is there. */
  select(selection: Selection): void {
    this.selection = selection;
  }

  /** The author made this change of the contents `before`. */
  record(change: Delta, before: Delta): void {
    this.settle();
    this.undone = [];
    const inverse = { delta: change.invert(before), selection: this.selection };
    const last = this.now() - this.lastChange < PAUSE ? this.done.pop() : undefined;
    this.lastChange = this.now();
    this.done.push(last ? { ...last, delta: inverse.delta.compose(last.delta) } : inverse);
    if (this.done.length > DEPTH) this.done.shift();
    this.move(change, true);
  }

  /** The next change begins a step of its own. */
  cutoff(): void {
    this.lastChange = Number.NEGATIVE_INFINITY;
  }

  /** Someone else made this change. It is kept aside until needed: a busy document must not cost a walk for each change. */
  remote(change: Delta): void {
    this.move(change, false);
    if (this.done.length + this.undone.length === 0) return;
    this.others = this.others ? this.others.compose(change) : change;
  }

  /** The change of `contents` that takes back the author's last one; `redo` makes it again. Null if there is none. */
  undo(contents: Delta): Step | null {
    return this.step("done", "undone", contents);
  }

  redo(contents: Delta): Step | null {
    return this.step("undone", "done", contents);
  }

  /** Forgets everything: the screen shows other contents. */
  clear(): void {
    this.done = [];
    this.undone = [];
    this.others = null;
    this.cutoff();
  }

  private step(from: "done" | "undone", to: "done" | "undone", contents: Delta): Step | null {
    this.settle();
    this.cutoff();
    const inverse = this[from].pop();
    if (!inverse) return null;
    const { delta } = inverse;
    this[to].push({ delta: delta.invert(contents), selection: this.selection });
    this.selection = inverse.selection ?? { index: endOf(delta), length: 0 };
    return { delta, selection: this.selection };
  }

  private settle(): void {
    if (!this.others) return;
    this.done = carried(this.done, this.others);
    this.undone = carried(this.undone, this.others);
    this.others = null;
  }

  private move(change: Delta, own: boolean): void {
    this.selection = this.selection && moveSelection(this.selection, change, !own);
  }
}

function carried(inverses: readonly Inverse[], others: Delta): Inverse[] {
  const result: Inverse[] = [];
  let remote = others;
  for (const { delta: before, selection } of inverses.toReversed()) {
    const delta = remote.transform(before, true);
    if (delta.ops.length > 0) result.push({ delta, selection: selection && moveSelection(selection, remote) });
    remote = before.transform(remote, false);
  }
  return result.reverse();
}

/** Where the change ends, in the text as it is afterwards. */
function endOf(delta: Delta): number {
  return delta.reduce((end, op) => (op.delete ? end : end + lengthOf(op)), 0);
}

const lengthOf = ({ insert, retain }: { insert?: unknown; retain?: unknown }) =>
  typeof insert === "string" ? insert.length : typeof retain === "number" ? retain : 1;
