"""All that is kept of a person, as one file, and what their documents take."""

import io
import json
from typing import Any
from zipfile import ZipFile

from django.conf import LazySettings
from django.test import Client

from accounts import tokens
from accounts.models import AuditEntry, User
from documents.models import Document
from documents.sharing import links
from tests.accounts.conftest import log_in
from tests.documents.conftest import Asker, principal, typed


def taken(user: User) -> ZipFile:
    raw = tokens.create(user.pk, "a secret program")[1]
    answer = Client().get("/api/v1/me/data", headers={"Authorization": f"Bearer {raw}"})
    assert answer.headers["Content-Type"] == "application/zip"
    assert raw.encode() not in answer.content
    return ZipFile(io.BytesIO(answer.content))


def lines(archive: ZipFile, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in archive.read(name).splitlines()]


def test_it_is_all_there(document: Document, alice: User, bob: User) -> None:
    typed(document, alice, "Grüße 🙂")
    archive = taken(alice)
    account = json.loads(archive.read("account.json"))
    assert account["profile"]["email"] == alice.email
    assert [token["name"] for token in account["tokens"]] == ["a secret program"]
    assert json.loads(archive.read("shelf.json"))["owned"][0]["title"] == "A document"
    names = [name for name in archive.namelist() if name.startswith("documents/")]
    assert sorted(name.rpartition(".")[2] for name in names) == ["html", "json"]
    delta = next(name for name in names if name.endswith(".json"))
    assert json.loads(archive.read(delta)) == [{"insert": "Grüße 🙂\n"}]
    assert [row["act"] for row in lines(archive, "audit.jsonl")] == ["people.export"]
    assert AuditEntry.objects.get(act="people.export").user_id == alice.pk


def test_what_one_wrote_in_anothers_document_is_there(document: Document, alice: User, bob: User) -> None:
    typed(document, bob, "By Bob. ")
    typed(document, alice, "By Alice. ", client_id="alices-editor")
    archive = taken(bob)
    assert [row["delta"] for row in lines(archive, "written.jsonl")] == ['[{"insert":"By Bob. "}]']
    assert json.loads(archive.read("shelf.json"))["shared_with_me"][0]["role"] == "editor"
    assert not [name for name in archive.namelist() if name.startswith("documents/")]


def test_a_document_that_a_link_lets_into_is_named(document: Document, alice: User, mallory: User) -> None:
    link = links.make(document.pk, principal(alice), role="viewer")
    links.enter(link, principal(mallory))
    shared = json.loads(taken(mallory).read("shelf.json"))["shared_with_me"]
    assert shared == [{"document_id": str(document.pk), "title": "A document", "role": "viewer"}]


def test_a_damaged_document_does_not_keep_the_rest(document: Document, alice: User) -> None:
    typed(document, alice, "Hello.", "And on. ")
    document.revisions.filter(version=1).delete()
    assert "account.json" in taken(alice).namelist()


def test_the_page_tells_what_is_taken(document: Document, alice: User, settings: LazySettings) -> None:
    typed(document, alice, "x" * 5000)
    browser = log_in(alice)
    assert "take 4.9\xa0KB." in browser.get("/accounts/data/").content.decode()
    settings.QUOTA_BYTES = 10_240
    assert "take 4.9\xa0KB of 10.0\xa0KB." in browser.get("/accounts/data/").content.decode()


def test_one_sees_oneself(document: Document, alice: User, as_alice: Asker) -> None:
    typed(document, alice, "Hello.")
    document.refresh_from_db()
    me = as_alice("GET", "me").body
    assert (me["email"], me["used_bytes"], me["quota_bytes"]) == (alice.email, document.size, None)


def test_nobody_has_no_data(as_nobody: Asker) -> None:
    assert as_nobody("GET", "me").refused == (401, "unauthenticated")
    assert as_nobody("GET", "me/data").refused == (401, "unauthenticated")
    assert Client().get("/accounts/data/").headers["Location"].startswith("/accounts/login/")
