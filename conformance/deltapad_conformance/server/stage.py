"""The stage of one server: a document, and people who sit down at it."""

import asyncio
import json
import secrets
import urllib.error
import urllib.request
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from .. import delta
from ..data import Ops
from ..scenario import PATIENCE, Failed, Record
from .talker import SUBPROTOCOL, Talker

ROLES = {"editor": "editor", "reader": "viewer"}


@dataclass(frozen=True)
class Server:
    """Where the server is, and who may do what there: `tokens` of `owner`, `editor`, `reader` and `stranger`.

    Documents are made over REST, or `document` names one for all scenarios.
    """

    url: str
    tokens: dict[str, str]
    rest: str = ""
    document: str = ""
    slow: bool = False
    patience: float = PATIENCE
    _emails: dict[str, str] = field(default_factory=dict)

    @property
    def can(self) -> frozenset[str]:
        """What is there for scenarios to need."""
        return frozenset({*self.tokens, *(["rest"] if self.rest else []), *(["slow"] if self.slow else [])})

    @asynccontextmanager
    async def stage(self) -> AsyncIterator["ServerStage"]:
        """A document that is empty, with everyone in it whom the server knows."""
        document = self.document or await asyncio.to_thread(self._make)
        stage = ServerStage(self, document)
        try:
            if self.document:
                await stage.clear()
            yield stage
        finally:
            await stage.end()

    def _make(self) -> str:
        made: str = self.ask("owner", "POST", "/api/v1/documents", {"title": "Conformance"})["id"]
        for name, role in ROLES.items():
            if name in self.tokens:
                self.let_in(made, name, role)
        return made

    def let_in(self, document: str, name: str, role: str) -> None:
        """Gives somebody a role in a document."""
        body = {"email": self.email(name), "role": role}
        self.ask("owner", "PUT", f"/api/v1/documents/{document}/members", body)

    def email(self, name: str) -> str:
        if name not in self._emails:
            self._emails[name] = self.ask(name, "GET", "/api/v1/me")["email"]
        return self._emails[name]

    def ask(self, name: str, method: str, path: str, body: object = None) -> Any:
        """What REST answers to somebody. Raises Failed where it refuses."""
        headers = {"Authorization": f"Bearer {self.tokens[name]}", "Content-Type": "application/json"}
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.rest + path, content, headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                text = answer.read()
        except urllib.error.HTTPError as error:
            with error:
                raise Failed(f"REST: {method} {path}", seen=f"{error.code} {error.read()[:300]!r}") from None
        except OSError as error:
            raise Failed(f"REST is not there: {method} {path}", seen=str(error)) from None
        return json.loads(text) if text else None


class ServerStage:
    """A scenario's scene. `await stage.joins("owner")` is somebody at the document."""

    def __init__(self, server: Server, document: str) -> None:
        self.record = Record()
        self.can = server.can
        self.document = document
        self._server = server
        self._here: list[Talker] = []
        self._made: list[str] = [] if server.document else [document]

    def url(self, document: str | None = None) -> str:
        """The address of a document's socket."""
        return f"{self._server.url}/ws/documents/{self.document if document is None else document}/"

    async def sits(
        self,
        name: str,
        client_id: str = "",
        *,
        url: str = "",
        subprotocols: tuple[str, ...] = (SUBPROTOCOL,),
        **headers: str,
    ) -> Talker:
        """A connection that has not said hello. Underscores in the names of headers are hyphens."""
        client_id = client_id or f"{name}-{secrets.token_urlsafe(9)}"
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        talker = await Talker.dial(url or self.url(), name, client_id, self.record, subprotocols, named)
        talker.patience = self._server.patience
        self._here.append(talker)
        return talker

    async def sits_at_the_list(self, name: str) -> Talker:
        """A connection to somebody's list of documents that has not said hello."""
        talker = await self.sits(name, url=f"{self._server.url}/ws/documents/")
        talker.direction = "ListServerMessage"
        return talker

    async def joins(self, name: str, client_id: str = "", **fields: Any) -> Talker:
        """A connection that was welcomed."""
        talker = await self.sits(name, client_id)
        await talker.hello(token=self.token(name), **fields)
        return talker

    def token(self, name: str) -> str:
        return self._server.tokens[name]

    async def rest(self, method: str, path: str, body: object = None) -> Any:
        """What REST answers to the owner about the document."""
        self.record.note("owner", "REST", f"{method} {path}")
        return await asyncio.to_thread(
            self._server.ask, "owner", method, f"/api/v1/documents/{self.document}{path}", body
        )

    async def makes(self, title: str) -> str:
        """The owner makes another document."""
        made = await asyncio.to_thread(self._server.ask, "owner", "POST", "/api/v1/documents", {"title": title})
        self._made.append(str(made["id"]))
        return self._made[-1]

    async def lets_in(self, name: str, role: str) -> None:
        await asyncio.to_thread(self._server.let_in, self.document, name, role)

    def no_document(self) -> str:
        """The id of a document that is not there."""
        return str(uuid.uuid4())

    async def clear(self) -> None:
        """Takes out of the document whatever is in it."""
        owner = await self.joins("owner")
        length = sum(map(delta.length, owner.contents)) - 1
        formats = dict.fromkeys(owner.contents[-1].get("attributes", {}))
        change: Ops = [{"delete": length}] if length else []
        change += [{"retain": 1, "attributes": formats}] if formats else []
        if change:
            await owner.edits(*change)
        await owner.leave()

    async def end(self) -> None:
        """Everyone leaves, and what was made here goes to the trash."""
        for talker in self._here:
            with suppress(OSError):
                await talker.leave()
        for document in self._made:
            with suppress(Failed):
                await asyncio.to_thread(self._server.ask, "owner", "DELETE", f"/api/v1/documents/{document}")
