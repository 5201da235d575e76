"""What an instance tells of its protocol: a page for people, files for tools, to anyone."""

import json
import re

import pytest
from django.test import Client

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
@pytest.mark.parametrize(
    "path", ["/protocol/v1/other.json", "/protocol/v2/schema.json", "/protocol/v1/..%2fdelta.json"]
)
def test_nothing_else_is_there(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/protocol/", "/protocol/v1/schema.json"])
def test_they_are_only_read(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
