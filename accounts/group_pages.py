"""The account page of groups: a person's groups, who is in them, and what may be done about it."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import groups, people
from accounts.models import Group, GroupMember, User
from accounts.principals import in_browser
from protocol.errors import ProtocolError


@login_required
@require_http_methods(["GET", "POST"])
def group_list(request: HttpRequest) -> HttpResponse:
    """One's groups with their people, and a form for a new one."""
    if request.method == "POST":
        return make(request)
    found = groups.of(str(request.user.pk)).prefetch_related("members__user").order_by("name", "pk")
    return render(request, "account/groups.html", {"groups": [_shown(group, request) for group in found]})


def _act(view: Callable[..., str]) -> Callable[..., HttpResponse]:
    """Does what a form asks for, says so or why not, and shows the list; what is not there to see is not found."""

    @wraps(view)
    def done(request: HttpRequest, **kwargs: UUID) -> HttpResponse:
        try:
            messages.success(request, view(request, **kwargs))
        except ProtocolError as error:
            if error.code == "not_found":
                raise Http404 from error
            messages.error(request, _sentence(error))
        return redirect("accounts:groups")

    return done


@_act
def make(request: HttpRequest) -> str:
    group = groups.create(in_browser(request), request.POST.get("name", ""))
    return _("The group %(name)s is made.") % {"name": group.name}


@login_required
@require_POST
@_act
def put(request: HttpRequest, group_id: UUID) -> str:
    """Puts someone in by e-mail, or says anew whether they manage the group."""
    by = in_browser(request)
    if not groups.manages(groups.seen(group_id, by), by):
        raise ProtocolError("forbidden")
    user = people.by_email(request.POST.get("email", ""))
    groups.put(group_id, by, user.pk, is_manager="is_manager" in request.POST)
    return _("%(name)s is in the group.") % {"name": user.display_name}


@login_required
@require_POST
@_act
def remove(request: HttpRequest, group_id: UUID, user_id: UUID) -> str:
    """Takes someone out; oneself, too."""
    groups.remove(group_id, in_browser(request), user_id)
    if user_id == request.user.pk:
        return _("You have left the group.")
    return _("They are no longer in the group.")


@login_required
@require_POST
@_act
def delete(request: HttpRequest, group_id: UUID) -> str:
    groups.delete(group_id, in_browser(request))
    return _("The group is deleted.")


def _shown(group: Group, request: HttpRequest) -> dict[str, object]:
    members = sorted(cast(Iterable[GroupMember], group.members.all()), key=lambda member: member.pk)
    is_manager = any(member.is_manager and member.user_id == cast(User, request.user).pk for member in members)
    return {"id": group.pk, "name": group.name, "members": members, "is_manager": is_manager}


def _sentence(error: ProtocolError) -> str:
    sentences = {
        "invalid_field": _("A group needs a name, of 100 characters at most."),
        "no_such_person": _("Nobody with this e-mail address has an account here."),
        "last_owner": _("Make somebody else a manager first: the group would have none."),
        "forbidden": _("Only a manager of the group may do this."),
    }
    return sentences[error.code]
