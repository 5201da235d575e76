"""The buttons of a document's page: each is an act that people have too, done by an administrator."""

from collections.abc import Callable
from uuid import UUID

from django.http import QueryDict

from accounts import audit, people
from documents import acts
from documents.integrity import verify
from documents.past import reverting
from documents.sharing import links
from protocol.errors import ProtocolError

Act = Callable[[UUID, QueryDict], object]


def _verify(document_id: UUID, form: QueryDict) -> None:
    audit.record("documents.verify", by=None, document_id=document_id)
    verify.ask([document_id])


def _transfer(document_id: UUID, form: QueryDict) -> None:
    acts.put_member(document_id, None, people.by_email(form.get("email", "")).pk, "owner")


def _go_back(document_id: UUID, form: QueryDict) -> None:
    version = form.get("version", "")
    if not version.isdecimal() or len(version) > 18:
        raise ProtocolError("invalid_field", "A version is a number.")
    reverting.restore(document_id, None, int(version))


def _revoke_link(document_id: UUID, form: QueryDict) -> None:
    try:
        link_id = UUID(form.get("link", ""))
    except ValueError:
        raise ProtocolError("not_found", "There is no such link.") from None
    links.revoke(document_id, None, link_id)


ACTS: dict[str, Act] = {
    "freeze": lambda document_id, form: acts.move(document_id, None, "frozen"),
    "open": lambda document_id, form: acts.move(document_id, None, "open"),
    "trash": lambda document_id, form: acts.move(document_id, None, "trashed"),
    "restore": lambda document_id, form: acts.move(document_id, None, "open"),
    "verify": _verify,
    "transfer": _transfer,
    "version": _go_back,
    "revoke-link": _revoke_link,
}
