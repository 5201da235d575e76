"""The tools that read."""

from typing import Annotated

from pydantic import Field

from .answers import (
    Cursor,
    Document,
    DocumentList,
    DocumentSummary,
    Form,
    FoundDocument,
    FoundList,
    History,
    Outline,
    PageSize,
    Piece,
    Stretch,
)
from .contents import outline, piece_end, text_of
from .rest import Deltapad

LARGEST_PIECE = 50_000
At = Annotated[int | None, Field(ge=0, description="An earlier version, where the history may be seen; null: now.")]


class Reading:
    """Each method is a tool, and its description what the model is told of it."""

    def __init__(self, deltapad: Deltapad) -> None:
        self._deltapad = deltapad

    async def list_documents(
        self,
        title: Annotated[str | None, Field(description="Only those with these words in their title.")] = None,
        limit: PageSize = 20,
        cursor: Cursor = None,
    ) -> DocumentList:
        """List the documents that are shared with you, the last changed first."""
        told = await self._deltapad.read("/documents", title=title, limit=limit, cursor=cursor)
        documents = [DocumentSummary.of(document) for document in told["documents"]]
        return DocumentList(documents=documents, next_cursor=told["next_cursor"])

    async def search(
        self,
        words: Annotated[
            str,
            Field(description='Words that must all occur, the last at least its beginning; "in quotes": side by side.'),
        ],
        limit: PageSize = 10,
        cursor: Cursor = None,
    ) -> FoundList:
        """Find documents by words in their titles and texts. What was typed just now may not be found yet."""
        told = await self._deltapad.read("/search", q=words, limit=limit, cursor=cursor)
        found = [
            FoundDocument(
                document=DocumentSummary.of(row["document"]), passage=row["passage"] and row["passage"]["text"]
            )
            for row in told["found"]
        ]
        return FoundList(found=found, next_cursor=told["next_cursor"])

    async def read_document(
        self,
        document: Document,
        form: Annotated[
            Form, Field(description="text: as replace_text finds it. markdown: with headings, lists and links marked.")
        ] = "text",
        version: At = None,
        offset: Annotated[int, Field(ge=0, description="Where to begin, in characters; next_offset reads on.")] = 0,
        size: Annotated[int, Field(ge=100, le=LARGEST_PIECE, description="Characters at most.")] = 20_000,
    ) -> Piece:
        """Read a document, a long one in pieces. People may be typing: the version says what you have read."""
        version, text = await (self._text(document, version) if form == "text" else self._markdown(document, version))
        end = piece_end(text, offset, size)
        next_offset = end if end < len(text) else None
        return Piece(version=version, text=text[offset:end], length=len(text), next_offset=next_offset)

    async def outline(self, document: Document) -> Outline:
        """List a document's headings and where they stand, to find what to read of a long one."""
        told = await self._deltapad.read(f"/documents/{document}/contents")
        contents = told["contents"]
        return Outline(version=told["version"], length=len(text_of(contents)), headings=list(outline(contents)))

    async def history(
        self,
        document: Document,
        before: Annotated[int | None, Field(ge=0, description="next_before of the page before.")] = None,
        limit: PageSize = 20,
    ) -> History:
        """See who changed a document when, from which version to which. read_document reads any of them."""
        told = await self._deltapad.read(f"/documents/{document}/timeline", before=before, limit=limit)
        stretches = [
            Stretch(
                **{name: row[name] for name in ("first_version", "last_version", "began_at", "ended_at")},
                author=row["user"] and row["user"]["name"],
                how=row["origin"],
            )
            for row in told["stretches"]
        ]
        return History(stretches=stretches, next_before=told["next_before"])

    async def _text(self, document: str, version: int | None) -> tuple[int, str]:
        told = await self._deltapad.read(f"/documents/{document}/contents", version=version)
        return told["version"], text_of(told["contents"])

    async def _markdown(self, document: str, version: int | None) -> tuple[int, str]:
        path = f"/documents/{document}/export"
        answer = await self._deltapad.answer(path, format="markdown", version=version)
        return int(answer.headers["Deltapad-Version"]), answer.text
