"""The account page about one's own data: what it takes, all of it as a file, and the end of the account."""

from typing import cast

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.principals import in_browser
from documents import leaving
from documents.quota import usage

LEGACIES_SHOWN = 100


class FarewellForm(forms.Form):
    """One's own address, typed so that it is no mistake."""

    email = forms.EmailField(label=_("Your e-mail address, to confirm"))

    def __init__(self, user: User, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._user = user

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email.lower() != self._user.email:
            raise forms.ValidationError(_("This is not the address of this account."))
        return email


@login_required
@never_cache
@require_http_methods(["GET"])
def data(request: HttpRequest) -> HttpResponse:
    """What one's documents take, and where all of it is to be had."""
    return render(request, "account/data.html", {"usage": usage(_person(request).pk)})


@login_required
@reauthentication_required(allow_get=False)  # type: ignore[untyped-decorator]
@never_cache
@require_http_methods(["GET", "POST"])
def delete_account(request: HttpRequest) -> HttpResponse:
    """What becomes of one's documents, and the end of the account."""
    user = _person(request)
    form = FarewellForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        leaving.leave(user.pk, in_browser(request))
        logout(request)
        return render(request, "account/deleted.html")
    legacies = list(leaving.legacies(user.pk))
    about = {
        "form": form,
        "handed_on": [legacy for legacy in legacies if legacy.heir][:LEGACIES_SHOWN],
        "deleted": [legacy for legacy in legacies if not legacy.heir][:LEGACIES_SHOWN],
        "more": max(0, len(legacies) - LEGACIES_SHOWN),
    }
    return render(request, "account/delete.html", about)


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)
