"""A webhook hears what its person may read, as long as they may: it ends with that, and with the token that made it."""

from collections.abc import Iterable

from accounts import audit
from accounts.principals import Principal, alive
from documents.rights import access_of
from documents.webhooks.models import Webhook


def may_hear(webhook: Webhook) -> bool:
    """Whether what happens to the document may be told to it now."""
    principal = Principal(str(webhook.user_id), token_id=webhook.token_id, scopes=frozenset({"read"}))
    return bool(alive({principal})) and "read" in access_of(webhook.document_id, principal).capabilities


def turn_off(webhook: Webhook, why: Webhook.Off) -> None:
    """It sends nothing any more, until its person turns it on again."""
    webhook.off = why
    webhook.save(update_fields=["off"])
    audit.record(
        "webhooks.stop",
        by=None,
        document_id=webhook.document_id,
        user_id=webhook.user_id,
        webhook=str(webhook.pk),
        why=str(why),
    )


def check(webhooks: Iterable[Webhook]) -> None:
    """Turns those off that may hear no more."""
    for webhook in webhooks:
        if not may_hear(webhook):
            turn_off(webhook, Webhook.Off.RIGHTS)
