"""Documents in the admin. It changes them by documents.acts alone, and their text not at all."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.db.models.functions import Left
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from documents import acts, connections, history
from documents.exchange.html_writer import to_html
from documents.integrity import verify
from documents.models import Document, Membership
from documents.rights import OfferedRole
from protocol.content import Content
from protocol.errors import ProtocolError

PREVIEW_LENGTH = 100_000
REVISIONS_SHOWN = 50
DELTA_SHOWN = 300


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
    raw_id_fields = ("user",)


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


@admin.register(Document)
class DocumentAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Whose documents there are, in what state, and who is in them now."""

    list_display = ("title", "owner", "state", "integrity", "version", "updated_at", "here")
    list_filter = ("state", IntegrityFilter)
    list_select_related = ("owner",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("title", "owner__email")
    ordering = ("-updated_at",)
    raw_id_fields = ("owner",)
    inlines = (MembershipInline,)
    actions = ("freeze", "open", "trash", "verify_now")
    readonly_fields = (
        "integrity",
        "damage",
        "verified_at",
        "id",
        "version",
        "length",
        "created_at",
        "updated_at",
        "trashed_at",
        "here",
        "inside",
    )
    fields = ("title", "owner", "state", "viewers_see_history", *readonly_fields)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        live = connections.live().select_related("user").order_by("since")
        return super().get_queryset(request).prefetch_related(Prefetch("connections", live, to_attr="live"))

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view(self.look_inside)
        return [path("<uuid:document_id>/inside/", inside, name="documents_document_inside"), *super().get_urls()]

    # People make documents, and the trash deletes them.

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Document | None = None) -> bool:
        return False

    # What is shown

    @admin.display(description=_("in it now"))
    def here(self, document: Document) -> str:
        names = {str(row.user): None for row in getattr(document, "live", [])}
        return ", ".join(names) or "-"

    @admin.display(description=_("integrity"))
    def integrity(self, document: Document) -> str:
        if document.damage:
            return gettext("damaged")
        return gettext("sound") if document.verified_at else gettext("not verified yet")

    @admin.display(description=_("text and history"))
    def inside(self, document: Document) -> str:
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:documents_document_inside", args=[document.pk]), _("Look inside")
        )

    def look_inside(self, request: HttpRequest, document_id: UUID) -> HttpResponse:
        """What the document holds, at its newest or an earlier version, and a page of its history; all read-only."""
        document = Document.objects.select_related("owner").filter(pk=document_id).first()
        if document is None:
            raise Http404
        if not self.has_view_permission(request, document):
            raise PermissionDenied
        version = _asked(request, "version", document.version)
        before = _asked(request, "before", document.version + 1)
        content = _readable(document, version)
        shown = content.slice(0, min(content.length, PREVIEW_LENGTH))
        revisions = document.revisions.filter(version__lt=before).select_related("user").order_by("-version")
        page = list(revisions.annotate(start=Left("delta", DELTA_SHOWN)).defer("delta")[:REVISIONS_SHOWN])
        about = {
            **self.admin_site.each_context(request),
            "title": document.title,
            "opts": self.opts,
            "document": document,
            "version": version,
            "html": mark_safe(to_html(shown.to_json())),  # noqa: S308 - sanitised there
            "cut": content.length > PREVIEW_LENGTH,
            "participants": connections.present([document_id])[document_id],
            "revisions": page,
            "next_before": page[-1].version if page and page[-1].version > 1 else None,
        }
        return render(request, "documents/admin/inside.html", about)

    # What is changed

    def save_model(self, request: HttpRequest, obj: Document, form: Any, change: bool) -> None:
        changed = form.changed_data
        if "state" in changed and obj.state == Document.State.OPEN:
            self._move(request, obj.pk, "open")
        if "title" in changed:
            acts.rename(obj.pk, None, obj.title)
        if "viewers_see_history" in changed:
            acts.show_history_to_viewers(obj.pk, None, obj.viewers_see_history)
        if "owner" in changed:
            acts.put_member(obj.pk, None, obj.owner_id, "owner")
        if "state" in changed and obj.state != Document.State.OPEN:
            self._move(request, obj.pk, cast(acts.State, obj.state))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        changed: list[Membership] = formset.save(commit=False)  # says what was changed, for the log, and writes nothing
        for member in formset.deleted_objects:
            acts.remove_member(member.document_id, None, member.user_id)
        for member in changed:
            self._put(request, member)

    def _put(self, request: HttpRequest, member: Membership) -> None:
        try:
            acts.put_member(member.document_id, None, member.user_id, cast(OfferedRole, member.role))
        except ProtocolError as error:
            self.message_user(request, error.message, messages.ERROR)

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
        try:
            acts.move(document_id, None, state)
        except ProtocolError as error:
            self.message_user(request, error.message, messages.ERROR)


def _asked(request: HttpRequest, name: str, most: int) -> int:
    """A version of the address, at most `most`, which it is without one."""
    given = request.GET.get(name, "")
    return min(int(given), most) if given.isdecimal() and len(given) < 20 else most


def _readable(document: Document, version: int) -> Content:
    """The contents at a version; nothing where damage keeps them from being read."""
    try:
        return history.contents_at(document.pk, version)
    except Exception:
        if not document.damage:
            raise
        return Content.EMPTY
