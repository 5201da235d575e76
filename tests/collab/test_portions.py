"""What is looked after for everyone, some at a time: `collab/portions.py`."""

from collab.portions import PORTION, portions


def test_everything_comes_once_and_in_order() -> None:
    items = list(range(2 * PORTION + 1))
    assert [item for portion in portions(items) for item in portion] == items


def test_there_are_only_so_many_at_a_time() -> None:
    assert [len(portion) for portion in portions(range(2 * PORTION + 1))] == [PORTION, PORTION, 1]


def test_of_nothing_there_is_no_portion() -> None:
    assert not list(portions(()))
