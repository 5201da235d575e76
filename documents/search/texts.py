"""Texts are found a few seconds after they were written.

Nothing of this is part of an edit's commit, and nobody has to say that there was one: `follow` compares the versions
of what is kept with the documents' own, so what it has not done, for whatever reason, it does the next time.
"""

import logging
import unicodedata
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone

from documents import history
from documents.models import Document, SearchEntry
from documents.search import titles
from documents.search.words import words
from jobs.pace import Pace

logger = logging.getLogger(__name__)

# Of a longer text only so many characters are found.
TEXT_LENGTH = 200_000
# A long document, in UTF-16 code units, is read again no sooner than this: reading it costs by its length.
LONG = 100_000
LONG_RESTS = timedelta(minutes=1)
# How many documents are looked for at a time.
PORTION = 100


def follow(seconds: float) -> None:
    """Brings texts up to date for so long, resting most of the time; those left longest come first."""
    pace = Pace(seconds)
    for document in _behind():
        _put(document)
        if pace():
            return


def _behind() -> Iterator[Document]:
    now = timezone.now()
    never = Q(search_entry=None) | Q(search_entry__at=None)
    older = Q(search_entry__version__lt=F("version"))
    due = Q(length__lt=LONG) | Q(search_entry__at__lt=now - LONG_RESTS)
    found = Document.objects.filter(never | older & due, damage="").select_related("search_entry")
    # That there is an entry matters, not the megabytes in it.
    found = found.defer("search_entry__text", "search_entry__title_words", "search_entry__words")
    yield from found.order_by(F("search_entry__at").asc(nulls_first=True))[:PORTION]


def _put(document: Document) -> None:
    if not hasattr(document, "search_entry"):
        titles.put_missing(document)
    SearchEntry.objects.filter(document=document).update(version=document.version, at=timezone.now(), **_text(document))


def _text(document: Document) -> dict[str, str]:
    """What to keep of the text; nothing new where it cannot be read: its verification will say why."""
    try:
        text = history.contents_at(document.pk, document.version).text()
    except Exception as error:
        # Without what the error says, for that may be the text.
        logger.warning("Document %s cannot be read to be searched in: %s", document.pk, type(error).__name__)
        return {}
    kept = unicodedata.normalize("NFC", text[:TEXT_LENGTH])
    return {"text": kept, "words": " ".join(words(kept))[:TEXT_LENGTH]}
