"""Titles are found at once: whoever writes one says so here, in the same transaction."""

from uuid import UUID

from documents.models import Document, SearchEntry
from documents.search.words import words


def put(document_id: UUID, title: str) -> None:
    """Makes the document findable by `title`."""
    SearchEntry.objects.update_or_create(document_id=document_id, defaults={"title_words": " ".join(words(title))})


def put_missing(document: Document) -> None:
    """Makes a document findable that never was; where its title is there already, that stays."""
    made = SearchEntry(document=document, title_words=" ".join(words(document.title)))
    SearchEntry.objects.bulk_create([made], ignore_conflicts=True)
