"""What happened to a document is sent to where webhooks go: signed, in order, at least once, while their person may."""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from django.utils import timezone

from accounts import acts as account_acts
from accounts import groups, tokens
from accounts.models import AuditEntry, Group, User
from accounts.principals import Principal
from collab.config import ROOT
from documents import acts, group_members, jobs
from documents.models import Document
from documents.retention.purge import purge
from documents.webhooks import acts as webhooks
from documents.webhooks import delivering, messages, secrets, sending
from documents.webhooks.models import Delivery, Webhook
from jobs.runner import run_due
from tests.documents.conftest import principal, typed
from tests.documents.webhooks.sink import Sink

pytestmark = pytest.mark.django_db
EVERYTHING = messages.KINDS


def made(
    document: Document, user: User, sink: Sink, deltas: bool = True, kinds: tuple[str, ...] = EVERYTHING
) -> Webhook:
    return webhooks.make(document.pk, principal(user), sink.url, kinds, deltas)


def turn() -> None:
    """All that is to be sent is tried once."""
    for webhook_id in delivering.due(timezone.now() + timedelta(days=1)):
        Webhook.objects.filter(pk=webhook_id).update(due_at=None)
        delivering.deliver(webhook_id)


def test_it_tells_what_happens_from_then_on(document: Document, alice: User, bob: User, sink: Sink) -> None:
    typed(document, bob, "before")
    webhook = made(document, alice, sink)
    typed(document, bob, "a", "b")
    acts.rename(document.pk, principal(alice), "Plans")
    turn()
    (told,) = sink.messages
    assert told["type"] == "document.events"
    assert told["data"]["webhook_id"] == str(webhook.pk)
    assert [message["type"] for message in sink.events] == ["revisions", "revisions", "document"]
    assert sink.events[0]["revisions"][0]["delta"] == [{"insert": "a"}]
    turn()
    assert len(sink.got) == 1


def test_it_is_signed_as_standard_webhooks_has_it(document: Document, alice: User, sink: Sink) -> None:
    webhook = made(document, alice, sink)
    acts.rename(document.pk, None, "Plans")
    turn()
    ((headers, body),) = sink.got
    key = base64.b64decode(secrets.secret(webhook).removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    guide = (ROOT / "docs" / "guides" / "events.md").read_text()
    shown: dict[str, Any] = {}
    exec(re.findall(r"```python\n(.*?)```", guide, re.DOTALL)[0], shown)
    assert shown["is_ours"](secrets.secret(webhook), headers, body)
    assert not shown["is_ours"](secrets.secret(webhook), headers, body + b" ")
    assert abs(int(headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    assert headers["content-type"] == "application/json"


def test_the_periodic_job_finds_what_is_to_be_sent(document: Document, alice: User, sink: Sink) -> None:
    made(document, alice, sink)
    acts.rename(document.pk, None, "Plans")
    jobs.deliver_webhooks()
    run_due(outside=False)
    assert sink.got == []
    run_due(outside=True)
    assert len(sink.got) == 1


def test_how_much_changed_is_told_instead_of_what_unless_one_asks(document: Document, alice: User, sink: Sink) -> None:
    made(document, alice, sink, deltas=False)
    typed(document, alice, "secret")
    turn()
    assert sink.events[0]["revisions"][0]["inserted"] == 6
    assert b"secret" not in sink.got[0][1]


def test_only_what_was_asked_for_is_told(document: Document, alice: User, sink: Sink) -> None:
    webhook = made(document, alice, sink, kinds=("document",))
    typed(document, alice, "a")
    turn()
    assert sink.got == []
    webhook.refresh_from_db()
    assert webhook.version == 1
    acts.rename(document.pk, None, "Plans")
    turn()
    assert sink.events == [{"type": "document", "title": "Plans"}]


def test_messages_are_bounded_and_join_without_gap(
    document: Document, alice: User, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "MOST_EVENTS", 3)
    monkeypatch.setattr(messages, "MOST_BYTES", 2000)
    made(document, alice, sink)
    typed(document, alice, *"abcde", "long " * 1000)
    turn()
    versions = [message["revisions"][0]["version"] for message in sink.events]
    assert versions == [1, 2, 3, 4, 5, 6]
    assert len(sink.got) > 1
    assert max(len(body) for _, body in sink.got) < 3000
    assert sink.events[-1]["type"] == "summary"


# Failures


@pytest.mark.parametrize("status", [301, 307, 400, 404, 429, 500, 503])
def test_what_is_not_taken_comes_again_under_the_same_id_and_nothing_before_it(
    document: Document, alice: User, sink: Sink, status: int
) -> None:
    webhook = made(document, alice, sink)
    typed(document, alice, "a")
    sink.status = status
    turn()
    typed(document, alice, "b")
    turn()
    assert [message["revisions"][0]["version"] for message in sink.events] == [1, 1]
    sink.status = 200
    turn()
    assert [message["revisions"][0]["version"] for message in sink.events] == [1, 1, 1, 2]
    ids = [headers["webhook-id"] for headers, _ in sink.got]
    assert ids[0] == ids[1] == ids[2] != ids[3]
    webhook.refresh_from_db()
    assert (webhook.failures, webhook.failing_since, webhook.due_at) == (0, None, None)


def test_the_pauses_between_attempts_grow(document: Document, alice: User, sink: Sink) -> None:
    webhook = made(document, alice, sink)
    typed(document, alice, "a")
    sink.status = 500
    pauses = []
    for _ in range(6):
        turn()
        webhook.refresh_from_db()
        assert webhook.due_at
        assert list(delivering.due(timezone.now())) == []
        pauses.append(webhook.due_at - timezone.now())
    assert pauses[5] > 8 * pauses[0]


def test_an_address_that_takes_nothing_for_days_is_asked_no_more(document: Document, alice: User, sink: Sink) -> None:
    webhook = made(document, alice, sink)
    typed(document, alice, "a")
    sink.status = 500
    turn()
    Webhook.objects.update(failing_since=timezone.now() - timedelta(days=4))
    turn()
    webhook.refresh_from_db()
    assert webhook.off == "failing"
    turn()
    assert len(sink.got) == 2
    assert AuditEntry.objects.filter(act="webhooks.stop", about__why="failing").exists()


def test_an_address_that_wants_no_more_is_asked_no_more(document: Document, alice: User, sink: Sink) -> None:
    webhook = made(document, alice, sink)
    typed(document, alice, "a")
    sink.status = 410
    turn()
    webhook.refresh_from_db()
    assert webhook.off == "gone"


def test_an_answer_that_does_not_come_is_not_waited_for(
    document: Document, alice: User, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drips(handler: BaseHTTPRequestHandler) -> None:
        try:
            for _ in range(200):
                handler.wfile.write(b"x")
                handler.connection.settimeout(0.05)
                if handler.connection.recv(1) == b"":
                    return
        except OSError:
            pass

    monkeypatch.setattr(sending, "PATIENCE", 0.2)
    made(document, alice, sink)
    typed(document, alice, "a")
    sink.answers = drips
    turn()
    delivery = Delivery.objects.get()
    assert delivery.error
    assert delivery.status is None
    assert delivery.seconds is not None
    assert delivery.seconds < 5


def test_a_worker_that_dies_before_it_noted_it_sends_it_again(
    document: Document, alice: User, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(document, alice, sink)
    typed(document, alice, "a")

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    noted = delivering._note
    monkeypatch.setattr(delivering, "_note", dies)
    with pytest.raises(KeyboardInterrupt):
        turn()
    monkeypatch.setattr(delivering, "_note", noted)
    turn()
    ids = [headers["webhook-id"] for headers, _ in sink.got]
    assert (len(ids), len(set(ids))) == (2, 1)


def test_where_history_is_gone_it_says_so_and_goes_on(document: Document, alice: User, sink: Sink) -> None:
    made(document, alice, sink)
    sink.status = 500
    typed(document, alice, "secret", "b", "c")
    turn()
    purge(document.pk, principal(alice), 1, 2)
    sink.got.clear()
    sink.status = 200
    turn()
    assert [told["type"] for told in sink.messages] == ["document.history_gone"]
    assert all(b"secret" not in body for _, body in sink.got)


# Rights


def _removed(document: Document, bob: User) -> None:
    acts.remove_member(document.pk, None, bob.pk)


def _deactivated(document: Document, bob: User) -> None:
    account_acts.set_active(None, bob, False)


def _trashed(document: Document, bob: User) -> None:
    acts.move(document.pk, None, "trashed")


def _out_of_the_group(document: Document, bob: User) -> None:
    group = Group.objects.create(name="Friends")
    group.members.create(user=bob)
    group_members.put(document.pk, None, group.pk, "viewer")
    acts.remove_member(document.pk, None, bob.pk)
    groups.remove(group.pk, None, bob.pk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("does", [_removed, _deactivated, _trashed, _out_of_the_group])
def test_it_ends_with_its_persons_rights(
    document: Document, alice: User, bob: User, sink: Sink, does: Callable[[Document, User], None]
) -> None:
    webhook = made(document, bob, sink)
    typed(document, alice, "not for bob any more")
    does(document, bob)
    webhook.refresh_from_db()
    assert webhook.off == "rights"
    Webhook.objects.update(off="")  # and if nothing had told of it
    turn()
    webhook.refresh_from_db()
    assert webhook.off == "rights"
    assert sink.got == []


@pytest.mark.django_db(transaction=True)
def test_what_was_made_by_a_token_ends_with_it(document: Document, alice: User, sink: Sink) -> None:
    token, _ = tokens.create(alice.pk, "a program")
    webhook = webhooks.make(document.pk, Principal(str(alice.pk), token_id=token.pk), sink.url, EVERYTHING, False)
    typed(document, alice, "a")
    tokens.revoke(token)
    turn()
    webhook.refresh_from_db()
    assert webhook.off == "rights"
    assert sink.got == []


def test_turned_on_again_it_tells_what_happens_from_then_on(
    document: Document, alice: User, carol: User, sink: Sink
) -> None:
    webhook = made(document, carol, sink)
    webhooks.change(principal(carol), webhook.pk, is_on=False)
    typed(document, alice, "missed")
    turn()
    webhooks.change(principal(carol), webhook.pk, is_on=True)
    typed(document, alice, "heard")
    turn()
    assert [message["revisions"][0]["version"] for message in sink.events] == [2]


# Tests, replays, secrets


def test_a_test_and_a_replay_are_sent_once_and_out_of_turn(document: Document, alice: User, sink: Sink) -> None:
    webhook = made(document, alice, sink)
    typed(document, alice, "a")
    turn()
    delivery = Delivery.objects.get()
    webhooks.replay(principal(alice), webhook.pk, secrets.message_id(delivery))
    webhooks.test(principal(alice), webhook.pk)
    run_due(outside=True)
    assert [told["type"] for told in sink.messages] == ["document.events", "document.events", "webhook.test"]
    assert sink.messages[0] == sink.messages[1]
    assert sink.got[0][0]["webhook-id"] == sink.got[1][0]["webhook-id"]
    delivery.refresh_from_db()
    assert delivery.attempts == 2


def test_a_new_secret_and_the_old_one_both_hold_for_a_day(document: Document, alice: User, sink: Sink) -> None:
    webhook = made(document, alice, sink)
    old = secrets.secret(webhook)
    webhook = webhooks.rotate(principal(alice), webhook.pk)
    assert secrets.secret(webhook) != old
    acts.rename(document.pk, None, "One")
    turn()
    Webhook.objects.update(rotated_at=timezone.now() - timedelta(hours=25))
    acts.rename(document.pk, None, "Two")
    turn()
    assert [len(headers["webhook-signature"].split()) for headers, _ in sink.got] == [2, 1]


def test_the_log_forgets_the_oldest(
    document: Document, alice: User, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "KEPT", 3)
    webhook = made(document, alice, sink)
    for _ in range(5):
        typed(document, alice, "a")
        turn()
    assert sorted(delivery.version for delivery in webhook.deliveries.all()) == [3, 4, 5]
