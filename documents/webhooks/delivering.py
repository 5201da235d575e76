"""Brings what happened to where webhooks go: one message at a time for each, the next only once the last was taken."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from documents.events import feed
from documents.events.cursors import Position
from documents.events.models import Event
from documents.webhooks import messages, rights, secrets, sending
from documents.webhooks.models import Delivery, Webhook
from documents.webhooks.sending import Outcome
from jobs.queue import pause
from protocol.errors import ProtocolError

# Seconds for which one webhook is served at a time.
TURN = 20.0
# An address that takes nothing for so long is asked no more.
GIVEN_UP_AFTER = timedelta(days=3)
# Messages that the log of a webhook keeps.
KEPT = 100
GONE = 410


def due(now: datetime) -> Iterator[UUID]:
    """The webhooks that have something to send, and may try."""
    later = Event.objects.filter(document=OuterRef("document"), version=OuterRef("version"), pk__gt=OuterRef("number"))
    behind = Q(document__version__gt=F("version")) | Exists(later)
    ready = Q(due_at=None) | Q(due_at__lte=now)
    yield from Webhook.objects.filter(behind, ready, off="").values_list("pk", flat=True)


def deliver(webhook_id: UUID) -> None:
    """Sends what is to be sent, until all is, or a message is not taken, or others have to have a turn."""
    until = monotonic() + TURN
    more = True
    while more and monotonic() < until:
        delivery, more = _next(webhook_id)
        if delivery is not None:
            more = _attempt(delivery) and more


def send_again(delivery_id: UUID) -> None:
    """Sends a message once, out of turn: a test, or one that was sent before."""
    delivery = Delivery.objects.select_related("webhook").filter(pk=delivery_id).first()
    if delivery is not None and rights.may_hear(delivery.webhook):
        _note(delivery, _sent(delivery))


def _next(webhook_id: UUID) -> tuple[Delivery | None, bool]:
    """The message that is to be sent, and whether to come back afterwards."""
    with transaction.atomic():
        webhook = Webhook.objects.select_for_update(no_key=True).filter(pk=webhook_id, off="").first()
        if webhook is None or (webhook.due_at and webhook.due_at > timezone.now()):
            return None, False
        if not rights.may_hear(webhook):
            rights.turn_off(webhook, Webhook.Off.RIGHTS)
            return None, False
        waiting = webhook.deliveries.filter(
            delivered_at=None, after_version=webhook.version, after_number=webhook.number
        ).exclude(kind=Delivery.Kind.TEST)
        return (found, True) if (found := waiting.first()) else _made(webhook)


def _made(webhook: Webhook) -> tuple[Delivery | None, bool]:
    kind = Delivery.Kind.EVENTS
    try:
        end, tells, more = messages.next_page(webhook)
    except ProtocolError:  # what follows is no longer kept
        kind, end, tells, more = Delivery.Kind.GONE, feed.head(webhook.document_id), True, False
    if tells:
        return make(webhook, kind, end), True
    webhook.position = end
    webhook.save(update_fields=["version", "number"])
    return None, more


def make(webhook: Webhook, kind: Delivery.Kind, until: Position) -> Delivery:
    """A message that is to be sent, in the log of the webhook, which forgets the oldest."""
    kept = webhook.deliveries.order_by("-made_at").values("pk")[: KEPT - 1]
    webhook.deliveries.exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    return Delivery.objects.create(
        webhook=webhook,
        kind=kind,
        after_version=webhook.version,
        after_number=webhook.number,
        version=until.version,
        number=until.number,
    )


def _attempt(delivery: Delivery) -> bool:
    """Sends a message in its turn; says whether it was taken."""
    outcome = _sent(delivery)
    with transaction.atomic():
        _note(delivery, outcome)
        webhook = Webhook.objects.select_for_update(no_key=True).filter(pk=delivery.webhook_id).first()
        if webhook is None or webhook.position != delivery.after:  # it was turned off meanwhile, or is gone
            return False
        if outcome.is_taken:
            webhook.position = delivery.until
            webhook.failures, webhook.failing_since, webhook.due_at = 0, None, None
        else:
            _put_off(webhook, outcome)
        webhook.save()
    return outcome.is_taken


def _put_off(webhook: Webhook, outcome: Outcome) -> None:
    now = timezone.now()
    webhook.failures += 1
    webhook.failing_since = webhook.failing_since or now
    webhook.due_at = now + pause(webhook.failures)
    if outcome.status == GONE:
        rights.turn_off(webhook, Webhook.Off.GONE)
    elif now - webhook.failing_since >= GIVEN_UP_AFTER:
        rights.turn_off(webhook, Webhook.Off.FAILING)


def _sent(delivery: Delivery) -> Outcome:
    try:
        body = messages.text(delivery)
    except ProtocolError:  # it was removed since
        delivery.kind = Delivery.Kind.GONE
        body = messages.text(delivery)
    headers = secrets.headers(delivery.webhook, secrets.message_id(delivery), timezone.now(), body)
    if not connection.in_atomic_block:  # it may take long, and others need one
        connection.close()
    return sending.send(delivery.webhook.url, body, headers)


def _note(delivery: Delivery, outcome: Outcome) -> None:
    now = timezone.now()
    Delivery.objects.filter(pk=delivery.pk).update(
        kind=delivery.kind,
        attempts=F("attempts") + 1,
        attempted_at=now,
        status=outcome.status,
        error=outcome.error,
        seconds=outcome.seconds,
        delivered_at=now if outcome.is_taken else delivery.delivered_at,
    )
