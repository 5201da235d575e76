"""/api/v1/documents/{id}/webhooks and /api/v1/webhooks: where what happens to a document is sent."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from accounts.api_auth import in_person
from accounts.principals import Principal
from documents.api.asking import DocumentId
from documents.api.schemas import Body
from documents.webhooks import acts, secrets
from documents.webhooks.models import URL_LENGTH, Delivery, Webhook

in_document = Router(tags=["webhooks"])
router = Router(tags=["webhooks"])

Url = Annotated[
    str, Field(max_length=URL_LENGTH, description="Where it goes: `https`, to a host that is on the public Internet.")
]
Kind = Literal["revisions", "document", "member", "named"]
Kinds = Annotated[list[Kind], Field(min_length=1, max_length=10, description="Of what it tells.")]
WithDeltas = Annotated[bool, Field(description="Whether it tells what revisions changed, and not only how much.")]
EVERYTHING: list[Kind] = ["revisions", "document", "member", "named"]


class NewWebhook(Body):
    url: Url
    kinds: Kinds = EVERYTHING
    deltas: WithDeltas = False


class WebhookChange(Body):
    """What is left out stays as it is."""

    url: Url = ""
    kinds: Kinds = EVERYTHING
    deltas: WithDeltas = False
    is_on: bool = Field(True, description="Turned on again, it tells what happens from then on.")


class WebhookOut(Schema):
    id: UUID
    document_id: UUID
    user_id: UUID = Field(description="Whose it is.")
    url: str | None = Field(description="Where it goes; null: it is someone else's.")
    kinds: list[Kind]
    deltas: bool
    is_on: bool
    why_off: Literal["person", "failing", "gone", "rights"] | None = Field(
        description="Who or what turned it off: its person; an address that took nothing for days, or answered 410;"
        " its person's rights, or the end of the token that made it."
    )
    made_at: datetime
    failing_since: datetime | None = Field(description="Since when its address takes nothing; null: it does.")
    next_attempt_at: datetime | None = Field(description="While it fails.")


class MadeWebhook(WebhookOut):
    secret: str = Field(description="By which its messages are verified. Shown this once.")


class DeliveryOut(Schema):
    id: str = Field(description="Its `webhook-id`.")
    kind: Literal["events", "gone", "test"]
    made_at: datetime
    delivered_at: datetime | None
    attempts: int
    attempted_at: datetime | None
    status: int | None = Field(description="The HTTP status of the last answer.")
    error: str = Field(description="What went wrong, where there was no answer.")
    seconds: float | None = Field(description="How long the last attempt took.")


@in_document.get("", response=list[WebhookOut], summary="List the webhooks of a document")
def in_one(request: HttpRequest, document_id: DocumentId) -> list[dict[str, Any]]:
    """One's own; whoever may share the document is shown everyone's."""
    by = in_person(request, "read")
    return [_shown(webhook, by) for webhook in acts.seen_in(document_id, by)]


@in_document.post("", response={201: MadeWebhook}, summary="Have what happens to a document sent somewhere")
def make(request: HttpRequest, document_id: DocumentId, body: NewWebhook) -> Status[dict[str, Any]]:
    by = in_person(request, "write")
    webhook = acts.make(document_id, by, body.url, body.kinds, body.deltas)
    return Status(201, _with_secret(webhook, by))


@router.get("", response=list[WebhookOut], summary="List one's webhooks")
def find(request: HttpRequest) -> list[dict[str, Any]]:
    by = in_person(request, "read")
    return [_shown(webhook, by) for webhook in acts.own(by)]


@router.patch("/{uuid:webhook_id}", response=WebhookOut, summary="Change a webhook, turn it off or on")
def change(request: HttpRequest, webhook_id: UUID, body: WebhookChange) -> dict[str, Any]:
    by = in_person(request, "write")
    return _shown(acts.change(by, webhook_id, **body.model_dump(include=body.model_fields_set)), by)


@router.delete("/{uuid:webhook_id}", response={204: None}, summary="Delete a webhook")
def delete(request: HttpRequest, webhook_id: UUID) -> Status[None]:
    """One's own, or one of a document that one may share."""
    acts.delete(in_person(request, "write"), webhook_id)
    return Status(204, None)


@router.post("/{uuid:webhook_id}/secret", response=MadeWebhook, summary="Give a webhook a new secret")
def rotate(request: HttpRequest, webhook_id: UUID) -> dict[str, Any]:
    """For a day, its messages bear a signature by the one before, too."""
    by = in_person(request, "write")
    return _with_secret(acts.rotate(by, webhook_id), by)


@router.post("/{uuid:webhook_id}/test", response={202: DeliveryOut}, summary="Have a test message sent")
def test(request: HttpRequest, webhook_id: UUID) -> Status[dict[str, Any]]:
    return Status(202, _delivery(acts.test(in_person(request, "write"), webhook_id)))


@router.get("/{uuid:webhook_id}/deliveries", response=list[DeliveryOut], summary="Read what a webhook sent")
def deliveries(request: HttpRequest, webhook_id: UUID) -> list[dict[str, Any]]:
    """The newest first; so many are kept, and no texts."""
    return [_delivery(row) for row in acts.log(in_person(request, "read"), webhook_id)]


@router.post(
    "/{uuid:webhook_id}/deliveries/{delivery_id}/replay",
    response={202: DeliveryOut},
    summary="Have a message sent once more",
)
def replay(request: HttpRequest, webhook_id: UUID, delivery_id: str) -> Status[dict[str, Any]]:
    return Status(202, _delivery(acts.replay(in_person(request, "write"), webhook_id, delivery_id)))


def _shown(webhook: Webhook, by: Principal) -> dict[str, Any]:
    return {
        "id": webhook.pk,
        "document_id": webhook.document_id,
        "user_id": webhook.user_id,
        "url": webhook.url if str(webhook.user_id) == by.user_id else None,
        "kinds": webhook.kinds,
        "deltas": webhook.deltas,
        "is_on": not webhook.off,
        "why_off": webhook.off or None,
        "made_at": webhook.made_at,
        "failing_since": webhook.failing_since,
        "next_attempt_at": webhook.due_at,
    }


def _with_secret(webhook: Webhook, by: Principal) -> dict[str, Any]:
    return _shown(webhook, by) | {"secret": secrets.secret(webhook)}


def _delivery(delivery: Delivery) -> dict[str, Any]:
    names = ("kind", "made_at", "delivered_at", "attempts", "attempted_at", "status", "error", "seconds")
    return {"id": secrets.message_id(delivery)} | {name: getattr(delivery, name) for name in names}
