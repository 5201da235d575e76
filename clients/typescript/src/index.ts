/** The client of the Deltapad protocol: edit a document together with whoever else is in it. */

export { wholeCharacters } from "./canonical.js";
export { DocumentClient } from "./client.js";
export {
  Closed,
  Connection,
  type ConnectionOptions,
  type ConnectionState,
  type Socket,
  type SocketConstructor,
} from "./connection.js";
export { Delta, type Op } from "./delta.js";
export type { DocumentClientEvents, DocumentClientOptions, RemoteSelection } from "./interface.js";
export type { DocumentState, Participant, Reason, Selection, UserInfo } from "./messages.js";
export { type Fallback, MemoryOutbox, type Outbox } from "./outbox.js";
export { indexedDBOutbox } from "./outbox-indexeddb.js";
export type { Kept, ReplicaState } from "./replica-state.js";
export type { SaveState } from "./save-state.js";
