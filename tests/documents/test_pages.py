"""The pages of documents."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from documents import acts
from documents.exchange.files import FILE_FORMATS
from documents.models import Document

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def _unbuilt(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages' scripts need not be built to try the pages."""
    monkeypatch.setattr("django_vite.core.asset_loader.DjangoViteAssetLoader.generate_vite_asset", lambda *_, **__: "")


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def bootstrap(page: bytes) -> Any:
    found = re.search(r'<script id="bootstrap" type="application/json">(.*?)</script>', page.decode())
    assert found is not None
    return json.loads(found[1])


def without_token(page: bytes) -> bytes:
    """The page without the CSRF token, which is masked anew each time."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", page)


def test_the_list(alice: User) -> None:
    answer = logged_in(alice).get("/")
    assert answer.status_code == 200
    assert bootstrap(answer.content) == {"user": {"id": str(alice.pk), "name": "Alice", "color": alice.color}}
    assert "deltapad_csrf" in answer.cookies


@pytest.mark.parametrize("name", ["alice", "bob", "carol"])
def test_the_editor(document: Document, name: str, request: pytest.FixtureRequest) -> None:
    answer = logged_in(request.getfixturevalue(name)).get(f"/documents/{document.pk}/")
    assert answer.status_code == 200
    assert bootstrap(answer.content)["document_id"] == str(document.pk)


def test_the_editor_offers_the_document_in_every_format(document: Document, carol: User) -> None:
    page = logged_in(carol).get(f"/documents/{document.pk}/").content.decode()
    offered = re.findall(rf'href="/api/v1/documents/{document.pk}/export\?format=(\w+)" download', page)
    assert sorted(offered) == sorted(FILE_FORMATS)


@pytest.mark.parametrize("path", ["/", "/documents/00000000-0000-4000-8000-000000000000/"])
def test_they_ask_to_log_in(client: Client, db: None, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/accounts/login/?next={path}"


def test_the_history_is_for_those_who_may_see_it(
    document: Document, alice: User, bob: User, carol: User, mallory: User
) -> None:
    path = f"/documents/{document.pk}/history/"
    assert [logged_in(user).get(path).status_code for user in (alice, bob, carol, mallory)] == [200, 200, 404, 404]
    acts.show_history_to_viewers(document.pk, None, shown=True)
    assert logged_in(carol).get(path).status_code == 200


def test_not_yours_and_not_there_look_alike(document: Document, mallory: User) -> None:
    client = logged_in(mallory)
    not_yours = client.get(f"/documents/{document.pk}/")
    nowhere = uuid4()
    not_there = client.get(f"/documents/{nowhere}/")
    assert not_yours.status_code == not_there.status_code == 404
    same_id = not_there.content.replace(str(nowhere).encode(), str(document.pk).encode())
    assert without_token(not_yours.content) == without_token(same_id)


def test_the_trash_is_closed_for_editors(document: Document, alice: User, bob: User) -> None:
    acts.move(document.pk, None, "trashed")
    assert logged_in(bob).get(f"/documents/{document.pk}/").status_code == 404
    assert logged_in(alice).get(f"/documents/{document.pk}/").status_code == 200


def test_a_name_with_markup_stays_text(mallory: User) -> None:
    User.objects.filter(pk=mallory.pk).update(name="</script><script>alert(1)</script>")
    answer = logged_in(mallory).get("/")
    assert b"<script>alert" not in answer.content
    assert bootstrap(answer.content)["user"]["name"] == "</script><script>alert(1)</script>"


@pytest.mark.parametrize("path", ["/documents/x/", "/documents/1/", "/nothing/"])
def test_what_is_no_page(alice: User, path: str) -> None:
    assert logged_in(alice).get(path).status_code == 404


def test_browsers_find_the_icon_where_they_ask_for_it(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert answer.status_code == 302
    assert answer["Location"] == "/static/favicon.svg"
