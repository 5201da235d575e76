"""The commit: the only writer of revisions."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import groups, tokens
from accounts.models import Group, User
from accounts.principals import Principal
from documents import acts, group_members
from documents.commit import Batch, Committed, Conflict, Denied, NewRevision, commit
from documents.models import ClientPosition, Document, Revision
from tests.documents.committing import batch, new, reloaded

# What needs transactions of its own; the others run inside one that is rolled back, for speed.
committed = pytest.mark.django_db(transaction=True)

X = ("typewriter", 1)


def test_it_writes_revision_head_and_position(document: Document, bob: User) -> None:
    change = new(document, bob.pk)
    assert commit([batch(document, change)]) == [Committed()]
    head = reloaded(document)
    assert (head.version, head.digest, head.length, head.updated_at) == (1, change.digest, 2, change.at)
    row = Revision.objects.get()
    assert (row.document_id, row.version, row.client_id, row.seq) == (document.pk, 1, *X)
    assert (row.user_id, row.at, row.delta, row.digest) == (bob.pk, change.at, '[{"insert":"x"}]', change.digest)
    position = ClientPosition.objects.get()
    assert (position.client_id, position.user_id, position.acked_seq, position.version) == ("typewriter", bob.pk, 1, 1)


def test_it_writes_many_revisions_of_many_people(document: Document, alice: User, bob: User) -> None:
    changes = (
        new(document, alice.pk, version=1, client_id="alices_client", seq=1),
        new(document, bob.pk, version=2, client_id="bobs_client", seq=1),
        new(document, alice.pk, version=3, client_id="alices_client", seq=2),
    )
    assert commit([batch(document, *changes)]) == [Committed()]
    assert list(Revision.objects.order_by("version").values_list("client_id", "seq")) == [
        ("alices_client", 1),
        ("bobs_client", 1),
        ("alices_client", 2),
    ]
    assert dict(ClientPosition.objects.values_list("client_id", "acked_seq")) == {"alices_client": 2, "bobs_client": 1}
    assert dict(ClientPosition.objects.values_list("client_id", "version")) == {"alices_client": 3, "bobs_client": 2}


def test_a_position_moves_on(document: Document, bob: User) -> None:
    commit([batch(document, new(document, bob.pk))])
    commit([batch(reloaded(document), new(document, bob.pk, version=2, seq=7))])
    position = ClientPosition.objects.get()
    assert (position.acked_seq, position.version) == (7, 2)


def test_the_size_counts_the_bytes_of_all_deltas(document: Document, bob: User) -> None:
    commit([batch(document, new(document, bob.pk), new(document, bob.pk, version=2, seq=2, text="é"))])
    commit([batch(reloaded(document), new(document, bob.pk, version=3, seq=3, text="🙂"))])
    assert reloaded(document).size == sum(len(str(row.delta).encode()) for row in Revision.objects.all())


@committed
def test_it_tells_after_the_commit(document: Document, bob: User, told: list[Any]) -> None:
    changes = [new(document, bob.pk, version=version, seq=version) for version in (1, 2)]
    commit([batch(document, *changes)])
    assert told == [(document.pk, 0, 2)]


@committed
def test_it_tells_nobody_where_it_wrote_nothing(document: Document, mallory: User, told: list[Any]) -> None:
    commit([batch(document, new(document, mallory.pk))])
    assert told == []


def test_a_change_of_the_servers_own_belongs_to_nobody(document: Document, alice: User, bob: User) -> None:
    assert commit([batch(document, new(document, alice.pk, client_id="@restore"))]) == [Committed()]
    change = new(document, bob.pk, version=2, client_id="@restore", seq=2)
    assert commit([batch(reloaded(document), change)]) == [Committed()]
    change = new(document, None, version=3, client_id="@restore", seq=3)
    assert commit([batch(reloaded(document), change)]) == [Committed()]
    assert ClientPosition.objects.get().user_id is None
    assert list(Revision.objects.order_by("version").values_list("user_id", flat=True)) == [alice.pk, bob.pk, None]


# Each document stands alone


def test_a_document_that_moved_on_conflicts_alone(document: Document, alice: User, bob: User) -> None:
    other = acts.create(alice.pk, "other")
    commit([batch(document, new(document, bob.pk))])
    late = batch(document, new(document, alice.pk, client_id="alices_client"))
    fine = batch(other, new(other, alice.pk))
    assert commit([late, fine]) == [Conflict(), Committed()]
    assert (reloaded(document).version, reloaded(other).version) == (1, 1)
    assert Revision.objects.count() == 2


def test_a_refusal_in_one_document_is_its_alone(document: Document, alice: User, bob: User) -> None:
    others = acts.create(alice.pk, "not bob's")
    refused = batch(others, new(others, bob.pk))
    fine = batch(document, new(document, bob.pk))
    assert commit([refused, fine]) == [Denied({X: "not_allowed"}), Committed()]
    assert (reloaded(others).version, reloaded(document).version) == (0, 1)


def test_of_a_batch_all_are_in_or_none(document: Document, bob: User, carol: User) -> None:
    changes = (
        new(document, bob.pk, version=1, client_id="bobs_client"),
        new(document, carol.pk, version=2, client_id="carols_client"),
    )
    assert commit([batch(document, *changes)]) == [Denied({("carols_client", 1): "not_allowed"})]
    assert reloaded(document).version == 0
    assert not Revision.objects.exists()
    assert not ClientPosition.objects.exists()


def test_nothing_to_commit(db: None) -> None:
    assert commit([]) == []


# Rights and principals, asked again


def test_a_viewer_is_refused(document: Document, carol: User) -> None:
    assert commit([batch(document, new(document, carol.pk))]) == [Denied({X: "not_allowed"})]


def test_whoever_edits_by_a_group_is_let_in_until_the_group_is_not(document: Document, carol: User) -> None:
    group = Group.objects.create(name="editors")
    group.members.create(user=carol)
    group_members.put(document.pk, None, group.pk, "editor")
    assert commit([batch(document, new(document, carol.pk))]) == [Committed()]
    ready = batch(reloaded(document), new(document, carol.pk, version=2, seq=2))
    groups.remove(group.pk, None, carol.pk)
    assert commit([ready]) == [Denied({("typewriter", 2): "not_allowed"})]


def test_someone_removed_meanwhile_is_refused(document: Document, bob: User) -> None:
    ready = batch(document, new(document, bob.pk))
    acts.remove_member(document.pk, None, bob.pk)
    assert commit([ready]) == [Denied({X: "not_allowed"})]


def test_someone_made_a_reader_meanwhile_is_refused(document: Document, bob: User) -> None:
    ready = batch(document, new(document, bob.pk))
    acts.put_member(document.pk, None, bob.pk, "viewer")
    assert commit([ready]) == [Denied({X: "not_allowed"})]


def test_a_former_owner_edits_on_as_an_editor(document: Document, alice: User, bob: User) -> None:
    acts.put_member(document.pk, None, bob.pk, "owner")
    assert commit([batch(document, new(document, alice.pk))]) == [Committed()]


def test_someone_shut_out_meanwhile_is_refused(document: Document, bob: User) -> None:
    ready = batch(document, new(document, bob.pk))
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert commit([ready]) == [Denied({X: "unauthenticated"})]


def by_token(document: Document, user: User, *scopes: str) -> tuple[Any, Batch]:
    token, _ = tokens.create(user.pk, "test", scopes)
    principal = Principal(str(user.pk), token_id=token.pk, scopes=frozenset(scopes))
    change = new(document, user.pk)
    by_it = NewRevision(1, *X, principal, change.at, change.delta, change.digest)
    return token, batch(document, by_it)


def test_a_token_revoked_meanwhile_is_refused(document: Document, bob: User) -> None:
    token, ready = by_token(document, bob, "read", "write")
    tokens.revoke(token)
    assert commit([ready]) == [Denied({X: "unauthenticated"})]


def test_a_token_that_only_reads_is_refused(document: Document, bob: User) -> None:
    _, ready = by_token(document, bob, "read")
    assert commit([ready]) == [Denied({X: "not_allowed"})]


def test_a_session_that_ended_meanwhile_is_refused(document: Document, bob: User) -> None:
    change = new(document, bob.pk)
    gone = Principal(str(bob.pk), session_key="gone")
    ready = batch(document, NewRevision(1, *X, gone, change.at, change.delta, change.digest))
    assert commit([ready]) == [Denied({X: "unauthenticated"})]


@pytest.mark.parametrize(("state", "code"), [("frozen", "document_frozen"), ("trashed", "document_trashed")])
def test_a_document_closed_meanwhile_is_left_alone(document: Document, bob: User, state: acts.State, code: str) -> None:
    ready = batch(document, new(document, bob.pk))
    acts.move(document.pk, None, state)
    assert commit([ready]) == [Denied({X: code})]
    by_server = batch(document, new(document, None, client_id="@restore"))
    assert commit([by_server]) == [Denied({("@restore", 1): code})]


def test_a_document_deleted_meanwhile_is_not_found(document: Document, bob: User) -> None:
    ready = batch(document, new(document, bob.pk))
    Document.objects.all().delete()
    assert commit([ready]) == [Denied({X: "not_found"})]


# Whose client_id, and which seq


def test_another_persons_client_id_is_refused(document: Document, alice: User, bob: User) -> None:
    commit([batch(document, new(document, bob.pk))])
    change = new(document, alice.pk, version=2, seq=2)
    assert commit([batch(reloaded(document), change)]) == [Denied({("typewriter", 2): "client_id_taken"})]


def test_another_persons_client_id_is_refused_whatever_its_seq(document: Document, alice: User, bob: User) -> None:
    commit([batch(document, new(document, bob.pk, seq=5))])
    for seq in (1, 5):  # one that never came, and one that stands
        change = new(document, alice.pk, version=2, seq=seq)
        assert commit([batch(reloaded(document), change)]) == [Denied({("typewriter", seq): "client_id_taken"})]


def test_within_a_batch_the_first_gets_the_client_id(document: Document, alice: User, bob: User) -> None:
    changes = new(document, bob.pk, version=1, seq=1), new(document, alice.pk, version=2, seq=2)
    assert commit([batch(document, *changes)]) == [Denied({("typewriter", 2): "client_id_taken"})]


def test_a_client_id_whose_owner_is_gone_is_nobodys_to_take(document: Document, alice: User, bob: User) -> None:
    commit([batch(document, new(document, bob.pk))])
    bob.delete()
    change = new(document, alice.pk, version=2, seq=2)
    assert commit([batch(reloaded(document), change)]) == [Denied({("typewriter", 2): "client_id_taken"})]


def test_the_same_client_id_in_another_document_is_another(document: Document, alice: User, bob: User) -> None:
    other = acts.create(alice.pk, "other")
    assert commit([batch(document, new(document, bob.pk)), batch(other, new(other, alice.pk))]) == [Committed()] * 2


def test_a_seq_below_the_highest_that_never_came_is_too_old(document: Document, bob: User) -> None:
    commit([batch(document, new(document, bob.pk, seq=5))])
    change = new(document, bob.pk, version=2, seq=3)
    assert commit([batch(reloaded(document), change)]) == [Denied({("typewriter", 3): "seq_too_old"})]


def test_a_submission_that_is_in_already_is_found_in_the_log(document: Document, bob: User) -> None:
    commit([batch(document, new(document, bob.pk))])
    again = new(document, bob.pk, version=2)
    assert commit([batch(reloaded(document), again)]) == [Conflict()]
    assert commit([batch(document, new(document, bob.pk))]) == [Conflict()]
    assert Revision.objects.count() == 1


def test_what_is_in_already_is_never_called_refused(document: Document, bob: User) -> None:
    commit([batch(document, new(document, bob.pk))])
    acts.remove_member(document.pk, None, bob.pk)
    assert commit([batch(document, new(document, bob.pk))]) == [Conflict()]
    assert commit([batch(reloaded(document), new(document, bob.pk, version=2))]) == [Conflict()]


def test_whoever_was_not_let_in_was_not_rejected(document: Document, bob: User) -> None:
    token, ready = by_token(document, bob, "read", "write")
    tokens.revoke(token)
    assert commit([ready]) == [Denied({X: "unauthenticated"})]
    assert commit([batch(document, new(document, bob.pk))]) == [Committed()]


@committed
def test_it_tells_nobody_of_a_rejection(document: Document, bob: User, told: list[Any]) -> None:
    commit([Batch(document.pk, 0, (), document.length, {("typewriter", str(bob.pk)): 1})])
    assert told == []


# What is no batch


@pytest.mark.parametrize("versions", [(2,), (1, 3), (1, 1), (2, 1)])
def test_versions_follow_without_gaps(document: Document, bob: User, versions: tuple[int, ...]) -> None:
    changes = [new(document, bob.pk, version=version, seq=seq) for seq, version in enumerate(versions, start=1)]
    with pytest.raises(ValueError, match="gaps"):
        batch(document, *changes)


@pytest.mark.parametrize("seqs", [(1, 1), (2, 1)])
def test_seqs_rise(document: Document, bob: User, seqs: tuple[int, int]) -> None:
    changes = [new(document, bob.pk, version=version, seq=seq) for version, seq in enumerate(seqs, start=1)]
    with pytest.raises(ValueError, match="rise"):
        batch(document, *changes)


def test_a_document_has_one_batch(document: Document, bob: User) -> None:
    ready = batch(document, new(document, bob.pk))
    with pytest.raises(ValueError, match="one batch"):
        commit([ready, ready])


# What it costs


def statements(act: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def test_the_statements_do_not_grow(document: Document, alice: User, bob: User) -> None:
    def changes(count: int) -> list[NewRevision]:
        return [
            new(document, (alice, bob)[number % 2].pk, version=number, client_id=f"client_{number % 2}", seq=number)
            for number in range(1, count + 1)
        ]

    others = [acts.create(alice.pk, f"document {number}") for number in range(21)]
    one = batch(others[0], new(others[0], alice.pk))
    many = [batch(other, new(other, alice.pk)) for other in others[1:]]
    cost = statements(lambda: commit([one]))
    assert cost <= 12
    assert statements(lambda: commit([batch(document, *changes(60)), *many])) == cost
    assert reloaded(document).version == 60


def test_rows_are_held_in_one_order(document: Document, alice: User, bob: User) -> None:
    """Whatever the order of the batches: else two commits could wait for each other."""
    other = acts.create(alice.pk, "other")
    with CaptureQueriesContext(connection) as captured:
        commit([batch(document, new(document, bob.pk)), batch(other, new(other, alice.pk))])
    first = next(query["sql"] for query in captured if "documents_document" in query["sql"]).split("; ")[0]
    assert first.startswith("SELECT")
    assert first.endswith("ORDER BY id" + (" FOR NO KEY UPDATE" if connection.vendor == "postgresql" else ""))
    assert first.endswith("FOR NO KEY UPDATE") or connection.vendor == "sqlite"
