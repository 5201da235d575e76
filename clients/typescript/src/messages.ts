/** The frames of protocol version 1, both directions, under their names on the wire. */
import type { Op } from "./delta.js";

/** The WebSocket subprotocol that this client speaks. */
export const SUBPROTOCOL = "deltapad.v1";

/** Names a submission for ever: who sent it, and under which number. */
export interface RevisionName {
  client_id: string;
  seq: number;
}

/** One committed change. `version` is the document's version once it is applied. */
export interface Revision extends RevisionName {
  version: number;
  user_id: string | null;
  at: string;
  delta: Op[];
}

/** `index` and `length` count UTF-16 code units. */
export interface Selection {
  index: number;
  length: number;
}

export interface UserInfo {
  id: string;
  name: string;
  color: string;
  /** Absent for a person with an account. */
  kind?: "guest" | "agent";
  /** Of an agent: the name of the person who keeps it. */
  on_behalf_of?: string;
}

/** One session that is in the document now. */
export interface Participant {
  session_id: string;
  client_id: string;
  user: UserInfo;
  role: string;
  client?: { name: string; version?: string } | null;
}

export type DocumentState = "open" | "frozen" | "trashed";

/** What a submission was refused for, or a connection closed. Act on `code`; `message` is for people. */
export interface Reason {
  code: string;
  message: string;
}

/** Where a session is, in the positions of `version`. */
export interface SessionPresence {
  session_id: string;
  version: number;
  selection: Selection | null;
  typing?: boolean | null;
}

/** The bounds that the server announces and this client keeps to; it announces more. */
export interface Limits {
  /** Largest frame that the server takes, in bytes. */
  frame_in?: number;
  /** Seconds between two `presence` frames. */
  presence_interval?: number;
  /** Seconds between two `check` frames; left out where the server takes none. */
  check_interval?: number | null;
  /** Seconds of silence after which the server counts a session as gone. */
  heartbeat_timeout?: number;
}

export interface Hello {
  type: "hello";
  client_id: string;
  token?: string;
  version?: number;
  last?: RevisionName;
  client?: { name: string; version?: string };
}

export interface Submit {
  type: "submit";
  seq: number;
  base_version: number;
  delta: Op[];
}

export interface PresenceUpdate {
  type: "presence";
  version: number;
  selection: Selection | null;
  typing?: boolean;
}

/** Whether the contents at `version` are those that have this digest. */
export interface Check {
  type: "check";
  version: number;
  digest: string;
}

export type ClientMessage =
  | Hello
  | Submit
  | PresenceUpdate
  | Check
  | { type: "fetch"; after: number }
  | { type: "ping"; id?: number }
  | { type: "seen"; id: number | string };

export interface Welcome {
  type: "welcome";
  protocol: number | string;
  session_id: string;
  user: UserInfo;
  role: string;
  capabilities: string[];
  document: {
    id: string;
    title: string;
    version: number;
    state: DocumentState;
    damaged?: boolean | null;
    last?: RevisionName | null;
  };
  contents?: Op[] | null;
  revisions?: Revision[] | null;
  acked_seq: number;
  durability?: "relaxed" | null;
  resync?: "history_gone" | "history_changed" | null;
  banner?: string | null;
  participants: Participant[];
  limits: Limits;
}

/** Where the result is `different`, it holds the document at `version`. */
export interface Checked {
  type: "checked";
  version: number;
  result: "same" | "different" | "unknown";
  contents?: Op[] | null;
}

export interface ErrorMessage extends Reason {
  type: "error";
  retry: "never" | "later" | "reconnect";
  retry_after?: number | null;
}

export type ServerMessage =
  | Welcome
  | { type: "revisions"; revisions: Revision[] }
  | { type: "ack"; seq: number; version: number }
  | ({ type: "rejected"; seq: number } & Reason)
  | { type: "joined"; participant: Participant }
  | { type: "left"; session_id: string }
  | { type: "presence"; participants: SessionPresence[] }
  | { type: "access"; role: string; capabilities: string[] }
  | { type: "document"; title?: string | null; state?: DocumentState | null; damaged?: boolean | null }
  | { type: "banner"; text: string }
  | { type: "slow_down"; retry_after: number; seq?: number | null }
  | ErrorMessage
  | Checked
  | { type: "pong"; id?: number | string | null }
  | { type: "probe"; id: number | string };

/** The message in a frame; `null` where the frame holds none, which a client ignores. */
export function parse(frame: unknown): ServerMessage | null {
  if (typeof frame !== "string") return null;
  try {
    const message: unknown = JSON.parse(frame);
    const named = typeof message === "object" && message !== null && "type" in message;
    return named ? (message as ServerMessage) : null;
  } catch {
    return null;
  }
}

/** The length of a message's frame, in bytes. */
export function encodedLength(message: ClientMessage): number {
  return new TextEncoder().encode(JSON.stringify(message)).length;
}
