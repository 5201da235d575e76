"""Lines in the log: they name document, person and connection, and never hold a text or a token."""

import asyncio
import io
import json
import logging
import sys
import urllib.error
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import RequestFactory
from django.urls import resolve

from collab import logs
from collab.database import Database
from collab.process import Process
from collab.tasks import log_failure, spawn, unhandled
from tests.collab.conftest import Join
from tests.collab.talk import Table
from tests.live import LiveServer

TEXT = "the-merger-is-on-friday"


@pytest.fixture(params=[logs.LineFormatter, logs.JsonFormatter])
def lines(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """What this process logs, of every severity."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(request.param())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def logger(lines: io.StringIO) -> logging.Logger:
    return logging.getLogger("a.test")


# Without jobs: mail that goes nowhere is printed among the lines of the log.
ALL = {"LOG_FORMAT": "json", "LOG_LEVEL": "DEBUG", "RUN_JOBS": "false"}


@pytest.fixture(params=["daphne", "uvicorn"])
def server(request: pytest.FixtureRequest) -> Iterator[LiveServer]:
    """A server that logs all that it can."""
    with LiveServer(request.param, environment=ALL) as running:
        yield running


def read(server: LiveServer) -> list[dict[str, Any]]:
    """The lines of a server's log, after the one that tells where it serves."""
    return [json.loads(line) for line in server.log.splitlines() if not line.startswith("Deltapad serves at")]


async def until_left(server: LiveServer, count: int) -> list[dict[str, Any]]:
    """The log, once so many connections were logged as gone."""
    async with asyncio.timeout(30):
        while [line["message"] for line in read(server)].count("left") < count:
            await asyncio.sleep(0.05)
    return read(server)


async def test_it_works(server: LiveServer) -> None:
    table = Table(server, await asyncio.to_thread(server.document))
    alice = await table.joins("alice")
    await alice.types("Hello")
    await alice.send("dance")
    await alice.refused()
    await table.close()
    found = await until_left(server, 1)
    names = {
        "connection": alice.welcome["session_id"],
        "document": table.document,
        "user": server.people["alice"].id,
    }
    assert [line["message"] for line in found if line.items() >= names.items()] == [
        "joined as owner",
        "ended: bad_message",
        "left",
    ]
    assert {"time", "level", "logger", "process", "message"} <= found[0].keys()


async def test_neither_text_nor_token_is_ever_logged(server: LiveServer) -> None:
    document = await asyncio.to_thread(server.document, "alice", {"carol": "viewer"}, TEXT)
    table = Table(server, document)
    alice, carol = await table.joins("alice"), await table.joins("carol")
    await alice.types(TEXT)
    await carol.submit({"insert": TEXT})
    await carol.next("rejected")
    await alice.submit({"insert": TEXT, "attributes": {TEXT: TEXT}})
    await alice.next("rejected")
    await alice.send(TEXT, text=TEXT)
    await alice.refused()
    stranger = await table.sits("mallory")
    await stranger.refused_hello(token=TEXT)
    with pytest.raises(urllib.error.HTTPError) as refused:
        await asyncio.to_thread(server.rest, "alice", "POST", "/api/v1/documents", {"title": TEXT, TEXT: TEXT * 9000})
    refused.value.close()
    await table.close()
    await until_left(server, 2)
    said = server.log
    assert "ended: unauthenticated" in said
    for secret in (TEXT, *(person.token for person in server.people.values())):
        assert secret not in said


class Failing(Database):
    """Commits nothing, for reasons that quote what it was given."""

    async def write(self, call: Any, *args: Any, **kwargs: Any) -> Any:
        if call.__name__ == "commit":
            raise RuntimeError(f"cannot write {TEXT}")
        return await super().write(call, *args, **kwargs)


async def test_a_failure_is_told_without_what_failed(
    join: Join,
    processes: Callable[..., Process],
    lines: io.StringIO,
    secrets: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("collab.submissions.ATTEMPTS", 1)
    alice = await join("alice", process=processes(database=Failing()))
    await alice.submit({"insert": TEXT})
    await alice.next("slow_down")
    said = lines.getvalue()
    assert "unexpected RuntimeError" in said
    assert alice.welcome["document"]["id"] in said
    assert TEXT not in said
    assert secrets["alice"] not in said


async def test_each_task_has_names_of_its_own(logger: logging.Logger, lines: io.StringIO) -> None:
    async def work(name: str, fails: bool) -> None:
        names = {"connection": name}
        logs.bind(names)
        await asyncio.sleep(0)
        names["user"] = f"user of {name}"
        if fails:
            raise ValueError(TEXT)
        logger.info("at work")

    await asyncio.wait([spawn(work("first", False)), spawn(work("second", True))])
    await asyncio.sleep(0)
    logger.info("at rest")
    work_line, *failure, rest_line = (line for line in lines.getvalue().splitlines() if "selector" not in line)
    assert "at work" in work_line
    assert "user of first" in work_line
    assert "second" not in work_line
    assert "user of second" in "\n".join(failure)
    assert "at rest" in rest_line
    assert "user of" not in rest_line


def test_an_error_is_told_by_its_kind_and_place(logger: logging.Logger, lines: io.StringIO) -> None:
    try:
        try:
            raise KeyError(TEXT)
        except KeyError as error:
            raise ValueError(TEXT) from error
    except ValueError as error:
        logger.exception("it went wrong: %s", error)
        logger.error(error)
    said = lines.getvalue()
    assert "it went wrong: ValueError" in said
    assert "KeyError" in said
    assert "test_an_error_is_told_by_its_kind_and_place" in said
    assert TEXT not in said


@pytest.mark.django_db
def test_a_databases_error_is_told_by_its_code_too(logger: logging.Logger, lines: io.StringIO) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{TEXT}"')
    except DatabaseError as error:
        logger.exception("it went wrong: %s", error)
        log_failure(error)
    kind = "OperationalError (SQLITE_ERROR)" if connection.vendor == "sqlite" else "ProgrammingError (42P01)"
    said = lines.getvalue()
    assert f"it went wrong: {kind}" in said
    assert f"unexpected {kind}" in said
    assert TEXT not in said


def test_an_address_is_told_by_its_route(logger: logging.Logger, lines: io.StringIO) -> None:
    request = RequestFactory().get(f"/accounts/password/reset/key/3-{TEXT}/")
    request.resolver_match = resolve(request.path)
    logger.error("Internal Server Error: %s", request.path, extra={"request": request})
    request.resolver_match = None
    logger.error("Not Found: %s", request.path, extra={"request": request})
    said = lines.getvalue()
    assert "/accounts/password/reset/key/" in said
    assert "Not Found: an unknown address" in said
    assert TEXT not in said


async def test_what_goes_wrong_in_the_event_loop_is_told_likewise(lines: io.StringIO) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(unhandled)

    def fails(text: str) -> None:
        raise ValueError(text)

    loop.call_soon(fails, TEXT)
    await asyncio.sleep(0)
    loop.call_exception_handler({"message": "something was destroyed", "task": TEXT})
    said = lines.getvalue()
    assert "unexpected ValueError" in said
    assert "something was destroyed" in said
    assert TEXT not in said


def test_a_line_of_json_is_one_line(logger: logging.Logger) -> None:
    record = logger.makeRecord("a", logging.ERROR, "", 0, "two\nlines of %(what)s", ({"what": "text"},), None)
    assert json.loads(logs.JsonFormatter().format(record))["message"] == "two\nlines of text"
    try:
        raise ValueError
    except ValueError:
        record = logger.makeRecord("a", logging.ERROR, "", 0, "failed", (), sys.exc_info())
    formatted = logs.JsonFormatter().format(record)
    assert "\n" not in formatted
    assert json.loads(formatted)["traceback"].endswith("ValueError")
