"""Frames on their way out: encoded once, however many they go to."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from protocol.content import Content
from protocol.delta import Delta
from protocol.messages import Part, Revisions, encode

Event = dict[str, str]


class Frame(NamedTuple):
    """The text of a frame and its size in bytes."""

    text: str
    size: int

    @classmethod
    def of(cls, message: Part) -> "Frame":
        return cls.from_text(encode(message))

    @classmethod
    def from_text(cls, text: str) -> "Frame":
        return cls(text, len(text) if text.isascii() else len(text.encode()))


def event(frame: Frame) -> Event:
    """What ASGI servers take for a frame; they leave it as it is, so that one does for many."""
    return {"type": "websocket.send", "text": frame.text}


class Change(Protocol):
    """A committed change, as a message or as the commit has it."""

    @property
    def version(self) -> int: ...
    @property
    def client_id(self) -> str: ...
    @property
    def seq(self) -> int: ...
    @property
    def user_id(self) -> str | None: ...
    @property
    def at(self) -> datetime: ...
    @property
    def delta(self) -> Delta: ...


def encode_revision(revision: Change) -> str:
    """As `encode` does, with the delta's own text: what goes to many and is kept in every log is made once."""
    user_id = "null" if revision.user_id is None else json.dumps(revision.user_id)
    at = revision.at.isoformat().replace("+00:00", "Z")
    return (
        f'{{"version":{revision.version},"client_id":{json.dumps(revision.client_id)},"seq":{revision.seq},'
        f'"user_id":{user_id},"at":"{at}","delta":{revision.delta.json}}}'
    )


def encode_contents(content: Content) -> str:
    """The JSON of a document's contents."""
    return json.dumps(content.to_json(), ensure_ascii=False, separators=(",", ":"))


class Entry(NamedTuple):
    """A committed change as it is kept in memory, and its JSON, which every frame that holds it repeats."""

    version: int
    client_id: str
    seq: int
    delta: Delta
    json: Frame

    @classmethod
    def of(cls, revision: Change) -> "Entry":
        json = Frame.from_text(encode_revision(revision))
        # Without the delta's own text, for that is in this one.
        delta = Delta.of(revision.delta.ops)
        return cls(revision.version, revision.client_id, revision.seq, delta, json)


class Page(NamedTuple):
    """A `revisions` frame, and the last version in it."""

    frame: Frame
    version: int


# What a client gets that asks for more at the head.
NO_MORE = Frame.of(Revisions(revisions=()))


def page_of(entries: Sequence[Entry]) -> Page:
    """The `revisions` frame of entries, of which there is one at least."""
    start, end = '{"type":"revisions","revisions":[', "]}"
    size = len(start) + len(end) + sum(entry.json.size for entry in entries) + len(entries) - 1
    text = start + ",".join(entry.json.text for entry in entries) + end
    return Page(Frame(text, size), entries[-1].version)


def within(entries: Iterable[Entry], limit: int) -> list[Entry]:
    """The first of the entries, up to `limit` bytes together; at least one."""
    taken: list[Entry] = []
    total = 0
    for entry in entries:
        total += entry.json.size + 1
        if taken and total > limit:
            break
        taken.append(entry)
    return taken
