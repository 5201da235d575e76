"""The error table: one row per code, and close codes that say whether to come back."""

import json
import re
from pathlib import Path

import pytest

import protocol
from protocol.errors import ERRORS, ProtocolError

ROOT = Path(protocol.__file__).parent.parent
SPECIFIED = {
    "bad_message": 4400,
    "unauthenticated": 4401,
    "forbidden": 4403,
    "not_found": 4404,
    "unsupported_protocol": 4406,
    "replaced": 4409,
    "disconnected": 4410,
    "origin_not_allowed": 4411,
    "bad_ticket": 4412,
    "too_large": 4413,
    "internal": 4500,
    "draining": 4503,
    "too_slow": 4504,
    "hello_timeout": 4508,
    "rate_limited": 4529,
}


def test_an_error_tells_its_row() -> None:
    error = ProtocolError("rate_limited", retry_after=2)
    assert error.message == ERRORS["rate_limited"].message
    assert (error.row.retry, error.row.close, error.retry_after) == ("reconnect", 4529, 2)


def test_an_error_may_say_it_in_its_own_words() -> None:
    assert ProtocolError("bad_message", "submit.seq: missing").message == "submit.seq: missing"


def test_the_specified_codes_close_as_specified() -> None:
    assert {row.code: row.close for row in ERRORS.values() if row.close} == SPECIFIED


@pytest.mark.parametrize("row", ERRORS.values(), ids=lambda row: row.code)
def test_a_row_is_whole(row) -> None:  # type: ignore[no-untyped-def]
    assert ERRORS[row.code] is row
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", row.code)
    assert re.fullmatch(r"[A-Z].*\.", row.message)
    assert 400 <= row.status < 600
    assert row.retry != "reconnect" or row.close in range(4500, 4600)
    assert row.close is None or row.close in range(4400, 4600)


def test_no_two_errors_close_alike() -> None:
    codes = [row.close for row in ERRORS.values() if row.close]
    assert len(codes) == len(set(codes))


def test_a_code_outside_of_the_table_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        ProtocolError("no_such_code")


def test_the_transcripts_reject_with_codes_of_the_table() -> None:
    for path in (ROOT / "protocol" / "transcripts" / "v1").glob("*.json"):
        for step in json.loads(path.read_text())["steps"]:
            frame = step.get("server", {})
            assert frame.get("type") != "rejected" or frame["code"] in ERRORS
