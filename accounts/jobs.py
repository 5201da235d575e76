"""What accounts have done in the background."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils import timezone

from accounts.models import Token
from jobs.registry import job

ENDED_TOKENS_ARE_KEPT = timedelta(days=90)


@job("accounts.purge", every=timedelta(hours=1))
def purge() -> None:
    """Forgets expired sessions, and tokens that ended so long ago that nobody asks what they were."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    long_ago = timezone.now() - ENDED_TOKENS_ARE_KEPT
    Token.objects.filter(Q(revoked_at__lt=long_ago) | Q(expires_at__lt=long_ago)).delete()
