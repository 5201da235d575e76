"""Documents with a history of random edits, and random damage to what is stored of them."""

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from accounts.principals import Principal
from documents.commit import Batch, Committed, NewRevision, commit
from documents.history import contents_at
from documents.models import ClientPosition, Document, Revision, Snapshot
from protocol import digest
from protocol.content import Content
from protocol.delta import Delta

TEXTS = ("a", "bc", "😀", "\n", "words ", "ý", '"\\')
Kind = TypeVar("Kind", bound=Model)


def grow(document: Document, people: Sequence[User], revisions: int, rng: random.Random, snapshots: int = 2) -> None:
    """Commits so many random changes to a document that is empty yet, and keeps snapshots at random versions."""
    content, chained = Content.EMPTY, digest.START
    seqs: dict[str, int] = {}
    made = []
    for version in range(1, revisions + 1):
        user = rng.choice(people)
        client_id = f"{user.name}-editor-{rng.randint(1, 3)}"
        seq = seqs[client_id] = seqs.get(client_id, 0) + rng.randint(1, 3)
        change = _change(content, rng)
        content, chained = content.apply(change), digest.chain(chained, change)
        principal = Principal(str(user.pk))
        made.append(NewRevision(version, client_id, seq, principal, timezone.now(), change, chained))
    assert commit([Batch(document.pk, 0, tuple(made), content.length)]) == [Committed()]
    for version in rng.sample(range(1, revisions + 1), snapshots):
        snap(document, version)
    document.refresh_from_db()


def _change(content: Content, rng: random.Random) -> Delta:
    """Text put first, everything formatted, or everything written anew: no place cuts a character."""
    rest, draw = content.length - 1, rng.random()
    if rest and draw < 0.2:
        return Delta([{"retain": rest, "attributes": {"italic": rng.choice([True, None])}}])
    if rest and draw < 0.3:
        return Delta([{"delete": rest}, {"insert": "anew"}])
    return Delta([{"insert": rng.choice(TEXTS), "attributes": {"bold": rng.choice([True, None])}}])


def snap(document: Document, version: int) -> None:
    """Keeps the contents at `version`."""
    chained = Revision.objects.get(document=document, version=version).digest
    contents = Snapshot.pack(contents_at(document.pk, version).to_json())
    Snapshot.objects.create(document=document, version=version, contents=contents, digest=chained)


# Damage: to one thing of a document that `grow` has made


def _one(rows: type[Kind], document: Document, rng: random.Random) -> Kind:
    return rng.choice(list(rows._default_manager.filter(document=document).order_by("pk")))


def _changed(row: Model, **fields: Any) -> None:
    type(row)._default_manager.filter(pk=row.pk).update(**fields)


def _byte(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text))
    other = rng.choice([letter for letter in '0123456789abcdef[]{}":, é' if letter != text[at]])
    return text[:at] + other + text[at + 1 :]


def _delta(document: Document, rng: random.Random) -> None:
    row = _one(Revision, document, rng)
    _changed(row, delta=_byte(str(row.delta), rng))


def _revision_digest(document: Document, rng: random.Random) -> None:
    row = _one(Revision, document, rng)
    _changed(row, digest=_byte(row.digest, rng))


def _missing(document: Document, rng: random.Random) -> None:
    _one(Revision, document, rng).delete()


def _missing_from(document: Document, rng: random.Random) -> None:
    Revision.objects.filter(document=document, version__gte=rng.randint(1, document.version)).delete()


def _seq(document: Document, rng: random.Random) -> None:
    row = _one(Revision, document, rng)
    _changed(row, seq=row.seq + 1000)


def _client_id(document: Document, rng: random.Random) -> None:
    _changed(_one(Revision, document, rng), client_id="somebody-else")


def _head(document: Document, rng: random.Random) -> None:
    field, value = rng.choice(
        [
            ("version", document.version + rng.choice([-1, 1])),
            ("digest", _byte(document.digest, rng)),
            ("length", document.length + rng.choice([-1, 1])),
            ("updated_at", document.updated_at + timedelta(microseconds=1)),
        ]
    )
    _changed(document, **{field: value})


def _snapshot(document: Document, rng: random.Random) -> None:
    row = _one(Snapshot, document, rng)
    damaged = bytearray(row.contents)
    damaged[rng.randrange(len(damaged))] ^= 0xFF
    field, value = rng.choice(
        [
            ("contents", bytes(damaged)),
            ("contents", Snapshot.pack([{"insert": "another text\n"}])),
            ("digest", _byte(row.digest, rng)),
            ("version", document.version + 1),
        ]
    )
    _changed(row, **{field: value})


def _position(document: Document, rng: random.Random) -> None:
    row = _one(ClientPosition, document, rng)
    field, value = rng.choice(
        [
            ("acked_seq", row.acked_seq + rng.choice([-1, 1])),
            ("version", row.version + rng.choice([-1, 1])),
            ("client_id", "somebody-else"),
            ("user", User.objects.exclude(email__istartswith=row.client_id.split("-")[0]).first()),
        ]
    )
    _changed(row, **{field: value})


def _no_position(document: Document, rng: random.Random) -> None:
    _one(ClientPosition, document, rng).delete()


DAMAGE: tuple[Callable[[Document, random.Random], None], ...] = (
    _delta,
    _revision_digest,
    _missing,
    _missing_from,
    _seq,
    _client_id,
    _head,
    _snapshot,
    _position,
    _no_position,
)
