"""The tools that change a document's text: each a change of its own, attributed to the token's owner."""

from typing import Annotated, Any, Literal

from pydantic import Field

from .answers import Changed, Document, Form
from .rest import Deltapad, Refused

Words = Annotated[str, Field(min_length=1)]
Said = Annotated[Words, Field(description="What to write.")]
# What was typed in a window bears the window's id; what was asked for over REST, an id of the server's own.
OF_A_PROGRAM = "@"


class Changing:
    """Each method is a tool, and its description what the model is told of it."""

    def __init__(self, deltapad: Deltapad) -> None:
        self._deltapad = deltapad

    async def append(
        self,
        document: Document,
        text: Said,
        form: Annotated[Form, Field(description="How to read it: as it stands, or as Markdown.")] = "text",
    ) -> Changed:
        """Write at the end of a document, as lines of their own."""
        if form == "text":
            return await self._changed("POST", f"/documents/{document}/text/append", {"text": text})
        path = f"/documents/{document}/import"
        return await self._changed("POST", path, text.encode(), format="markdown", place="end")

    async def insert_under_heading(
        self,
        document: Document,
        heading: Annotated[Words, Field(description="What it says, to the letter; the only one that says so.")],
        text: Annotated[Words, Field(description="Plain text.")],
    ) -> Changed:
        """Write at the end of what stands under a heading, before the next one of its level."""
        return await self._changed("POST", f"/documents/{document}/text/insert", {"heading": heading, "text": text})

    async def replace_text(
        self,
        document: Document,
        find: Annotated[Words, Field(description="To the letter, as read_document has it in the form text.")],
        replacement: Annotated[str, Field(description="In the look of what it replaces; empty: nothing.")],
        which: Annotated[
            Literal["only", "first", "all"] | Annotated[int, Field(ge=1)],
            Field(description="Where it stands several times: only is refused, a number is the nth."),
        ] = "only",
    ) -> Changed:
        """Replace a text by another. The best way to change a little: nothing else is touched, whoever types there."""
        body = {"find": find, "replacement": replacement, "which": which}
        return await self._changed("POST", f"/documents/{document}/text/replace", body)

    async def set_contents(
        self,
        document: Document,
        contents: Annotated[str, Field(description="The whole document as it is to be.")],
        base_version: Annotated[int, Field(ge=0, description="The version that you read and made this of.")],
        form: Annotated[Form, Field(description="What you wrote; text loses all formats, markdown most colors.")] = (
            "markdown"
        ),
    ) -> Changed:
        """Rewrite a whole document. Only what differs from base_version is changed; what others wrote since stays."""
        wanted = await self._delta(document, contents, form)
        body = {"contents": wanted, "base_version": base_version}
        return await self._changed("PUT", f"/documents/{document}/contents", body)

    async def undo(
        self,
        document: Document,
        version: Annotated[int, Field(ge=1, description="The version that one of your own changes made.")],
    ) -> Changed:
        """Take back one of your own changes, as far as it still stands; what others did since stays."""
        await self._require_own(document, version)
        body = {"first_version": version, "last_version": version}
        return await self._changed("POST", f"/documents/{document}/undo", body)

    async def _changed(self, method: str, path: str, body: Any, **query: Any) -> Changed:
        return Changed.model_validate(await self._deltapad.change(method, path, body, **query))

    async def _delta(self, document: str, contents: str, form: Form) -> Any:
        if form == "text":
            return [{"insert": contents if contents.endswith("\n") else f"{contents}\n"}]
        told = await self._deltapad.change(
            "POST", "/contents", contents.encode(), format="markdown", document_id=document
        )
        return told["contents"]

    async def _require_own(self, document: str, version: int) -> None:
        told = await self._deltapad.read(f"/documents/{document}/revisions", after=version - 1, limit=1)
        own = await self._deltapad.own_id()
        made = next(iter(told["revisions"]), None)
        if made is None or made["user_id"] != own or not made["client_id"].startswith(OF_A_PROGRAM):
            raise Refused(f"not_yours: Version {version} was not made by one of your calls.")
