/** Undo and redo of the author's own changes only, among everyone else's. */
import { Delta } from "./delta.js";
import { carry, Inverse } from "./inverse.js";
import type { Selection } from "./messages.js";
import { moveSelection } from "./presence.js";

/** A change that takes back, or makes again; where it leaves the author's caret; what takes it back in turn, and what it is made of. */
export interface Step {
  readonly delta: Delta;
  readonly selection: Selection;
  readonly inverse: Inverse;
  readonly inverses: readonly Inverse[];
}

interface Undoable {
  /** What takes it back, change by change, the newest first. */
  inverses: Inverse[];
  /** Where the author was before what this takes back. */
  selection: Selection | null;
}

/** Changes made within this many milliseconds of each other are undone together. */
const PAUSE = 700;
const DEPTH = 200;

/**
 * Each inverse takes back (or makes again) one change of the author's; the newest fits the screen as it is, each older one the
 * screen after those above it. What others change is carried through all of them, so an inverse takes back what is left of the
 * author's own change and nothing of theirs.
 */
export class UndoStack {
  private done: Undoable[] = [];
  private undone: Undoable[] = [];
  private others = new Delta();
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

  /** The author made this change of the contents `before`; returns what takes it back. */
  record(change: Delta, before: Delta): Inverse {
    this.settle();
    this.undone = [];
    const inverse = new Inverse(change.invert(before));
    const last = this.now() - this.lastChange < PAUSE ? this.done.at(-1) : undefined;
    this.lastChange = this.now();
    if (last) last.inverses.unshift(inverse);
    else this.done.push({ inverses: [inverse], selection: this.selection });
    if (this.done.length > DEPTH) this.done.shift();
    this.move(change, true);
    return inverse;
  }

  /** The next change begins a step of its own. */
  cutoff(): void {
    this.lastChange = Number.NEGATIVE_INFINITY;
  }

  /** Someone else made this change. It is kept aside until needed: a busy document must not cost a walk for each change. */
  remote(change: Delta): void {
    this.move(change, false);
    if (this.done.length + this.undone.length === 0) return;
    this.others = this.others.compose(change);
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
    this.others = new Delta();
    this.cutoff();
  }

  private step(from: "done" | "undone", to: "done" | "undone", contents: Delta): Step | null {
    this.settle();
    this.cutoff();
    const undoable = this[from].pop();
    if (!undoable) return null;
    const delta = undoable.inverses.reduce((all, inverse) => all.compose(inverse.delta), new Delta());
    // Typed and deleted again in one step: there is nothing to see.
    if (delta.ops.length === 0) return this.step(from, to, contents);
    const inverse = new Inverse(delta.invert(contents));
    this[to].push({ inverses: [inverse], selection: this.selection });
    this.selection = undoable.selection ?? { index: endOf(delta), length: 0 };
    return { delta, inverse, inverses: undoable.inverses, selection: this.selection };
  }

  private settle(): void {
    this.done = carried(this.done, this.others);
    this.undone = carried(this.undone, this.others);
    this.others = new Delta();
  }

  private move(change: Delta, own: boolean): void {
    this.selection = this.selection && moveSelection(this.selection, change, !own);
  }
}

/** What is left of them after a change of others'. */
function carried(undoables: readonly Undoable[], others: Delta): Undoable[] {
  const newest = undoables.toReversed();
  let remote = others;
  for (const undoable of newest) {
    const { selection } = undoable;
    undoable.selection = selection && moveSelection(selection, remote);
    remote = carry(undoable.inverses, remote);
    undoable.inverses = undoable.inverses.filter(({ delta }) => delta.ops.length > 0);
  }
  return undoables.filter(({ inverses }) => inverses.length > 0);
}

/** Where the change ends, in the text as it is afterwards. */
function endOf(delta: Delta): number {
  return delta.reduce((end, op) => (op.delete ? end : end + lengthOf(op)), 0);
}

const lengthOf = ({ insert, retain }: { insert?: unknown; retain?: unknown }) =>
  typeof insert === "string" ? insert.length : typeof retain === "number" ? retain : 1;
