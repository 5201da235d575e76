/** What a replica says of what it received. */
import type { Delta } from "./delta.js";
import type { Kept } from "./replica-state.js";

/** What something received means: first `contents` replaces the screen, if there, then `changes` apply to it. */
export interface Update {
  readonly contents?: Delta;
  readonly changes: readonly Delta[];
  /** The change that fell out of the document. */
  readonly kept?: Kept | undefined;
  /** Ask for the revisions after this version. */
  readonly fetchAfter?: number | undefined;
}

/** Whether the document at `version` is these `contents`; `since` collects the changes after that. */
export interface Question {
  readonly version: number;
  readonly contents: Delta;
  readonly since: Delta[];
}

/** What the server says contradicts what this replica holds; starting again from contents heals it. */
export class Diverged extends Error {
  override name = "Diverged";
}
