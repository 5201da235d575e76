"""Documents: the list, the page of one, and what is done there."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts import audit
from accounts.admin.lists import BoundedPaginator, Page
from accounts.models import User
from documents import acts, history
from documents.admin import page
from documents.admin.acts import ACTS
from documents.admin.lists import MOST_AN_HOUR, IntegrityFilter, LiveFilter, LivePage
from documents.exchange.files import FILE_FORMATS, file_name
from documents.images.embedding import DocumentImages
from documents.integrity import verify
from documents.models import Document, Membership
from documents.rights import OfferedRole
from documents.search import find
from documents.search.query import parse
from protocol.errors import ProtocolError

# So many of what is found are listed.
MOST_FOUND = 500
STATES = {"open": "badge-good", "frozen": "badge-warn", "trashed": ""}
View = Callable[..., HttpResponse]


class MembershipForm(forms.ModelForm):  # type: ignore[type-arg]
    """One member. Somebody else's membership is another one: the person stays."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["user"].disabled = True


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    """The members, but for the owner."""

    model = Membership
    form = MembershipForm
    extra = 0
    autocomplete_fields = ("user",)


def refusals_are_told(act: View) -> View:
    """Whoever is refused something reads why, and is back at the document's page."""

    @wraps(act)
    def told(self: "DocumentAdmin", request: HttpRequest, document_id: UUID, **more: str) -> HttpResponse:
        try:
            return act(self, request, document_id, **more)
        except ProtocolError as error:
            if error.code == "not_found" and not Document.objects.filter(pk=document_id).exists():
                raise Http404 from None
            messages.error(request, error.message)
        return redirect("admin:documents_document_change", document_id)

    return told


@admin.register(Document)
class DocumentAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Whose documents there are, in what state, and who is in them now."""

    list_display = ("titled", "owner", "condition", "integrity", "here", "pace", "takes", "version", "changed")
    list_filter = ("state", IntegrityFilter, LiveFilter)
    list_select_related = ("owner",)
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = BoundedPaginator
    ordering = ("-created_at",)
    search_fields = ("title",)
    search_help_text = _("Words of the title or the text, the owner's e-mail address, or a document's id")
    inlines = (MembershipInline,)
    actions = ("freeze", "open", "trash", "verify_now")
    fields = ("title", "viewers_see_history")

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<uuid:document_id>/act/<slug:name>/", wrap(self.act), name="documents_document_act"),
            path("<uuid:document_id>/purge/", wrap(self.purge), name="documents_document_purge"),
            path("<uuid:document_id>/export/<slug:form>/", wrap(self.export), name="documents_document_export"),
            *super().get_urls(),
        ]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Page]:
        return LivePage

    # People make documents, and the trash deletes them.

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Document | None = None) -> bool:
        return False

    # The list

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Document], search_term: str
    ) -> tuple[QuerySet[Document], bool]:
        """By what the databases have an index for: an id, an owner, the words that people search by."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if (wanted := _uuid(term)) is not None:
            return queryset.filter(pk=wanted), False
        if "@" in term:
            owners = User.objects.filter(email__startswith=term.lower()).values_list("pk", flat=True)[:100]
            return queryset.filter(owner__in=list(owners)), False
        try:
            found = find.ranked(parse(term), Document.objects.all(), MOST_FOUND, 0)
        except ProtocolError as error:
            self.message_user(request, error.message, messages.ERROR)
            found = []
        return queryset.filter(pk__in=found), False

    @admin.display(description=_("title"), ordering="title")
    def titled(self, document: Document) -> str:
        return document.title

    @admin.display(description=_("state"), ordering="state")
    def condition(self, document: Document) -> str:
        return format_html('<span class="badge {}">{}</span>', STATES[document.state], document.get_state_display())

    @admin.display(description=_("integrity"))
    def integrity(self, document: Document) -> str:
        if document.damage:
            return format_html('<span class="badge badge-bad">{}</span>', gettext("damaged"))
        return gettext("sound") if document.verified_at else "–"

    @admin.display(description=_("in it now"))
    def here(self, document: Document) -> str:
        rows = vars(document)["here_now"]
        names = ", ".join({str(row.user): None for row in rows})
        processes = ", ".join(sorted({row.process[:8] for row in rows}))
        return format_html('{} <small class="quiet">{}</small>', names, processes) if rows else "–"

    @admin.display(description=_("within the hour"))
    def pace(self, document: Document) -> str:
        written = vars(document)["written"]
        return f"{written}{'+' if written >= MOST_AN_HOUR else ''}" if written else "–"

    @admin.display(description=_("history"), ordering="size")
    def takes(self, document: Document) -> str:
        return filesizeformat(document.size)

    @admin.display(description=_("last changed"), ordering="updated_at")
    def changed(self, document: Document) -> str:
        return f"{document.updated_at:%Y-%m-%d %H:%M}"

    # The page of one

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's form, within all that is to be known of the document."""
        document = self.get_object(request, object_id)
        shown = document is not None and request.method == "GET" and self.has_view_permission(request, document)
        about = page.about(request, document) if document is not None and shown else {}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | about)

    @refusals_are_told
    def act(self, request: HttpRequest, document_id: UUID, name: str) -> HttpResponse:
        """One of the page's buttons."""
        return require_POST(self._act)(request, document_id, name)

    def _act(self, request: HttpRequest, document_id: UUID, name: str) -> HttpResponse:
        if name not in ACTS:
            raise Http404
        if not self.has_change_permission(request):
            raise PermissionDenied
        ACTS[name](document_id, request.POST)
        messages.success(request, gettext("It is done."))
        return redirect("admin:documents_document_change", document_id)

    def purge(self, request: HttpRequest, document_id: UUID) -> HttpResponse:
        """Deletes a document that is in the trash, with its history, once it is confirmed."""
        if not request.user.has_perm("documents.delete_document"):
            raise PermissionDenied
        document = Document.objects.select_related("owner").filter(pk=document_id, state=Document.State.TRASHED).first()
        if document is None:
            raise Http404
        if request.method != "POST":
            about = {**self.admin_site.each_context(request), "title": document.title, "document": document}
            return render(request, "admin/documents/document/purge.html", about)
        acts.delete_for_good(document_id, timezone.now())
        messages.success(request, gettext("The document is deleted for good."))
        return redirect("admin:documents_document_changelist")

    @refusals_are_told
    def export(self, request: HttpRequest, document_id: UUID, form: str) -> HttpResponse:
        """The document as a file."""
        kind, document = FILE_FORMATS.get(form), Document.objects.filter(pk=document_id).first()
        if kind is None or document is None:
            raise Http404
        if not self.has_view_permission(request, document):
            raise PermissionDenied
        content = history.contents_at(document_id, document.version)
        audit.record("documents.export", by=None, document_id=document_id, format=form)
        images = DocumentImages(document.pk, request.build_absolute_uri)
        answer = HttpResponse(kind.write(content, document.title, images), content_type=kind.media_type)
        answer.headers["Content-Disposition"] = content_disposition_header(True, file_name(document.title, kind.suffix))
        answer.headers["Cache-Control"] = "private, no-store"
        return answer

    # What its form changes

    def save_model(self, request: HttpRequest, obj: Document, form: Any, change: bool) -> None:
        if "title" in form.changed_data:
            self._told(request, lambda: acts.rename(obj.pk, None, obj.title))
        if "viewers_see_history" in form.changed_data:
            acts.show_history_to_viewers(obj.pk, None, obj.viewers_see_history)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        changed: list[Membership] = formset.save(commit=False)  # says what was changed, for the log, and writes nothing
        for member in formset.deleted_objects:
            acts.remove_member(member.document_id, None, member.user_id)
        for member in changed:
            self._put(request, member)

    def _put(self, request: HttpRequest, member: Membership) -> None:
        role = cast(OfferedRole, member.role)
        self._told(request, lambda: acts.put_member(member.document_id, None, member.user_id, role))

    @admin.action(description=_("Freeze the selected documents"), permissions=["change"])
    def freeze(self, request: HttpRequest, queryset: QuerySet[Document]) -> None:
        self._move_all(request, queryset, "frozen")

    @admin.action(description=_("Open the selected documents"), permissions=["change"])
    def open(self, request: HttpRequest, queryset: QuerySet[Document]) -> None:
        self._move_all(request, queryset, "open")

    @admin.action(description=_("Move the selected documents to the trash"), permissions=["change"])
    def trash(self, request: HttpRequest, queryset: QuerySet[Document]) -> None:
        self._move_all(request, queryset, "trashed")

    @admin.action(description=_("Verify the selected documents now"), permissions=["change"])
    def verify_now(self, request: HttpRequest, queryset: QuerySet[Document]) -> None:
        verify.ask(queryset.values_list("pk", flat=True))
        self.message_user(request, _("They are verified in the background, before all others."))

    def _move_all(self, request: HttpRequest, queryset: QuerySet[Document], state: acts.State) -> None:
        for document_id in queryset.values_list("pk", flat=True):
            self._move(request, document_id, state)

    def _move(self, request: HttpRequest, document_id: UUID, state: acts.State) -> None:
        self._told(request, lambda: acts.move(document_id, None, state))

    def _told(self, request: HttpRequest, act: Callable[[], object]) -> None:
        try:
            act()
        except ProtocolError as error:
            self.message_user(request, error.message, messages.ERROR)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
