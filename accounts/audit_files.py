"""The audit log as a file, written while it is read: it may be longer than what memory holds."""

import csv
import io
import json
from collections.abc import AsyncIterator, Callable, Sequence
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db.models import QuerySet

from accounts.models import AuditEntry

FORMATS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}
COLUMNS = ("id", "at", "act", "by", "by_name", "way", "token_id", "address", "document_id", "user_id", "about")
PORTION = 1000
# With these a spreadsheet takes what follows for a formula, and does what someone's name says.
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")

Value = str | int | None


async def lines(entries: QuerySet[AuditEntry], form: str) -> AsyncIterator[bytes]:
    """The entries, newest first, as CSV (with a line of names) or as lines of JSON: a few at a time."""
    write: Callable[[list[AuditEntry]], str] = {"csv": _csv, "jsonl": _jsonl}[form]
    if form == "csv":
        yield _rows([list(COLUMNS)]).encode()
    async for portion in _portions(entries.order_by("-pk")):
        yield write(portion).encode()


async def _portions(entries: QuerySet[AuditEntry]) -> AsyncIterator[list[AuditEntry]]:
    portion = await sync_to_async(_read)(entries)
    while portion:
        yield portion
        portion = await sync_to_async(_read)(entries.filter(pk__lt=portion[-1].pk))


def _read(entries: QuerySet[AuditEntry]) -> list[AuditEntry]:
    return list(entries[:PORTION])


def _jsonl(entries: list[AuditEntry]) -> str:
    return "".join(json.dumps(_values(entry) | {"about": entry.about}, ensure_ascii=False) + "\n" for entry in entries)


def _csv(entries: list[AuditEntry]) -> str:
    return _rows([[_harmless(value) for value in _values(entry).values()] for entry in entries])


def _rows(rows: Sequence[Sequence[Value]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()


def _values(entry: AuditEntry) -> dict[str, Value]:
    return {
        "id": entry.pk,
        "at": entry.at.isoformat(),
        "act": entry.act,
        "by": _text(entry.by_id),
        "by_name": entry.by_name,
        "way": entry.way,
        "token_id": entry.token_id,
        "address": entry.address,
        "document_id": _text(entry.document_id),
        "user_id": _text(entry.user_id),
        "about": json.dumps(entry.about, ensure_ascii=False),
    }


def _text(row_id: UUID | None) -> str | None:
    return None if row_id is None else str(row_id)


def _harmless(value: Value) -> Value:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULAS) else value
