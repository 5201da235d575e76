"""How lines are logged: with the names of document, person and connection, and without anything that people wrote."""

import json
import logging
import traceback
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

_names: ContextVar[Mapping[str, object]] = ContextVar("names")


def bind(names: Mapping[str, object]) -> None:
    """From here on every line of this task, and of those that it begins, bears these names, and no others.

    Names that are put into the mapping later are borne too. They are made text where a line bears them.
    """
    _names.set(names)


def kind(error: BaseException) -> str:
    """What kind of error it is, without its message; a database's own code is as harmless, and tells more."""
    for each in (error, error.__cause__):
        if code := getattr(each, "sqlstate", None) or getattr(each, "sqlite_errorname", None):
            return f"{type(error).__name__} ({code})"
    return type(error).__name__


class LineFormatter(logging.Formatter):
    """Lines for people."""

    def format(self, record: logging.LogRecord) -> str:
        names = " ".join(f"{name}={value}" for name, value in _names.get({}).items())
        where = f"{record.name} [{names}]" if names else record.name
        line = f"{self.formatTime(record)} {record.levelname} {where}: {_message(record)}"
        return "\n".join([line, *_places(record)])


class JsonFormatter(logging.Formatter):
    """Lines for machines: one JSON object each."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": _message(record),
            **{name: str(value) for name, value in _names.get({}).items()},
        }
        places = "\n".join(_places(record))
        return json.dumps(fields | ({"traceback": places} if places else {}), ensure_ascii=False)


def _message(record: logging.LogRecord) -> str:
    if not isinstance(record.msg, str):
        return str(_harmless(record.msg, record))
    if isinstance(record.args, tuple):
        message: str = record.msg % tuple(_harmless(argument, record) for argument in record.args)
        return message
    return record.getMessage()


def _harmless(argument: Any, record: logging.LogRecord) -> Any:
    """An error's message may hold what people wrote, and an address a token that was mailed: kind and route do."""
    if isinstance(argument, BaseException):
        return kind(argument)
    request = getattr(record, "request", None)
    if request is None or argument != request.path:
        return argument
    return f"/{request.resolver_match.route}" if request.resolver_match else "an unknown address"


def _places(record: logging.LogRecord) -> Iterator[str]:
    """Where it went wrong, and why there, without the messages of the errors."""
    error = record.exc_info[1] if record.exc_info else None
    while error:
        yield "Traceback (most recent call last):"
        yield "".join(traceback.format_tb(error.__traceback__)) + kind(error)
        error = error.__cause__ or error.__context__
