"""What people do with webhooks: each has their own, and who shares a document may end anyone's of it."""

import re
from collections.abc import Iterable
from typing import TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit, guests
from accounts.models import User
from accounts.principals import Principal
from documents import rights as document_rights
from documents.events import feed
from documents.webhooks import addresses, delivering, secrets
from documents.webhooks.messages import KINDS
from documents.webhooks.models import Delivery, Webhook
from jobs.queue import enqueue
from protocol.errors import ProtocolError
from protocol.limits import LIMITS

SEND = "documents.send_delivery"
HEX = re.compile(r"[0-9a-f]{32}")
NO_WEBHOOK = "There is no such webhook."


class Terms(TypedDict, total=False):
    """What a webhook does; what is left out stays as it is. Turned on, it tells what happens from then on."""

    url: str
    kinds: Iterable[str]
    deltas: bool
    is_on: bool


def seen_in(document_id: UUID, by: Principal) -> QuerySet[Webhook]:
    """The webhooks of a document: one's own, and for those who may share it everyone's. Raises not_found."""
    access = document_rights.access_of(document_id, by)
    access.require("read")
    found = Webhook.objects.filter(document=document_id).order_by("made_at", "pk")
    return found if "share" in access.capabilities else found.filter(user=UUID(by.user_id))


def own(by: Principal) -> QuerySet[Webhook]:
    """Someone's webhooks."""
    return Webhook.objects.filter(user=UUID(by.user_id)).select_related("document").order_by("made_at", "pk")


def make(document_id: UUID, by: Principal, url: str, kinds: Iterable[str], deltas: bool) -> Webhook:
    """A new webhook, which tells what happens from now on; its person has to be able to read the document.

    Raises invalid_field for an address that webhooks do not go to, quota_exceeded for one too many, and forbidden for
    guests.
    """
    document_rights.access_of(document_id, by).require("read")
    guests.refuse(UUID(by.user_id))
    addresses.find(url)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.user_id)
        if own(by).filter(document=document_id).count() >= LIMITS.webhooks:
            raise ProtocolError("quota_exceeded", f"You have {LIMITS.webhooks} webhooks for this document already.")
        webhook = Webhook(document_id=document_id, user_id=UUID(by.user_id), token_id=by.token_id, url=url)
        webhook.kinds, webhook.deltas = _kinds(kinds), deltas
        webhook.position = feed.head(document_id)
        webhook.save()
        _audit("webhooks.make", by, webhook)
    return webhook


def change(by: Principal, webhook_id: UUID, **terms: Unpack[Terms]) -> Webhook:
    """Changes one of one's webhooks. Raises as `make` does."""
    if "url" in terms:
        addresses.find(terms["url"])
    with transaction.atomic():
        webhook = held(by, webhook_id)
        webhook.url = terms.get("url", webhook.url)
        webhook.deltas = terms.get("deltas", webhook.deltas)
        if "kinds" in terms:
            webhook.kinds = _kinds(terms["kinds"])
        if "is_on" in terms and terms["is_on"] != (not webhook.off):
            _turn(webhook, by, terms["is_on"])
        webhook.save()
        _audit("webhooks.change", by, webhook)
    return webhook


def delete(by: Principal, webhook_id: UUID) -> None:
    """Ends a webhook: one's own, or one of a document that one shares."""
    with transaction.atomic():
        webhook = Webhook.objects.select_for_update(no_key=True).filter(pk=webhook_id).first()
        shares = webhook and "share" in document_rights.access_of(webhook.document_id, by).capabilities
        if webhook is None or not (shares or str(webhook.user_id) == by.user_id):
            raise ProtocolError("not_found", NO_WEBHOOK)
        _audit("webhooks.delete", by, webhook)
        webhook.delete()


def rotate(by: Principal, webhook_id: UUID) -> Webhook:
    """Gives the webhook a new secret; for a day, messages are signed by the one before as well."""
    with transaction.atomic():
        webhook = held(by, webhook_id)
        webhook.secret_number += 1
        webhook.rotated_at = timezone.now()
        webhook.save(update_fields=["secret_number", "rotated_at"])
        _audit("webhooks.rotate", by, webhook)
    return webhook


def test(by: Principal, webhook_id: UUID) -> Delivery:
    """Has a message sent that says nothing, once."""
    with transaction.atomic():
        webhook = held(by, webhook_id)
        delivery = delivering.make(webhook, Delivery.Kind.TEST, webhook.position)
        enqueue(SEND, {"delivery_id": str(delivery.pk)}, key=str(delivery.pk))
    return delivery


def log(by: Principal, webhook_id: UUID) -> QuerySet[Delivery]:
    """What one of one's webhooks sent, the newest first. Raises not_found."""
    if not own(by).filter(pk=webhook_id).exists():
        raise ProtocolError("not_found", NO_WEBHOOK)
    return Delivery.objects.filter(webhook=webhook_id).order_by("-made_at", "pk")


def replay(by: Principal, webhook_id: UUID, message_id: str) -> Delivery:
    """Has a message sent once more, under the id that it had."""
    with transaction.atomic():
        webhook = held(by, webhook_id)
        number = message_id.removeprefix(secrets.MESSAGE)
        delivery = webhook.deliveries.filter(pk=number).first() if HEX.fullmatch(number) else None
        if delivery is None:
            raise ProtocolError("not_found", "The log has no such message.")
        enqueue(SEND, {"delivery_id": str(delivery.pk)}, key=str(delivery.pk))
    return delivery


def held(by: Principal, webhook_id: UUID) -> Webhook:
    """One of one's own webhooks, held until the transaction ends. Raises not_found."""
    webhook = Webhook.objects.select_for_update(no_key=True).filter(pk=webhook_id, user=UUID(by.user_id)).first()
    if webhook is None:
        raise ProtocolError("not_found", NO_WEBHOOK)
    return webhook


def _turn(webhook: Webhook, by: Principal, is_on: bool) -> None:
    if is_on:
        document_rights.access_of(webhook.document_id, by).require("read")
        webhook.token_id = by.token_id
        webhook.position = feed.head(webhook.document_id)
        webhook.failures, webhook.failing_since, webhook.due_at = 0, None, None
    webhook.off = "" if is_on else Webhook.Off.BY_PERSON


def _kinds(wanted: Iterable[str]) -> list[str]:
    asked = set(wanted)
    return [kind for kind in KINDS if kind in asked]


def _audit(act: str, by: Principal, webhook: Webhook) -> None:
    # The address may hold a secret of the receiver's: its host says enough.
    host = addresses.host(webhook.url)
    audit.record(
        act, by=by, document_id=webhook.document_id, user_id=webhook.user_id, webhook=str(webhook.pk), host=host
    )
