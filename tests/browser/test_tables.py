"""Tables in the editor."""

import asyncio

from playwright.async_api import expect

from tests.browser.conftest import NewDocument, Open
from tests.browser.test_safety import COPY, PASTE
from tests.browser.window import Window, settled

READ = """(table) => [...table.querySelectorAll('.table-cell')].map((cell) =>
  [Number(cell.style.gridRowStart), Number(cell.style.gridColumnStart), cell.innerText.trim()])"""


async def grid(person: Window, number: int = 0) -> list[list[str]]:
    """The text in the cells of a table, as they stand on the screen; "·" where there is no cell."""
    cells = await person.page.locator(".table-grid").nth(number).evaluate(READ)
    size = [max((cell[side] for cell in cells), default=0) for side in (0, 1)]
    rows = [["·"] * size[1] for _ in range(size[0])]
    for row, column, text in cells:
        assert rows[row - 1][column - 1] == "·", "two cells in one place"
        rows[row - 1][column - 1] = text.replace("\n", "/")
    return rows


async def command(person: Window, name: str) -> None:
    await person.page.click("[data-menu=table-menu]")
    await person.page.get_by_role("button", name=name).click()


async def with_table(window: Open, document: str) -> Window:
    """Alice with a table of two rows before her, and the caret in its first cell."""
    alice = await (await window("alice", document)).editor()
    await alice.type("above\n")
    await command(alice, "2 rows, 2 columns")
    await alice.type("a")
    for text in ("b", "c", "d"):
        await alice.press("Tab")
        await alice.type(text)
    await alice.press("Shift+Tab", "Shift+Tab", "Shift+Tab")
    return alice


async def test_a_table_is_made_and_changed(window: Open, new_document: NewDocument) -> None:
    alice = await with_table(window, await new_document())
    assert await grid(alice) == [["a", "b"], ["c", "d"]]
    await alice.type("A\nline")
    await command(alice, "Column after")
    await command(alice, "Row above")
    assert await grid(alice) == [["", "", ""], ["A/line", "", "b"], ["c", "", "d"]]
    await alice.press("Home", "Backspace")
    assert await grid(alice) == [["", "", ""], ["Aline", "", "b"], ["c", "", "d"]]
    await alice.press("Home", "Backspace", "ArrowUp", "Control+b")  # no key joins cells
    await command(alice, "Delete the row")
    await command(alice, "Delete the column")
    assert len(await grid(alice)) == 2
    await settled(alice)
    await alice.press("Control+z", "Control+z")
    assert await settled(alice) == "above\n\n\n\nAline\n\nb\nc\n\nd\n"


async def test_what_is_typed_over_or_pasted_leaves_the_cells(window: Open, new_document: NewDocument) -> None:
    alice = await with_table(window, await new_document())
    await alice.press("Shift+ArrowRight", "Shift+ArrowRight", "x")  # over both cells of the first row
    assert await grid(alice) == [["x", ""], ["c", "d"]]
    await alice.page.evaluate(PASTE, ["<h1>one</h1><ul><li>two</li></ul>", ""])
    assert await grid(alice) == [["xone/two", ""], ["c", "d"]]
    await alice.press("Control+a")
    html = await alice.page.evaluate(COPY)
    assert "<tr><td><p>xone</p><p>two</p></td><td><p><br></p></td></tr>" in html
    await alice.press("Delete")
    assert await settled(alice) == ""
    await alice.page.evaluate(PASTE, [html, ""])
    await alice.page.evaluate(PASTE, ["<table><tr><th>1<td>2<tr><td><td>4</table>", ""])
    assert await grid(alice) == [["xone/two", ""], ["c", "d"]]
    assert await grid(alice, 1) == [["1", "2"], ["", "4"]]
    await settled(alice)


async def test_two_change_one_table_at_once(window: Open, new_document: NewDocument) -> None:
    document = await new_document()
    alice = await with_table(window, document)
    bob = await window("bob", document)
    await settled(alice, bob)
    await bob.page.locator(".table-cell").nth(3).click()
    await asyncio.gather(command(alice, "Row below"), command(bob, "Column after"))
    await asyncio.gather(alice.type("alice"), bob.type("bob"))
    await settled(alice, bob)
    assert await grid(alice) == await grid(bob)
    assert {text for row in await grid(alice) for text in row} >= {"alicea", "b", "c", "dbob"}
    assert [len(row) for row in await grid(alice)] == [3, 3, 3]
    await expect(alice.page.locator(".table-grid")).to_have_count(1)
