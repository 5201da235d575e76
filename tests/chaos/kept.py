"""What the database holds after a round, told apart from what anyone was told: `python -m tests.chaos.kept`."""

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from tests.live import run_python


@dataclass(frozen=True)
class KeptRevision:
    version: int
    client_id: str
    seq: int
    delta: list[dict[str, Any]]
    digest: str


@dataclass(frozen=True)
class KeptDocument:
    """A document's head, its revisions in their order, and its snapshots by version."""

    version: int
    digest: str
    length: int
    revisions: list[KeptRevision]
    snapshots: dict[int, list[dict[str, Any]]]


def kept(environment: Mapping[str, str], documents: list[str]) -> dict[str, KeptDocument]:
    """The documents as the database of a server with this environment holds them."""
    answer = json.loads(run_python("-m", "tests.chaos.kept", *documents, environment=environment))
    return {document: _document(fields) for document, fields in answer.items()}


def _document(fields: dict[str, Any]) -> KeptDocument:
    revisions = [KeptRevision(**revision) for revision in fields.pop("revisions")]
    snapshots = {int(version): contents for version, contents in fields.pop("snapshots").items()}
    return KeptDocument(revisions=revisions, snapshots=snapshots, **fields)


def _read(document_id: str) -> KeptDocument:
    from documents.models import Document

    document = Document.objects.get(pk=document_id)
    rows = document.revisions.order_by("version").values_list("version", "client_id", "seq", "delta", "digest")
    return KeptDocument(
        version=document.version,
        digest=document.digest,
        length=document.length,
        revisions=[
            KeptRevision(version, client_id, seq, json.loads(str(delta)), digest)
            for version, client_id, seq, delta, digest in rows
        ],
        snapshots={snapshot.version: snapshot.unpack() for snapshot in document.snapshots.all()},
    )


def main() -> None:
    import django

    django.setup()
    print(json.dumps({document: asdict(_read(document)) for document in sys.argv[1:]}))


if __name__ == "__main__":
    main()
