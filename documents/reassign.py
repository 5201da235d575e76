"""What somebody leaves behind when they go: it is somebody else's from then on."""

from uuid import UUID

from accounts import groups
from accounts.models import User
from accounts.principals import Principal
from documents import acts
from documents.models import Document
from protocol.errors import ProtocolError


def reassign(from_user_id: UUID, to_user_id: UUID, by: Principal | None = None) -> int:
    """Hands all documents that someone owns (those in the trash too) and all groups that they manage on to another.

    They lose their own way into them; open editors follow. Answers how many documents it were. Each is handed on by
    itself: to be called again where it was cut off. `by` is for the audit log: whether they may is asked before.
    Raises no_such_person where nobody active takes them, and invalid_field where both are the same.
    """
    if from_user_id == to_user_id:
        raise ProtocolError("invalid_field", "Name somebody else to hand the documents on to.")
    if not User.objects.filter(pk=to_user_id, is_active=True).exists():
        raise ProtocolError("no_such_person")
    owned = list(Document.objects.filter(owner=from_user_id).values_list("pk", flat=True))
    for document_id in owned:
        acts.take_over(document_id, from_user_id, to_user_id, by)
    groups.hand_on(from_user_id, to_user_id, by)
    return len(owned)
