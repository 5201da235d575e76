"""Who may do what in a document: the one table, asked by the socket, REST, the pages and the admin."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts import rows
from accounts.principals import Principal
from accounts.rows import Journey
from documents.models import Document, GroupMembership, Membership
from documents.sharing.models import LinkMembership, ShareLink
from protocol.errors import ProtocolError

Role = Literal["owner", "admin", "editor", "suggester", "commenter", "viewer"]
# What people make each other; suggesters and commenters wait in the table until there is something for them to do.
OfferedRole = Literal["owner", "admin", "editor", "viewer"]

# role -> what it may do; the highest first
CAPABILITIES: dict[str, frozenset[str]] = {
    "owner": frozenset(
        {"read", "history", "presence", "edit", "rename", "share", "freeze", "trash", "transfer", "purge"}
    ),
    "admin": frozenset({"read", "history", "presence", "edit", "rename", "share", "freeze", "trash"}),
    "editor": frozenset({"read", "history", "presence", "edit", "rename"}),
    "suggester": frozenset({"read", "history", "presence"}),
    "commenter": frozenset({"read", "presence"}),
    "viewer": frozenset({"read", "presence"}),
}
# The lower, the more one may.
RANKS = {role: rank for rank, role in enumerate(CAPABILITIES)}
# token scope -> what it lets through
SCOPES: dict[str, frozenset[str]] = {
    "read": frozenset({"read", "history", "presence"}),
    "edit": frozenset({"presence", "edit", "rename"}),
    "share": frozenset({"share"}),
    "manage": frozenset({"freeze", "trash", "transfer", "purge"}),
}
# All of the others that change something, and what is about no document.
SCOPES["write"] = SCOPES["edit"] | SCOPES["share"] | SCOPES["manage"]
# In the trash a document is there for those alone who can put it there: to look at, and to take out again.
IN_TRASH = dict.fromkeys(("owner", "admin"), frozenset({"read", "history", "trash"}))

# Databases bound the parameters of one statement.
CHUNK = 200


@dataclass(frozen=True, slots=True)
class Access:
    """What someone is in a document (`role` None: the document is not there for them) and may do in it."""

    role: str | None
    capabilities: frozenset[str]

    def require(self, capability: str) -> None:
        """Raises not_found where the document isn't theirs to see, forbidden without `capability`."""
        if self.role is None:
            raise ProtocolError("not_found")
        if capability not in self.capabilities:
            raise ProtocolError("forbidden")


NO_ACCESS = Access(None, frozenset())


def capabilities(role: str | None, scopes: Iterable[str], *, viewers_see_history: bool = False) -> frozenset[str]:
    """What `role` may do in an open document when asking with `scopes`; nothing without a role."""
    if role is None:
        return frozenset()
    with_history = viewers_see_history and "read" in CAPABILITIES[role]
    return _granted(role, frozenset(scopes), with_history)


def access(document: Document, role: str | None, scopes: Iterable[str]) -> Access:
    """What someone with `role` may do in `document` in the state that it is in."""
    scopes = frozenset(scopes)
    if document.state == Document.State.TRASHED:
        kept = IN_TRASH.get(role or "")
        return NO_ACCESS if kept is None else Access(role, kept & _scoped(scopes))
    if role is None:
        return NO_ACCESS
    return Access(role, capabilities(role, scopes, viewers_see_history=document.viewers_see_history))


def access_of(document_id: UUID, principal: Principal) -> Access:
    """What `principal` may do in the document now; NO_ACCESS alike where it is not there and not theirs."""
    return accesses({(document_id, principal)})[document_id, principal]


def accesses(pairs: Collection[tuple[UUID, Principal]]) -> dict[tuple[UUID, Principal], Access]:
    """`access_of` for many at once, in two queries for every few hundred pairs."""
    known = roles({(document_id, principal.user_id) for document_id, principal in pairs})
    documents = Document.objects.in_bulk({document_id for document_id, _ in pairs})
    return {
        (document_id, principal): access(
            documents[document_id], known.get((document_id, principal.user_id)), principal.scopes
        )
        if document_id in documents
        else NO_ACCESS
        for document_id, principal in pairs
    }


def role_of(document_id: UUID, user_id: str) -> str | None:
    """Someone's role in the document whatever its state, or None."""
    return roles({(document_id, user_id)}).get((document_id, user_id))


def roles(pairs: Collection[tuple[UUID, str]]) -> dict[tuple[UUID, str], str]:
    """The roles of (document id, user id) pairs; a pair without a role is left out."""
    found: dict[tuple[UUID, str], str] = {}
    in_order = list(pairs)
    for start in range(0, len(in_order), CHUNK):
        found |= _roles(in_order[start : start + CHUNK])
    return found


def _roles(pairs: list[tuple[UUID, str]]) -> dict[tuple[UUID, str], str]:
    documents = {document_id for document_id, _ in pairs}
    owners = Document.objects.filter(pk__in=documents).values_list("pk", "owner_id")
    journey = Journey()
    members, indirect = ask_member_roles(journey, pairs), ask_indirect_roles(journey, pairs)
    journey.make()
    known = highest([*members().items(), *indirect().items()])
    known |= {(document_id, str(owner_id)): "owner" for document_id, owner_id in owners}
    return {pair: known[pair] for pair in pairs if pair in known}


Roles = dict[tuple[UUID, str], str]
MEMBERS = "SELECT document_id, user_id, role FROM documents_membership WHERE (document_id, user_id) IN {}"
# By groups, and by links that have not expired. The crosses keep SQLite from beginning with another table than that of
# the pairs.
INDIRECT = (
    "WITH asked(document_id, user_id) AS (VALUES {}) SELECT asked.document_id, asked.user_id, way.role"
    " FROM asked CROSS JOIN documents_groupmembership way CROSS JOIN accounts_groupmember person"
    " WHERE way.document_id = asked.document_id"
    " AND person.group_id = way.group_id AND person.user_id = asked.user_id UNION ALL"
    " SELECT asked.document_id, asked.user_id, link.role"
    " FROM asked CROSS JOIN documents_linkmembership entered CROSS JOIN documents_sharelink link"
    " WHERE entered.document_id = asked.document_id AND entered.user_id = asked.user_id"
    " AND link.id = entered.link_id AND (link.expires_at IS NULL OR link.expires_at > CURRENT_TIMESTAMP)"
)


def ask_member_roles(journey: Journey, pairs: Iterable[tuple[UUID, str]]) -> Callable[[], Roles]:
    """Asks on a journey for the roles of (document id, user id) pairs who are members in their own right (not owners).

    The answer may be had when it was made; a pair that isn't is left out.
    """
    members = journey.select_pairs(MEMBERS, _stored(pairs))
    return lambda: _read(members)


def ask_indirect_roles(journey: Journey, pairs: Iterable[tuple[UUID, str]]) -> Callable[[], Roles]:
    """`ask_member_roles` by groups that people are in and links that they came by: the highest, of several."""
    ways = journey.run(INDIRECT, _stored(pairs))
    return lambda: _read(ways)


def highest(ways: Iterable[tuple[tuple[UUID, str], str]]) -> Roles:
    """The highest role of each pair that stands there with one or with several."""
    # The lowest first, so that the highest is what stays.
    return dict(sorted(ways, key=lambda way: -RANKS[way[1]]))


def _stored(pairs: Iterable[tuple[UUID, str]]) -> list[rows.Row]:
    return [(rows.stored(document_id), rows.stored(user_id)) for document_id, user_id in pairs]


def _read(found: rows.Found) -> Roles:
    return highest(((rows.uuid(document_id), rows.text(user_id)), role) for document_id, user_id, role in found)


def documents_of(user_id: str) -> QuerySet[Document]:
    """The documents that someone has a role in; of those in the trash, what they see there."""
    owned = Document.objects.filter(owner=UUID(user_id)).values("pk")
    member = Membership.objects.filter(user=UUID(user_id))
    grouped = GroupMembership.objects.filter(group__members__user=UUID(user_id))
    by_link = LinkMembership.objects.filter(user=UUID(user_id), link__in=ShareLink.objects.unexpired())
    # Ids from the indexes of each way, rather than each document and then whether there is a way.
    ways = owned.union(*(way.values("document") for way in (member, grouped, by_link)), all=True)
    manage = owned.union(*(way.filter(role__in=IN_TRASH).values("document") for way in (member, grouped)), all=True)
    in_trash = Q(state=Document.State.TRASHED)
    return Document.objects.filter(~in_trash | Q(pk__in=manage), pk__in=ways)


def people_of(document_ids: Collection[UUID]) -> set[str]:
    """Whose documents these are: who owns one of them or has another way into it, whatever its state."""
    owners = Document.objects.filter(pk__in=document_ids).values_list("owner")
    ways = [
        Membership.objects.filter(document__in=document_ids).values_list("user"),
        GroupMembership.objects.filter(document__in=document_ids).values_list("group__members__user"),
        LinkMembership.objects.filter(document__in=document_ids).values_list("user"),
    ]
    return {str(user_id) for (user_id,) in owners.union(*ways) if user_id}


def by_group(user_id: str, document_ids: Collection[UUID]) -> set[UUID]:
    """Into which of the documents a group lets someone, whatever other ways they have."""
    ways = GroupMembership.objects.filter(document__in=document_ids, group__members__user=UUID(user_id))
    return set(ways.values_list("document", flat=True))


def refusal(role: str | None, scopes: Iterable[str], state: str) -> str | None:
    """The code that forbids someone with `role` a change to a document in `state`, or None."""
    if "edit" not in capabilities(role, scopes):
        return "not_allowed"
    return {"frozen": "document_frozen", "trashed": "document_trashed"}.get(state)


@cache
def _granted(role: str, scopes: frozenset[str], with_history: bool) -> frozenset[str]:
    granted = CAPABILITIES[role] | ({"history"} if with_history else set())
    return granted & _scoped(scopes)


def _scoped(scopes: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*(SCOPES.get(scope, frozenset()) for scope in scopes))
