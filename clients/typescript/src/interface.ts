/** What whoever embeds a DocumentClient gives to it, and hears of it. */
import type Delta from "quill-delta";
import type { ConnectionState, SocketConstructor } from "./connection.js";
import type { DocumentState, Participant, Reason, Selection, UserInfo } from "./messages.js";
import type { Fallback, Outbox } from "./outbox.js";
import type { Kept } from "./replica-state.js";
import type { SaveState } from "./save-state.js";

export interface DocumentClientOptions {
  /** The document's socket, `wss://…/ws/documents/{id}/`. */
  url: string;
  /** An API token; left out where a session cookie says who is asking. */
  token?: string | (() => string | Promise<string>);
  client?: { name: string; version?: string };
  /** Where unsent changes outlive the page; by default they don't. */
  outbox?: Outbox;
  /** For environments that have none of their own. */
  WebSocket?: SocketConstructor;
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
  /** Someone else's change, to be applied to the screen. */
  change: { delta: Delta };
  /** The screen is to show these contents, the first ones too. */
  reset: { contents: Delta };
  presence: RemoteSelection[];
  participants: ReadonlyMap<string, Participant>;
  connection: ConnectionState;
  save: SaveState;
  access: { role: string; capabilities: ReadonlySet<string> };
  document: { title: string; state: DocumentState; damaged: boolean };
  /** What the server's administrators tell everybody; empty: nothing. */
  banner: string;
  /** A change of the author's was refused and left the screen; it is in `kept` until it is discarded. */
  refused: { delta: Delta; code: string; message: string };
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
  closed: Reason;
}
