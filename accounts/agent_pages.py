"""The account page of agents: a person's programs, their addresses, tokens and bounds."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import acts, agents
from accounts.forms import AgentForm, TokenForm
from accounts.models import Token
from accounts.principals import in_browser
from protocol.errors import ProtocolError


@login_required
@require_http_methods(["GET", "POST"])
def agent_list(request: HttpRequest) -> HttpResponse:
    """One's agents, and a form for a new one."""
    form = AgentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            agent = agents.make(in_browser(request), **form.terms())
        except ProtocolError as error:
            messages.error(request, error.message)
            return redirect("accounts:agents")
        return redirect("accounts:agent", agent.pk)
    kept = agents.of(str(request.user.pk)).order_by("name", "pk")
    return render(request, "account/agents.html", {"form": form, "agents": kept})


@login_required
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
@never_cache
@require_http_methods(["GET", "POST"])
def agent(request: HttpRequest, agent_id: UUID) -> HttpResponse:
    """One agent: its address, its tokens, and a form for a new one, which is shown this once."""
    kept = get_object_or_404(agents.of(str(request.user.pk)), pk=agent_id)
    form, raw = TokenForm(request.POST or None, initial={"scope": "write"}), None
    if request.method == "POST" and form.is_valid():
        _made, raw = acts.make_token(in_browser(request), kept.pk, **form.wanted())
        form = TokenForm(initial={"scope": "write"})
    shown = {"agent": kept, "form": form, "raw": raw, "tokens": agents.tokens_of(kept)}
    return render(request, "account/agent.html", shown)


def _act(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What a form asks for; what is not there to see is not found."""

    @login_required
    @require_POST
    @wraps(view)
    def done(request: HttpRequest, **kwargs: UUID | int) -> HttpResponse:
        try:
            return view(request, **kwargs)
        except ProtocolError as error:
            raise Http404 from error

    return done


@_act
def end(request: HttpRequest, agent_id: UUID) -> HttpResponse:
    """Ends an agent."""
    agents.end(in_browser(request), agent_id)
    messages.success(request, _("The agent is ended, with all its tokens."))
    return redirect("accounts:agents")


@_act
def revoke_token(request: HttpRequest, agent_id: UUID, token_id: int) -> HttpResponse:
    """Ends one of an agent's tokens."""
    token = get_object_or_404(Token, pk=token_id, user=agents.kept(in_browser(request), agent_id))
    acts.revoke_token(in_browser(request), token)
    messages.success(request, _("The token %(name)s is revoked.") % {"name": token.name})
    return redirect("accounts:agent", agent_id)
