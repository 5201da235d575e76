"""The bodies of the REST API."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

from documents.api.paging import NEXT_CURSOR
from documents.models import TITLE_LENGTH
from documents.rights import OfferedRole, Role
from protocol.delta import Delta
from protocol.messages import ClientId, DocumentState, Natural, Positive, Revision, UserInfo

Title = Annotated[str, Field(max_length=TITLE_LENGTH)]
# How many of those who are in a document are told with it.
MOST_TOLD = 20
OrderName = Literal["changed", "created", "opened", "title"]


class Body(Schema):
    """What is sent to us: strict about types and names."""

    model_config = ConfigDict(strict=True, extra="forbid")


class NewDocument(Body):
    title: Title = Field("Untitled", description="1 to 200 characters.")
    template: str | None = Field(None, description="The name of a template of the server's, to begin with.")


class Copy(Body):
    title: Title | None = Field(None, description="1 to 200 characters; left out: that it is a copy, and of what.")


class DocumentChange(Body):
    """What is left out stays as it is."""

    title: Title | None = Field(None, description="1 to 200 characters.")
    state: DocumentState | None = Field(None, description="`open` also takes the document out of the trash.")
    viewers_see_history: bool | None = Field(None, description="Whether viewers may read the history.")
    is_template: bool | None = Field(None, description="Whether it is there to be copied; needs `share`.")


class Here(Schema):
    """One live connection to a document."""

    session_id: UUID
    user: UserInfo
    since: datetime


class DocumentOut(Schema):
    """A document as the one who asks sees it."""

    id: UUID
    title: str
    state: DocumentState
    damaged: bool = Field(description="Whether it did not pass its integrity check, and stays frozen until it does.")
    role: Role = Field(description="What you are to the document.")
    capabilities: list[str] = Field(description="What you may do in it now.")
    may_leave: bool = Field(description="Whether you may leave it: neither its owner may, nor whom a group lets in.")
    starred: bool = Field(description="Whether you have starred it.")
    folder_id: UUID | None = Field(description="The folder of yours that it is in.")
    opened_at: datetime | None = Field(description="When you last opened it in the editor, to within a minute.")
    is_template: bool = Field(description="Whether it is there to be copied.")
    version: int
    length: int = Field(description="In UTF-16 code units.")
    viewers_see_history: bool
    created_at: datetime
    updated_at: datetime = Field(description="When its text last changed.")
    owner: UserInfo
    participants: list[Here] = Field(description=f"Who is in it now, longest there first; {MOST_TOLD} at most.")
    participant_count: int = Field(description="How many are, each session counted.")


class DocumentPage(Schema):
    documents: list[DocumentOut] = Field(description="In the order asked for.")
    next_cursor: str | None = Field(description=NEXT_CURSOR)


class PassageOut(Schema):
    """Some of a document's text that answers a search."""

    text: str
    marks: list[tuple[int, int]] = Field(description="What was found in it: [start, end], in UTF-16 code units.")


class Found(Schema):
    document: DocumentOut
    passage: PassageOut | None = Field(
        description="Null where only the title answers, or where the text has changed just now and you may not see"
        " the history."
    )


class FoundPage(Schema):
    found: list[Found] = Field(description="The best first.")
    next_cursor: str | None = Field(description=NEXT_CURSOR)


class Contents(Schema):
    version: int
    contents: Delta = Field(description="A Delta of inserts only.")


class FileContents(Schema):
    contents: Delta = Field(description="A Delta of inserts only, the last of them ending in a newline.")


class Imported(Schema):
    version: int = Field(description="The version that holds the file.")


class RevisionPage(Schema):
    revisions: list[Revision] = Field(description="In order and without gaps; empty at the newest version.")


class NewRevision(Body):
    """A submission, as over the socket. The same `(client_id, seq)` is never applied twice: send it again at will."""

    client_id: ClientId
    seq: Positive
    base_version: Natural = Field(description="The version that the change was made on.")
    delta: Delta


class Merged(Schema):
    """Where the submission stands in the document."""

    version: int = Field(description="The version that it made.")
    delta: Delta | None = Field(
        description="The change as it applies to the version before; null where it stood there already and that part"
        " of the history is no longer kept."
    )
    duplicate: bool = Field(description="Whether it stood there already.")


class Member(Schema):
    user: UserInfo
    role: Role
    email: str | None = Field(None, description="For those who may share the document.")


class MemberPage(Schema):
    members: list[Member] = Field(description="The owner first.")
    next_cursor: str | None = Field(description=NEXT_CURSOR)


class NewMember(Body):
    email: Annotated[str, Field(max_length=254)]
    role: OfferedRole = Field(description="`owner` hands the document on; its owner so far stays as an editor.")


class RoleChange(Body):
    role: OfferedRole
