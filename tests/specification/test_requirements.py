"""Every rule of the protocol has an id, and a row that names what holds it."""

import re
from pathlib import Path

import pytest

from collab.config import ROOT
from collab.specification.requirements import FOLDER, RULE, TABLE, requirements, rows

PAGES = sorted(FOLDER.glob("*.md"))
CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)


def exists(proof: str) -> bool:
    """Whether there is such a file, or such a test in it."""
    path, _, name = proof.partition("::")
    file = ROOT / path
    if not file.is_file():
        return False
    stands = rf"\bdef {re.escape(name)}\(" if path.endswith(".py") else re.escape(f'"{name}"')
    return not name or re.search(stands, file.read_text()) is not None


def test_there_are_rules_for_clients_and_for_servers() -> None:
    bound = [binds for requirement in requirements() for binds in requirement.binds]
    assert bound.count("client") > 30
    assert bound.count("server") > 30


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_must_be_stands_in_a_rule(page: Path) -> None:
    besides = CODE.sub("", RULE.sub("", page.read_text()))
    assert [line for line in besides.splitlines() if re.search(r"\b(MUST|SHALL|REQUIRED)\b", line)] == []
    # What looks like a rule is one.
    assert re.findall(r"^.*\*\*[A-Z]+-[0-9]+\*\* \(.*$", besides, re.MULTILINE) == []


def test_a_rule_says_what_must_be() -> None:
    assert [rule.id for rule in requirements() if "MUST" not in rule.text] == []


def test_ids_are_unique() -> None:
    ids = [rule.id for rule in requirements()]
    assert len(ids) == len(set(ids))


def test_an_id_that_is_gone_is_named_and_not_used_again() -> None:
    """Each family counts from 1, the gone ones included, so that nobody can forget one."""
    [told] = re.findall(r"\(gone so far: ([^)]+)\)", " ".join(TABLE.read_text().split()))
    gone = [] if told == "none" else told.split(", ")
    numbers: dict[str, list[int]] = {}
    for id_ in [*gone, *(rule.id for rule in requirements())]:
        family, _, number = id_.partition("-")
        numbers.setdefault(family, []).append(int(number))
    assert {family: sorted(found) for family, found in numbers.items()} == {
        family: list(range(1, len(found) + 1)) for family, found in numbers.items()
    }


def test_every_rule_has_one_row_which_says_whom_it_binds() -> None:
    assert sorted((row.id, row.binds) for row in rows()) == sorted((rule.id, rule.binds) for rule in requirements())


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.id)
def test_what_holds_a_rule_exists(row) -> None:  # type: ignore[no-untyped-def]
    assert row.proofs
    assert [proof for proof in row.proofs if not exists(proof)] == []


def test_what_a_transcript_or_vectors_are_good_for_is_named() -> None:
    """A file that no rule names tests nothing that a stranger could know."""
    named = {proof for row in rows() for proof in row.proofs}
    folders = [ROOT / "protocol" / "transcripts" / "v1", ROOT / "protocol" / "vectors" / "v1"]
    files = {str(path.relative_to(ROOT)) for folder in folders for path in folder.glob("*.json")}
    assert files - named == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_rules_that_a_page_names_exist(page: Path) -> None:
    ids = {rule.id for rule in requirements()}
    families = "|".join({rule.id.partition("-")[0] for rule in requirements()})
    assert set(re.findall(rf"\b(?:{families})-[0-9]+\b", page.read_text())) <= ids


def test_the_rules_that_scenarios_of_the_kit_name_exist() -> None:
    kit = ROOT / "conformance" / "deltapad_conformance"
    named = {id_ for path in kit.rglob("*.py") for id_ in re.findall(r'"([A-Z]+-[0-9]+)"', path.read_text())}
    assert named
    assert named <= {rule.id for rule in requirements()}


@pytest.mark.parametrize(
    "proof", ["tests/no/test_file.py::test_it", "tests/protocol/test_delta.py::test_no_such", "protocol/none.json"]
)
def test_what_does_not_exist_is_found_out(proof: str) -> None:
    assert not exists(proof)
