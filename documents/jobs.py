"""What is done about documents in the background."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import timezone

from documents import acts, connections
from documents.images import clearing
from documents.integrity.turn import verify_in_turn
from documents.models import ClientPosition, Document, Rejection
from documents.retention import erasure
from documents.retention.compaction import compact_due
from documents.search import texts
from documents.sharing import closing, invitations, requests
from documents.webhooks import acts as webhooks
from documents.webhooks import delivering
from jobs.queue import enqueue
from jobs.registry import job

TRASH_IS_KEPT = timedelta(days=30)
# How many documents one run deletes, so that a run ends; the rest waits for the next.
PORTION = 100
# How long one run verifies documents, resting most of the time: other jobs wait for it.
VERIFY_SECONDS = 5
# How long one run compacts histories, likewise.
COMPACT_SECONDS = 5
# How long one run looks for images that nothing names, likewise.
LOOK_SECONDS = 5
# How long one run makes texts findable, for the same reason.
FOLLOW_SECONDS = 2


@job("documents.forget_connections", every=timedelta(minutes=1))
def forget_connections() -> None:
    """Deletes the rows of connections whose processes died."""
    connections.purge()


@job("documents.empty_trash", every=timedelta(hours=1))
def empty_trash() -> None:
    """Deletes for good what has been in the trash for long."""
    until = timezone.now() - TRASH_IS_KEPT
    old = Document.objects.filter(state=Document.State.TRASHED, trashed_at__lt=until).order_by("trashed_at")
    for document_id in old.values_list("pk", flat=True)[:PORTION]:
        acts.delete_for_good(document_id, until)


@job("documents.verify_in_turn", every=timedelta(seconds=30))
def verify_some() -> None:
    """Verifies documents whose turn it is."""
    verify_in_turn(VERIFY_SECONDS)


@job("documents.forget_rejections", every=timedelta(days=1))
def forget_rejections() -> None:
    """Deletes the rejections that a later commit of the same person under that client id covers."""
    committed = ClientPosition.objects.filter(
        document=OuterRef("document"),
        client_id=OuterRef("client_id"),
        user=OuterRef("user"),
        acked_seq__gte=OuterRef("seq"),
    )
    Rejection.objects.filter(Exists(committed)).delete()


@job("documents.follow_texts", every=timedelta(seconds=5))
def follow_texts() -> None:
    """Makes findable what has been written since the last time."""
    texts.follow(FOLLOW_SECONDS)


@job("documents.compact", every=timedelta(minutes=10))
def compact() -> None:
    """Removes drafting history that is older than wanted."""
    compact_due(COMPACT_SECONDS)


@job("documents.clear_images", every=timedelta(minutes=10))
def clear_images() -> None:
    """Deletes images that nothing names any more."""
    clearing.clear_due(LOOK_SECONDS)


@job(clearing.JOB)
def delete_image_file(name: str) -> None:
    """Deletes the file of an image that is gone."""
    clearing.delete_file(name)


@job(erasure.JOB)
def erase_author(user_id: str) -> None:
    """Takes an erased person's name from what they wrote."""
    erasure.erase_author(user_id)


@job(requests.JOB)
def note_access_request(document_id: str, user_id: str, site: str) -> None:
    """Keeps that someone would like to come in."""
    requests.note(UUID(document_id), UUID(user_id), site)


@job("documents.forget_sharing", every=timedelta(hours=1))
def forget_sharing() -> None:
    """Deletes invitations and requests of which nothing came, and closes guests who cannot come back."""
    invitations.forget_expired()
    requests.forget_old()
    closing.close_guests()


@job("documents.deliver_webhooks", every=timedelta(seconds=3), outside=True)
def deliver_webhooks() -> None:
    """Has the webhooks served that have something to send."""
    for webhook_id in delivering.due(timezone.now()):
        enqueue("documents.deliver_webhook", {"webhook_id": str(webhook_id)}, key=str(webhook_id))


@job("documents.deliver_webhook", outside=True)
def deliver_webhook(webhook_id: str) -> None:
    """Sends what one webhook has to send."""
    delivering.deliver(UUID(webhook_id))


@job(webhooks.SEND, outside=True)
def send_delivery(delivery_id: str) -> None:
    """Sends a test, or a message once more."""
    delivering.send_again(UUID(delivery_id))
