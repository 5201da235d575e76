"""Gives an empty document a long history: `python -m benchmarks.bench.history DOCUMENT REVISIONS` prints its length.

The revisions go through the commit that all edits go through, but thousands in a transaction: a million one by one
would take hours. A thousand characters, and then one comes and one goes, in places all over.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from uuid import UUID

TEXT = "A thousand characters of text, in lines.\n" * 25
BATCH = 5000
# How many revisions a document may have since its newest snapshot, on average.
TAIL = 250


def extend(document_id: UUID, revisions: int) -> int:
    """Makes the revisions; the length of the text, in UTF-16 code units."""
    from documents.commit import Batch, NewRevision, commit
    from documents.snapshots import take_if_due
    from protocol import digest
    from protocol.authority import Head
    from protocol.content import Content
    from protocol.delta import Delta

    at = datetime.now(UTC)
    content, chained, version = Content.EMPTY, digest.START, 0
    deltas = map(Delta, islice(changes(), revisions))
    snapshot_at = max(1, revisions - TAIL)
    while version < revisions:
        rows: list[NewRevision] = []
        for delta in islice(deltas, min(BATCH, snapshot_at - version if version < snapshot_at else TAIL)):
            content, chained, number = content.apply(delta), digest.chain(chained, delta), version + len(rows) + 1
            rows.append(NewRevision(number, "@history", number, None, at, delta, chained))
        commit([Batch(document_id, version, tuple(rows), content.length)])
        version += len(rows)
        if version == snapshot_at:
            take_if_due(document_id, Head(version, content), chained)
    return content.length


def changes() -> Iterator[list[dict[str, object]]]:
    yield [{"insert": TEXT}]
    number = 0
    while True:
        number += 1
        place: dict[str, object] = {"retain": number * 7 % len(TEXT) or 1}
        yield [place, {"insert": "x"}]
        yield [place, {"delete": 1}]


def main() -> None:
    import django

    django.setup()
    print(extend(UUID(sys.argv[1]), int(sys.argv[2])))


if __name__ == "__main__":
    main()
