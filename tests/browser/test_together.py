"""Two people at two real browsers, typing into one document at the same time."""

import asyncio
import random

import pytest

from tests.browser.conftest import NewDocument, Open
from tests.browser.window import Window, settled
from tests.scale import rounds


async def pair(window: Open, new_document: NewDocument) -> tuple[Window, Window]:
    document = await new_document()
    alice, bob = await asyncio.gather(window("alice", document), window("bob", document))
    await alice.editor()
    await bob.editor()
    return alice, bob


async def test_what_one_types_the_other_sees_with_formats_lists_and_emoji(
    window: Open, new_document: NewDocument
) -> None:
    alice, bob = await pair(window, new_document)
    await alice.page.select_option("#block-style", "header:1")
    await alice.type("Plan 😀\n")
    await alice.press("Control+b")
    await alice.type("bold")
    await alice.press("Control+b")
    await alice.type(" and plain\n- one\ntwo\n\n")
    assert await settled(alice, bob) == "Plan 😀\nbold and plain\none\ntwo\n"
    assert await bob.stored() == [
        {"insert": "Plan 😀"},
        {"insert": "\n", "attributes": {"header": 1}},
        {"insert": "bold", "attributes": {"bold": True}},
        {"insert": " and plain\none"},
        {"insert": "\n", "attributes": {"list": "bullet"}},
        {"insert": "two"},
        {"insert": "\n", "attributes": {"list": "bullet"}},
        {"insert": "\n"},
    ]


async def test_both_type_at_once_in_places_of_their_own(window: Open, new_document: NewDocument) -> None:
    alice, bob = await pair(window, new_document)
    await alice.type("above\nbelow")
    await settled(alice, bob)
    await alice.press("Control+Home", "End")
    await bob.press("Control+End")
    await asyncio.gather(alice.type(" from alice 🦊", delay=15), bob.type(" from bob 🐻", delay=15))
    assert await settled(alice, bob) == "above from alice 🦊\nbelow from bob 🐻"


async def test_people_who_start_at_one_spot_keep_their_words_whole(window: Open, new_document: NewDocument) -> None:
    alice, bob = await pair(window, new_document)
    await alice.type("[]")
    await settled(alice, bob)
    for person in (alice, bob):
        await person.press("Control+End", "ArrowLeft")
    await asyncio.gather(alice.type("hello", delay=20), bob.type("WORLD", delay=20))
    assert await settled(alice, bob) in ("[helloWORLD]", "[WORLDhello]")


async def test_undo_and_redo_are_everyones_own(window: Open, new_document: NewDocument) -> None:
    alice, bob = await pair(window, new_document)
    await alice.type("alice was here")
    await settled(alice, bob)
    await bob.press("Control+Home")
    await bob.type("bob says: ")
    await settled(alice, bob)
    await alice.press("Control+z")
    assert await settled(alice, bob) == "bob says: "
    await bob.press("Control+z")
    assert await settled(alice, bob) == ""
    await alice.press("Control+Shift+z")
    assert await settled(alice, bob) == "alice was here"


async def test_of_characters_that_are_half_alike_what_others_wrote_stays(
    window: Open, new_document: NewDocument
) -> None:
    alice, bob = await pair(window, new_document)
    await bob.type("😀😀😀😀")
    await settled(alice, bob)
    # As extensions write: Quill compares, and finds 👧's second half and 😀's first inserted into 😀.
    await alice.page.evaluate("document.querySelector('.ql-editor p').firstChild.data = '😀😀😀👧😀'")
    assert await settled(alice, bob) == "😀😀😀👧😀"
    await bob.press("ArrowLeft")
    await bob.type("x")
    await settled(alice, bob)
    await alice.press("Control+z")
    assert await settled(alice, bob) == "😀😀😀😀x"


async def test_text_being_composed_by_an_input_method_survives_what_others_type(
    window: Open, new_document: NewDocument
) -> None:
    alice, bob = await pair(window, new_document)
    await alice.type("before after")
    await settled(alice, bob)
    for _ in range(5):
        await alice.press("ArrowLeft")
    input_method = await alice.page.context.new_cdp_session(alice.page)
    await input_method.send("Input.imeSetComposition", {"text": "に", "selectionStart": 1, "selectionEnd": 1})
    await bob.press("Control+Home")
    await bob.type("bob ")
    await bob.state("committed")
    await input_method.send("Input.imeSetComposition", {"text": "にほん", "selectionStart": 3, "selectionEnd": 3})
    await input_method.send("Input.insertText", {"text": "日本"})
    assert await settled(alice, bob) == "bob before 日本after"


async def test_the_others_caret_and_name_are_shown(window: Open, new_document: NewDocument) -> None:
    alice, bob = await pair(window, new_document)
    await bob.type("here I am")
    caret = alice.page.locator(".caret")
    await caret.wait_for()
    assert await alice.page.locator(".caret-name").inner_text() == "Bob"
    assert await alice.page.locator("#people [role=img]").get_attribute("aria-label") == "Bob"
    await bob.page.close()
    await caret.wait_for(state="detached")


async def test_a_reader_sees_all_and_changes_nothing(window: Open, new_document: NewDocument) -> None:
    document = await new_document()
    alice = await (await window("alice", document)).editor()
    carol = await window("carol", document)
    await alice.type("to be read")
    assert await settled(alice, carol) == "to be read"
    await carol.page.locator(".ql-editor").click()
    await carol.type("no")
    await alice.type(".")
    assert await settled(alice, carol) == "to be read."
    assert await carol.page.locator("#toolbar").is_hidden()
    await carol.says("Read only")


KEYS = ("Enter", "Backspace", "Delete", "ArrowLeft", "ArrowUp", "ArrowRight", "Home", "Control+b", "Control+i")
WORDS = ("word ", "😀", "őŰ", "- ", "1. ", "a\nb", "\t", "👩‍👩‍👧 ")


@pytest.mark.parametrize("seed", range(rounds(2, 40)))
async def test_whatever_both_do_their_screens_end_equal(seed: int, window: Open, new_document: NewDocument) -> None:
    alice, bob = await pair(window, new_document)
    await asyncio.gather(*(_act(person, random.Random(f"{seed} {who}")) for who, person in enumerate((alice, bob))))
    await settled(alice, bob)


async def _act(person: Window, chance: random.Random) -> None:
    for _ in range(40):
        act = chance.random()
        if act < 0.5:
            await person.type(chance.choice(WORDS))
        elif act < 0.8:
            await person.press(*[chance.choice(KEYS)] * chance.randint(1, 4))
        elif act < 0.9:
            await person.press("Shift+ArrowLeft", "Shift+ArrowUp", chance.choice(("Control+b", "Delete", "x")))
        else:
            await person.press(chance.choice(("Control+z", "Control+z", "Control+Shift+z")))
