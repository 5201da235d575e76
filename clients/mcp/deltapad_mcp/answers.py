"""What the tools are given and answer. Their descriptions are for a model to read."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def _document_id(text: str) -> str:
    found = UUID.findall(text)
    if len(found) != 1:
        raise ValueError("a document is named by its id or by the address of its page")
    return str(found[0]).lower()


Document = Annotated[
    str,
    AfterValidator(_document_id),
    Field(description="The document's id, as list_documents and search tell it, or the address of its page."),
]
Form = Literal["text", "markdown"]
Cursor = Annotated[str | None, Field(description="next_cursor of the page before, for the next one.")]
PageSize = Annotated[int, Field(ge=1, le=100, description="How many at most.")]
NEXT_CURSOR = "There is more: pass this as cursor. Null on the last page."


class DocumentSummary(BaseModel):
    """One document, as whoever asks sees it."""

    id: str
    title: str
    state: str = Field(description="open, frozen (nobody edits) or trashed.")
    role: str
    can_edit: bool
    can_see_history: bool
    version: int = Field(description="How many changes it has seen.")
    owner: str
    updated_at: str = Field(description="When its text last changed.")
    people_in_it: list[str] = Field(description="Who has it open now.")

    @classmethod
    def of(cls, told: dict[str, Any]) -> "DocumentSummary":
        return cls(
            **{name: told[name] for name in ("id", "title", "state", "role", "version", "updated_at")},
            can_edit="edit" in told["capabilities"],
            can_see_history="history" in told["capabilities"],
            owner=told["owner"]["name"],
            people_in_it=[here["user"]["name"] for here in told["participants"]],
        )


class DocumentList(BaseModel):
    documents: list[DocumentSummary]
    next_cursor: str | None = Field(description=NEXT_CURSOR)


class FoundDocument(BaseModel):
    document: DocumentSummary
    passage: str | None = Field(description="The part of its text that answers; null where only its title does.")


class FoundList(BaseModel):
    found: list[FoundDocument] = Field(description="The best first.")
    next_cursor: str | None = Field(description=NEXT_CURSOR)


class Piece(BaseModel):
    """A piece of a document's text."""

    version: int = Field(description="The version that was read.")
    text: str
    length: int = Field(description="Of the whole, in characters.")
    next_offset: int | None = Field(description="There is more: read on from this offset. Null at the end.")


class Heading(BaseModel):
    level: int
    text: str
    offset: int = Field(description="Where it stands, in characters of the form text.")


class Outline(BaseModel):
    version: int
    length: int = Field(description="Of the whole document, in characters of the form text.")
    headings: list[Heading]


class Changed(BaseModel):
    version: int = Field(description="The version that holds the change; undo takes it.")
    changed: bool = Field(True, description="False: there was nothing to change, and the version is not yours.")


class Stretch(BaseModel):
    """What one author did without a long pause."""

    first_version: int
    last_version: int
    author: str | None = Field(description="Null where nobody is known any more.")
    how: str | None = Field(description="What a program did it for, as append or undo; null for what was typed.")
    began_at: str
    ended_at: str


class History(BaseModel):
    stretches: list[Stretch] = Field(description="The newest first.")
    next_before: int | None = Field(description="There is more: pass this as before. Null at the beginning.")
