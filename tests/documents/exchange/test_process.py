"""Strangers' files are read in a process of their own, which cannot do much."""

import subprocess
import sys
from io import BytesIO

import docx
import pytest

from documents.exchange import process
from documents.exchange.files import FILE_FORMATS
from documents.exchange.process import read_file
from documents.exchange.reading import READERS
from protocol.content import Content
from protocol.errors import ProtocolError

SEALED = "from documents.exchange.sealed import seal; import socket; seal(); "


def sealed(code: str) -> str:
    """The last line of what a sealed process says to `code`."""
    ran = subprocess.run([sys.executable, "-c", SEALED + code], cwd=process.ROOT, capture_output=True, check=False)
    return ran.stderr.decode().strip().splitlines()[-1]


def refusal(name: str, data: bytes) -> str:
    with pytest.raises(ProtocolError) as refused:
        read_file(name, data)
    return refused.value.code


@pytest.mark.parametrize("name", READERS)
def test_it_reads(name: str) -> None:
    plans = Content.from_json([{"insert": "Pläne\n"}])
    assert read_file(name, FILE_FORMATS[name].write(plans, "Plans")).contents == plans


def test_it_reads_what_another_program_wrote() -> None:
    document, packed = docx.Document(), BytesIO()
    document.add_heading("Pläne", 1)
    document.save(packed)
    assert read_file("docx", packed.getvalue()).contents.text() == "Pläne\n"


@pytest.mark.parametrize(
    "code",
    ["open('/etc/passwd')", "open('x', 'w')", "socket.socket()", "import subprocess; subprocess.run(['true'])"],
)
def test_the_process_opens_no_file_and_no_connection(code: str) -> None:
    assert "Too many open files" in sealed(code)


def test_the_process_gets_only_so_much_memory() -> None:
    assert sealed("bytearray(2 * 1024 ** 3)") == "MemoryError"


def test_a_refusal_comes_with_its_code() -> None:
    assert refusal("docx", b"no zip") == "unreadable_file"
    assert refusal("delta", b'[{"insert": "x", "attributes": {"onclick": "x"}}]') == "format_not_allowed"


def test_a_file_above_the_limit_is_not_read() -> None:
    assert refusal("text", bytes(process.LARGEST + 1)) == "too_large"


def test_a_document_above_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "LARGEST", 2**25)
    assert refusal("text", b"x" * (2**24 + 1)) == "document_too_large"


def test_elements_without_end_cost_a_bounded_amount(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "SECONDS", 2)
    assert refusal("html", b"<b><a><p>" * 500_000) == "file_too_costly"


def test_what_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "SECONDS", 0.01)
    assert refusal("text", b"x") == "file_too_costly"


def test_only_so_many_are_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "WAIT", 0.01)
    with process._places, process._places:
        assert refusal("text", b"x") == "rate_limited"
    assert read_file("text", b"x").contents.text() == "x\n"


def test_a_file_that_breaks_its_reader_is_refused_and_told_of(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def ran(name: str, data: bytes) -> bytes:
        return b'{"code": "unreadable_file", "failed": "ValueError at docx_reader.py:7"}\n'

    monkeypatch.setattr(process, "_ran", ran)
    assert refusal("docx", b"x") == "unreadable_file"
    assert "ValueError at docx_reader.py:7" in caplog.text
