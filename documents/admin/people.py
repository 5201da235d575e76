"""The page of one person: what is theirs, and what ends with them. The rest of it is accounts' own."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from accounts import acts, people
from accounts.admin.people import UserAdmin
from accounts.models import AuditEntry, Token, User
from documents import connections, takeout
from documents.models import Document
from documents.reassign import reassign
from documents.retention.erasure import erase
from protocol.errors import ProtocolError

SHOWN = 20
Act = Callable[[User, QueryDict], object]


def _reassign(user: User, form: QueryDict) -> None:
    reassign(user.pk, people.by_email(form.get("email", "")).pk)


def _revoke_token(user: User, form: QueryDict) -> None:
    given = form.get("token", "")
    token = Token.objects.filter(pk=int(given), user=user).first() if given.isdecimal() and len(given) < 19 else None
    if token is None:
        raise ProtocolError("not_found", gettext("There is no such token."))
    acts.revoke_token(None, token)


ACTS: dict[str, Act] = {
    "activate": lambda user, form: acts.set_active(None, user, True),
    "deactivate": lambda user, form: acts.set_active(None, user, False),
    "end-sessions": lambda user, form: acts.end_sessions(None, user),
    "revoke-token": _revoke_token,
    "reassign": _reassign,
}
# What nobody does to themselves here: they would be out.
NOT_TO_ONESELF = {"deactivate", "erase"}

admin.site.unregister(User)


@admin.register(User)
class PersonAdmin(UserAdmin):
    """People, with what they have and where they are."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<uuid:user_id>/act/<slug:name>/", wrap(self.act), name="accounts_user_act"),
            path("<uuid:user_id>/data/", wrap(self.data), name="accounts_user_data"),
            path("<uuid:user_id>/erase/", wrap(self.erase), name="accounts_user_erase"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's form, below all that is to be known of the person."""
        user = self.get_object(request, object_id)
        shown = user is not None and request.method == "GET" and self.has_view_permission(request, user)
        about = _about(user) | {"may_change": self._may(request, user)} if user is not None and shown else {}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | about)

    def act(self, request: HttpRequest, user_id: UUID, name: str) -> HttpResponse:
        """One of the page's buttons."""
        return require_POST(self._act)(request, user_id, name)

    def _act(self, request: HttpRequest, user_id: UUID, name: str) -> HttpResponse:
        user = self._person(request, user_id, name)
        if name not in ACTS:
            raise Http404
        try:
            ACTS[name](user, request.POST)
            messages.success(request, gettext("It is done."))
        except ProtocolError as error:
            messages.error(request, error.message)
        return redirect("admin:accounts_user_change", user_id)

    def data(self, request: HttpRequest, user_id: UUID) -> HttpResponse:
        """All that is kept of a person, their documents too, as a file."""
        user = self._person(request, user_id, "data")
        if not request.user.has_perm("documents.view_document"):
            raise PermissionDenied
        return takeout.download(user, None)

    def erase(self, request: HttpRequest, user_id: UUID) -> HttpResponse:
        """Takes from a person all that tells who they are, once it is confirmed."""
        user = self._person(request, user_id, "erase")
        if not request.user.has_perm("accounts.delete_user"):
            raise PermissionDenied
        if request.method != "POST":
            about = {**self.admin_site.each_context(request), "title": user.display_name, "person": user}
            return render(request, "admin/accounts/user/erase.html", about)
        try:
            erase(user_id, None)
            messages.success(request, gettext("They are erased; their name leaves what they wrote within minutes."))
        except ProtocolError as error:
            messages.error(request, error.message)
            return redirect("admin:accounts_user_change", user_id)
        return redirect("admin:accounts_user_changelist")

    def _person(self, request: HttpRequest, user_id: UUID, name: str) -> User:
        user = User.objects.filter(pk=user_id).first()
        if user is None:
            raise Http404
        if not self._may(request, user) or (name in NOT_TO_ONESELF and user == request.user):
            raise PermissionDenied
        return user

    def _may(self, request: HttpRequest, user: User | None) -> bool:
        return self.has_change_permission(request, user)


def _about(user: User) -> dict[str, Any]:
    return {
        "owned": Document.objects.filter(owner=user).order_by("-updated_at")[:SHOWN],
        "live_sessions": connections.live().filter(user=user).select_related("document").order_by("-since")[:SHOWN],
        "logins": UserSession.objects.filter(user=user).order_by("-last_seen_at")[:SHOWN],
        "tokens": Token.objects.live().filter(user=user)[:SHOWN],
        "latest_acts": AuditEntry.objects.filter(Q(by=user) | Q(user_id=user.pk)).order_by("-id")[:SHOWN],
    }
