"""Agents: programs that take part by a name of their own, kept to what their keeper lets them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from accounts import agents, budgets
from accounts.models import AuditEntry, Spending, User
from accounts.principals import Principal, alive, by_token
from documents import acts
from documents.models import Document, Revision
from documents.submit import submit
from protocol.authority import Accepted, Refused, Submission, Verdict
from protocol.delta import Delta
from tests.accounts.conftest import confirm, log_in
from tests.documents.conftest import Answer, Asker, principal

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(alice: User) -> Document:
    """Another document of alice's."""
    return acts.create(alice.pk, "Another document")


class Agent(Asker):
    """An agent of somebody's, as its keeper makes it over REST, and comes in by its token."""

    def __init__(self, keeper: Asker, **terms: Any) -> None:
        self.keeper = keeper
        self.row = keeper("POST", "agents", {"name": "Proofreader", **terms}).body
        self.token: str = keeper("POST", f"agents/{self.row['id']}/tokens", {"name": "its key"}).body["token"]
        self.seq = 0
        super().__init__(None, token=self.token)

    def share(self, document: Document, role: str = "editor") -> None:
        member = {"email": self.row["address"], "role": role}
        assert self.keeper("PUT", f"documents/{document.pk}/members", member).status == 200

    def writes(self, document: Document, text: str = "x") -> Answer:
        document.refresh_from_db()
        self.seq += 1
        change = {"client_id": "robots-pen", "seq": self.seq, "base_version": document.version}
        return self("POST", f"documents/{document.pk}/revisions", {**change, "delta": [{"insert": text}]})


def test_it_writes_by_its_own_name_on_behalf_of_its_keeper(document: Document, as_alice: Asker) -> None:
    robot = Agent(as_alice, color="#aa3311")
    robot.share(document)
    assert robot.writes(document, "Read. ").status == 201
    assert Revision.objects.get(document=document).user_id is not None
    shown = as_alice("GET", f"documents/{document.pk}/timeline").body["stretches"][0]["user"]
    assert shown == {
        "id": robot.row["id"],
        "name": "Proofreader",
        "color": "#aa3311",
        "kind": "agent",
        "on_behalf_of": "Alice",
    }
    assert [entry.act for entry in AuditEntry.objects.filter(user_id=robot.row["id"]).order_by("pk")] == [
        "agents.make",
        "tokens.make",
        "members.put",
    ]


def test_it_may_what_its_role_lets_it(document: Document, as_alice: Asker) -> None:
    robot = Agent(as_alice)
    assert robot("GET", f"documents/{document.pk}").refused == (404, "not_found")
    robot.share(document, "viewer")
    assert robot("GET", f"documents/{document.pk}").body["capabilities"] == ["presence", "read"]
    assert robot.writes(document).refused == (403, "not_allowed")


def test_it_is_called_and_bounded_otherwise(as_alice: Asker) -> None:
    robot = Agent(as_alice)
    one = f"agents/{robot.row['id']}"
    assert as_alice("PATCH", one, {"name": "Translator"}).body["name"] == "Translator"
    assert as_alice("PATCH", one, {"changes_an_hour": 5}).body["changes_an_hour"] == 5
    assert [row["name"] for row in as_alice("GET", "agents").body] == ["Translator"]


# Its budget


def test_it_makes_so_many_changes_an_hour(
    document: Document, other: Document, as_alice: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000_000.0
    monkeypatch.setattr("accounts.budgets.time.time", lambda: now)
    robot = Agent(as_alice, changes_an_hour=3)
    for each in (document, other):
        robot.share(each)
    assert [robot.writes(each).status for each in (document, other, document)] == [201, 201, 201]
    late = robot.writes(other)
    assert late.refused == (429, "over_budget")
    assert int(late.headers["Retry-After"]) == budgets.HOUR - int(now) % budgets.HOUR
    now += budgets.HOUR
    assert robot.writes(other).status == 201
    assert Spending.objects.get().changes == 1


@pytest.mark.django_db(transaction=True)
def test_its_last_changes_are_made_once_however_many_ask_at_once(
    document: Document, other: Document, as_alice: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.budgets.time.time", lambda: 1_000_000.0)
    robot = Agent(as_alice, changes_an_hour=4)
    for each in (document, other):
        robot.share(each)
    known = by_token(robot.token)
    assert known is not None
    go = threading.Barrier(2)

    def write_five(where: Document) -> list[Verdict]:
        try:
            go.wait()
            verdicts: list[Verdict] = []
            for seq in range(1, 6):
                version = sum(isinstance(verdict, Accepted) for verdict in verdicts)
                change = Submission(f"pen-{where.pk}", seq, version, Delta([{"insert": "x"}]))
                verdicts.append(submit(where.pk, known, change))
            return verdicts
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        verdicts = [verdict for some in threads.map(write_five, (document, other)) for verdict in some]
    assert sum(isinstance(verdict, Accepted) for verdict in verdicts) == 4
    assert sum(verdict == Refused("over_budget") for verdict in verdicts) == 6


def test_without_a_bound_it_makes_any_number(document: Document, as_alice: Asker) -> None:
    robot = Agent(as_alice)
    robot.share(document)
    assert {robot.writes(document).status for _ in range(5)} == {201}


def test_what_is_refused_costs_nothing(document: Document, as_alice: Asker) -> None:
    robot = Agent(as_alice, changes_an_hour=1)
    robot.share(document, "viewer")
    robot.writes(document)
    robot.share(document, "editor")
    assert robot.writes(document).status == 201


# Its end


def test_it_ends_with_all_its_tokens(document: Document, alice: User, as_alice: Asker) -> None:
    robot = Agent(as_alice)
    robot.share(document)
    known = by_token(robot.token)
    assert known is not None
    assert alive([known]) == {known}
    assert as_alice("DELETE", f"agents/{robot.row['id']}").status == 204
    assert robot.writes(document).refused == (401, "unauthenticated")
    assert alive([known]) == set()
    assert as_alice("GET", "agents").body == []


def test_it_ends_with_its_keeper(
    document: Document,
    alice: User,
    as_alice: Asker,
    ended: list[dict[str, Any]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    robot = Agent(as_alice)
    known = by_token(robot.token)
    assert known is not None
    alice.is_active = False
    with django_capture_on_commit_callbacks(execute=True):
        alice.save()
    assert {each["user_id"] for each in ended} == {str(alice.pk), robot.row["id"]}
    assert alive([known]) == set()
    assert robot("GET", "documents").refused == (401, "unauthenticated")


def test_a_token_of_its_is_revoked(as_alice: Asker) -> None:
    robot = Agent(as_alice)
    tokens = f"agents/{robot.row['id']}/tokens"
    [token] = as_alice("GET", tokens).body
    assert as_alice("DELETE", f"{tokens}/{token['id']}").status == 204
    assert as_alice("GET", tokens).body == []
    assert robot("GET", "documents").refused == (401, "unauthenticated")


# Rights


def test_it_is_its_keepers_alone(as_alice: Asker, as_bob: Asker) -> None:
    one = f"agents/{Agent(as_alice).row['id']}"
    assert as_bob("PATCH", one, {"name": "Mine"}).refused == (404, "not_found")
    assert as_bob("DELETE", one).refused == (404, "not_found")
    assert as_bob("GET", f"{one}/tokens").refused == (404, "not_found")
    assert as_bob("POST", f"{one}/tokens", {"name": "mine"}).refused == (404, "not_found")


def test_a_token_that_reads_makes_none(alice: User, as_alice: Asker) -> None:
    reads = Asker(alice, "read")
    assert reads("POST", "agents", {"name": "Robot"}).refused == (403, "forbidden")
    assert reads("DELETE", f"agents/{Agent(as_alice).row['id']}").refused == (403, "forbidden")


def test_it_owns_nothing_and_keeps_nobody(document: Document, as_alice: Asker) -> None:
    robot = Agent(as_alice)
    robot.share(document)
    assert robot("POST", "documents", {"title": "Mine"}).refused == (403, "forbidden")
    assert robot("POST", "agents", {"name": "Another"}).refused == (403, "forbidden")
    owner = {"role": "owner"}
    path = f"documents/{document.pk}/members/{robot.row['id']}"
    assert as_alice("PATCH", path, owner).refused == (403, "forbidden")


def test_a_guest_keeps_none(db: None) -> None:
    guest = User.objects.create_user("1@guest.invalid", name="Guest", is_guest=True)
    with pytest.raises(Exception, match="forbidden"):
        agents.make(Principal(str(guest.pk)), name="Robot")


def test_nobody_logs_in_as_it(as_alice: Asker) -> None:
    robot = User.objects.get(pk=Agent(as_alice).row["id"])
    assert not robot.has_usable_password()


# Bad input


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "a" * 101},
        {"name": "two\nlines", "color": "red"},
        {"name": "Robot", "color": "#ABC"},
        {"name": "Robot", "changes_an_hour": 0},
        {"name": "Robot", "changes_an_hour": "5"},
        {"name": "Robot", "keeper": "me"},
    ],
)
def test_no_agent(as_alice: Asker, body: dict[str, Any]) -> None:
    assert as_alice("POST", "agents", body).refused == (422, "invalid_field")
    assert not User.objects.filter(keeper__isnull=False).exists()


def test_not_very_many(alice: User, as_alice: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agents, "MOST_AGENTS", 1)
    agents.make(principal(alice), name="One")
    assert as_alice("POST", "agents", {"name": "Two"}).refused == (422, "invalid_field")


# In the browser's pages


def test_the_page_makes_one_and_its_token(alice: User) -> None:
    browser = confirm(log_in(alice))
    page = browser.post("/accounts/agents/", {"name": "Proofreader", "changes_an_hour": "100"}, follow=True)
    robot = User.objects.get(keeper=alice)
    assert robot.email in page.text
    made = browser.post(f"/accounts/agents/{robot.pk}/", {"name": "its key", "scope": "write", "days": "90"})
    assert "dp_" in made.text
    token = robot.tokens.get()
    browser.post(f"/accounts/agents/{robot.pk}/tokens/{token.pk}/revoke/")
    assert not agents.tokens_of(robot).exists()
    assert browser.post(f"/accounts/agents/{robot.pk}/end/", follow=True).status_code == 200
    assert not agents.of(str(alice.pk)).exists()


def test_anothers_page_is_not_there(alice: User, bob: User) -> None:
    robot = agents.make(principal(alice), name="Robot")
    browser = confirm(log_in(bob))
    assert browser.get(f"/accounts/agents/{robot.pk}/").status_code == 404
    assert browser.post(f"/accounts/agents/{robot.pk}/end/").status_code == 404
    assert agents.of(str(alice.pk)).exists()
