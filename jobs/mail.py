"""Mail as a job: a request never waits for a mail server, and a mail server that is down loses no mail."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from jobs.queue import enqueue
from jobs.registry import job

ADDRESSES = ("to", "cc", "bcc", "reply_to")


class QueuedEmailBackend(BaseEmailBackend):
    """Enqueues each message; the worker sends it by the backend of the setting MAIL_TRANSPORT."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """How many were enqueued. Refuses (ValueError) attachments: the queue is no place for files."""
        for message in email_messages:
            enqueue("mail", {"message": _packed(message)})
        return len(email_messages)


@job("mail", attempts=15)
def send(message: dict[str, Any]) -> None:
    """Sends one packed message; a failure is raised, so that it is tried again."""
    alternatives = message.pop("alternatives")
    mail = EmailMultiAlternatives(**message, connection=get_connection(settings.MAIL_TRANSPORT))
    for content, mimetype in alternatives:
        mail.attach_alternative(content, mimetype)
    mail.send()


def _packed(message: EmailMessage) -> dict[str, Any]:
    if message.attachments:
        raise ValueError("queued mail carries no attachments")
    alternatives = [tuple(part) for part in getattr(message, "alternatives", ())]
    return {
        "subject": str(message.subject),
        "body": str(message.body),
        "from_email": message.from_email,
        "headers": message.extra_headers,
        "alternatives": alternatives,
        **{field: list(getattr(message, field)) for field in ADDRESSES},
    }
