"""The audit log in the admin."""

import csv
import json
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry, User
from accounts.principals import Principal
from tests.accounts.conftest import log_in

LOG = "/admin/accounts/auditentry/"


@pytest.fixture
def auditor(carol: User) -> Client:
    """Where carol sits, who may read the log and nothing else."""
    carol.is_staff = True
    carol.save()
    carol.user_permissions.set(Permission.objects.filter(codename="view_auditentry"))
    return log_in(carol)


def kept(act: str, by: User, user: User, role: str = "") -> AuditEntry:
    audit.record(act, by=Principal(str(by.pk)), user_id=user.pk, role=role)
    return AuditEntry.objects.latest("pk")


def shown(browser: Client, **query: str) -> str:
    answer = browser.get(LOG, query)
    assert answer.status_code == 200
    return answer.content.decode()


def exported(browser: Client, form: str, **query: str) -> str:
    answer = browser.get(f"{LOG}export/{form}/", query)
    assert answer.status_code == 200
    return async_to_sync(_read)(answer).decode()


async def _read(answer: object) -> bytes:
    return b"".join([part async for part in answer.streaming_content])  # type: ignore[attr-defined]


def test_it_says_who_did_what_to_whom(auditor: Client, alice: User, bob: User) -> None:
    entry = kept("members.put", alice, bob, role="editor")
    page = shown(auditor)
    for said in ("members.put", "Alice", "Bob", "role: editor"):
        assert said in page
    assert "role" in auditor.get(f"{LOG}{entry.pk}/change/").content.decode()


def test_it_is_searched_and_filtered(auditor: Client, alice: User, bob: User, mallory: User) -> None:
    kept("members.put", alice, bob)
    kept("tokens.make", mallory, mallory)
    old = kept("documents.trash", bob, bob)
    AuditEntry.objects.filter(pk=old.pk).update(at=timezone.now() - timedelta(days=400))
    for query in ({"q": "tokens"}, {"q": "mallory@"}, {"q": str(mallory.pk)}, {"subject": "tokens"}):
        page = shown(auditor, **query)
        assert "tokens.make" in page
        assert "members.put" not in page
    assert "documents.trash" not in shown(auditor, at__gte=str(timezone.now() - timedelta(days=7)))
    assert "members.put" not in shown(auditor, by__id__exact=str(bob.pk))


def test_all_of_it_is_taken_along(auditor: Client, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.audit_files.PORTION", 2)
    for number in range(5):
        kept("members.put", alice, bob, role=str(number))
    lines = [json.loads(line) for line in exported(auditor, "jsonl", subject="members").splitlines()]
    assert [line["about"]["role"] for line in lines] == ["4", "3", "2", "1", "0"]
    assert (lines[0]["by"], lines[0]["by_name"], lines[0]["user_id"]) == (str(alice.pk), "Alice", str(bob.pk))
    rows = list(csv.DictReader(exported(auditor, "csv", subject="members").splitlines()))
    assert [json.loads(row["about"])["role"] for row in rows] == ["4", "3", "2", "1", "0"]


def test_to_take_it_along_is_an_act(auditor: Client) -> None:
    exported(auditor, "csv", q="x")
    entry = AuditEntry.objects.get(act="audit.export")
    assert (entry.by_name, entry.way, entry.about) == ("Carol", "admin", {"format": "csv", "filter": "q=x"})


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1"])
def test_nothing_is_a_formula_to_a_spreadsheet(auditor: Client, alice: User, name: str) -> None:
    User.objects.filter(pk=alice.pk).update(name=name)
    alice.refresh_from_db()
    kept("members.put", alice, alice)
    [row] = csv.DictReader(exported(auditor, "csv", q="members").splitlines())
    assert row["by_name"] == f"'{name}"


def test_nobody_writes_in_it(alice: User) -> None:
    root = Client()
    root.force_login(User.objects.create_superuser("root@example.com", "x"))
    entry = kept("members.put", alice, alice)
    assert root.get(f"{LOG}add/").status_code == 403
    assert root.post(f"{LOG}{entry.pk}/change/", {"act": "nothing"}).status_code == 403
    assert root.post(f"{LOG}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    root.post(LOG, {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"})
    entry.refresh_from_db()
    assert entry.act == "members.put"


def test_it_is_for_those_who_may_read_it(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True)
    browser = log_in(alice)
    assert browser.get(LOG).status_code == 403
    assert browser.get(f"{LOG}export/csv/").status_code == 403


def test_there_are_two_forms(auditor: Client) -> None:
    assert auditor.get(f"{LOG}export/xml/").status_code == 404


# What is kept


def test_who_comes_goes_and_fails_is_kept(alice: User) -> None:
    browser = Client()
    entrance = {"login": alice.email, "password": "wrong"}
    browser.post("/accounts/login/", entrance)
    entry = AuditEntry.objects.get(act="sessions.refuse")
    assert (entry.user_id, entry.by, entry.address) == (alice.pk, None, "127.0.0.1")
    log_in(alice).post("/accounts/logout/")
    acts = list(AuditEntry.objects.filter(by=alice).order_by("pk").values_list("act", flat=True))
    assert acts == ["sessions.begin", "sessions.end"]


def test_what_was_typed_instead_of_an_address_is_not_kept(db: None) -> None:
    Client().post("/accounts/login/", {"login": "my-password@example.com", "password": "x"})
    entry = AuditEntry.objects.get()
    assert (entry.user_id, entry.about) == (None, {})


def test_what_an_administrator_does_is_kept(alice: User) -> None:
    root = Client()
    root.force_login(User.objects.create_superuser("root@example.com", "x"))
    root.post(f"/admin/accounts/user/{alice.pk}/change/", {"email": alice.email, "name": "Al", "is_active": "on"})
    entry = AuditEntry.objects.get(act="admin.change")
    assert (entry.by_name, entry.way, entry.user_id, entry.address) == ("root", "admin", alice.pk, "127.0.0.1")
    assert "Name" in entry.about["fields"] or "name" in entry.about["fields"]


def test_several_deleted_at_once_are_each_kept(alice: User, bob: User) -> None:
    root = Client()
    root.force_login(User.objects.create_superuser("root@example.com", "x"))
    chosen = [alice.pk, bob.pk]
    root.post("/admin/accounts/user/", {"action": "delete_selected", "_selected_action": chosen, "post": "yes"})
    deleted = AuditEntry.objects.filter(act="admin.delete").values_list("user_id", flat=True)
    assert set(deleted) == set(chosen)


def test_tokens_made_and_revoked_are_kept(alice: User) -> None:
    browser = log_in(alice)
    made = browser.post("/api/v1/tokens", {"name": "Bot"}, content_type="application/json").json()
    browser.delete(f"/api/v1/tokens/{made['id']}")
    browser.delete(f"/api/v1/tokens/{made['id']}")
    kept_acts = AuditEntry.objects.filter(act__startswith="tokens.").order_by("pk")
    assert [(entry.act, entry.by, entry.about["token"]) for entry in kept_acts] == [
        ("tokens.make", alice, made["id"]),
        ("tokens.revoke", alice, made["id"]),
    ]
    assert "dp_" not in str([entry.about for entry in kept_acts])
