"""What the kit tries, and what it knows itself."""

from typing import Any

from deltapad_conformance import client, delta, server, vectors
from deltapad_conformance.data import Frame, requirements
from deltapad_conformance.data import vectors as cases
from deltapad_conformance.scenario import Book, same

BOOKS: dict[str, Book[Any]] = {"server": server.book, "client": client.book, "vectors": vectors.book()}


def test_every_scenario_says_what_it_is_about_and_names_rules_that_exist() -> None:
    for kind, book in BOOKS.items():
        assert book.scenarios
        for scenario in book.scenarios.values():
            assert scenario.id.startswith(f"{kind}/")
            assert scenario.about.endswith(".")
            assert scenario.rules, scenario.id
            assert set(scenario.rules) <= set(requirements()), scenario.id


def test_the_rules_of_a_scenario_bind_who_is_judged() -> None:
    for kind in ("server", "client"):
        for scenario in BOOKS[kind].scenarios.values():
            wrong = [rule for rule in scenario.rules if kind not in requirements()[rule]["binds"]]
            assert not wrong, scenario.id


def test_the_referee_agrees_with_the_vectors() -> None:
    def transforms(case: Frame) -> bool:
        return same(delta.transform(case["a"], case["b"], case["priority"]), case["expected"])

    def takes_back(case: Frame) -> bool:
        changed = delta.apply(case["document"], case["change"])
        return same(delta.apply(changed, case["expected"]), delta.canonical(case["document"]))

    assert [case["id"] for case in cases("transform") if not transforms(case)] == []
    assert [case["id"] for case in cases("invert") if not takes_back(case)] == []
    assert [case["id"] for case in cases("lengths") if sum(map(delta.length, case["delta"])) != case["length"]] == []
