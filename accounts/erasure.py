"""Takes from a person all that tells who they are."""

from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Client
from allauth.idp.oidc.models import Token as ApplicationToken
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession

from accounts.models import AuditEntry, Token, User


def blot_out(user: User) -> None:
    """Leaves of a person a row without name, address and keys, which nobody can log in to, in the caller's transaction.

    The audit log goes on telling their acts from others', by the row's id and nothing else.
    """
    for session in UserSession.objects.filter(user=user):
        session.end()
    EmailAddress.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    Token.objects.filter(user=user).delete()
    ApplicationToken.objects.filter(user=user).delete()
    Client.objects.filter(owner=user).delete()
    user.email, user.name = f"{user.pk}@erased.invalid", ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.set_unusable_password()
    user.save()  # what ends with a person hears of it
    AuditEntry.objects.filter(by=user).update(by_name=f"erased {user.pk}", address=None)
