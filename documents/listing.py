"""Which of a person's documents are listed: whose they are, what the person did with them, what they are called."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from documents import rights
from documents.models import Document, Placement, Star, Visit
from documents.search.words import words


@dataclass(frozen=True, slots=True)
class Choice:
    """What is left out (None) does not count; `state` None means everything but the trash."""

    state: str | None = None
    shared: bool | None = None
    starred: bool | None = None
    template: bool | None = None
    opened: bool = False
    folder: UUID | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a person keeps of documents for themselves: which they have starred, put in which folder, opened when."""

    starred: frozenset[UUID]
    folders: dict[UUID, UUID]
    opened: dict[UUID, datetime]


def shelf(user_id: str, documents: Sequence[Document]) -> Shelf:
    """What someone keeps of these documents."""
    about = {"user": UUID(user_id), "document__in": [document.pk for document in documents]}
    return Shelf(
        frozenset(Star.objects.filter(**about).values_list("document", flat=True)),
        dict(Placement.objects.filter(**about).values_list("document", "folder")),
        dict(Visit.objects.filter(**about).values_list("document", "opened_at")),
    )


def chosen(user_id: str, choice: Choice) -> QuerySet[Document]:
    """Those of someone's documents that the choice is for; with `opened`, each joined with their visit to it."""
    rows = rights.documents_of(user_id)
    rows = rows.filter(state=choice.state) if choice.state else rows.exclude(state=Document.State.TRASHED)
    rows = rows.filter(_by_whose(UUID(user_id), choice), _by_shelf(UUID(user_id), choice), _by_title(choice.title))
    return rows.filter(visits__user=UUID(user_id)) if choice.opened else rows


def _by_whose(user_id: UUID, choice: Choice) -> Q:
    about = Q() if choice.template is None else Q(is_template=choice.template)
    own = Q(owner=user_id)
    return about if choice.shared is None else about & (~own if choice.shared else own)


def _by_shelf(user_id: UUID, choice: Choice) -> Q:
    kept = Q()
    if choice.folder is not None:
        kept &= Q(pk__in=Placement.objects.filter(user=user_id, folder=choice.folder).values("document"))
    if choice.starred is not None:
        star = Q(pk__in=Star.objects.filter(user=user_id).values("document"))
        kept &= star if choice.starred else ~star
    return kept


def _by_title(title: str | None) -> Q:
    wanted = words(title or "")
    return Q(search_entry__title_words__contains=" ".join(wanted)) if wanted else Q()
