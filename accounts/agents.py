"""Agents: programs that take part by a name and colour of their own, each on behalf of the person who keeps it.

An agent is a person like any other to the documents that are shared with it, by its address, and may there what its
role lets it. It comes in by tokens alone, owns nothing, and ends with its keeper.
"""

import uuid
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from accounts import audit
from accounts.guests import refuse as refuse_guests
from accounts.models import NAME_LENGTH, Token, User, hex_color
from accounts.names import cleaned
from accounts.principals import Principal
from protocol.errors import ProtocolError

MOST_AGENTS = 50
MOST_CHANGES = 1_000_000
NO_AGENT = "There is no such agent, or it is not yours."


class Terms(TypedDict, total=False):
    """What an agent is called and may; what is left out stays as it is. `changes_an_hour` None: any number."""

    name: str
    color: str
    changes_an_hour: int | None


def of(user_id: str) -> QuerySet[User]:
    """The agents that somebody keeps, and that have not ended."""
    return User.objects.filter(keeper=uuid.UUID(user_id), is_active=True)


def make(by: Principal, **terms: Unpack[Terms]) -> User:
    """A new agent of `by`, who is neither a guest nor an agent. Raises invalid_field, also above MOST_AGENTS."""
    _require_person(by)
    if of(by.user_id).count() >= MOST_AGENTS:
        raise ProtocolError("invalid_field", f"One person keeps {MOST_AGENTS} agents at most.")
    agent_id = uuid.uuid4()
    with transaction.atomic():
        agent = User(id=agent_id, email=f"{agent_id.hex}@agent.invalid", keeper_id=uuid.UUID(by.user_id))
        agent.set_unusable_password()
        _set(agent, terms)
        audit.record("agents.make", by=by, user_id=agent.pk, name=agent.name)
    return agent


def change(by: Principal, agent_id: uuid.UUID, **terms: Unpack[Terms]) -> User:
    """Calls an agent otherwise, or bounds it otherwise. Raises not_found, invalid_field."""
    with transaction.atomic():
        agent = kept(by, agent_id)
        _set(agent, terms)
        audit.record("agents.change", by=by, user_id=agent.pk, fields=", ".join(sorted(terms)))
    return agent


def end(by: Principal, agent_id: uuid.UUID) -> None:
    """Ends an agent with all its tokens and sockets; what it wrote stays its own. Raises not_found."""
    with transaction.atomic():
        agent = kept(by, agent_id)
        agent.is_active = False
        agent.save(update_fields=["is_active"])  # what ends with a person hears of it
        audit.record("agents.end", by=by, user_id=agent.pk)


def kept(by: Principal, agent_id: uuid.UUID) -> User:
    """An agent of `by`'s, who may write. Raises not_found, forbidden."""
    if "write" not in by.scopes:
        raise ProtocolError("forbidden")
    agent = of(by.user_id).filter(pk=agent_id).first()
    if agent is None:
        raise ProtocolError("not_found", NO_AGENT)
    return agent


def tokens_of(agent: User) -> QuerySet[Token]:
    """Its live tokens, the newest first."""
    return Token.objects.live().filter(user=agent)


def refuse(user_id: str | uuid.UUID) -> None:
    """Raises forbidden for an agent."""
    if User.objects.filter(pk=user_id, keeper__isnull=False).exists():
        raise ProtocolError("forbidden", "An agent may not do this; its keeper may.")


def _require_person(by: Principal) -> None:
    if "write" not in by.scopes:
        raise ProtocolError("forbidden")
    refuse_guests(by.user_id)
    refuse(by.user_id)


def _set(agent: User, terms: Terms) -> None:
    if "name" in terms:
        agent.name = cleaned(terms["name"], NAME_LENGTH)
    if color := terms.get("color"):
        _require_color(color)
        agent.color = color
    if "changes_an_hour" in terms:
        agent.changes_an_hour = terms["changes_an_hour"]
    agent.save()


def _require_color(color: str) -> None:
    try:
        hex_color(color)
    except ValidationError as error:
        raise ProtocolError("invalid_field", error.messages[0]) from error
