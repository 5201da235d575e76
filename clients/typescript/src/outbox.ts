/** Where what the server may not have outlives a closed tab. */
import type { ReplicaState } from "./replica-state.js";

/** Why an outbox can't outlive its page. */
export type Fallback = "no_locks" | "blocked" | "quota" | "failed";

/** Holds one client_id, and nobody else does meanwhile. */
export interface Outbox {
  /** The only person whose changes may stand in it, where it is kept by person. */
  readonly user?: string;
  /** Why what it stores would not outlive the page, if so. */
  readonly fallback: Fallback | null;
  /** Takes a client_id: one left behind with unsent changes, else a free one, else a new one. */
  open(): Promise<ReplicaState>;
  /** Resolves once the state is stored; before that its pending change may not be sent. */
  store(state: ReplicaState): Promise<void>;
  /** Finds further outboxes left behind with unsent changes, now or later; each is held until it is closed. */
  leftBehind(found: (outbox: Outbox) => void): Promise<void>;
  /** Gives the client_id free. */
  close(): void;
}

/** Whether there is something in it that is not in the document. */
export function isUnsent(state: ReplicaState): boolean {
  return state.pending !== null || state.buffer !== null;
}

/** The state of a client_id that nobody ever had. */
export function newState(): ReplicaState {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const client_id = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { client_id, seq: 0, version: 0, last: null, pending: null, buffer: null, kept: [] };
}

/** An outbox that lives as long as its page. */
export class MemoryOutbox implements Outbox {
  readonly fallback = null;

  constructor(private state: ReplicaState = newState()) {}

  async open(): Promise<ReplicaState> {
    return this.state;
  }

  async store(state: ReplicaState): Promise<void> {
    this.state = state;
  }

  async leftBehind(): Promise<void> {}

  close(): void {}
}
