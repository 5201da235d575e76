"""The session transcripts, run against the replica. Their README says what the steps mean."""

import json
from pathlib import Path
from typing import Any

import pytest

import protocol
from protocol.content import Content
from protocol.contents_digest import contents_digest
from protocol.delta import Delta
from protocol.messages import (
    Ack,
    Check,
    Checked,
    Joined,
    Left,
    Part,
    Presence,
    PresenceUpdate,
    Rejected,
    Revisions,
    Selection,
    ServerMessage,
    SlowDown,
    Welcome,
    encode,
)
from protocol.parsing import parse_server
from protocol.presence import Selections, move
from protocol.replica import Replica, ReplicaState, Update

FOLDER = Path(protocol.__file__).parent / "transcripts" / "v1"
FILES = sorted(FOLDER.glob("*.json"))


class Client:
    """A client reduced to what the transcripts ask for: a replica, a screen, and a list of what it said."""

    def __init__(self, client_id: str) -> None:
        self.replica = Replica(ReplicaState(client_id=client_id))
        self.selections = Selections(0)
        self.screen = Content.EMPTY
        self.selection: Selection | None = None
        self.said: list[Part] = []
        self.backing_off = False

    def connect(self, _: bool) -> None:
        self.said.append(self.replica.hello())

    def disconnect(self, _: bool) -> None:
        self.replica.disconnected()

    def restart(self, _: bool) -> None:
        self.replica = Replica(ReplicaState.model_validate_json(self.replica.state().model_dump_json()))
        self.screen = self.replica.screen

    def edit(self, delta: list[dict[str, Any]]) -> None:
        self.screen = self.screen.apply(Delta(delta))
        self.replica.local(Delta(delta))

    def check(self, _: bool) -> None:
        question = self.replica.question()
        if question is not None:
            self.said.append(Check(version=question.version, digest=contents_digest(question.contents)))

    def select(self, selection: dict[str, int]) -> None:
        self.selection = Selection(**selection)

    def wait(self, _: float) -> None:
        self.backing_off = False

    def server(self, frame: dict[str, Any]) -> None:
        message = parse_server(json.dumps(frame))
        if message is not None:
            self.show(self.receive(message))

    def receive(self, message: ServerMessage) -> Update:
        match message:
            case Welcome():
                update = self.replica.welcome(message)
                self.selections = Selections(self.replica.version, message.participants)
                return update
            case Revisions():
                update = self.replica.receive(message.revisions)
                self.selections.advance(message.revisions)
                return update
            case Ack():
                return self.replica.acknowledge(message)
            case Rejected():
                return self.replica.rejected(message)
            case Checked():
                return self.replica.checked(message)
            case SlowDown():
                self.backing_off = True
                self.replica.slow_down(message)
            case Presence():
                self.selections.heard(message)
            case Joined():
                self.selections.joined(message.participant)
            case Left():
                self.selections.left(message.session_id)
        return Update()

    def show(self, update: Update) -> None:
        if update.contents is not None:
            self.screen = update.contents
        for change in update.changes:
            self.screen = self.screen.apply(change)
            if self.selection is not None:
                self.selection = move(self.selection, change)
        if update.fetch is not None:
            self.said.append(update.fetch)

    def speak(self) -> None:
        """Send what may be sent now."""
        submit = None if self.backing_off else self.replica.sendable()
        if submit is not None:
            self.said.append(submit)
        presence = self.replica.presence(self.selection)
        if self.selection is not None and presence is not None:
            self.said.append(presence)
            self.selection = None

    def client(self, allowed: list[dict[str, Any]]) -> None:
        if allowed[0]["type"] != "presence":
            self.said = [message for message in self.said if not isinstance(message, PresenceUpdate)]
        (frame,) = (json.loads(encode(message)) for message in self.said)
        self.said = []
        assert frame in allowed

    def expect(self, expected: dict[str, Any]) -> None:
        observed = self.observe()
        assert {key: observed[key] for key in expected} == expected

    def observe(self) -> dict[str, Any]:
        assert self.replica.screen == self.screen
        pending, buffer = self.replica.pending, self.replica.buffer
        return {
            "screen": self.screen.to_json(),
            "version": self.replica.version,
            "pending": None if pending is None else json.loads(pending.model_dump_json()),
            "buffer": None if buffer is None else buffer.to_json(),
            "kept": [{"code": one.code, "delta": one.delta.to_json()} for one in self.replica.kept],
            "presence": {
                session_id: one.selection and one.selection.model_dump()
                for session_id, one in self.selections.on_screen(self.replica.unsent).items()
            },
        }


def run(transcript: dict[str, Any]) -> None:
    client = Client(transcript["client_id"])
    for number, step in enumerate(transcript["steps"]):
        ((verb, argument),) = step.items()
        try:
            if verb != "client":
                assert not [message for message in client.said if not isinstance(message, PresenceUpdate)]
            getattr(client, verb)(argument)
            client.speak()
        except Exception as error:
            error.add_note(f"step {number}: {step}")
            raise
    assert not client.said


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_transcript(path: Path) -> None:
    run(json.loads(path.read_text()))


def test_there_are_transcripts() -> None:
    assert len(FILES) >= 40


def test_a_client_that_breaks_a_rule_fails() -> None:
    transcript = json.loads((FOLDER / "concurrent_edit_at_one_spot.json").read_text())
    revision = next(step for step in transcript["steps"] if step.get("server", {}).get("type") == "revisions")
    revision["server"]["revisions"][0]["delta"] = [{"insert": "CAROL"}]
    with pytest.raises(AssertionError):
        run(transcript)
