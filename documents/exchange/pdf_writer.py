"""Documents as PDF: our own HTML, set by WeasyPrint (the extra `pdf`) in a process of its own.

A page that takes long to set holds up nobody else, and nothing that a document points to is fetched.
"""

import subprocess
import sys
from html import escape
from importlib.util import find_spec
from pathlib import Path
from threading import BoundedSemaphore

from documents.exchange.html_writer import to_html
from documents.exchange.lines import Address, Ops, nowhere
from protocol.errors import ProtocolError

ROOT = Path(__file__).parents[2]
SECONDS = 60
# As many at once: each may take a whole processor.
_places = BoundedSemaphore(2)
WAIT = 5
STYLE = """
@page { size: A4; margin: 22mm 20mm }
@page { @bottom-center { content: counter(page) " / " counter(pages); font: 8pt sans-serif } }
body { font: 11pt/1.5 "Inter", "Noto Sans", "DejaVu Sans", sans-serif; color: #111; overflow-wrap: break-word }
main { white-space: pre-wrap }
h1, h2, h3, h4, h5, h6 { line-height: 1.25; break-after: avoid }
p, li { margin: 0 0 .5em; orphans: 2; widows: 2 }
pre, code { font-family: "DejaVu Sans Mono", monospace; font-size: .9em }
pre { background: #f4f4f4; padding: .6em; border-radius: 3px }
blockquote { margin: 0 0 .5em; padding-left: .8em; border-left: 3px solid #ccc; color: #444 }
table { border-collapse: collapse; width: 100% } td { border: 1px solid #bbb; padding: .25em .5em; vertical-align: top }
tr { break-inside: avoid } img { max-width: 100% } a { color: #0b5cad }
"""
PAGE = '<!doctype html><html><head><meta charset="utf-8"><title>{title}</title><style>{style}</style></head><body>'


def is_there() -> bool:
    """Whether this installation has the extra `pdf`."""
    return find_spec("weasyprint") is not None


def to_pdf(ops: Ops, title: str, address: Address = nowhere) -> bytes:
    """The ops of a document as a PDF file.

    Raises format_unavailable without the extra, file_too_costly where setting it takes too much, and rate_limited where
    too many are being set.
    """
    if not is_there():
        raise ProtocolError("format_unavailable")
    page = PAGE.format(title=escape(title), style=STYLE) + f"<main>{to_html(ops, address)}</main></body></html>"
    if not _places.acquire(timeout=WAIT):
        raise ProtocolError("rate_limited", retry_after=WAIT)
    try:
        return _set(page)
    finally:
        _places.release()


def _set(page: str) -> bytes:
    command = [sys.executable, "-m", "documents.exchange.pdf_process"]
    try:
        ran = subprocess.run(
            command, input=page.encode(), capture_output=True, cwd=ROOT, env={}, timeout=SECONDS, check=True
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise ProtocolError("file_too_costly") from error
    return ran.stdout
