"""The digest of contents, by which clients in any language and the server compare what they hold."""

from hashlib import sha256

import pytest

from protocol.content import Content
from protocol.contents_digest import contents_digest
from protocol.delta import Delta
from tests.protocol.test_vectors import Case, cases


def digest(*ops: dict[str, object]) -> str:
    return contents_digest(Content.from_json(ops))


def test_it_works() -> None:
    assert digest({"insert": "Hello 😀\n"}) == sha256('[{"insert":"Hello 😀\\n"}]'.encode()).hexdigest()


@pytest.mark.parametrize("case", cases("digests"), ids=lambda case: case["id"])
def test_vectors(case: Case) -> None:
    assert sha256(case["json"].encode()).hexdigest() == case["digest"]
    assert contents_digest(Content.from_delta(Delta(case["contents"]))) == case["digest"]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1.0, "1"),
        (-0.0, "0"),
        (1e20, "100000000000000000000"),
        (123456789012345680000.0, "123456789012345680000"),
        (1e21, "1e+21"),
        (-1.5e-9, "-1.5e-9"),
        (0.00001, "0.00001"),
    ],
)
def test_numbers_are_written_as_ecmascript_does(number: float, text: str) -> None:
    json = f'[{{"attributes":{{"x-a":{text}}},"insert":"\\n"}}]'
    assert digest({"insert": "\n", "attributes": {"x-a": number}}) == sha256(json.encode()).hexdigest()


def test_it_is_of_what_stands_there_not_of_how_it_came_to() -> None:
    made = Content.EMPTY
    for letter in "abc" * 1000:
        made = made.apply(Delta([{"insert": letter}]))
    assert contents_digest(made) == digest({"insert": "cba" * 1000 + "\n"})


@pytest.mark.parametrize(
    "other",
    [
        [{"insert": "ab\n"}],
        [{"insert": "a", "attributes": {"x-a": 1}}, {"insert": "\n"}],
        [{"insert": "a\n", "attributes": {"x-a": True}}],
        [{"insert": "a\n", "attributes": {"x-a": "1"}}],
        [{"insert": "a\n", "attributes": {"x-b": 1}}],
    ],
)
def test_any_difference_makes_another(other: list[dict[str, object]]) -> None:
    assert digest(*other) != digest({"insert": "a\n", "attributes": {"x-a": 1}})
