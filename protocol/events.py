"""What happened to a document, as it is told to those who are not at its socket: the socket's messages, and where they
stand. REST answers with pages of these, a stream of server-sent events sends them, and webhooks deliver them.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from .messages import DocumentChanged, Natural, Part, Positive, Revision, Revisions, optional
from .ops import Delete, Insert, Retain


class RevisionSummary(Part):
    """A committed change without what it changed."""

    version: Positive = Field(description="The version that it made; there are no gaps.")
    client_id: str = Field(description="Who submitted it; ids that begin with `@` are the server's own.")
    seq: Positive = Field(description="Its number among that client_id's submissions.")
    user_id: str | None = Field(description="The person; null where the account is gone or the server did it.")
    at: datetime = Field(description="When it was committed.")
    inserted: Natural = Field(description="How much it put in, in UTF-16 code units.")
    deleted: Natural = Field(description="How much it took out, in UTF-16 code units.")
    formatted: Natural = Field(description="How much it gave another look, in UTF-16 code units.")


class Summary(Part):
    """Committed changes, as `revisions` tells them, but without what they changed."""

    type: Literal["summary"] = "summary"
    revisions: tuple[RevisionSummary, ...] = Field(description="In order and without gaps.")


class MemberChanged(Part):
    """A person or a group has another role in the document, or none any more. Who came by a link is not told of."""

    type: Literal["member"] = "member"
    user_id: str | None = optional("The person.")
    group_id: str | None = optional("The group.")
    role: str | None = Field(description="The role; null: none any more.")


class VersionNamed(Part):
    """A version was given a name, or has none any more."""

    type: Literal["named"] = "named"
    version: Natural = Field(description="The version.")
    name: str | None = Field(description="Its name; null: none any more.")


Told = Annotated[Revisions | Summary | DocumentChanged | MemberChanged | VersionNamed, Field(discriminator="type")]


class Event(Part):
    """One thing that happened to a document."""

    cursor: str = Field(description="To be sent as `after`, or as `Last-Event-ID`, for what follows.")
    at: datetime = Field(description="When.")
    user_id: str | None = Field(description="Who did it; null where the account is gone or the server did it.")
    message: Told = Field(description="What happened, as the socket tells it; each of the revisions is an event.")


def summary(revision: Revision) -> RevisionSummary:
    """How much a change did."""
    ops = revision.delta.ops
    return RevisionSummary(
        **revision.model_dump(exclude={"delta"}),
        inserted=sum(op.length for op in ops if isinstance(op, Insert)),
        deleted=sum(op.length for op in ops if isinstance(op, Delete)),
        formatted=sum(op.length for op in ops if isinstance(op, Retain) and op.attributes),
    )


TOLD: TypeAdapter[Told] = TypeAdapter(Told)


def read(message: object) -> Told:
    """A message from its JSON form."""
    return TOLD.validate_python(message, strict=False)
