/** What whoever embeds a DocumentClient gives to it, and hears of it. */

import type { Closed, ConnectionState, SocketConstructor } from "./connection.js";
import type { Delta } from "./delta.js";
import type { DocumentState, Participant, Selection, UserInfo } from "./messages.js";
import type { Fallback, Outbox } from "./outbox.js";
import type { Kept } from "./replica-state.js";
import type { SaveState } from "./save-state.js";

export interface DocumentClientOptions {
  /** The document's socket, `wss://…/ws/documents/{id}/`. */
  url: string;
  /** An API token; left out where a session cookie says who is asking. */
  token?: string | (() => string | Promise<string>);
  /** What the others are told that this client is. */
  client?: { name: string; version?: string };
  /** Where unsent changes outlive the page; by default they don't. */
  outbox?: Outbox;
  /** For environments that have none of their own. */
  WebSocket?: SocketConstructor;
  /** Between 0 and 1, for jitter. */
  random?: () => number;
}

/** Where another participant is on this screen. */
export interface RemoteSelection {
  sessionId: string;
  user: UserInfo;
  selection: Selection | null;
  typing: boolean;
}

export interface DocumentClientEvents {
  /**
   * A change that the screen lacks: someone else's, or the author's own taken back or made again; `selection` is then where the
   * author's caret goes.
   */
  change: { delta: Delta; selection?: Selection };
  /** The author's own change, as it stands on the screen already. */
  edit: { delta: Delta };
  /** The screen is to show these contents, the first ones too. */
  reset: { contents: Delta };
  /** Where the others are now. */
  presence: RemoteSelection[];
  /** Who is here now, by session. */
  participants: ReadonlyMap<string, Participant>;
  /** The connection is another than before. While it is not `online`, edits are kept, and sent when it is back. */
  connection: ConnectionState;
  /** How safe the author's text is, where that has changed. */
  save: SaveState;
  /** What the author may do here. */
  access: { role: string; capabilities: ReadonlySet<string> };
  /** Its title and state. `damaged`: it failed the server's integrity check, and stays frozen until it passes. */
  document: { title: string; state: DocumentState; damaged: boolean };
  /** What the server's administrators tell everybody; empty: nothing. */
  banner: string;
  /** The submission `seq` is committed: it survives whatever happens to the server now. */
  acknowledged: { seq: number; version: number };
  /** Whether there is something to undo, or to redo. */
  undo: { canUndo: boolean; canRedo: boolean };
  /** A change of the author's was rejected and left the screen; it is in `kept` until it is discarded. */
  rejected: { delta: Delta; code: string; message: string };
  /** Changes that are not in the document and are kept for their author, whenever there are more or fewer. */
  kept: readonly Kept[];
  /** Why unsent changes would not outlive the page; null: they would again. */
  fallback: Fallback | null;
  /**
   * What stood here was not the document at `version`; a `reset` follows, with what waits still on top. `times`: how many
   * checks in a row have found that.
   */
  mismatched: { version: number; times: number };
  /** The server says that what stands here is the document at `version`: an editor may look whether it shows that. */
  verified: { version: number };
  /** The server said not to come back unchanged. */
  closed: Closed;
}
