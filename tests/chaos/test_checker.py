"""The checker of the chaos suite finds what it is there to find: histories are spoilt, each in one way."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from protocol import digest
from protocol.content import Content
from protocol.delta import Delta
from protocol.messages import Revision, Submit
from tests.chaos.checker import check
from tests.chaos.history import History
from tests.chaos.kept import KeptDocument, KeptRevision
from tests.chaos.recorder import Recorder

DOCUMENT = "a-document"
WORDS = {"alices-editor": "ab", "bobs-terminal": "xy"}


class Round:
    """Alice and bob type two characters each, in turn, each on the version before; all is acknowledged to both."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.revisions: list[KeptRevision] = []
        self.content, self.chained = Content.EMPTY, digest.START
        for seq in (1, 2):
            for client_id, word in WORDS.items():
                self.types(client_id, seq, word[seq - 1])

    def types(self, client_id: str, seq: int, text: str) -> None:
        base = max(len(self.revisions) - 1, 0)
        sent = Delta([{"insert": text}])
        self.recorder.typed(DOCUMENT, client_id, text)
        self.recorder.submitted(DOCUMENT, client_id, Submit(seq=seq, base_version=base, delta=sent))
        self.commits(client_id, seq, sent)
        for reader in WORDS:
            self.recorder.told(DOCUMENT, reader, [self.message(len(self.revisions))])

    def commits(self, client_id: str, seq: int, delta: Delta) -> None:
        self.content, self.chained = self.content.apply(delta), digest.chain(self.chained, delta)
        version = len(self.revisions) + 1
        self.revisions.append(KeptRevision(version, client_id, seq, delta.to_json(), self.chained))

    def message(self, version: int) -> Revision:
        kept = self.revisions[version - 1]
        return Revision(
            version=version,
            client_id=kept.client_id,
            seq=kept.seq,
            user_id=None,
            at=datetime(2026, 1, 1, tzinfo=UTC),
            delta=Delta(kept.delta),
        )

    def ends(self, settled: bool = True, contents: Content | None = None, version: int | None = None) -> None:
        """Alice holds what is given, bob what he should."""
        held = (contents or self.content).to_delta()
        self.recorder.held(DOCUMENT, "alices-editor", version or len(self.revisions), held, settled)
        self.recorder.held(DOCUMENT, "bobs-terminal", len(self.revisions), self.content.to_delta())

    def kept(self) -> KeptDocument:
        revisions, snapshots = list(self.revisions), {len(self.revisions): self.content.to_json()}
        return KeptDocument(len(revisions), self.chained, self.content.length, revisions, snapshots)

    def found(self, kept: KeptDocument | None = None) -> set[str]:
        history = History.read(self.recorder.path)
        return {finding.kind for finding in check(history, {DOCUMENT: kept or self.kept()})}


@pytest.fixture
def played(tmp_path: Path) -> Iterator[Round]:
    with Recorder(tmp_path / "history.jsonl") as recorder:
        yield Round(recorder)


def test_a_round_without_a_fault_is_clean(played: Round) -> None:
    played.ends()
    assert played.found() == set()
    history = History.read(played.recorder.path)
    assert (history.count("acknowledged"), history.count("unknown"), len(history.typed)) == (4, 0, 4)


def test_what_was_acknowledged_and_is_not_there_is_lost(played: Round) -> None:
    sent = Submit(seq=3, base_version=4, delta=Delta([{"insert": "c"}]))
    played.recorder.submitted(DOCUMENT, "alices-editor", sent)
    played.recorder.acknowledged(DOCUMENT, "alices-editor", 3, 4)
    played.ends()
    assert played.found() == {"lost"}


def test_what_was_acknowledged_only_by_a_seq_is_lost_too(played: Round) -> None:
    sent = Submit(seq=3, base_version=4, delta=Delta([{"insert": "c"}]))
    played.recorder.submitted(DOCUMENT, "alices-editor", sent)
    played.recorder.acknowledged(DOCUMENT, "alices-editor", 3, None)
    played.ends()
    assert played.found() == {"lost"}


def test_what_was_typed_and_never_sent_is_lost(played: Round) -> None:
    played.recorder.typed(DOCUMENT, "alices-editor", "c")
    played.ends()
    assert played.found() == {"lost"}


def test_what_is_unknown_may_be_there_or_not(played: Round) -> None:
    for seq, text in ((3, "c"), (4, "d")):
        played.recorder.typed(DOCUMENT, "alices-editor", text)
        sent = Submit(seq=seq, base_version=4, delta=Delta([{"insert": text}]))
        played.recorder.submitted(DOCUMENT, "alices-editor", sent)
    played.commits("alices-editor", 3, Delta([{"insert": "c"}]))
    played.ends(settled=False)
    assert played.found() == {"unsettled"}
    assert History.read(played.recorder.path).count("unknown") == 2


def test_what_is_there_under_two_names_is_doubled(played: Round) -> None:
    played.commits("alices-editor", 3, Delta([{"insert": "a"}]))
    played.ends()
    assert played.found() == {"doubled"}


def test_what_is_there_twice_under_one_name_is_doubled(played: Round) -> None:
    played.commits("bobs-terminal", 2, Delta([{"insert": "z"}]))
    played.ends()
    assert played.found() == {"doubled"}


def test_what_stands_elsewhere_than_it_was_said_is_reordered(played: Round) -> None:
    played.recorder.acknowledged(DOCUMENT, "bobs-terminal", 2, 3)
    played.ends()
    assert played.found() == {"reordered"}


def test_what_stands_before_its_authors_earlier_change_is_reordered(played: Round) -> None:
    played.commits("alices-editor", 5, Delta([{"insert": "e"}]))
    played.commits("alices-editor", 4, Delta([{"insert": "d"}]))
    played.ends()
    assert played.found() == {"reordered"}


def test_what_was_told_and_is_not_there_is_invented(played: Round) -> None:
    told = played.message(4).model_copy(update={"version": 5, "seq": 3})
    played.recorder.told(DOCUMENT, "alices-editor", [told])
    played.ends()
    assert played.found() == {"invented"}


def test_what_is_kept_as_something_else_is_altered(played: Round) -> None:
    sent = Submit(seq=3, base_version=3, delta=Delta([{"insert": "c"}]))
    played.recorder.submitted(DOCUMENT, "alices-editor", sent)
    played.commits("alices-editor", 3, Delta([{"retain": 1}, {"insert": "c"}]))
    played.ends()
    assert played.found() == {"altered"}


def test_a_missing_version_is_a_gap(played: Round) -> None:
    played.commits("the-server", 1, Delta())
    played.commits("the-server", 2, Delta())
    played.ends()
    kept = played.kept()
    without = [revision for revision in kept.revisions if revision.version != 5]
    assert played.found(replace(kept, revisions=without)) == {"gapped"}


def test_a_revision_above_the_head_is_a_gap(played: Round) -> None:
    played.ends()
    assert played.found(replace(played.kept(), version=3)) == {"gapped"}


def test_a_changed_revision_breaks_the_chain(played: Round) -> None:
    played.ends()
    kept = played.kept()
    changed = replace(kept.revisions[1], delta=[{"insert": "X"}])
    assert "unchained" in played.found(replace(kept, revisions=[kept.revisions[0], changed, *kept.revisions[2:]]))


Spoil = Callable[[KeptDocument], KeptDocument]


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (lambda kept: replace(kept, digest=digest.START), "unchained"),
        (lambda kept: replace(kept, length=kept.length + 1), "diverged"),
        (lambda kept: replace(kept, snapshots={2: [{"insert": "\n"}]}), "diverged"),
    ],
)
def test_a_spoilt_head_or_snapshot_is_found(played: Round, spoil: Spoil, kind: str) -> None:
    played.ends()
    assert played.found(spoil(played.kept())) == {kind}


def test_another_text_is_a_divergence(played: Round) -> None:
    played.ends(contents=Content.from_json([{"insert": "yxab\n"}]))
    assert played.found() == {"diverged"}


def test_an_older_version_at_the_end_is_a_divergence(played: Round) -> None:
    played.ends(version=3)
    assert played.found() == {"diverged"}


def test_a_refusal_is_found(played: Round) -> None:
    played.recorder.refused(DOCUMENT, "alices-editor", "not_allowed", seq=3)
    played.recorder.refused(DOCUMENT, "alices-editor", "not_found")
    played.ends()
    assert played.found() == {"refused"}


def test_a_history_cut_off_in_its_last_line_can_be_read(played: Round) -> None:
    played.ends()
    with played.recorder.path.open("ab") as file:
        file.write(b'{"what":"typed","at":1')
    assert played.found() == set()
