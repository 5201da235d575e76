"""Documents as PDF, by WeasyPrint in a process of its own."""

import socket
from io import BytesIO
from typing import Any

import pypdf
import pytest

from documents.exchange import pdf_writer
from documents.exchange.pdf_writer import is_there, to_pdf
from protocol.errors import ProtocolError

OPS: list[dict[str, Any]] = [
    {"insert": "Résumé of "},
    {"insert": "Friday", "attributes": {"bold": True}},
    {"insert": "\n", "attributes": {"header": 1}},
    {"insert": "First point"},
    {"insert": "\n", "attributes": {"list": "bullet"}},
    {"insert": "שלום עולם\n"},
]


def read(pdf: bytes) -> pypdf.PdfReader:
    assert pdf.startswith(b"%PDF-")
    return pypdf.PdfReader(BytesIO(pdf))


def test_it_is_a_pdf_with_the_text_and_the_title() -> None:
    assert is_there()
    pdf = read(to_pdf(OPS, "Minutes <of> Friday"))
    text = pdf.pages[0].extract_text()
    assert "Résumé of Friday" in text
    assert "First point" in text
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Minutes <of> Friday"


def test_what_is_long_has_many_pages() -> None:
    pdf = read(to_pdf([{"insert": "One more line.\n" * 200}], "Long"))
    assert len(pdf.pages) > 2
    assert f"1 / {len(pdf.pages)}" in pdf.pages[0].extract_text()


def test_nothing_is_fetched() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        page = f'<img src="{address}"><link rel="stylesheet" href="{address}"><img src="file:///etc/hostname">Text'
        assert "Text" in read(pdf_writer._set(page)).pages[0].extract_text()
        with pytest.raises(BlockingIOError):
            server.accept()


def test_without_the_extra_it_is_not_to_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_writer, "find_spec", lambda _: None)
    with pytest.raises(ProtocolError, match="format_unavailable"):
        to_pdf(OPS, "Minutes")


def test_what_takes_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_writer, "SECONDS", 0.01)
    with pytest.raises(ProtocolError, match="file_too_costly"):
        to_pdf(OPS, "Minutes")
