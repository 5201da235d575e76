"""Everything that takes someone's rights away, as it is really done, and what their socket and stream say to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Token as AccessToken
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.utils import timezone

from accounts import acts as account_acts
from accounts import groups, tickets, tokens
from accounts.applications import acts as applications
from accounts.models import Group, Token, User
from accounts.principals import Principal
from documents import acts, group_members
from documents.models import Document
from documents.sharing import links
from documents.sharing.models import ShareLink
from tests import cast
from tests.accounts.conftest import confirm, log_in, session_key

ROLES = ("owner", "admin", "editor", "suggester", "commenter", "viewer")


class Scene:
    """Bob in a document of alice's, by a role of his own, a group or a link, come in by a token or a session."""

    def __init__(self, document: Document, bob: User, role: str, way: str) -> None:
        self.document, self.bob = document, bob
        document.memberships.filter(user=bob).delete()
        self.group = Group.objects.create(name="Friends")
        self.group.members.create(user=bob)
        if role == "owner":
            document.memberships.create(user=document.owner, role="editor")
            document.owner = bob
            document.save(update_fields=["owner"])
        elif way == "group":
            document.group_memberships.create(group=self.group, role=role)
        elif way == "link":
            self.link = ShareLink.objects.create(document=document, role=role)
            self.link.memberships.create(document=document, user=bob)
        else:
            document.memberships.create(user=bob, role=role)
        self.token: Token | None = None
        self.here: Client | None = None
        self.elsewhere: Client | None = None

    def by_token(self) -> dict[str, str]:
        """The headers of a program of his."""
        self.token, raw = tokens.create(self.bob.pk, "a program")
        return {"Authorization": f"Bearer {raw}"}

    def by_ticket(self) -> str:
        """What he adds to the address of a socket or stream, by a ticket of his program's."""
        if self.token is None:
            self.by_token()
        assert self.token is not None
        by = Principal(str(self.bob.pk), token_id=self.token.pk)
        return f"?ticket={tickets.make(by, self.document.pk, by.scopes)[1]}"

    def by_application(self) -> dict[str, str]:
        """The headers of an application of somebody else's that he lets act for him."""
        owner = Principal(str(self.document.owner_id))
        self.application, _ = applications.register(owner, "Calendar", ["https://calendar.example/"])
        token, raw = AccessToken(type="at", client=self.application, user=self.bob), "a" * 86
        token.set_value(raw)
        token.set_scopes(["read", "write"])
        token.save()
        return {"Authorization": f"Bearer {raw}"}

    def by_session(self) -> dict[str, str]:
        """The headers of a page of his; he is logged in elsewhere as well."""
        EmailAddress.objects.create(user=self.bob, email=self.bob.email, verified=True, primary=True)
        self.here, self.elsewhere = log_in(self.bob), log_in(self.bob)
        cookie = f"deltapad_session={session_key(self.here)}"
        return {"Cookie": cookie, "Host": "testserver", "Origin": "http://testserver"}


@dataclass(frozen=True)
class WayOut:
    """`does` it; `close` is the code that the socket ends with, where it does not stay, as it does for roles in `stay`.

    `refusal` is what answers a change of those who could edit until then.
    """

    does: Callable[[Scene], object]
    close: int | None
    refusal: str = "not_allowed"
    by_session: bool = False
    by_ticket: bool = False
    by_application: bool = False
    by: str = "member"
    # Nothing tells of it: the rights are only read again.
    silent: bool = False
    roles: tuple[str, ...] = ROLES
    stay: tuple[str, ...] = ()


MEMBERS = ROLES[1:]
LINKED = ("editor", "viewer")


def _lowered(scene: Scene) -> None:
    acts.change_role(scene.document.pk, None, scene.bob.pk, "viewer")


def _new_password(scene: Scene) -> None:
    new = {"oldpassword": cast.PASSWORD, "password1": "another horse", "password2": "another horse"}
    assert _page(scene.elsewhere).post("/accounts/password/change/", new).status_code == 302


def _second_factor(scene: Scene) -> None:
    browser = confirm(_page(scene.elsewhere))
    secret = browser.get("/accounts/2fa/totp/activate/").context["form"].secret
    code = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
    assert browser.post("/accounts/2fa/totp/activate/", {"code": code}).status_code == 302


def _link_expired(scene: Scene) -> None:
    ShareLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def _token_revoked(scene: Scene) -> None:
    assert scene.token is not None
    tokens.revoke(scene.token)


def _deleted(scene: Scene) -> None:
    long_ago = timezone.now() - timedelta(days=90)
    Document.objects.filter(pk=scene.document.pk).update(state="trashed", trashed_at=long_ago)
    acts.delete_for_good(scene.document.pk, timezone.now())


def _page(browser: Client | None) -> Client:
    assert browser is not None
    return browser


WAYS_OUT: dict[str, WayOut] = {
    "removed": WayOut(lambda s: acts.remove_member(s.document.pk, None, s.bob.pk), 4403, roles=MEMBERS),
    "made a viewer": WayOut(_lowered, None, roles=MEMBERS[:-1]),
    "the group removed": WayOut(
        lambda s: group_members.remove(s.document.pk, None, s.group.pk), 4403, by="group", roles=MEMBERS
    ),
    "taken out of the group": WayOut(
        lambda s: groups.remove(s.group.pk, None, s.bob.pk), 4403, by="group", roles=MEMBERS
    ),
    "the group deleted": WayOut(lambda s: groups.delete(s.group.pk, None), 4403, by="group", roles=MEMBERS),
    "the link revoked": WayOut(lambda s: links.revoke(s.document.pk, None, s.link.pk), 4403, by="link", roles=LINKED),
    "the link expired": WayOut(_link_expired, 4403, by="link", silent=True, roles=LINKED),
    "the token revoked": WayOut(_token_revoked, 4401),
    "the ticket's token revoked": WayOut(_token_revoked, 4401, by_ticket=True),
    "the application allowed no more": WayOut(
        lambda s: applications.forbid(Principal(str(s.bob.pk)), s.application.pk), 4401, by_application=True
    ),
    "the application withdrawn": WayOut(lambda s: s.application.delete(), 4401, by_application=True),
    "logged out": WayOut(lambda s: _page(s.here).post("/accounts/logout/"), 4401, by_session=True),
    "the other sessions ended": WayOut(lambda s: _page(s.elsewhere).post("/accounts/sessions/"), 4401, by_session=True),
    "a new password": WayOut(_new_password, 4401, by_session=True),
    "a second factor": WayOut(_second_factor, 4401, by_session=True),
    "deactivated": WayOut(lambda s: account_acts.set_active(None, s.bob, False), 4401),
    "frozen": WayOut(lambda s: acts.move(s.document.pk, None, "frozen"), None, refusal="document_frozen"),
    "in the trash": WayOut(
        lambda s: acts.move(s.document.pk, None, "trashed"), 4403, "document_trashed", stay=ROLES[:2]
    ),
    "deleted for good": WayOut(_deleted, 4404, "not_found"),
}
