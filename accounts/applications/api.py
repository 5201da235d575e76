"""REST for applications: register one's own, and see and end which ones may act for one. Not for applications."""

from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from allauth.idp.oidc.models import Client
from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from accounts.api_auth import in_person
from accounts.applications import acts
from accounts.applications.scopes import in_order

router = Router(tags=["applications"])

Scope = Literal["openid", "profile", "email", "read", "edit", "share", "manage", "write"]


class NewApplication(Schema):
    """What is asked for."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, Field(max_length=acts.NAME_LENGTH, description="1 to 100 characters.")]
    redirect_uris: list[str] = Field([], description="https, http on one's own machine, or a program's own scheme.")
    confidential: bool = Field(False, description="It runs on a server of its own, and gets a secret.")
    device: bool = Field(False, description="It shows people a code; not with `confidential`.")
    scopes: list[Scope] = Field(list(get_args(Scope)), description="What it may ask for.")


class ApplicationOut(Schema):
    client_id: str
    name: str
    redirect_uris: list[str]
    confidential: bool
    grant_types: list[str]
    scopes: list[str]
    created_at: datetime


class MadeApplication(ApplicationOut):
    client_secret: str | None = Field(description="It is shown this once; null where it could not be kept.")


class AllowedOut(Schema):
    client_id: str
    name: str
    scopes: list[str]
    renewed_at: datetime = Field(description="When it last got a token for you.")


@router.get("", response=list[ApplicationOut], summary="List your applications")
def find(request: HttpRequest) -> list[dict[str, Any]]:
    own = Client.objects.filter(owner=in_person(request, "read").user_id).order_by("name", "pk")
    return [_described(application) for application in own]


@router.post("", response={201: MadeApplication}, summary="Register an application")
def register(request: HttpRequest, body: NewApplication) -> Status[dict[str, Any]]:
    """One that may ask people here to let it act for them ([OpenID Connect](/.well-known/openid-configuration))."""
    made, secret = acts.register(
        in_person(request, "write"),
        body.name,
        body.redirect_uris,
        keeps_secret=body.confidential,
        by_device_code=body.device,
        scopes=body.scopes,
    )
    return Status(201, _described(made) | {"client_secret": secret})


@router.get("/allowed", response=list[AllowedOut], summary="List the applications that may act for you")
def find_allowed(request: HttpRequest) -> list[AllowedOut]:
    found = acts.allowed_by(in_person(request, "read").user_id)
    return [
        AllowedOut(client_id=one.application.pk, name=one.application.name, scopes=one.scopes, renewed_at=one.at)
        for one in found
    ]


@router.delete("/allowed/{client_id}", response={204: None}, summary="Let an application act for you no more")
def forbid(request: HttpRequest, client_id: str) -> Status[None]:
    """Ends its tokens at once, and what is open by them."""
    acts.forbid(in_person(request, "write"), client_id)
    return Status(204, None)


@router.delete("/{client_id}", response={204: None}, summary="Delete an application of yours")
def withdraw(request: HttpRequest, client_id: str) -> Status[None]:
    """It acts for nobody any more."""
    acts.withdraw(in_person(request, "write"), client_id)
    return Status(204, None)


def _described(application: Client) -> dict[str, Any]:
    return {
        "client_id": application.pk,
        "name": application.name,
        "redirect_uris": application.get_redirect_uris(),
        "confidential": application.type == Client.Type.CONFIDENTIAL,
        "grant_types": application.get_grant_types(),
        "scopes": in_order(application.get_scopes()),
        "created_at": application.created_at,
    }
