"""One person's open socket on one document, once its hello was taken."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Protocol
from uuid import UUID

from django.utils import timezone

from accounts.principals import Principal
from collab.frames import Frame
from collab.outbound import Outbound
from documents.rights import Access
from protocol.messages import ClientInfo, Part, Participant, UserInfo


class End(Protocol):
    """Closes a connection with a code of the error table; `retry_after` is in seconds."""

    def __call__(self, code: str, message: str | None = None, retry_after: float | None = None) -> None: ...


@dataclass(slots=True, eq=False)
class Connection:
    """Who is connected, as what, and the way to them."""

    session_id: UUID
    document_id: UUID
    client_id: str
    principal: Principal
    user: UserInfo
    access: Access
    client: ClientInfo | None
    outbound: Outbound
    end: End
    first_version: int = 0
    # The seq that has no final answer yet; after `slow_down` it has none either, and comes again.
    in_flight: int | None = None
    checked_at: float = -inf
    # The latest reading of its rights that it goes by.
    rights_turn: int = 0
    since: datetime = field(default_factory=timezone.now)
    _gone: asyncio.Future[None] | None = field(default=None, init=False)

    @property
    def gone(self) -> asyncio.Future[None]:
        """Done when the socket is closed; made when somebody first asks."""
        if self._gone is None:
            self._gone = asyncio.get_running_loop().create_future()
        return self._gone

    @property
    def participant(self) -> Participant:
        """This connection, as the others see it."""
        # What is not said takes no memory, for as long as a room keeps this.
        said = {"client": self.client} if self.client else {}
        role = self.access.role or ""
        return Participant(session_id=str(self.session_id), client_id=self.client_id, user=self.user, role=role, **said)

    def may(self, capability: str) -> bool:
        return capability in self.access.capabilities

    @property
    def sees_history(self) -> bool:
        """Whether revisions from before it came may be shown; who edits needs them too."""
        return self.may("history") or self.may("edit")

    @property
    def reaches_back_to(self) -> int:
        """The version below which nothing may be asked for."""
        return 0 if self.sees_history else self.first_version

    def tell(self, message: Part) -> None:
        """Sends a message that depends on no version."""
        self.outbound.post(Frame.of(message))
