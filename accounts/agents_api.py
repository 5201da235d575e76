"""/api/v1/agents: programs that take part by a name of their own, on behalf of the person who keeps them."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from accounts import acts, agents
from accounts.api import MadeToken, NewToken, TokenOut, expiry_within
from accounts.api_auth import themselves
from accounts.models import NAME_LENGTH, Token, User
from protocol.errors import ProtocolError

router = Router(tags=["agents"])

Name = Annotated[str, Field(max_length=NAME_LENGTH, description="As others see it.")]
Color = Annotated[str | None, Field(max_length=7, description="`#rrggbb`; null: one is chosen.")]
Changes = Annotated[
    int | None,
    Field(ge=1, le=agents.MOST_CHANGES, description="How many changes it may make within an hour; null: any number."),
]


class NewAgent(Schema):
    model_config = ConfigDict(strict=True, extra="forbid")

    name: Name
    color: Color = None
    changes_an_hour: Changes = None


class AgentChange(Schema):
    """What is left out stays as it is."""

    model_config = ConfigDict(strict=True, extra="forbid")

    name: Name = ""
    color: Color = None
    changes_an_hour: Changes = None


class AgentOut(Schema):
    id: UUID
    name: str
    color: str
    address: str = Field(alias="email", description="Share documents with it by this address.")
    changes_an_hour: int | None


@router.get("", response=list[AgentOut], summary="List your agents")
def find(request: HttpRequest) -> list[User]:
    return list(agents.of(themselves(request).user_id).order_by("name", "pk"))


@router.post("", response={201: AgentOut}, summary="Make an agent")
def make(request: HttpRequest, body: NewAgent) -> Status[User]:
    return Status(201, agents.make(themselves(request), **body.model_dump()))


@router.patch("/{uuid:agent_id}", response=AgentOut, summary="Call an agent otherwise, or bound it otherwise")
def change(request: HttpRequest, agent_id: UUID, body: AgentChange) -> User:
    return agents.change(themselves(request), agent_id, **body.model_dump(include=body.model_fields_set))


@router.delete("/{uuid:agent_id}", response={204: None}, summary="End an agent, with its tokens and sockets")
def end(request: HttpRequest, agent_id: UUID) -> Status[None]:
    agents.end(themselves(request), agent_id)
    return Status(204, None)


@router.get("/{uuid:agent_id}/tokens", response=list[TokenOut], summary="List an agent's live tokens")
def tokens(request: HttpRequest, agent_id: UUID) -> list[Token]:
    return list(agents.tokens_of(agents.kept(themselves(request), agent_id)))


@router.post("/{uuid:agent_id}/tokens", response={201: MadeToken}, summary="Make a token for an agent")
def make_token(request: HttpRequest, agent_id: UUID, body: NewToken) -> Status[MadeToken]:
    """A new token, by which the agent comes in; keep it, it can't be shown again."""
    by = themselves(request)
    agent = agents.kept(by, agent_id)
    token, raw = acts.make_token(by, agent.pk, body.name, body.scopes, expiry_within(by, body))
    return Status(201, MadeToken(token=raw, **TokenOut.from_orm(token).model_dump()))


@router.delete("/{uuid:agent_id}/tokens/{int:token_id}", response={204: None}, summary="Revoke a token of an agent")
def revoke_token(request: HttpRequest, agent_id: UUID, token_id: int) -> Status[None]:
    by = themselves(request)
    token = Token.objects.filter(user=agents.kept(by, agent_id), pk=token_id).first()
    if token is None:
        raise ProtocolError("not_found", "There is no such token.")
    acts.revoke_token(by, token)
    return Status(204, None)
