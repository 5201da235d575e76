"""The list of documents: what each is like now, read once for all of a page."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.lists import Page
from documents import connections
from documents.models import Document, Revision

# The pace of what is written faster is not told exactly: no more rows are looked at for one document.
MOST_AN_HOUR = 1000
HOUR = timedelta(hours=1)


class IntegrityFilter(admin.SimpleListFilter):
    """By what the last verification found."""

    title = _("integrity")
    parameter_name = "integrity"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("damaged", gettext("damaged")), ("sound", gettext("sound")), ("waiting", gettext("not verified yet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Document]) -> QuerySet[Document]:
        match self.value():
            case "damaged":
                return queryset.exclude(damage="")
            case "sound":
                return queryset.filter(damage="", verified_at__isnull=False)
            case "waiting":
                return queryset.filter(verified_at=None)
        return queryset


class LiveFilter(admin.SimpleListFilter):
    """By whether somebody is in it now."""

    title = _("who is in it")
    parameter_name = "live"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("yes", gettext("somebody, now"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Document]) -> QuerySet[Document]:
        return queryset.filter(pk__in=connections.live().values("document")) if self.value() == "yes" else queryset


class LivePage(Page):
    """Knows who is in the documents of a page, and how much was written in them within the hour."""

    def fill(self, rows: Sequence[Any]) -> None:
        here = connections.present([row.pk for row in rows])
        written = written_within_the_hour(rows)
        for row in rows:
            row.here_now, row.written = here[row.pk], written.get(row.pk, 0)


def written_within_the_hour(documents: Sequence[Document]) -> dict[UUID, int]:
    """How many revisions each of these documents got, up to a bound; those that got none are left out."""
    since = timezone.now() - HOUR
    awake = [document.pk for document in documents if document.updated_at > since]
    newest = Revision.objects.filter(
        document=OuterRef("pk"), version__gt=OuterRef("version") - MOST_AN_HOUR, at__gt=since
    )
    count = newest.order_by().values("document").annotate(count=Count("pk")).values("count")
    counted = Document.objects.filter(pk__in=awake).annotate(written=Subquery(count))
    return {pk: count for pk, count in counted.values_list("pk", "written") if count}
