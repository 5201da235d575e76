"""Proves, from a round's history and from what the database holds after it, that nothing was lost or doubled."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from protocol import digest
from protocol.content import Content
from protocol.delta import Delta
from tests.chaos.history import History, Submission
from tests.chaos.kept import KeptDocument

Kind = Literal[
    "lost",  # acknowledged, or typed by one who has all acknowledged, and not in the document
    "doubled",  # in the document twice
    "reordered",  # not where it was said to be, or before what its author sent earlier
    "invented",  # told of, and not in the document
    "altered",  # in the document as something else than what was sent
    "gapped",  # a version is missing
    "unchained",  # a digest does not follow from the one before
    "diverged",  # someone holds another text
    "damaged",  # by the product's own judgement
    "refused",  # nobody did anything wrong
    "unsettled",  # still unknown after all faults ended
]


@dataclass(frozen=True)
class Finding:
    """Something that must not be."""

    kind: Kind
    document: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.what} (document {self.document})"


def check(history: History, kept: Mapping[str, KeptDocument]) -> list[Finding]:
    """All that is wrong; an empty list is the proof."""
    return [
        Finding(kind, document, what)
        for document in history.documents()
        for kind, what in _Checked(history, document, kept[document]).findings()
    ]


Findings = Iterator[tuple[Kind, str]]


class _Checked:
    """One document, held against its history."""

    def __init__(self, history: History, document: str, kept: KeptDocument) -> None:
        self.history = history
        self.document = document
        self.kept = kept
        self.deltas = [Delta(revision.delta) for revision in kept.revisions]
        self.stands = {(each.client_id, each.seq): each.version for each in kept.revisions}

    def findings(self) -> Findings:
        if gaps := list(self.gaps()):
            yield from gaps  # the rest is judged by places, which are shifted now
            return
        yield from self.submissions()
        yield from self.order()
        yield from self.words()
        yield from self.told()
        yield from self.refusals()
        yield from self.chain()
        yield from self.contents()

    def gaps(self) -> Findings:
        """Versions are 1, 2, 3 … up to the head."""
        versions = [revision.version for revision in self.kept.revisions]
        missing = sorted(set(range(1, self.kept.version + 1)) - set(versions))
        if missing:
            yield "gapped", f"no revisions {missing}"
        if beyond := [version for version in versions if version > self.kept.version]:
            yield "gapped", f"revisions {beyond} above the head {self.kept.version}"

    def submissions(self) -> Findings:
        """Each acknowledged submission is there once, where it was said to be, as what was sent; no other twice."""
        times = Counter((each.client_id, each.seq) for each in self.kept.revisions)
        for submission in self.history.of(self.document):
            key = submission.name[1:]
            if submission.acknowledged and not times[key]:
                yield "lost", f"{key} was acknowledged"
            elif times[key] > 1:
                yield "doubled", f"{key} is in {times[key]} revisions"
            elif times[key]:
                yield from self.place(submission, self.stands[key])
                yield from self.content(submission, self.stands[key])

    def place(self, submission: Submission, version: int) -> Findings:
        said = {told for _, told in submission.acknowledged if told is not None} - {version}
        if said:
            yield "reordered", f"{submission.name[1:]} was acknowledged as {sorted(said)} and is {version}"

    def content(self, submission: Submission, version: int) -> Findings:
        """What is kept is what was sent, moved over the revisions between, each time that it was sent."""
        for sending in submission.sent:
            moved = sending.delta
            for between in self.deltas[sending.base_version : version - 1]:
                moved = between.transform(moved, False)
            if sending.base_version < version and moved != self.deltas[version - 1]:
                yield "altered", f"{submission.name[1:]} is {self.deltas[version - 1]} instead of {moved}"

    def order(self) -> Findings:
        """What one client sent later stands later."""
        newest: dict[str, int] = {}
        for revision in self.kept.revisions:
            if revision.seq < newest.get(revision.client_id, 0):
                yield "reordered", f"{revision.client_id}'s {revision.seq} stands after {newest[revision.client_id]}"
            newest[revision.client_id] = max(revision.seq, newest.get(revision.client_id, 0))

    def words(self) -> Findings:
        """Each character that someone typed was inserted once: nobody types the same one twice."""
        inserted = Counter(char for delta in self.deltas for op in delta.to_json() for char in op.get("insert", ""))
        settled = {each.client_id for each in self.history.held if each.settled and each.document == self.document}
        typed = [each for each in self.history.typed if each.document == self.document]
        for word in typed:
            if any(inserted[char] > 1 for char in word.text):
                yield "doubled", f"{word.client_id} typed {word.text!r} once"
            if word.client_id in settled and not all(inserted[char] for char in word.text):
                yield "lost", f"{word.client_id} typed {word.text!r}"

    def told(self) -> Findings:
        """Nobody was told of a revision that is not there."""
        there = {(each.version, each.client_id, each.seq) for each in self.kept.revisions}
        for told in self.history.told:
            if told.document == self.document and (told.version, told.author, told.seq) not in there:
                yield "invented", f"{told.client_id} was told of {(told.version, told.author, told.seq)}"

    def refusals(self) -> Findings:
        for refusal in self.history.refusals:
            if refusal.document == self.document:
                yield "refused", f"{refusal.client_id} {'' if refusal.seq is None else refusal.seq}: {refusal.code}"

    def chain(self) -> Findings:
        """Each digest follows from the one before, and the last one is the head's."""
        digests = [digest.START, *(revision.digest for revision in self.kept.revisions)]
        for (before, after), delta, revision in zip(pairwise(digests), self.deltas, self.kept.revisions, strict=True):
            if digest.chain(before, delta) != after:
                yield "unchained", f"the digest of revision {revision.version}"
        if digests[-1] != self.kept.digest:
            yield "unchained", "the digest of the head"

    def contents(self) -> Findings:
        """The revisions, replayed, give what every client, every server and every snapshot holds."""
        replayed = [Content.EMPTY]
        for delta in self.deltas:
            replayed.append(replayed[-1].apply(delta))
        if replayed[-1].length != self.kept.length:
            yield "diverged", f"the head says length {self.kept.length}, its revisions give {replayed[-1].length}"
        for version, contents in self.kept.snapshots.items():
            if replayed[version].to_json() != contents:
                yield "diverged", f"the snapshot at version {version}"
        for held in self.history.held:
            if held.document == self.document:
                yield from self.held_by(held.client_id, held.version, held.contents, replayed)
        yield from self.unsettled()

    def held_by(self, client_id: str, version: int, contents: Delta, replayed: list[Content]) -> Findings:
        if version != self.kept.version:
            yield "diverged", f"{client_id} stands at version {version} and the head at {self.kept.version}"
        elif contents != replayed[-1].to_delta():
            yield "diverged", f"{client_id} holds another text than the revisions give"

    def unsettled(self) -> Findings:
        for held in self.history.held:
            if held.document == self.document and not held.settled:
                yield "unsettled", f"{held.client_id} has changes of which nobody knows"
