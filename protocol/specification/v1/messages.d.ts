/** Deltapad's protocol, version 1: what `schema.json` says, as types. Lengths count UTF-16 code units. */

/** What a client may say at /ws/documents/{id}/. */
export type ClientMessage = Hello | Submit | PresenceUpdate | Fetch | Check | Ping | Seen;

/** What the server may say at /ws/documents/{id}/. */
export type ServerMessage = Welcome | Revisions | Ack | Rejected | Joined | Left | Presence | Access | DocumentChanged | Banner | SlowDown | Error | Checked | Pong | Probe;

/** What a client may say at /ws/documents/. */
export type ListClientMessage = Hello | Ping;

/** What the server may say at /ws/documents/. */
export type ListServerMessage = ListWelcome | ListChanged | Error | Pong;

/** Your rights changed while you were here. */
export interface Access {
  type: "access";
  /** What you are to the document now. */
  role: string;
  /** What you may do now. */
  capabilities: Array<string>;
}

/** That submission was already committed. Comes after every revision up to `version` on this connection. */
export interface Ack {
  type: "ack";
  /** The submission. */
  seq: number;
  /** The version that it made. */
  version: number;
}

/** What the server's administrators tell everybody. */
export interface Banner {
  type: "banner";
  /** What they say; empty: no more. */
  text: string;
}

/** Do I hold what you hold? Only for servers that announce `limits.check_interval`; answered with `checked`. */
export interface Check {
  type: "check";
  /** The version that the client holds. */
  version: number;
  /** The digest of its contents there, as rule CHECK-1 has it. */
  digest: string;
}

/** The answer to `check`. */
export interface Checked {
  type: "checked";
  /** The version that was asked about. */
  version: number;
  /** Whether the digests are the same; `unknown`: the server could not tell now, which means nothing. */
  result: "same" | "different" | "unknown";
  /** Where they are `different`: the document at `version`, to go on from. */
  contents?: Delta;
}

/** The program on the other side. */
export interface ClientInfo {
  /** The program's name. */
  name: string;
  /** The program's version. */
  version?: string;
}

/** The document itself changed; holds what did. */
export interface DocumentChanged {
  type: "document";
  /** The new title. */
  title?: string;
  /** The new state. */
  state?: "open" | "frozen" | "trashed";
  /** Whether it now fails the server's integrity check. */
  damaged?: boolean;
}

/** The document that a connection is about. */
export interface DocumentInfo {
  /** The document's UUID. */
  id: string;
  /** Its title. */
  title: string;
  /** Its version at the moment of joining. */
  version: number;
  /** `open`, `frozen` (nobody edits) or `trashed`. */
  state: "open" | "frozen" | "trashed";
  /** True: it did not pass the server's integrity check, and stays frozen until it does. */
  damaged?: boolean;
  /** The name of the revision at `version`, to be given in the next `hello`; none made version 0. */
  last?: Last;
}

/** What went wrong: a row of the error table. */
export interface Error {
  type: "error";
  /** What clients act on. */
  code: string;
  /** For a reader; never to be parsed. */
  message: string;
  /** `never`, `later`, or `reconnect` with backoff and jitter. */
  retry: "never" | "later" | "reconnect";
  /** In how many seconds. */
  retry_after?: number;
  /** What it answers, where that had an id. */
  id?: string | number;
}

/** Asks for the revisions after a version; answered by pages of `revisions`, at the head by an empty one. */
export interface Fetch {
  type: "fetch";
  /** The version that the client holds. */
  after: number;
}

/** The first frame of a connection. Unknown fields are ignored, so that newer clients can talk to this server. */
export interface Hello {
  type: "hello";
  /** Names this copy of the document, for ever; 8 to 64 of A-Za-z0-9_-. */
  client_id: string;
  /** An API token; goes before the handshake's header and cookie. */
  token?: string;
  /** The version that the client holds; left out where it holds no contents. */
  version?: number;
  /** The name of the revision at `version`; tells whether both sides mean one history. */
  last?: Last;
  /** The program that asks. */
  client?: ClientInfo;
}

/** Someone came. */
export interface Joined {
  type: "joined";
  /** Who. */
  participant: Participant;
}

/** The name of the revision at the version that a client holds. */
export interface Last {
  /** Who submitted that revision. */
  client_id: string;
  /** Its number among that client_id's submissions. */
  seq: number;
}

/** Someone went. */
export interface Left {
  type: "left";
  /** Who. */
  session_id: string;
}

/** What this server takes and gives: sizes in bytes of the encoded frame, lengths in UTF-16 code units. */
export interface Limits {
  /** Largest frame that the server takes, in bytes. */
  frame_in?: number;
  /** Largest first frame, in bytes. */
  hello_frame?: number;
  /** Seconds that a connection has for its `hello`. */
  hello_timeout?: number;
  /** Longest document, in UTF-16 code units. */
  document?: number;
  /** Size in bytes from which on a `revisions` frame is ended; a single revision may be larger. */
  revisions_frame?: number;
  /** Bytes sent to a client before it is asked, by `probe`, if it reads. */
  probe_after?: number;
  /** Seconds that a client has to answer a `probe`. */
  seen_timeout?: number;
  /** Seconds within which a session whose line or server died is told of as gone. */
  heartbeat_timeout?: number;
  /** Seconds between two `presence` frames that a client may send. */
  presence_interval?: number;
  /** Seconds between two `check` frames of one client; left out where the server takes none. */
  check_interval?: number;
  /** Frames a second that one principal may count on while others wait too. */
  frames_per_second?: number;
  /** Bytes a second that one principal may count on while others wait too. */
  bytes_per_second?: number;
  /** Streams of events that one person may have open at a server process. */
  streams?: number;
  /** Bytes after which a stream of events ends; its client comes back for the rest. */
  stream_bytes?: number;
  /** Webhooks that one person may have for a document. */
  webhooks?: number;
  /** The attributes that documents hold, besides those that begin with `x-`. */
  formats?: Array<string>;
  /** The embeds that documents hold. */
  embeds?: Array<string>;
}

/** Your list of documents may look different now: read it again. */
export interface ListChanged {
  type: "changed";
}

/** You are in, at the socket that rings for your list of documents. */
export interface ListWelcome {
  type: "welcome";
  /** The protocol's version. */
  protocol: number;
  /** Who you are. */
  user: UserInfo;
}

/** One connection that is in the document. */
export interface Participant {
  /** Names the connection. */
  session_id: string;
  /** The client_id that it said hello with. */
  client_id: string;
  /** Whose connection it is. */
  user: UserInfo;
  /** What that person is to the document. */
  role: string;
  /** The program that they use. */
  client?: ClientInfo;
}

/** Where one participant is. */
export interface ParticipantPresence {
  /** Whose. */
  session_id: string;
  /** The version in whose positions `selection` is. */
  version: number;
  /** The selection; null where there is none. */
  selection: Selection | null;
  /** Whether they are typing now. */
  typing?: boolean;
}

/** Answered with `pong`: how a client that cannot send WebSocket pings finds out whether its line stands. */
export interface Ping {
  type: "ping";
  /** Comes back in the `pong`. */
  id?: string | number;
}

/** The answer to `ping`. */
export interface Pong {
  type: "pong";
  /** The ping's id. */
  id?: string | number;
}

/** Where others are; only those who moved. */
export interface Presence {
  type: "presence";
  /** One entry for each who moved. */
  participants: Array<ParticipantPresence>;
}

/** Where I am. Sent while nothing is unacknowledged; the latest wins; never stored. */
export interface PresenceUpdate {
  type: "presence";
  /** The version in whose positions `selection` is. */
  version: number;
  /** The selection; null where there is none. */
  selection: Selection | null;
  /** Whether the person is typing now. */
  typing?: boolean;
}

/** Are you reading? Answer `seen`. */
export interface Probe {
  type: "probe";
  /** Comes back in the `seen`. */
  id: string | number;
}

/** Final: that submission is not, and will not be, part of the document. */
export interface Rejected {
  type: "rejected";
  /** The submission. */
  seq: number;
  /** Why: a code of the error table. */
  code: string;
  /** Why, for a reader; never to be parsed. */
  message: string;
}

/** A committed change: the one that made `version` out of the version before. */
export interface Revision {
  /** The version that it made; there are no gaps. */
  version: number;
  /** Who submitted it; ids that begin with `@` are the server's own. */
  client_id: string;
  /** Its number among that client_id's submissions. */
  seq: number;
  /** The person; null where the account is gone or the server did it. */
  user_id: string | null;
  /** When it was committed. */
  at: string;
  /** The change, as it applies to the version before; may be empty. */
  delta: Delta;
}

/** Committed changes, to everyone in the same form, their author too: one's own is its acknowledgement. */
export interface Revisions {
  type: "revisions";
  /** In order and without gaps; empty: there are no more. */
  revisions: Array<Revision>;
}

/** The answer to `probe`. */
export interface Seen {
  type: "seen";
  /** The probe's id. */
  id: string | number;
}

/** A selection, or with length 0 a caret. */
export interface Selection {
  /** Where it starts, in UTF-16 code units. */
  index: number;
  /** How much it covers, in UTF-16 code units. */
  length: number;
}

/** Back off. With `seq`: that submission was not taken, send it again later, the same; without: all was taken. */
export interface SlowDown {
  type: "slow_down";
  /** In how many seconds. */
  retry_after: number;
  /** The submission that was not taken. */
  seq?: number;
}

/** A change. It is durable, and part of the document, once its revision or an `ack` comes back. */
export interface Submit {
  type: "submit";
  /** Rises from 1 per client_id; with it, names the change for ever. */
  seq: number;
  /** The version that the change was made on. */
  base_version: number;
  /** The change. */
  delta: Delta;
}

/** A person, as others see them. */
export interface UserInfo {
  /** The person's id. */
  id: string;
  /** The name to show. */
  name: string;
  /** The colour to show them in, `#rrggbb`. */
  color: string;
  /** What they are if not a person with an account: `guest`, who came in by a link; `agent`, a program. */
  kind?: "guest" | "agent";
  /** Of an agent, the name of the person who keeps it. */
  on_behalf_of?: string;
}

/** You are in. Holds either `contents` or `revisions`. */
export interface Welcome {
  type: "welcome";
  /** The protocol's version. */
  protocol: number;
  /** Names this connection to the others. */
  session_id: string;
  /** Who you are. */
  user: UserInfo;
  /** What you are to the document. */
  role: string;
  /** What you may do. */
  capabilities: Array<string>;
  /** The document. */
  document: DocumentInfo;
  /** The document at `document.version`. */
  contents?: Delta;
  /** The first page of those after the version that the client named; the rest follows as `revisions`. */
  revisions?: Array<Revision>;
  /** The highest seq of your client_id committed as of `document.version`, or 0. */
  acked_seq: number;
  /** `relaxed`: what is acknowledged survives a crash of the server, not of its machine; left out: both. */
  durability?: "relaxed";
  /** Why a client that named a version gets `contents`. */
  resync?: "history_gone" | "history_changed";
  /** What the server's administrators tell everybody; left out: nothing. */
  banner?: string;
  /** Who is here. */
  participants: Array<Participant>;
  /** What this server takes. */
  limits: Limits;
}

/** Text, or a change to it, as Quill's format has it. A document is one of inserts only. */
export type Delta = Array<Insert | Retain | Delete>;

export interface Insert {
  insert: string | Record<string, unknown>;
  attributes?: Record<string, unknown>;
}

export interface Retain {
  retain: number;
  attributes?: Record<string, unknown>;
}

export interface Delete {
  delete: number;
}
