"""The document of the played server: its revisions, and what it answers to a client that does nothing wrong."""

from typing import Any

from .. import delta
from ..data import Frame, Ops

AT = "2026-01-01T12:00:00Z"
LIMITS = {
    "frame_in": 4_194_304,
    "hello_frame": 4096,
    "hello_timeout": 10,
    "document": 16_777_216,
    "revisions_frame": 524_288,
    "probe_after": 1_048_576,
    "seen_timeout": 30,
    "heartbeat_timeout": 60,
    "presence_interval": 0.05,
    "frames_per_second": 100,
    "bytes_per_second": 1_048_576,
    "formats": ["bold", "italic", "color"],
    "embeds": ["image"],
}
ME = {"id": "u-alice", "name": "Alice", "color": "#7e22ce"}
BOB = {"session_id": "s-bob", "client_id": "bob-client", "role": "editor"}
BOB_USER = {"id": "u-bob", "name": "Bob", "color": "#0e7490"}


class Document:
    """One history: revision N makes version N out of version N - 1, and version 0 is the empty document."""

    def __init__(self) -> None:
        self.contents: Ops = [{"insert": "\n"}]
        self.revisions: list[Frame] = []
        self._bobs = 0

    @property
    def version(self) -> int:
        return len(self.revisions)

    @property
    def text(self) -> str:
        return "".join(op["insert"] for op in self.contents if isinstance(op["insert"], str))

    def place(self, client_id: str, seq: int) -> int | None:
        """The version that a submission made, if it is in."""
        named = [each["version"] for each in self.revisions if (each["client_id"], each["seq"]) == (client_id, seq)]
        return named[0] if named else None

    def commit(self, client_id: str, seq: int, base: int, change: Ops) -> Frame:
        """Takes a change made on version `base`; the revision that it is."""
        change = delta.canonical(change)
        for revision in self.revisions[base:]:
            change = delta.transform(revision["delta"], change, priority=False)
        self.contents = delta.apply(self.contents, change)
        user = BOB_USER["id"] if client_id == BOB["client_id"] else ME["id"]
        revision = {
            "version": self.version + 1,
            "client_id": client_id,
            "seq": seq,
            "user_id": user,
            "at": AT,
            "delta": change,
        }
        self.revisions.append(revision)
        return revision

    def bob(self, *ops: Frame) -> Frame:
        """Bob's change on the newest version; its revision."""
        self._bobs += 1
        return self.commit(BOB["client_id"], self._bobs, self.version, list(ops))

    def take(self, client_id: str, submission: Frame) -> Frame:
        """What a server answers to a submission: its revision, or where it stands already."""
        at = self.place(client_id, submission["seq"])
        if at is not None:
            return {"type": "ack", "seq": submission["seq"], "version": at}
        return revisions(self.commit(client_id, submission["seq"], submission["base_version"], submission["delta"]))

    def welcome(self, hello: Frame, **changes: Any) -> Frame:
        """The welcome that answers a hello: with revisions where it names a version, else with contents."""
        frame = welcome(self.version, self.acked_seq(hello["client_id"]), self.last())
        if "version" in hello:
            frame["revisions"] = self.revisions[hello["version"] :]
        else:
            frame["contents"] = self.contents
        return frame | changes

    def acked_seq(self, client_id: str) -> int:
        return max((each["seq"] for each in self.revisions if each["client_id"] == client_id), default=0)

    def last(self) -> Frame | None:
        if not self.revisions:
            return None
        return {key: self.revisions[-1][key] for key in ("client_id", "seq")}


def revisions(*each: Frame) -> Frame:
    """The frame that holds these."""
    return {"type": "revisions", "revisions": list(each)}


def welcome(version: int, acked_seq: int = 0, last: Frame | None = None) -> Frame:
    """A welcome that lacks its contents or revisions yet."""
    document: Frame = {"id": "9f3b2c1e-0000-4000-8000-000000000001", "title": "Notes", "version": version}
    document |= {"state": "open"} | ({"last": last} if last else {})
    return {
        "type": "welcome",
        "protocol": 1,
        "session_id": "s-alice",
        "user": ME,
        "role": "owner",
        "capabilities": ["edit", "history", "presence", "read"],
        "document": document,
        "acked_seq": acked_seq,
        "participants": [BOB | {"user": BOB_USER}],
        "limits": LIMITS,
    }


def rejected(seq: int, code: str) -> Frame:
    """The final no to a submission."""
    return {"type": "rejected", "seq": seq, "code": code, "message": "Said by the conformance kit."}
