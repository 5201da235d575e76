"""Finds what someone may read by what it says."""

from typing import Any
from uuid import UUID

from django.db import OperationalError, connection
from django.db.models import QuerySet

from accounts.principals import Principal
from documents import rights
from documents.models import Document
from documents.search import postgresql, sqlite
from documents.search.query import Clause
from protocol.errors import ProtocolError

# How long one search may take.
SECONDS = 2.0
# What only the engines read.
UNREAD = ("search_entry__title_words", "search_entry__words")
ENGINES: dict[str, Any] = {"sqlite": sqlite, "postgresql": postgresql}


def find(principal: Principal, clauses: tuple[Clause, ...], limit: int, offset: int) -> list[Document]:
    """Up to `limit` documents that meet all of `clauses` and that `principal` may read, the best first.

    What is in the trash is not found. Raises rate_limited for a search that would take too long.
    """
    readable = rights.documents_of(principal.user_id).exclude(state=Document.State.TRASHED)
    found = ranked(clauses, readable, limit, offset)
    rows = Document.objects.select_related("owner", "search_entry").defer(*UNREAD)
    documents = rows.in_bulk(found)
    return [documents[document_id] for document_id in found if document_id in documents]


def ranked(clauses: tuple[Clause, ...], among: QuerySet[Document], limit: int, offset: int) -> list[UUID]:
    """The ids of those `among` documents that meet all of `clauses`, the best first; none for no clause.

    Raises rate_limited for a search that would take too long.
    """
    if not clauses:
        return []
    engine = ENGINES[connection.vendor]
    allowed, allowed_parameters = among.values("pk").query.sql_with_params()
    statement, parameters = engine.statement(clauses, allowed)
    try:
        with engine.bounded(SECONDS), connection.cursor() as cursor:
            cursor.execute(statement, [*parameters, *allowed_parameters, limit, offset])
            return [UUID(str(document_id)) for (document_id,) in cursor.fetchall()]
    except OperationalError as error:
        raise ProtocolError("rate_limited", "This search takes too long. Ask for longer words.") from error
