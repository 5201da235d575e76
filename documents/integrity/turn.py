"""The documents' turns at being verified, a little at a time beside everything else that a process does."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone

from documents.integrity.verify import go_on
from documents.models import Document
from jobs.pace import Pace
from protocol.errors import ProtocolError

# What has changed is looked at again, no sooner than this.
CHANGED_AFTER = timedelta(minutes=10)
# Everything is looked at anew, for what was right may have become wrong.
WHOLE_AFTER = timedelta(days=7)
# How many documents are found at a time.
PORTION = 100


def verify_in_turn(seconds: float) -> None:
    """Verifies for so long: first what was asked for or has changed, then what was last seen whole long ago."""
    pace = Pace(seconds)
    for document in _due():
        try:
            go_on(document, pace)
        except ProtocolError:  # deleted meanwhile
            continue
        if pace():
            return


def _due() -> Iterator[Document]:
    now = timezone.now()
    asked = Q(verified_at=None)
    changed = Q(damage="", version__gt=F("verified_version"), verified_at__lt=now - CHANGED_AFTER)
    longest_unseen = F("verified_at").asc(nulls_first=True)
    yield from Document.objects.filter(asked | changed).order_by(longest_unseen)[:PORTION]
    old = Document.objects.filter(damage="", verified_since__lt=now - WHOLE_AFTER)
    for document in old.order_by("verified_since")[:PORTION]:
        document.verified_version = 0
        yield document
