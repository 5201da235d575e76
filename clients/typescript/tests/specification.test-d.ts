/** The client's types and the specification's say the same; `npm run typecheck` is the test. */
import type * as specified from "../../../protocol/specification/v1/messages";
import type { ClientMessage, ServerMessage } from "../src/messages";

type Takes<Wanted, Given extends Wanted> = Given;
/** A Delta is one of quill-delta's here, whose type allows more than its ops are. */
type WithoutDelta<Message> = Message extends { delta: unknown } ? Omit<Message, "delta"> : Message;

/** The client takes whatever a server may say. */
export type Heard = Takes<ServerMessage, specified.ServerMessage>;
/** A server takes whatever the client may say. */
export type Said = Takes<WithoutDelta<specified.ClientMessage>, WithoutDelta<ClientMessage>>;
/** And neither knows a type that the other does not. */
export type HeardTypes = Takes<specified.ServerMessage["type"], ServerMessage["type"]>;
export type SaidTypes = Takes<ClientMessage["type"], specified.ClientMessage["type"]>;
