"""What every instance tells of its protocol, to anyone and without log-in."""

import json
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from collab.specification.described import Field, Schema, fields, is_message, referred, type_of
from collab.specification.examples import Example, examples
from collab.specification.files import files, media_type
from collab.specification.prose import PAGES, prose
from protocol.limits import LIMITS, Limits

FRESH = 3600
"""For how many seconds a copy of a file is used without asking."""


@require_safe
def file(request: HttpRequest, name: str) -> HttpResponseBase:
    """One of the files that tools read; pages of any site may."""
    if name not in files():
        raise Http404
    text = _file(name)
    whole = HttpResponse(text, content_type=media_type(name))
    whole.headers["Cache-Control"] = f"public, max-age={FRESH}"
    whole.headers["ETag"] = etag = f'"{sha256(text).hexdigest()[:32]}"'
    answer = get_conditional_response(request, etag=etag, response=whole) or whole
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The protocol for a reader: how it goes, messages with their examples, errors, limits."""
    return render(
        request,
        "protocol/page.html",
        _told() | {"pages": _titles(), "overview": reverse("protocol_page", args=["overview"])},
    )


@require_safe
def text(request: HttpRequest, name: str) -> HttpResponse:
    """One of the pages that say the rules."""
    if name not in PAGES:
        raise Http404
    told = prose(name)
    parts = [
        render_to_string(f"protocol/{part}.html") if at % 2 else mark_safe(part)  # noqa: S308 - made of our own pages
        for at, part in enumerate(told.parts)
    ]
    return render(request, "protocol/text.html", {"name": name, "told": told, "parts": parts, "pages": _titles()})


def _titles() -> list[tuple[str, str]]:
    return [(name, prose(name).title) for name in PAGES]


@lru_cache
def _file(name: str) -> bytes:
    return files()[name].read_bytes()


class Message(NamedTuple):
    """A message, or a part of some, as the page shows it."""

    anchor: str
    title: str
    summary: SafeString
    fields: list[Field]
    right: list[Example]
    wrong: list[Example]


@lru_cache(1)
def _told() -> dict[str, Any]:
    defs = json.loads(_file("schema.json"))["$defs"]
    return {
        "from_client": list(_messages(defs, "ClientMessage")),
        "from_server": list(_messages(defs, "ServerMessage")),
        "from_list": [message for message in _messages(defs, "ListServerMessage") if message.right],
        "parts": list(_parts(defs)),
        "errors": json.loads(_file("errors.json"))["errors"],
        "limits": [
            (name, _shown(getattr(LIMITS, name)), _marked(limit.description or ""))
            for name, limit in Limits.model_fields.items()
        ],
    }


def _messages(defs: Schema, direction: str) -> Iterator[Message]:
    for name in (referred(choice) for choice in defs[direction]["oneOf"]):
        kind = type_of(defs[name])
        shown = [example for example in examples() if (example.direction, example.type) == (direction, kind)]
        yield _message(defs, name, kind, shown)


def _parts(defs: Schema) -> Iterator[Message]:
    for name, shape in defs.items():
        if "properties" in shape and "description" in shape and not is_message(shape) and name != "Limits":
            yield _message(defs, name, name, [])


def _message(defs: Schema, name: str, title: str, shown: list[Example]) -> Message:
    told = [
        field._replace(kind=_linked(field.kind, defs), meaning=_marked(field.meaning)) for field in fields(defs[name])
    ]
    right = [example for example in shown if example.code is None]
    wrong = [example for example in shown if example.code is not None]
    return Message(name, title, _marked(defs[name]["description"]), told, right, wrong)


def _shown(limit: object) -> str:
    if isinstance(limit, tuple):
        return format_html_join(" ", "<code>{}</code>", ((name,) for name in limit))
    return f"{limit:,}"


def _marked(text: str) -> SafeString:
    """A text of the specification, what stands between backticks as code."""
    pieces = text.split("`")
    codes = (format_html("<code>{}</code>" if at % 2 else "{}", piece) for at, piece in enumerate(pieces))
    return mark_safe("".join(codes))  # noqa: S308 - each piece is escaped


def _linked(kind: str, defs: Schema) -> SafeString:
    """The kind of a field, with the parts that it names as links to them."""
    words = (
        format_html('<a href="#{}">{}</a>', word, word) if word in defs else _marked(word) for word in kind.split(" ")
    )
    return mark_safe(" ".join(words))  # noqa: S308 - each word is escaped
