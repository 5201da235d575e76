/** What a replica holds of its author's own changes, and what of it is remembered. */
import type { Delta, Op } from "./delta.js";
import type { Own } from "./inverse.js";
import type { Reason, RevisionName } from "./messages.js";

/** What waits, in the canonical form that is sent, as it applies to the version that is held. */
export interface Waiting {
  readonly delta: Delta;
  /** How many local changes are composed into it. */
  readonly changes: number;
  /** Those changes, the oldest first, and what undoes them; null where that is not known. It is not remembered. */
  readonly own: readonly Own[] | null;
}

/** The one submission that is not acknowledged. Nothing is ever added to it. */
export interface Pending extends Waiting {
  readonly seq: number;
}

/** A change that will not be in the document: its text is its author's, to be shown and offered again. */
export interface Kept extends Reason {
  readonly delta: Op[];
}

interface WaitingState {
  delta: Op[];
  changes: number;
}

/** What must be remembered to go on later, elsewhere. `pending` and `buffer` apply to `version`. */
export interface ReplicaState {
  client_id: string;
  /** The highest seq ever used under this client_id. */
  seq: number;
  version: number;
  /** The name of the revision at `version`. */
  last: RevisionName | null;
  pending: (WaitingState & { seq: number }) | null;
  buffer: WaitingState | null;
  kept: Kept[];
  /** The document as committed at `version`. It may be left out: what waits is then carried over to contents sent anew. */
  contents?: Op[] | null;
}

/** Why something is kept. */
export const GONE: Reason = { code: "history_gone", message: "The history after that version is no longer kept." };
export const NOT_FITTING: Reason = {
  code: "beyond_end",
  message: "The change reaches beyond the end of the document.",
};
export const CHANGED: Reason = {
  code: "history_changed",
  message: "The document's history is another than the one you hold.",
};
