"""The table of errors, as JSON."""

from typing import Any

from protocol.errors import ERRORS, ErrorRow
from protocol.messages import VERSION


def errors() -> dict[str, Any]:
    """Every code that may come over a socket or over REST."""
    return {"protocol": VERSION, "errors": [_row(row) for row in ERRORS.values()]}


def _row(row: ErrorRow) -> dict[str, Any]:
    close = {} if row.close is None else {"close": row.close}
    remedy = {"remedy": row.remedy} if row.remedy else {}
    return {"code": row.code, "message": row.message, "retry": row.retry, **close, "status": row.status, **remedy}
