"""The account page of webhooks: where what happens to documents is sent for someone, and what became of it."""

from collections.abc import Callable
from functools import wraps
from typing import cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.principals import Principal, in_browser
from documents import rights
from documents.webhooks import acts, secrets
from documents.webhooks.models import URL_LENGTH, Webhook
from protocol.errors import ProtocolError

KINDS = (
    ("revisions", gettext_lazy("What is written")),
    ("document", gettext_lazy("Its title and its state")),
    ("member", gettext_lazy("Who has access")),
    ("named", gettext_lazy("Named versions")),
)
# Documents that one chooses from, the newest first, and messages that are shown of each webhook.
MOST_DOCUMENTS = 200
MOST_SHOWN = 10


class WebhookForm(forms.Form):
    """A webhook to be made."""

    document = forms.ChoiceField(label=gettext_lazy("Document"))
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=URL_LENGTH,
        widget=forms.URLInput(attrs={"placeholder": "https://example.org/hook", "autocomplete": "off"}),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Tell of"),
        choices=KINDS,
        initial=[kind for kind, _name in KINDS],
        widget=forms.CheckboxSelectMultiple,
    )
    deltas = forms.BooleanField(label=gettext_lazy("Send what was written, and not only how much"), required=False)

    def __init__(self, user_id: str, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        mine = rights.documents_of(user_id).order_by("-updated_at").values_list("pk", "title")[:MOST_DOCUMENTS]
        cast(forms.ChoiceField, self.fields["document"]).choices = [(str(pk), title) for pk, title in mine]


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def webhook_list(request: HttpRequest) -> HttpResponse:
    """One's webhooks, and a form for a new one, whose secret is shown this once."""
    by = in_browser(request)
    form = WebhookForm(by.user_id, request.POST or None, initial={"document": request.GET.get("document")})
    made = _made(form, by) if request.method == "POST" and form.is_valid() else None
    if made:
        form = WebhookForm(by.user_id)
    return _page(request, form, made)


@login_required
@never_cache
@require_POST
def rotate(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """Gives a webhook another secret, which is shown this once."""
    by = in_browser(request)
    try:
        return _page(request, WebhookForm(by.user_id), acts.rotate(by, webhook_id))
    except ProtocolError as error:
        raise Http404 from error


def _act(view: Callable[..., str]) -> Callable[..., HttpResponse]:
    """Does what a button asks for, says so, and shows the list; what is not one's own is not found."""

    @login_required
    @require_POST
    @wraps(view)
    def done(request: HttpRequest, **kwargs: UUID) -> HttpResponse:
        try:
            messages.success(request, view(in_browser(request), **kwargs))
        except ProtocolError as error:
            raise Http404 from error
        return redirect("documents:webhooks")

    return done


@_act
def test(by: Principal, webhook_id: UUID) -> str:
    acts.test(by, webhook_id)
    return _("A test is on its way. Reload the page to see what became of it.")


@_act
def turn_on(by: Principal, webhook_id: UUID) -> str:
    acts.change(by, webhook_id, is_on=True)
    return _("The webhook is on. It tells what happens from now on.")


@_act
def turn_off(by: Principal, webhook_id: UUID) -> str:
    acts.change(by, webhook_id, is_on=False)
    return _("The webhook is off.")


@_act
def delete(by: Principal, webhook_id: UUID) -> str:
    acts.delete(by, webhook_id)
    return _("The webhook is deleted.")


@_act
def replay(by: Principal, webhook_id: UUID, delivery_id: UUID) -> str:
    acts.replay(by, webhook_id, secrets.MESSAGE + delivery_id.hex)
    return _("The message is on its way once more.")


def _made(form: WebhookForm, by: Principal) -> Webhook | None:
    wanted = form.cleaned_data
    try:
        return acts.make(UUID(wanted["document"]), by, wanted["url"], wanted["kinds"], wanted["deltas"])
    except ProtocolError as error:
        form.add_error("url", _sentence(error))
        return None


def _page(request: HttpRequest, form: WebhookForm, made: Webhook | None) -> HttpResponse:
    mine = acts.own(in_browser(request))
    shown = [(webhook, webhook.deliveries.order_by("-made_at", "pk")[:MOST_SHOWN]) for webhook in mine]
    about = {"webhooks": shown, "form": form, "kinds": dict(KINDS), "secret": made and secrets.secret(made)}
    return render(request, "account/webhooks.html", about)


def _sentence(error: ProtocolError) -> str:
    sentences = {
        "quota_exceeded": _("You have as many webhooks for this document as one person may have."),
        "forbidden": _("Guests have no webhooks."),
        "not_found": _("The document is not there any more."),
    }
    return sentences.get(error.code) or _("A webhook goes to an https:// address of a host on the public Internet.")
