"""Takes revisions out of a document's history, and leaves tombstones: their numbers, names and digests.

So the versions stay, the digests chain, and a submission is recognised for ever. The contents where a gap ends are kept
as a snapshot, in the same transaction, for nothing could make them again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Func, IntegerField, Sum
from django.db.models.functions import Coalesce

from documents import acts, history
from documents.images import clearing
from documents.models import Document, Revision, SearchEntry, Snapshot
from documents.past.authorship import Authorship, authorship_at
from documents.signals import document_changed
from protocol.content import Content


@dataclass(frozen=True, slots=True)
class Whole:
    """What is kept of a version whose revision is removed: its contents, and who wrote what of them."""

    content: Content
    authorship: Authorship


def whole(document_id: UUID, version: int) -> Whole:
    """All of a version. Raises history_gone."""
    content = history.contents_at(document_id, version)
    written = authorship_at(document_id, version)
    while written.version < version:
        written = authorship_at(document_id, version)
    return Whole(content, written)


class Bytes(Func):
    """The length of a text in UTF-8."""

    function = "octet_length"
    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="length(CAST(%(expressions)s AS BLOB))", **extra)


def remove(document: Document, first: int, last: int, kept: Mapping[int, Whole]) -> int:
    """Removes the revisions `first` to `last` of the held document, and all there was of versions but those `kept`.

    Those at `last` have to be among them, unless the revision after it is removed already. Says how many were removed.
    """
    revisions = Revision.objects.filter(document=document, version__gte=first, version__lte=last)
    Snapshot.objects.filter(document=document, version__gte=first, version__lte=last).delete()
    digests = dict(revisions.filter(version__in=kept).values_list("version", "digest"))
    Snapshot.objects.bulk_create(
        Snapshot(
            document=document,
            version=version,
            contents=Snapshot.pack(it.content.to_json()),
            digest=digests[version],
            authorship=Snapshot.pack(it.authorship.runs),
        )
        for version, it in kept.items()
    )
    there = revisions.filter(delta__isnull=False)
    size: int = there.aggregate(size=Coalesce(Sum(Bytes("delta")), 0))["size"]
    removed = there.update(delta=None)
    _not_found_any_more(document, first, last)
    clearing.look_soon(document, last)
    document.size -= size
    tell(document)
    return removed


def _not_found_any_more(document: Document, first: int, last: int) -> None:
    """What is searched may be the text of a version that is gone; it is read anew."""
    entries = SearchEntry.objects.filter(document=document, version__gte=first, version__lt=last)
    entries.update(version=0, at=None, text="", words="")


def tell(document: Document) -> None:
    """Whoever has some of the held document's history in memory is to read it anew."""
    document.removals += 1
    document.save(update_fields=["size", "removals"])
    acts.after(document_changed, document.pk)
