"""Making someone with an account a member, and telling them so."""

from uuid import UUID

from django.http import HttpRequest

from accounts.models import User
from accounts.principals import Principal
from documents import acts, rights
from documents.models import Document
from documents.rights import OfferedRole
from documents.sharing import limits, mails


def add(request: HttpRequest, document_id: UUID, by: Principal, person: User, role: OfferedRole) -> None:
    """`acts.put_member`, with a mail to who was not in the document before.

    Whoever adds very many people still adds them, but they are not mailed.
    """
    is_new = rights.role_of(document_id, str(person.pk)) is None
    acts.put_member(document_id, by, person.pk, role)
    if is_new and not person.keeper_id and limits.tried(request, "tell"):
        site = request.build_absolute_uri("/")
        mails.added(Document.objects.get(pk=document_id), person, User.objects.get(pk=by.user_id), site)
