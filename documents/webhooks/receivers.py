"""When someone's rights have changed, their webhooks end at once, and not only with the next message."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.dispatch import receiver

from accounts.signals import groups_changed, principal_ended
from documents.signals import access_changed, document_changed
from documents.webhooks import rights
from documents.webhooks.models import Webhook


@receiver(access_changed)
def access(document_id: UUID, user_id: str | None, **_: Any) -> None:
    """What someone (None: anyone) may do in a document."""
    concerned = {"user": user_id} if user_id else {}
    rights.check(Webhook.objects.filter(document=document_id, off="", **concerned))


@receiver(document_changed)
def document(document_id: UUID, **_: Any) -> None:
    """It may be in the trash."""
    rights.check(Webhook.objects.filter(document=document_id, off=""))


@receiver(principal_ended)
def ended(user_id: UUID | str, **_: Any) -> None:
    """Somebody, or one of their tokens, may no longer act."""
    rights.check(Webhook.objects.filter(user__pk=user_id, off=""))


@receiver(groups_changed)
def groups(user_ids: Iterable[str], **_: Any) -> None:
    """Who is in a group."""
    rights.check(Webhook.objects.filter(user__in=list(user_ids), off=""))
