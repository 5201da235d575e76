"""Documents that anyone may read: the page, the frame, and taking both back."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from accounts.principals import Principal
from documents import acts
from documents.models import Document
from documents.publishing.models import Publication
from tests.documents.conftest import Asker

EMBEDDERS = ["https://blog.example.org", "http://localhost:8080"]
TYPED = [{"insert": "Hello <b>"}, {"insert": "\n", "attributes": {"header": 1}}]


@pytest.fixture(autouse=True)
def _unbuilt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django_vite.core.asset_loader.DjangoViteAssetLoader.generate_vite_asset_url", lambda *_: "/x")


def address(document: Document) -> str:
    return f"documents/{document.pk}/publication"


def writes(asker: Asker, document: Document, seq: int, delta: Any) -> None:
    version = asker("GET", f"documents/{document.pk}").body["version"]
    change = {"client_id": "the-publisher", "seq": seq, "base_version": version, "delta": delta}
    assert asker("POST", f"documents/{document.pk}/revisions", change).status in (200, 201)


def test_a_published_document_is_read_by_anyone_as_it_is_now(
    document: Document, as_alice: Asker, client: Client
) -> None:
    writes(as_alice, document, 1, TYPED)
    made = as_alice("PUT", address(document), {})
    assert made.status == 200
    assert len(made.body["slug"]) == 24
    assert as_alice("GET", address(document)).body == made.body
    assert AuditEntry.objects.get(act="documents.publish").document_id == document.pk
    page = client.get(f"/p/{made.body['slug']}/")
    assert page.status_code == 200
    assert "<h1>Hello &lt;b&gt;</h1>" in page.content.decode()
    assert page.cookies == {}
    writes(as_alice, document, 2, [{"insert": "Again "}])
    assert "Again Hello" in client.get(f"/p/{made.body['slug']}/").content.decode()


def test_a_copy_is_asked_for_each_time_and_sent_only_where_it_is_old(
    document: Document, as_alice: Asker, client: Client
) -> None:
    as_alice("PUT", address(document), {"slug": "plans"})
    page = client.get("/p/plans/")
    assert page.headers["Cache-Control"] == "no-cache"
    again = {"If-None-Match": page.headers["ETag"]}
    assert client.get("/p/plans/", headers=again).status_code == 304
    writes(as_alice, document, 1, TYPED)
    assert client.get("/p/plans/", headers=again).status_code == 200


def test_nothing_in_the_page_runs_and_no_frame_shows_it(document: Document, as_alice: Asker, client: Client) -> None:
    as_alice("PUT", address(document), {"slug": "plans", "embedders": EMBEDDERS})
    page = client.get("/p/plans/")
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'; ")
    assert page.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "<script" not in page.content.decode()


def test_the_sites_that_are_named_may_show_it_in_a_frame(document: Document, as_alice: Asker, client: Client) -> None:
    made = as_alice("PUT", address(document), {"slug": "plans", "embedders": EMBEDDERS})
    assert made.body["embed_url"] == "http://testserver/embed/plans/"
    frame = client.get("/embed/plans/")
    policy = frame.headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors http://localhost:8080 https://blog.example.org")
    assert "X-Frame-Options" not in frame.headers
    assert frame.headers["X-Robots-Tag"] == "noindex"
    as_alice("PUT", address(document), {"embedders": []})
    assert client.get("/embed/plans/").headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")


def test_search_engines_are_asked_to_stay_away_unless_they_are_let_in(
    document: Document, as_alice: Asker, client: Client
) -> None:
    as_alice("PUT", address(document), {"slug": "plans"})
    assert client.get("/p/plans/").headers["X-Robots-Tag"] == "noindex"
    as_alice("PUT", address(document), {"indexed": True})
    assert "X-Robots-Tag" not in client.get("/p/plans/").headers


def test_what_is_taken_back_looks_as_if_it_had_never_been(document: Document, as_alice: Asker, client: Client) -> None:
    as_alice("PUT", address(document), {"slug": "plans"})
    tag = client.get("/p/plans/").headers["ETag"]
    assert as_alice("DELETE", address(document)).status == 204
    gone, never = (client.get(path, headers={"If-None-Match": tag}) for path in ("/p/plans/", "/p/never/"))
    assert (gone.status_code, never.status_code) == (404, 404)
    assert gone.content == never.content
    assert client.get("/embed/plans/").status_code == 404
    assert as_alice("GET", address(document)).body is None
    assert as_alice("DELETE", address(document)).status == 204
    assert AuditEntry.objects.filter(act="documents.unpublish").count() == 1


def test_a_document_in_the_trash_is_not_published(
    document: Document, as_alice: Asker, alice: User, client: Client
) -> None:
    as_alice("PUT", address(document), {"slug": "plans"})
    acts.move(document.pk, Principal(str(alice.pk)), "trashed")
    assert client.get("/p/plans/").status_code == 404


# Rights


@pytest.mark.parametrize(("asker", "refused"), [("as_bob", 403), ("as_carol", 403), ("as_mallory", 404)])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_those_who_may_share_publish(
    document: Document, asker: str, refused: int, method: str, request: pytest.FixtureRequest
) -> None:
    answer = request.getfixturevalue(asker)(method, address(document), {} if method == "PUT" else None)
    assert answer.status == refused
    assert not Publication.objects.exists()


def test_publishing_gives_no_rights(document: Document, as_alice: Asker, as_mallory: Asker) -> None:
    as_alice("PUT", address(document), {"slug": "plans"})
    assert as_mallory("GET", f"documents/{document.pk}").status == 404


# Bad input


@pytest.mark.parametrize("slug", ["ab", "A-b-c", "-abc", "abc-", "a b c", "a/b/c", "é-é-é", "a" * 65, "abc\n"])
def test_an_address_has_small_letters_digits_and_hyphens(document: Document, as_alice: Asker, slug: str) -> None:
    assert as_alice("PUT", address(document), {"slug": slug}).refused == (422, "invalid_field")


def test_an_address_belongs_to_one_document(document: Document, as_alice: Asker, alice: User) -> None:
    other = acts.create(alice.pk, "Another")
    as_alice("PUT", address(other), {"slug": "plans"})
    assert as_alice("PUT", address(document), {"slug": "plans"}).refused == (422, "invalid_field")
    assert as_alice("PUT", address(other), {"slug": "plans"}).status == 200


@pytest.mark.parametrize(
    "origin",
    ["*", "https://a.org; script-src *", "https://a.org/path", "data:", "example.org", "https://a b", "'self'"],
)
def test_a_site_is_an_origin(document: Document, as_alice: Asker, origin: str) -> None:
    assert as_alice("PUT", address(document), {"embedders": [origin]}).refused == (422, "invalid_field")
    assert not Publication.objects.exists()
