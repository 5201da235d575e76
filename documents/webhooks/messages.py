"""What a webhook sends: the document's events, in the form of its feed."""

from collections.abc import Iterable, Iterator
from typing import Any

import pydantic_core

from documents.events import feed
from documents.events.cursors import Cursors, Position
from documents.events.feed import Happening
from documents.webhooks.models import Delivery, Webhook
from protocol.events import Event

# Events that one message tells, at most, and bytes from which on it is ended. What is larger alone is told without what
# it changed.
MOST_EVENTS = 100
MOST_BYTES = 256 * 1024
KINDS = ("revisions", "document", "member", "named")
TYPES = {
    Delivery.Kind.EVENTS: "document.events",
    Delivery.Kind.GONE: "document.history_gone",
    Delivery.Kind.TEST: "webhook.test",
}


def next_page(webhook: Webhook) -> tuple[Position, bool, bool]:
    """Up to where the next message tells, whether it tells anything, and whether there was more already.

    Raises as `feed.page` does.
    """
    page = feed.page(webhook.document_id, webhook.position, MOST_EVENTS)
    end, told = page.end, False
    for event, happening in _fitting(webhook, page.happenings):
        end, told = happening.position, told or event is not None
    return end, told, page.more or end < page.end


def text(delivery: Delivery) -> bytes:
    """The message as it is sent. Raises as `feed.page` does."""
    webhook = delivery.webhook
    data: dict[str, Any] = {"document_id": str(webhook.document_id), "webhook_id": str(webhook.pk)}
    if delivery.kind == Delivery.Kind.EVENTS:
        page = feed.page(webhook.document_id, delivery.after, MOST_EVENTS)
        within = [happening for happening in page.happenings if happening.position <= delivery.until]
        data["events"] = [event for event, _ in _fitting(webhook, within) if event is not None]
    return pydantic_core.to_json(
        {"type": TYPES[Delivery.Kind(delivery.kind)], "timestamp": delivery.made_at, "data": data}
    )


def _fitting(webhook: Webhook, happenings: Iterable[Happening]) -> Iterator[tuple[Event | None, Happening]]:
    """What fits into one message, each with the event that tells it; None where nobody asked for such."""
    # Positions in plain: they are no cursors of someone who may not read the history.
    cursors = Cursors(webhook.document_id, str(webhook.user_id), whole=True)
    total = 0
    for happening in happenings:
        event = None
        if happening.kind in webhook.kinds:
            event = feed.told(happening, cursors, webhook.deltas)
            size = len(event.model_dump_json())
            if size > MOST_BYTES:
                event = feed.told(happening, cursors, deltas=False)
                size = len(event.model_dump_json())
            if total and total + size > MOST_BYTES:
                return
            total += size
        yield event, happening
