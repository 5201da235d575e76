"""What an application may ask for; it never gets more than its person may."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

# What each lets through in a document stands in documents.rights.SCOPES.
DOCUMENTS = {
    "read": _("Read your documents and their history, and see who is there"),
    "edit": _("Change the text and the titles of your documents"),
    "share": _("Share your documents with others"),
    "manage": _("Freeze, delete, purge and hand on your documents"),
    "write": _("Change all that you can change here: also make documents, folders and groups"),
}
ABOUT_ONESELF = {
    "openid": _("Know that it is you"),
    "profile": _("See your name and your color"),
    "email": _("See your e-mail address"),
}
SCOPES = ABOUT_ONESELF | DOCUMENTS
# What one gets that asks for nothing in particular.
DEFAULT = ("openid", "read")


def in_order(scopes: Iterable[str]) -> list[str]:
    """Those that there are, in the order in which they are told."""
    wanted = set(scopes)
    return [scope for scope in SCOPES if scope in wanted]
