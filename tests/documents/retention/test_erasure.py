"""Erasing a person: their words stay, by nobody, and nothing is ever in twice."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts import principals, tokens
from accounts.models import AuditEntry, User
from documents import acts, history
from documents.integrity.verify import verify
from documents.models import Document, NamedVersion, Revision
from documents.past import versions
from documents.past.authorship import authorship_at
from documents.retention import erasure
from documents.retention.erasure import erase
from documents.submit import submit
from jobs import runner
from protocol.authority import Refused, Submission
from protocol.delta import Delta
from protocol.errors import ProtocolError
from tests.documents.conftest import principal, typed
from tests.documents.growing import snap

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(document: Document, alice: User, bob: User) -> Document:
    """A document that alice and bob have written."""
    typed(document, alice, "a")
    typed(document, bob, "b", "c", client_id="bobs-editor")
    return document


def test_it_works(written: Document, bob: User, alice: User) -> None:
    versions.name(written.pk, principal(bob), 2, "Bob's")
    erase(bob.pk, None)
    erasure.erase_author(str(bob.pk))
    assert not User.objects.filter(pk=bob.pk).exists()
    assert [row.user for row in Revision.objects.order_by("version")] == [alice, None, None]
    assert NamedVersion.objects.get().user is None
    assert history.open_document(written.pk).head.content.text() == "cba\n"
    assert verify(written.pk).sound
    typed(written, alice, "d")


def test_who_wrote_what_is_forgotten(written: Document, bob: User, alice: User) -> None:
    snap(written, 2)
    assert authorship_at(written.pk, 3).runs[0] == (2, str(bob.pk))
    erase(bob.pk, None)
    erasure.erase_author(str(bob.pk))
    assert authorship_at(written.pk, 3).runs[0] == (2, None)


def test_in_steps(written: Document, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasure, "STEP", 1)
    erase(bob.pk, None)
    sound = []
    step = erasure._step

    def looked_at(user: User) -> bool:
        sound.append(verify(written.pk).sound)
        return step(user)

    monkeypatch.setattr(erasure, "_step", looked_at)
    erasure.erase_author(str(bob.pk))
    assert sound == [True, True, True]


def test_nobody_is_them_from_that_moment(written: Document, bob: User) -> None:
    raw = tokens.create(bob.pk, "test")[1]
    erase(bob.pk, None)
    bob.refresh_from_db()
    assert (bob.name, bob.email, bob.is_active) == ("", f"{bob.pk}@erased.invalid", False)
    assert not bob.has_usable_password()
    assert principals.by_token(raw) is None
    assert principals.alive([principal(bob)]) == set()


def test_what_is_under_way_is_not_committed_again(written: Document, bob: User, alice: User) -> None:
    erase(bob.pk, None)
    erasure.erase_author(str(bob.pk))
    again = Submission("bobs-editor", 2, 2, Delta([{"insert": "c"}]))
    for by in (alice, bob):
        assert isinstance(submit(written.pk, principal(by), again), Refused)
    assert history.head_version([written.pk]) == {written.pk: 3}


def test_open_documents_are_told(written: Document, bob: User) -> None:
    written.refresh_from_db()
    before = written.removals
    erase(bob.pk, None)
    erasure.erase_author(str(bob.pk))
    written.refresh_from_db()
    assert written.removals > before


def test_the_audit_log_knows_the_act_and_no_name(written: Document, bob: User, alice: User) -> None:
    made = acts.create(bob.pk, "Bob's own")
    acts.put_member(made.pk, principal(bob), alice.pk, "owner")
    AuditEntry.objects.create(act="test", by=bob, by_name="Bob", way="token", address="192.0.2.1")
    erase(bob.pk, principal(alice))
    entry = AuditEntry.objects.get(act="people.erase")
    assert (entry.by, entry.user_id) == (alice, bob.pk)
    assert set(AuditEntry.objects.filter(by=bob).values_list("by_name", "address")) == {(f"erased {bob.pk}", None)}


def test_a_job_does_the_rest(written: Document, bob: User, django_capture_on_commit_callbacks: Any) -> None:
    erase(bob.pk, None)
    runner.run_due()
    assert not User.objects.filter(pk=bob.pk).exists()


def test_on_the_command_line(written: Document, bob: User) -> None:
    said = StringIO()
    call_command("erase_person", bob.email, stdout=said)
    assert said.getvalue().startswith("Erased.")
    assert not User.objects.filter(email=bob.email).exists()


# What stands in the way


def test_an_owner_hands_their_documents_on_first(written: Document, alice: User) -> None:
    with pytest.raises(ProtocolError, match="last_owner"):
        erase(alice.pk, None)
    with pytest.raises(CommandError, match="They own documents"):
        call_command("erase_person", alice.email)
    assert User.objects.get(pk=alice.pk).name == "Alice"


def test_nobody(written: Document, bob: User) -> None:
    with pytest.raises(CommandError, match="nobody has"):
        call_command("erase_person", "nobody@example.com")
    erasure.erase_author(str(bob.pk))  # who is active is not erased by a job that came twice
    assert User.objects.filter(pk=bob.pk).exists()
