"""Shorthand for tests of the commit, and a writer that runs as a process of its own.

`python -m tests.documents.committing USER TIMES DOCUMENT …` commits a change to all the documents at once, TIMES times.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from documents.commit import Batch, NewRevision
    from documents.models import Document


def new(
    document: "Document",
    user_id: object,
    *,
    version: int = 1,
    client_id: str = "typewriter",
    seq: int = 1,
    text: str = "x",
) -> "NewRevision":
    """A revision by someone on the server's own word."""
    from django.utils import timezone

    from accounts.principals import Principal
    from documents.commit import NewRevision
    from protocol.delta import Delta

    principal = Principal(str(user_id)) if user_id else None
    delta = Delta([{"insert": text}])
    return NewRevision(version, client_id, seq, principal, timezone.now(), delta, f"digest of {version}")


def batch(document: "Document", *revisions: "NewRevision") -> "Batch":
    """The revisions on top of what `document` held when it was read."""
    from documents.commit import Batch

    return Batch(document.pk, document.version, revisions, document.length + len(revisions))


def reloaded(document: "Document") -> "Document":
    """The document as the database holds it by now."""
    from documents.models import Document

    return Document.objects.get(pk=document.pk)


def commit_all(user_id: str, client_id: str, times: int, document_ids: Sequence[UUID]) -> int:
    """Commits to all the documents, in the order given, until each has taken `times` changes; answers the attempts."""
    from documents.commit import Committed, commit
    from documents.models import Document

    left = dict.fromkeys(document_ids, times)
    for attempt in range(1, 200 * times):
        documents = Document.objects.in_bulk([pk for pk in document_ids if left[pk]])
        batches = [
            batch(
                documents[pk],
                new(
                    documents[pk],
                    user_id,
                    version=documents[pk].version + 1,
                    client_id=client_id,
                    seq=times - left[pk] + 1,
                ),
            )
            for pk in document_ids
            if left[pk]
        ]
        for written, outcome in zip(batches, commit(batches), strict=True):
            left[written.document_id] -= outcome == Committed()
        if not any(left.values()):
            return attempt
    raise AssertionError(f"still to commit: {left}")


def start_writer(user_id: object, client_id: str, times: int, documents: Sequence["Document"]) -> subprocess.Popen[str]:
    """A process that runs `commit_all` on the test's database."""
    from django.db import connection

    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        url = f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    arguments = [str(user_id), client_id, str(times), *(str(document.pk) for document in documents)]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.documents.committing", *arguments],
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "collab.settings"},
        stderr=subprocess.PIPE,
        text=True,
    )


def main(user_id: str, client_id: str, times: str, *document_ids: str) -> None:
    import django

    django.setup()
    commit_all(user_id, client_id, int(times), [UUID(document_id) for document_id in document_ids])


if __name__ == "__main__":
    main(*sys.argv[1:])
