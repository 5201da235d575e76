"""What accounts have done in the background."""

from datetime import timedelta

from allauth.idp.oidc.models import Token as ApplicationToken
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils import timezone

from accounts.models import IdempotentRequest, Ticket, Token
from jobs.registry import job

ENDED_TOKENS_ARE_KEPT = timedelta(days=90)
ANSWERS_ARE_KEPT = timedelta(days=1)


@job("accounts.purge", every=timedelta(hours=1))
def purge() -> None:
    """Forgets expired sessions and tickets, what no client will ask again, and tokens that ended long ago."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    long_ago = timezone.now() - ENDED_TOKENS_ARE_KEPT
    Token.objects.filter(Q(revoked_at__lt=long_ago) | Q(expires_at__lt=long_ago)).delete()
    ApplicationToken.objects.expired().delete()
    Ticket.objects.filter(expires_at__lt=timezone.now()).delete()
    IdempotentRequest.objects.filter(at__lt=timezone.now() - ANSWERS_ARE_KEPT).delete()
