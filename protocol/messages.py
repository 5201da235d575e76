"""Every message of the protocol, both ways, as one model each; `docs/protocol` and the schemas are made from these.

How they are read from frames stands in `parsing.py`. Every index and length counts UTF-16 code units.
"""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from .delta import Delta
from .errors import ProtocolError, Retry
from .limits import Limits

VERSION = 1
SUBPROTOCOL = "deltapad.v1"
MAX_INTEGER = 2**53 - 1
CLIENT_ID_PATTERN = r"^[A-Za-z0-9_-]{8,64}$"

Natural = Annotated[int, Field(ge=0, le=MAX_INTEGER)]
Positive = Annotated[int, Field(ge=1, le=MAX_INTEGER)]
ClientId = Annotated[str, StringConstraints(pattern=CLIENT_ID_PATTERN)]
Author = Annotated[str, StringConstraints(pattern=r"^@?[A-Za-z0-9_-]{1,64}$")]
Name = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
Token = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
Id = Annotated[str, StringConstraints(max_length=64)] | Natural
Resync = Literal["history_gone", "history_changed"]
DocumentState = Literal["open", "frozen", "trashed"]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


def _absent(value: object) -> bool:
    return value is None


def optional(description: str) -> Any:
    """A field that may be left out; None is written by leaving it out."""
    return Field(default=None, exclude_if=_absent, description=description)


class Part(BaseModel):
    """What messages are made of: immutable, and strict about types and names."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class ClientInfo(Part):
    """The program on the other side."""

    model_config = ConfigDict(extra="ignore")

    name: Name = Field(description="The program's name.")
    version: Name | None = optional("The program's version.")


class Last(Part):
    """The name of the revision at the version that a client holds."""

    model_config = ConfigDict(extra="ignore")

    client_id: Author = Field(description="Who submitted that revision.")
    seq: Positive = Field(description="Its number among that client_id's submissions.")


class Selection(Part):
    """A selection, or with length 0 a caret."""

    index: Natural = Field(description="Where it starts, in UTF-16 code units.")
    length: Natural = Field(description="How much it covers, in UTF-16 code units.")


class UserInfo(Part):
    """A person, as others see them."""

    id: str = Field(description="The person's id.")
    name: str = Field(description="The name to show.")
    color: str = Field(description="The colour to show them in, `#rrggbb`.")
    kind: Literal["guest", "agent"] | None = optional(
        "What they are if not a person with an account: `guest`, who came in by a link; `agent`, a program."
    )
    on_behalf_of: str | None = optional("Of an agent, the name of the person who keeps it.")


class DocumentInfo(Part):
    """The document that a connection is about."""

    id: str = Field(description="The document's UUID.")
    title: str = Field(description="Its title.")
    version: Natural = Field(description="Its version at the moment of joining.")
    state: DocumentState = Field(description="`open`, `frozen` (nobody edits) or `trashed`.")
    damaged: bool | None = optional(
        "True: it did not pass the server's integrity check, and stays frozen until it does."
    )
    last: Last | None = optional(
        "The name of the revision at `version`, to be given in the next `hello`; none made version 0."
    )


class Participant(Part):
    """One connection that is in the document."""

    session_id: str = Field(description="Names the connection.")
    client_id: str = Field(description="The client_id that it said hello with.")
    user: UserInfo = Field(description="Whose connection it is.")
    role: str = Field(description="What that person is to the document.")
    client: ClientInfo | None = optional("The program that they use.")


class ParticipantPresence(Part):
    """Where one participant is."""

    session_id: str = Field(description="Whose.")
    version: Natural = Field(description="The version in whose positions `selection` is.")
    selection: Selection | None = Field(description="The selection; null where there is none.")
    typing: bool = Field(default=False, description="Whether they are typing now.")


class Revision(Part):
    """A committed change: the one that made `version` out of the version before."""

    version: Positive = Field(description="The version that it made; there are no gaps.")
    client_id: str = Field(description="Who submitted it; ids that begin with `@` are the server's own.")
    seq: Positive = Field(description="Its number among that client_id's submissions.")
    user_id: str | None = Field(description="The person; null where the account is gone or the server did it.")
    at: datetime = Field(description="When it was committed.")
    delta: Delta = Field(description="The change, as it applies to the version before; may be empty.")


class Hello(Part):
    """The first frame of a connection. Unknown fields are ignored, so that newer clients can talk to this server."""

    model_config = ConfigDict(extra="ignore")

    type: Literal["hello"] = "hello"
    client_id: ClientId = Field(description="Names this copy of the document, for ever; 8 to 64 of A-Za-z0-9_-.")
    token: Token | None = optional("An API token; goes before the handshake's header and cookie.")
    version: Natural | None = optional("The version that the client holds; left out where it holds no contents.")
    last: Last | None = optional("The name of the revision at `version`; tells whether both sides mean one history.")
    client: ClientInfo | None = optional("The program that asks.")


class Submit(Part):
    """A change. It is durable, and part of the document, once its revision or an `ack` comes back."""

    type: Literal["submit"] = "submit"
    seq: Positive = Field(description="Rises from 1 per client_id; with it, names the change for ever.")
    base_version: Natural = Field(description="The version that the change was made on.")
    delta: Delta = Field(description="The change.")


class PresenceUpdate(Part):
    """Where I am. Sent while nothing is unacknowledged; the latest wins; never stored."""

    type: Literal["presence"] = "presence"
    version: Natural = Field(description="The version in whose positions `selection` is.")
    selection: Selection | None = Field(description="The selection; null where there is none.")
    typing: bool = Field(default=False, description="Whether the person is typing now.")


class Fetch(Part):
    """Asks for the revisions after a version; answered by pages of `revisions`, at the head by an empty one."""

    type: Literal["fetch"] = "fetch"
    after: Natural = Field(description="The version that the client holds.")


class Check(Part):
    """Do I hold what you hold? Only for servers that announce `limits.check_interval`; answered with `checked`."""

    type: Literal["check"] = "check"
    version: Natural = Field(description="The version that the client holds.")
    digest: Digest = Field(description="The digest of its contents there, as rule CHECK-1 has it.")


class Ping(Part):
    """Answered with `pong`: how a client that cannot send WebSocket pings finds out whether its line stands."""

    type: Literal["ping"] = "ping"
    id: Id | None = optional("Comes back in the `pong`.")


class Seen(Part):
    """The answer to `probe`."""

    type: Literal["seen"] = "seen"
    id: Id = Field(description="The probe's id.")


class Welcome(Part):
    """You are in. Holds either `contents` or `revisions`."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["contents"]}, {"required": ["revisions"]}]},
    )

    type: Literal["welcome"] = "welcome"
    protocol: Positive = Field(description="The protocol's version.")
    session_id: str = Field(description="Names this connection to the others.")
    user: UserInfo = Field(description="Who you are.")
    role: str = Field(description="What you are to the document.")
    capabilities: tuple[str, ...] = Field(description="What you may do.")
    document: DocumentInfo = Field(description="The document.")
    contents: Delta | None = optional("The document at `document.version`.")
    revisions: tuple[Revision, ...] | None = optional(
        "The first page of those after the version that the client named; the rest follows as `revisions`."
    )
    acked_seq: Natural = Field(
        description="The highest seq of your client_id committed as of `document.version`, or 0."
    )
    durability: Literal["relaxed"] | None = optional(
        "`relaxed`: what is acknowledged survives a crash of the server, not of its machine; left out: both."
    )
    resync: Resync | None = optional("Why a client that named a version gets `contents`.")
    banner: str | None = optional("What the server's administrators tell everybody; left out: nothing.")
    participants: tuple[Participant, ...] = Field(description="Who is here.")
    limits: Limits = Field(description="What this server takes.")

    @model_validator(mode="after")
    def _has_contents_or_revisions(self) -> Self:
        if (self.contents is None) == (self.revisions is None):
            raise ValueError("either contents or revisions")
        return self


class Revisions(Part):
    """Committed changes, to everyone in the same form, their author too: one's own is its acknowledgement."""

    type: Literal["revisions"] = "revisions"
    revisions: tuple[Revision, ...] = Field(description="In order and without gaps; empty: there are no more.")


class Ack(Part):
    """That submission was already committed. Comes after every revision up to `version` on this connection."""

    type: Literal["ack"] = "ack"
    seq: Positive = Field(description="The submission.")
    version: Positive = Field(description="The version that it made.")


class Rejected(Part):
    """Final: that submission is not, and will not be, part of the document."""

    type: Literal["rejected"] = "rejected"
    seq: Positive = Field(description="The submission.")
    code: str = Field(description="Why: a code of the error table.")
    message: str = Field(description="Why, for a reader; never to be parsed.")


class Joined(Part):
    """Someone came."""

    type: Literal["joined"] = "joined"
    participant: Participant = Field(description="Who.")


class Left(Part):
    """Someone went."""

    type: Literal["left"] = "left"
    session_id: str = Field(description="Who.")


class Presence(Part):
    """Where others are; only those who moved."""

    type: Literal["presence"] = "presence"
    participants: tuple[ParticipantPresence, ...] = Field(description="One entry for each who moved.")


class Access(Part):
    """Your rights changed while you were here."""

    type: Literal["access"] = "access"
    role: str = Field(description="What you are to the document now.")
    capabilities: tuple[str, ...] = Field(description="What you may do now.")


class DocumentChanged(Part):
    """The document itself changed; holds what did."""

    type: Literal["document"] = "document"
    title: str | None = optional("The new title.")
    state: DocumentState | None = optional("The new state.")
    damaged: bool | None = optional("Whether it now fails the server's integrity check.")


class Banner(Part):
    """What the server's administrators tell everybody."""

    type: Literal["banner"] = "banner"
    text: str = Field(description="What they say; empty: no more.")


class SlowDown(Part):
    """Back off. With `seq`: that submission was not taken, send it again later, the same; without: all was taken."""

    type: Literal["slow_down"] = "slow_down"
    retry_after: float = Field(ge=0, description="In how many seconds.")
    seq: Positive | None = optional("The submission that was not taken.")


class Error(Part):
    """What went wrong: a row of the error table."""

    type: Literal["error"] = "error"
    code: str = Field(description="What clients act on.")
    message: str = Field(description="For a reader; never to be parsed.")
    retry: Retry = Field(description="`never`, `later`, or `reconnect` with backoff and jitter.")
    retry_after: float | None = optional("In how many seconds.")
    id: Id | None = optional("What it answers, where that had an id.")

    @classmethod
    def of(cls, error: ProtocolError) -> Self:
        """The frame that tells of an error."""
        return cls(code=error.code, message=error.message, retry=error.row.retry, retry_after=error.retry_after)


class Pong(Part):
    """The answer to `ping`."""

    type: Literal["pong"] = "pong"
    id: Id | None = optional("The ping's id.")


class Checked(Part):
    """The answer to `check`."""

    type: Literal["checked"] = "checked"
    version: Natural = Field(description="The version that was asked about.")
    result: Literal["same", "different", "unknown"] = Field(
        description="Whether the digests are the same; `unknown`: the server could not tell now, which means nothing."
    )
    contents: Delta | None = optional("Where they are `different`: the document at `version`, to go on from.")


class Probe(Part):
    """Are you reading? Answer `seen`."""

    type: Literal["probe"] = "probe"
    id: Id = Field(description="Comes back in the `seen`.")


class ListWelcome(Part):
    """You are in, at the socket that rings for your list of documents."""

    type: Literal["welcome"] = "welcome"
    protocol: Positive = Field(description="The protocol's version.")
    user: UserInfo = Field(description="Who you are.")


class ListChanged(Part):
    """Your list of documents may look different now: read it again."""

    type: Literal["changed"] = "changed"


ClientMessage = Annotated[
    Hello | Submit | PresenceUpdate | Fetch | Check | Ping | Seen,
    Field(discriminator="type"),
]
ServerMessage = Annotated[
    Welcome
    | Revisions
    | Ack
    | Rejected
    | Joined
    | Left
    | Presence
    | Access
    | DocumentChanged
    | Banner
    | SlowDown
    | Error
    | Checked
    | Pong
    | Probe,
    Field(discriminator="type"),
]


def encode(message: Part) -> str:
    """The frame of a message: compact JSON, optional fields left out where they hold nothing."""
    return message.model_dump_json()
