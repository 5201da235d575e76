/** What a client holds, as one value that is another one whenever something of it is: as user interface frameworks want it. */

import type { DocumentClient } from "./client.js";
import type { Closed, ConnectionState } from "./connection.js";
import type { Delta } from "./delta.js";
import type { DocumentClientEvents, RemoteSelection } from "./interface.js";
import type { DocumentState, Participant } from "./messages.js";
import type { Kept } from "./replica-state.js";
import type { SaveState } from "./save-state.js";

export interface DocumentView {
  readonly contents: Delta;
  /** Its text, the last newline included. */
  readonly text: string;
  readonly version: number;
  readonly title: string;
  readonly documentState: DocumentState;
  readonly connection: ConnectionState;
  readonly saveState: SaveState;
  readonly capabilities: ReadonlySet<string>;
  readonly participants: readonly Participant[];
  readonly presence: readonly RemoteSelection[];
  readonly kept: readonly Kept[];
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** Why the server said not to come back, if it did. */
  readonly closed: Closed | null;
}

const EVENTS: (keyof DocumentClientEvents)[] = [
  "change",
  "edit",
  "reset",
  "presence",
  "participants",
  "connection",
  "save",
  "access",
  "document",
  "undo",
  "kept",
];

/** A client seen through its views. */
export class Viewer {
  private current: DocumentView;
  private closed: Closed | null = null;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly client: DocumentClient) {
    this.current = this.look();
    for (const name of EVENTS) client.on(name, () => this.changed());
    client.on("closed", (reason) => {
      this.closed = reason;
      this.changed();
    });
  }

  /** The same value until something changes. */
  get view(): DocumentView {
    return this.current;
  }

  /** Calls the listener at each change, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private changed(): void {
    this.current = this.look();
    for (const listener of this.listeners) listener();
  }

  private look(): DocumentView {
    const { contents, text, version, title, documentState, connection, saveState } = this.client;
    const { capabilities, presence, kept, canUndo, canRedo } = this.client;
    const participants = [...this.client.participants.values()];
    const place = { contents, text, version, title, documentState, capabilities, participants, presence };
    return { ...place, connection, saveState, kept, canUndo, canRedo, closed: this.closed };
  }
}
