"""What goes over the wire: each message as it is written, and what the server refuses to read."""

import json
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from protocol import messages, parsing
from protocol.delta import Delta
from protocol.errors import ProtocolError
from protocol.limits import LIMITS
from protocol.messages import (
    Access,
    Ack,
    Banner,
    Check,
    Checked,
    ClientInfo,
    ClientMessage,
    DocumentChanged,
    DocumentInfo,
    Error,
    Fetch,
    Hello,
    Joined,
    Last,
    Left,
    Participant,
    ParticipantPresence,
    Ping,
    Pong,
    Presence,
    PresenceUpdate,
    Probe,
    Rejected,
    Revision,
    Revisions,
    Seen,
    Selection,
    ServerMessage,
    SlowDown,
    Submit,
    UserInfo,
    Welcome,
    encode,
)
from protocol.parsing import parse_client, parse_server

DELTA = Delta([{"retain": 1, "attributes": {"bold": None}}, {"insert": "😀"}])
DELTA_JSON = '[{"retain":1,"attributes":{"bold":null}},{"insert":"😀"}]'
ALICE = UserInfo(id="1", name="Alice", color="#aa3333")
PARTICIPANT = Participant(session_id="s", client_id="alice-client", user=ALICE, role="owner")
REVISION = Revision(
    version=1, client_id="alice-client", seq=1, user_id=None, at=datetime(2026, 1, 1, tzinfo=UTC), delta=DELTA
)
REVISION_JSON = (
    '{"version":1,"client_id":"alice-client","seq":1,"user_id":null,"at":"2026-01-01T00:00:00Z","delta":'
    + DELTA_JSON
    + "}"
)

CLIENT_FRAMES = [
    (Hello(client_id="alice-client"), '{"type":"hello","client_id":"alice-client"}'),
    (
        Hello(
            client_id="alice-client",
            token="t",
            version=0,
            last=Last(client_id="@restore", seq=1),
            client=ClientInfo(name="n"),
        ),
        '{"type":"hello","client_id":"alice-client","token":"t","version":0,"last":{"client_id":"@restore","seq":1},'
        '"client":{"name":"n"}}',
    ),
    (
        Submit(seq=1, base_version=0, delta=DELTA),
        '{"type":"submit","seq":1,"base_version":0,"delta":' + DELTA_JSON + "}",
    ),
    (
        PresenceUpdate(version=3, selection=Selection(index=1, length=0), typing=True),
        '{"type":"presence","version":3,"selection":{"index":1,"length":0},"typing":true}',
    ),
    (
        PresenceUpdate(version=3, selection=None),
        '{"type":"presence","version":3,"selection":null,"typing":false}',
    ),
    (Fetch(after=0), '{"type":"fetch","after":0}'),
    (Check(version=0, digest="0f" * 32), '{"type":"check","version":0,"digest":"' + "0f" * 32 + '"}'),
    (Ping(), '{"type":"ping"}'),
    (Ping(id="x"), '{"type":"ping","id":"x"}'),
    (Seen(id=0), '{"type":"seen","id":0}'),
]
SERVER_FRAMES = [
    (Revisions(revisions=(REVISION,)), '{"type":"revisions","revisions":[' + REVISION_JSON + "]}"),
    (Ack(seq=1, version=2), '{"type":"ack","seq":1,"version":2}'),
    (
        Rejected(seq=1, code="bad_delta", message="No."),
        '{"type":"rejected","seq":1,"code":"bad_delta","message":"No."}',
    ),
    (
        Joined(participant=PARTICIPANT),
        '{"type":"joined","participant":{"session_id":"s","client_id":"alice-client","user":'
        '{"id":"1","name":"Alice","color":"#aa3333"},"role":"owner"}}',
    ),
    (Left(session_id="s"), '{"type":"left","session_id":"s"}'),
    (
        Presence(participants=(ParticipantPresence(session_id="s", version=1, selection=None),)),
        '{"type":"presence","participants":[{"session_id":"s","version":1,"selection":null,"typing":false}]}',
    ),
    (
        Access(role="viewer", capabilities=("read",)),
        '{"type":"access","role":"viewer","capabilities":["read"]}',
    ),
    (Banner(text="Back at ten."), '{"type":"banner","text":"Back at ten."}'),
    (DocumentChanged(title="T"), '{"type":"document","title":"T"}'),
    (DocumentChanged(state="frozen"), '{"type":"document","state":"frozen"}'),
    (SlowDown(retry_after=0.5), '{"type":"slow_down","retry_after":0.5}'),
    (SlowDown(retry_after=0.5, seq=2), '{"type":"slow_down","retry_after":0.5,"seq":2}'),
    (
        Error(code="draining", message="M", retry="reconnect"),
        '{"type":"error","code":"draining","message":"M","retry":"reconnect"}',
    ),
    (Checked(version=0, result="same"), '{"type":"checked","version":0,"result":"same"}'),
    (
        Checked(version=1, result="different", contents=Delta([{"insert": "a\n"}])),
        '{"type":"checked","version":1,"result":"different","contents":[{"insert":"a\\n"}]}',
    ),
    (Pong(id=0), '{"type":"pong","id":0}'),
    (Probe(id=7), '{"type":"probe","id":7}'),
]


def welcome(**held: Any) -> Welcome:
    return Welcome(
        protocol=1,
        session_id="s",
        user=ALICE,
        role="owner",
        capabilities=("read",),
        document=DocumentInfo(id="d", title="T", version=0, state="open"),
        acked_seq=0,
        participants=(),
        limits=LIMITS,
        **held,
    )


def frame(**fields: Any) -> str:
    return json.dumps(fields)


def submit(**changed: Any) -> str:
    fields = {"type": "submit", "seq": 1, "base_version": 0, "delta": [{"insert": "a"}]} | changed
    return json.dumps({name: value for name, value in fields.items() if value is not ...})


def refusal(text: str | bytes) -> ProtocolError:
    with pytest.raises(ProtocolError) as caught:
        parse_client(text)
    return caught.value


# It works.


@pytest.mark.parametrize(("message", "text"), CLIENT_FRAMES, ids=lambda value: type(value).__name__)
def test_a_client_message_is_written_and_read(message: Any, text: str) -> None:
    assert encode(message) == text
    assert parse_client(text) == message
    assert parse_client(text.encode()) == message


@pytest.mark.parametrize(("message", "text"), SERVER_FRAMES, ids=lambda value: type(value).__name__)
def test_a_server_message_is_written_and_read(message: Any, text: str) -> None:
    assert encode(message) == text
    assert parse_server(text) == message


@pytest.mark.parametrize("held", [{"contents": Delta([{"insert": "\n"}])}, {"revisions": (REVISION,)}])
def test_welcome_holds_either_contents_or_revisions(held: dict[str, Any]) -> None:
    message = welcome(**held)
    text = encode(message)
    assert parse_server(text) == message
    assert {"contents", "revisions"} & set(json.loads(text)) == set(held)


def test_every_message_has_an_example_here() -> None:
    shown = {type(message) for message, _ in CLIENT_FRAMES + SERVER_FRAMES} | {Welcome}
    unions = get_args(get_args(ClientMessage)[0]) + get_args(get_args(ServerMessage)[0])
    assert shown == set(unions)


def test_every_field_says_what_it_means() -> None:
    for model in messages.Part.__subclasses__():
        if model.__module__ == messages.__name__:
            assert model.__doc__
            for name, field in model.model_fields.items():
                assert field.description or name == "type", f"{model.__name__}.{name}"


@pytest.mark.parametrize("adapter", [parsing.CLIENT, parsing.SERVER])
def test_the_models_have_a_json_schema(adapter: Any) -> None:
    schema = adapter.json_schema()
    assert schema["discriminator"]["propertyName"] == "type"
    assert "oneOf" in schema


def test_a_delta_is_made_canonical() -> None:
    message = parse_client(submit(delta=[{"delete": 1}, {"insert": "a"}, {"insert": "b"}, {"retain": 4}]))
    assert isinstance(message, Submit)
    assert message.delta.to_json() == [{"insert": "ab"}, {"delete": 1}]


def test_hello_passes_over_what_it_does_not_know() -> None:
    text = frame(type="hello", client_id="alice-client", wish="x", client={"name": "n", "mood": "good"})
    assert parse_client(text) == Hello(client_id="alice-client", client=ClientInfo(name="n"))


def test_a_client_passes_over_what_it_does_not_know() -> None:
    assert parse_server(frame(type="weather", sky="blue")) is None
    assert parse_server(frame(type="pong", id=1, mood="good")) == Pong(id=1)
    known = json.loads(encode(welcome(revisions=(REVISION,))))
    known["limits"]["new"] = known["document"]["new"] = known["revisions"][0]["new"] = 1
    assert parse_server(json.dumps(known)) == welcome(revisions=(REVISION,))


def test_an_error_becomes_a_frame() -> None:
    message = Error.of(ProtocolError("rate_limited", retry_after=3))
    assert (message.code, message.retry, message.retry_after) == ("rate_limited", "reconnect", 3)


# Bad input.


@pytest.mark.parametrize("value", ["7", 7.0, 7.5, True, None, -1, 2**53, [], {}, float("nan")])
@pytest.mark.parametrize("field", ["seq", "base_version"])
def test_numbers_are_whole_and_in_range(field: str, value: Any) -> None:
    error = refusal(submit(**{field: value}))
    assert (error.code, error.seq) == ("bad_message", None)
    assert error.message.startswith(f"submit.{field}: ")


def test_the_greatest_number_is_taken() -> None:
    assert parse_client(submit(seq=2**53 - 1, base_version=2**53 - 1))


def test_seq_begins_with_one() -> None:
    assert refusal(submit(seq=0)).code == "bad_message"


@pytest.mark.parametrize(
    "client_id", ["short", "x" * 65, "@restore-it", "with space", "alice-client\n", "alicé-client", "", 12345678, None]
)
def test_a_client_id_is_of_its_alphabet(client_id: Any) -> None:
    assert refusal(frame(type="hello", client_id=client_id)).message.startswith("hello.client_id: ")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        submit()[:-1],
        "[" * 100_000,
        '{"type":"ping","id":' * 1000,
        "null",
        "7",
        "[]",
        '"ping"',
        "{}",
        '{"type":null}',
        '{"type":7}',
        '{"type":"welcome"}',
        '{"type":"ping","id":' + "9" * 5000 + "}",
        '{"type":"ping","id":1e400}',
        '{"type":"ping"}{"type":"ping"}',
        b'{"type":"ping","id":"\xff"}',
        '{"type":"ping","id":"\ud83d"}',
        frame(type="ping", mood="good"),
        frame(type="ping", id=True),
        frame(type="ping", id="x" * 65),
        frame(type="fetch"),
        frame(type="seen"),
        frame(type="presence", version=1),
        frame(type="presence", version=1, selection={"index": 0}),
        frame(type="presence", version=1, selection={"index": 0, "length": 0, "typing": 1}),
        frame(type="presence", version=1, selection=None, typing="yes"),
        frame(type="hello", client_id="alice-client", token=""),
        frame(type="hello", client_id="alice-client", token="x" * 1025),
        frame(type="hello", client_id="alice-client", client={"name": "a\0b"}),
        frame(type="hello", client_id="alice-client", client={"name": "\ud83d"}),
        frame(type="hello", client_id="alice-client", client={"name": "x" * 201}),
        frame(type="hello", client_id="alice-client", last={"client_id": "alice-client"}),
        submit(delta=...),
        submit(mood="good"),
    ],
)
def test_what_is_not_of_the_protocol_is_a_bad_message(text: str | bytes) -> None:
    error = refusal(text)
    assert (error.code, error.seq) == ("bad_message", None)


@pytest.mark.parametrize(
    ("delta", "code"),
    [
        ([{"retain": 0}], "bad_delta"),
        ([{"delete": -1}], "bad_delta"),
        ([{"insert": "a\0"}], "bad_delta"),
        ([{"retain": {"x": 1}}], "bad_delta"),
        ([1, 2], "bad_delta"),
        ("text", "bad_delta"),
        (None, "bad_delta"),
        ([{"insert": "\ude42\ud83d"}], "splits_surrogate"),
    ],
)
def test_a_bad_delta_is_of_its_submission_alone(delta: Any, code: str) -> None:
    error = refusal(submit(seq=7, delta=delta))
    assert (error.code, error.seq) == (code, 7)


def test_a_frame_that_is_wrong_all_over_is_not_gone_through() -> None:
    assert refusal(frame(type="ping", **{f"x{n}": n for n in range(1000)})).message == "message: too_many_mistakes"


def test_a_bad_delta_in_a_bad_submission_is_a_bad_message() -> None:
    error = refusal(submit(seq="7", delta=[{"retain": 0}]))
    assert (error.code, error.seq) == ("bad_message", None)


@pytest.mark.parametrize(
    "text",
    [
        frame(type="hello", client_id="SECRET!!"),
        frame(type="hello", client_id="alice-client", token=["SECRET"]),
        frame(type="hello", client_id="alice-client", token="SECRET" * 1000),
        frame(type="hello", client_id="alice-client", token="SECRET\ud83d"),
        frame(type="hello", client_id="alice-client", last={"SECRET": "SECRET"}),
        frame(type="SECRET"),
        frame(type="ping", SECRET="SECRET"),
        '{"type":"hello","token":"SECRET"',
        submit(delta=[{"insert": "SECRET", "SECRET": 1}]),
        submit(seq="SECRET"),
    ],
)
def test_no_error_repeats_what_was_sent(text: str) -> None:
    error = refusal(text)
    assert "SECRET" not in f"{error} {error.message} {error!r}"
    assert error.__cause__ is None
    assert error.__context__ is None


def test_a_client_refuses_what_lacks_what_it_must_have() -> None:
    with pytest.raises(ProtocolError, match=r"ack\.version: missing"):
        parse_server('{"type":"ack","seq":1}')


@pytest.mark.parametrize("held", [{}, {"contents": Delta(), "revisions": ()}])
def test_welcome_holds_not_both_and_not_neither(held: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="either contents or revisions"):
        welcome(**held)


@pytest.mark.parametrize("message", [PARTICIPANT, REVISION, LIMITS])
def test_messages_do_not_change(message: BaseModel) -> None:
    with pytest.raises(ValueError, match="frozen"):
        setattr(message, next(iter(type(message).model_fields)), "x")
