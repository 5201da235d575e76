"""The audit log in the admin: to read, search and take along; never to change."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.admin.lists import BoundedPaginator, Page
from accounts.audit_files import FORMATS, lines
from accounts.models import AuditEntry, User

# What acts begin with, and what people call that.
SUBJECTS = {
    "sessions": _("log-ins"),
    "people": _("people"),
    "tokens": _("tokens"),
    "keys": _("passwords and second factors"),
    "members": _("members"),
    "groups": _("groups"),
    "links": _("links"),
    "documents": _("documents"),
    "versions": _("versions"),
    "history": _("history"),
    "connections": _("ended connections"),
    "processes": _("processes"),
    "banner": _("the banner"),
    "admin": _("administrators' acts"),
    "audit": _("this log"),
}


class SubjectFilter(admin.SimpleListFilter):
    """By what the act is about."""

    title = _("subject")
    parameter_name = "subject"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [(subject, str(name)) for subject, name in SUBJECTS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        return queryset.filter(act__startswith=f"{self.value()}.") if self.value() else queryset


class NamedPage(Page):
    """Knows the people whom the entries of a page concern."""

    def fill(self, rows: Sequence[Any]) -> None:
        people = User.objects.in_bulk({row.user_id for row in rows if row.user_id})
        for row in rows:
            row.person = people.get(row.user_id)


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Who did what to whom, from where."""

    list_display = ("when", "act", "who", "way", "address", "document", "whom", "more")
    list_filter = (SubjectFilter, "way", "at")
    list_select_related = ("by",)
    list_per_page = 100
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    paginator = BoundedPaginator
    ordering = ("-id",)
    search_fields = ("act",)
    search_help_text = _("An act, the id of a document or a person, or the beginning of an e-mail address")
    fields = readonly_fields = ("when", "act", "who", "way", "token_id", "address", "document", "whom", "about")

    def get_urls(self) -> list[URLPattern]:
        export = self.admin_site.admin_view(self.export)
        return [path("export/<slug:form>/", export, name="accounts_auditentry_export"), *super().get_urls()]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Page]:
        return NamedPage

    # It is appended to by what happens, and by nobody here.

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry], search_term: str
    ) -> tuple[QuerySet[AuditEntry], bool]:
        """By what the databases have an index for: a whole id, a person, the beginning of an act."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if (wanted := _uuid(term)) is not None:
            return queryset.filter(Q(document_id=wanted) | Q(user_id=wanted) | Q(by=wanted)), False
        if "@" in term:
            people = list(User.objects.filter(email__startswith=term.lower()).values_list("pk", flat=True)[:100])
            return queryset.filter(Q(by__in=people) | Q(user_id__in=people)), False
        return queryset.filter(act__startswith=term), False

    @admin.display(description=_("when (UTC)"), ordering="id")
    def when(self, entry: AuditEntry) -> str:
        return f"{entry.at:%Y-%m-%d %H:%M:%S}"

    @admin.display(description=_("by"))
    def who(self, entry: AuditEntry) -> str:
        return _person(entry.by, entry.by_name)

    @admin.display(description=_("whom it concerns"))
    def whom(self, entry: AuditEntry) -> str:
        known = vars(entry)
        person = known["person"] if "person" in known else _find(entry.user_id)  # one alone, on a page of its own
        return _person(person, str(entry.user_id or ""))

    @admin.display(description=_("document"))
    def document(self, entry: AuditEntry) -> str:
        if entry.document_id is None:
            return "–"
        url = reverse("admin:documents_document_change", args=[entry.document_id])
        return format_html('<a href="{}">{}…</a>', url, str(entry.document_id)[:8])

    @admin.display(description=_("more"))
    def more(self, entry: AuditEntry) -> str:
        return ", ".join(f"{name}: {said}" for name, said in entry.about.items() if said not in (None, ""))

    def export(self, request: HttpRequest, form: str) -> StreamingHttpResponse:
        """What the list's filters and search leave, all of it, as a file; taking it along is itself an act."""
        if form not in FORMATS:
            raise Http404
        if not self.has_view_permission(request):
            raise PermissionDenied
        entries = self.get_changelist_instance(request).get_queryset(request)
        audit.record("audit.export", by=None, format=form, filter=request.GET.urlencode()[:200])
        answer = StreamingHttpResponse(lines(entries, form), content_type=FORMATS[form])
        answer.headers["Content-Disposition"] = f'attachment; filename="audit.{form}"'
        answer.headers["Cache-Control"] = "private, no-store"
        return answer


def _person(person: User | None, name: str) -> str:
    if person is None:
        return name or "–"
    return format_html('<a href="{}">{}</a>', reverse("admin:accounts_user_change", args=[person.pk]), person)


def _find(user_id: UUID | None) -> User | None:
    return User.objects.filter(pk=user_id).first() if user_id else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
