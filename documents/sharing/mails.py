"""The mails that sharing sends. They go out as jobs: nobody waits for a mail server."""

from collections.abc import Iterable
from urllib.parse import urljoin
from uuid import UUID

from django.core.mail import send_mail
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from documents.models import Document
from documents.sharing.addresses import path_of_invitation
from documents.sharing.models import Invitation


def added(document: Document, person: User, by: User, site: str) -> None:
    """Tells someone with an account that they are a member now."""
    about = {"by": by.display_name, "title": document.title, "url": _url(document.pk, site)}
    _send(
        [person.email],
        _("%(by)s shared “%(title)s” with you") % about,
        _("%(by)s shared the document “%(title)s” with you. You find it here:\n\n%(url)s\n") % about,
    )


def invited(invitation: Invitation, by: User, site: str) -> None:
    """Tells someone without an account that they may come in, and where."""
    url = urljoin(site, path_of_invitation(invitation.pk))
    about = {"by": by.display_name, "title": invitation.document.title, "url": url, "email": invitation.email}
    _send(
        [invitation.email],
        _("%(by)s invites you to “%(title)s”") % about,
        _(
            "%(by)s invites you to the document “%(title)s”. Open this address and make an account for %(email)s:\n\n"
            "%(url)s\n\nWho does not know %(by)s may leave this mail unanswered.\n"
        )
        % about,
    )


def asked(document: Document, person: User, managers: Iterable[User], site: str) -> None:
    """Tells those who may share a document that someone would like to come in."""
    about = {
        "name": person.display_name,
        "email": person.email,
        "title": document.title,
        "url": _url(document.pk, site),
    }
    subject = _("%(name)s asks for access to “%(title)s”") % about
    body = _(
        "%(name)s (%(email)s) asks for access to the document “%(title)s”. You can answer where it is shared:\n\n"
        "%(url)s\n"
    )
    for manager in managers:
        _send([manager.email], subject, body % about)


def _url(document_id: UUID, site: str) -> str:
    return urljoin(site, reverse("documents:editor", args=[document_id]))


def _send(to: list[str], subject: str, body: str) -> None:
    send_mail(subject, body, None, to)
