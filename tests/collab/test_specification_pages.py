"""What an instance tells of its protocol: a page for people, files for tools, to anyone."""

import html
import json
import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from collab.config import ROOT
from collab.specification.files import files
from collab.specification.prose import DRAWN, PAGES
from collab.specification.requirements import requirements
from tests import specification

ELSEWHERE = {"origin": "https://elsewhere.example"}
FILES = {
    "schema.json": "application/schema+json",
    "asyncapi.json": "application/vnd.aai.asyncapi+json",
    "errors.json": "application/json",
    "requirements.json": "application/json",
    "messages.d.ts": "text/plain; charset=utf-8",
}


@pytest.mark.parametrize("name", FILES)
def test_tools_of_any_site_read_the_files_without_logging_in(client: Client, name: str) -> None:
    answer = client.get(f"/protocol/v1/{name}", headers=ELSEWHERE)
    assert answer.status_code == 200
    assert answer.content == (specification.FOLDER / name).read_bytes()
    assert answer.headers["Content-Type"] == FILES[name]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert not answer.cookies


def test_who_has_a_file_does_not_get_it_again(client: Client) -> None:
    etag = client.get("/protocol/v1/schema.json").headers["ETag"]
    again = client.get("/protocol/v1/schema.json", headers={"if-none-match": etag} | ELSEWHERE)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("name", ["vectors/compose.json", "vectors/tables.json", "transcripts/buffer.json"])
def test_vectors_and_transcripts_are_had_without_the_source(client: Client, name: str) -> None:
    answer = client.get(f"/protocol/v1/{name}", headers=ELSEWHERE)
    assert answer.content == files()[name].read_bytes()
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.django_db
def test_the_page_shows_every_message_error_and_limit(client: Client) -> None:
    page = client.get("/protocol/").content.decode()
    schema = json.loads((specification.FOLDER / "schema.json").read_text())["$defs"]
    apart = {name for name in schema if name.endswith("Message")} | {"Insert", "Retain", "Delete"}
    anchors = set(re.findall(r'id="([\w-]+)"', page))
    assert set(schema) - apart - {"Error", "Pong"} <= anchors
    errors = json.loads((specification.FOLDER / "errors.json").read_text())["errors"]
    assert {f"error-{error['code']}" for error in errors} <= anchors
    assert all(f"<code>{limit}</code>" in page for limit in schema["Limits"]["properties"])


@pytest.mark.django_db
def test_links_within_the_page_lead_to_one_place_each(client: Client) -> None:
    page = client.get("/protocol/").content.decode()
    anchors = re.findall(r'id="([\w-]+)"', page)
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r'href="#([\w-]+)"', page)) <= set(anchors)


@pytest.mark.django_db
def test_the_page_shows_every_example(client: Client) -> None:
    page = client.get("/protocol/").content.decode()
    for path in (ROOT / "protocol" / "examples" / "v1").rglob("*.json"):
        assert html.escape(json.loads(path.read_text())["about"]) in page, path


@pytest.mark.django_db
def test_every_rule_is_shown_in_its_place(client: Client) -> None:
    shown = {name: client.get(f"/protocol/{name}/").content.decode() for name in PAGES}
    assert [rule.id for rule in requirements() if f'id="{rule.id}"' not in shown[rule.page]] == []
    assert "<svg" in shown["connection"]
    assert "<svg" in shown["editing"]
    assert sum(page.count("states-boxes") for page in shown.values()) == len(DRAWN)


class Reader(HTMLParser):
    """The anchors of a page and where its links lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.anchors.add(told.get("id") or "")
        if tag == "a":
            self.links.add(told.get("href") or "")


@pytest.mark.django_db
def test_links_between_the_pages_lead_to_what_is_there(client: Client) -> None:
    pages = {path: Reader(client.get(path).content.decode()) for path in ["/protocol/", *map(address, PAGES)]}
    astray = []
    for path, page in pages.items():
        for link in page.links:
            place, _, anchor = link.partition("#")
            if place.startswith("/protocol/v1/"):
                found = client.get(place).status_code == 200
            else:
                found = not anchor or anchor in pages[place or path].anchors
            astray += [] if found else [(path, link)]
    assert astray == []


def address(name: str) -> str:
    return f"/protocol/{name}/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/protocol/other/",
        "/protocol/reference/",
        "/protocol/v1/",
        "/protocol/v1/vectors/README.md",
        "/protocol/v1/other.json",
        "/protocol/v2/schema.json",
        "/protocol/v1/..%2fdelta.json",
    ],
)
def test_nothing_else_is_there(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/protocol/", "/protocol/editing/", "/protocol/v1/schema.json"])
def test_they_are_only_read(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
