"""Secrets and signatures of webhooks, as Standard Webhooks has them. Secrets are made of SECRET_KEY, and not kept."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac

from documents.webhooks.models import Delivery, Webhook

PREFIX = "whsec_"
MESSAGE = "msg_"
# How long, after a new secret was made, messages bear a signature by the old one too.
BOTH_FOR = timedelta(hours=24)


def secret(webhook: Webhook) -> str:
    """What its receiver verifies messages by."""
    return PREFIX + base64.b64encode(_key(webhook, webhook.secret_number)).decode()


def message_id(delivery: Delivery) -> str:
    """By which a receiver knows a message that it has already."""
    return MESSAGE + delivery.pk.hex


def headers(webhook: Webhook, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """What goes with a message; `at` is now, so that an old message cannot be sent once more by someone else."""
    timestamp = str(int(at.timestamp()))
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    numbers = [webhook.secret_number]
    if webhook.rotated_at and timezone.now() < webhook.rotated_at + BOTH_FOR:
        numbers.append(webhook.secret_number - 1)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(_signature(_key(webhook, number), signed) for number in numbers),
    }


def _key(webhook: Webhook, number: int) -> bytes:
    return salted_hmac("documents.webhooks", f"{webhook.pk} {number}", algorithm="sha256").digest()


def _signature(key: bytes, signed: bytes) -> str:
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
