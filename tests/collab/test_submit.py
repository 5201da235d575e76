"""submit: a change becomes a revision, once, wherever and however often it is sent."""

from urllib.error import HTTPError

import pytest

from tests.collab.talk import Table


async def test_it_works(table: Table) -> None:
    alice, bob = await table.joins("alice"), await table.joins("bob")
    assert await alice.types("Hello") == 1
    await bob.reaches(1)
    (revision,) = bob.revisions
    assert revision["delta"] == [{"insert": "Hello"}]
    assert (revision["client_id"], revision["seq"]) == (alice.client_id, 1)
    assert revision["user_id"] == table.server.people["alice"].id
    assert table.contents() == {"version": 1, "contents": [{"insert": "Hello\n"}]}


async def test_author_and_reader_get_the_same_revision(table: Table) -> None:
    alice, carol = await table.joins("alice"), await table.joins("carol")
    await alice.types("Hello")
    await carol.reaches(1)
    assert carol.revisions == alice.revisions


async def test_a_late_base_is_transformed_and_stands_left(table: Table) -> None:
    alice, bob = await table.joins("alice"), await table.joins("bob")
    await alice.types("World")
    await bob.acknowledged(await bob.submit({"insert": "Hello "}, base=0))
    assert table.text() == "Hello World\n"


async def test_what_transforms_to_nothing_is_still_a_revision(table: Table) -> None:
    alice, bob = await table.joins("alice"), await table.joins("bob")
    await alice.types("x")
    await bob.reaches(1)
    await alice.acknowledged(await alice.submit({"delete": 1}))
    assert await bob.acknowledged(await bob.submit({"delete": 1}, base=1)) == 3
    assert bob.revisions[-1]["delta"] == []


async def test_what_is_sent_is_made_canonical(table: Table) -> None:
    alice = await table.joins("alice")
    await alice.acknowledged(await alice.submit({"insert": "a"}, {"insert": "b"}, {"retain": 1}))
    assert alice.revisions[-1]["delta"] == [{"insert": "ab"}]


async def test_a_base_that_this_process_has_not_seen_is_looked_up(table: Table) -> None:
    alice = await table.joins("alice")
    body = {"client_id": "rest-00001", "seq": 1, "base_version": 0, "delta": [{"insert": "from REST "}]}
    table.server.rest("bob", "POST", f"/api/v1/documents/{table.document}/revisions", body)
    await alice.acknowledged(await alice.submit({"retain": 10}, {"insert": "and socket"}, base=1))
    assert table.text() == "from REST and socket\n"


# -- once --


async def test_the_same_again_is_answered_with_where_it_stands(table: Table) -> None:
    alice = await table.joins("alice")
    await alice.types("once")
    await alice.submit({"insert": "once"}, base=0, seq=1)
    assert await alice.next("ack", "rejected") == {"type": "ack", "seq": 1, "version": 1}
    assert table.text() == "once\n"


async def test_an_older_one_again_too(table: Table) -> None:
    alice = await table.joins("alice")
    for letter in "abc":
        await alice.types(letter)
    await alice.submit({"insert": "a"}, base=0, seq=1)
    assert (await alice.next("ack"))["version"] == 1
    assert table.text() == "cba\n"


async def test_twice_in_one_breath_is_once(table: Table) -> None:
    alice = await table.joins("alice")
    await alice.submit({"insert": "once"}, base=0, seq=1)
    await alice.submit({"insert": "once"}, base=0, seq=1)
    frames = [await alice.next("revisions", "ack"), await alice.next("revisions", "ack")]
    assert [frame["type"] for frame in frames] == ["revisions", "ack"]
    assert table.text() == "once\n"


async def test_the_same_on_another_connection_is_once(table: Table) -> None:
    alice = await table.joins("alice")
    await alice.types("once")
    await alice.close()
    again = await table.joins("alice")
    assert again.welcome["acked_seq"] == 1
    await again.submit({"insert": "once"}, base=0, seq=1)
    assert (await again.next("ack"))["version"] == 1


async def test_two_equal_changes_of_one_author_are_two(table: Table) -> None:
    alice = await table.joins("alice")
    await alice.types("x")
    await alice.types("x")
    assert table.text() == "xx\n"


async def test_many_at_once_each_land_once(table: Table) -> None:
    alice, bob = await table.joins("alice"), await table.joins("bob")
    for number in range(20):
        await alice.submit({"insert": f"a{number} "}, base=alice.version)
        await bob.submit({"insert": f"b{number} "}, base=bob.version)
        await alice.acknowledged(alice.seq)
        await bob.acknowledged(bob.seq)
    await alice.reaches(40)
    words = table.text().split()
    assert sorted(words) == sorted(f"{who}{number}" for who in "ab" for number in range(20))


# -- rejected for good --


async def test_what_was_rejected_is_not_taken_though_it_could_be_now(table: Table) -> None:
    alice, path = await table.joins("alice"), f"/api/v1/documents/{table.document}"
    table.server.rest("alice", "PATCH", path, {"state": "frozen"})
    await alice.submit({"insert": "frozen"}, seq=1)
    assert (await alice.next("rejected"))["code"] == "document_frozen"
    table.server.rest("alice", "PATCH", path, {"state": "open"})
    while alice.heard[-1].get("state") != "open":
        await alice.next("document")
    await alice.submit({"insert": "frozen"}, seq=1)
    assert (await alice.next("rejected", "revisions"))["code"] == "seq_too_old"
    await alice.types("thawed")
    assert table.text() == "thawed\n"


async def test_nor_on_another_connection_or_over_rest(table: Table) -> None:
    alice = await table.joins("alice")
    await alice.submit({"insert": "too early"}, base=1, seq=7)
    assert (await alice.next("rejected"))["code"] == "base_version_ahead"
    await (await table.joins("bob")).types("x")
    again = await table.joins("alice")
    await again.submit({"insert": "too early"}, base=1, seq=7)
    assert (await again.next("rejected", "revisions"))["code"] == "seq_too_old"
    body = {"client_id": alice.client_id, "seq": 7, "base_version": 1, "delta": [{"insert": "too early"}]}
    with pytest.raises(HTTPError) as refusal:
        table.server.rest("alice", "POST", f"/api/v1/documents/{table.document}/revisions", body)
    refusal.value.close()
    assert refusal.value.code == 409
    assert table.text() == "x\n"


async def test_the_seq_of_what_could_not_be_read_is_used_up_too(table: Table) -> None:
    alice = await table.joins("alice")
    await alice.submit({"retain": -1}, seq=1)
    assert (await alice.next("rejected"))["code"] == "bad_delta"
    await alice.submit({"insert": "x"}, seq=1)
    assert (await alice.next("rejected", "revisions"))["code"] == "seq_too_old"


async def test_what_is_committed_is_acknowledged_even_where_its_copy_is_garbled(table: Table) -> None:
    alice = await table.joins("alice")
    await alice.types("x")
    await alice.submit({"retain": -1}, seq=1)
    assert await alice.next("ack", "rejected") == {"type": "ack", "seq": 1, "version": 1}


async def test_who_only_reads_takes_no_client_id_by_being_rejected(table: Table) -> None:
    carol = await table.joins("carol", "shared-0001")
    await carol.submit({"insert": "x"}, seq=9)
    assert (await carol.next("rejected"))["code"] == "not_allowed"
    bob = await table.joins("bob", "shared-0001")
    assert await bob.types("mine") == 1


# -- rights --


async def test_who_reads_does_not_edit(table: Table) -> None:
    alice, carol = await table.joins("alice"), await table.joins("carol")
    await carol.submit({"insert": "x"})
    assert await carol.next("rejected") == {
        "type": "rejected",
        "seq": 1,
        "code": "not_allowed",
        "message": "Your role does not allow editing this document.",
    }
    assert await carol.quiet() == []
    await alice.types("still in order")
    await carol.reaches(1)


async def test_a_token_that_only_reads_does_not_edit(table: Table) -> None:
    email = table.server.people["alice"].email
    token = table.server.manage("create_token", email, "--scope", "read").strip()
    alice = await table.sits("alice")
    await alice.hello(token=token)
    await alice.submit({"insert": "x"})
    assert (await alice.next("rejected"))["code"] == "not_allowed"


async def test_another_persons_client_id_is_taken(table: Table) -> None:
    alice = await table.joins("alice", "shared-0001")
    await alice.types("mine")
    bob = await table.joins("bob", "shared-0001")
    await bob.submit({"insert": "x"}, seq=1)  # alice's seq 1 is committed: bob learns nothing of it
    assert (await bob.next("rejected", "ack"))["code"] == "client_id_taken"
    await bob.submit({"insert": "x"}, seq=2)
    assert (await bob.next("rejected", "ack"))["code"] == "client_id_taken"
    assert table.text() == "mine\n"


async def test_a_frozen_document_takes_nothing(table: Table) -> None:
    alice = await table.joins("alice")
    table.server.rest("alice", "PATCH", f"/api/v1/documents/{table.document}", {"state": "frozen"})
    await alice.submit({"insert": "x"})
    assert (await alice.next("rejected"))["code"] == "document_frozen"
    table.server.rest("alice", "PATCH", f"/api/v1/documents/{table.document}", {"state": "open"})
    await alice.next("document")
    while alice.heard[-1].get("state") != "open":
        await alice.next("document")
    await alice.types("thawed")


async def test_an_agent_that_has_spent_its_budget_is_told_so_and_stays(table: Table) -> None:
    rest = table.server.rest
    robot = rest("alice", "POST", "/api/v1/agents", {"name": "Robot", "changes_an_hour": 1})
    member = {"email": robot["address"], "role": "editor"}
    rest("alice", "PUT", f"/api/v1/documents/{table.document}/members", member)
    token = rest("alice", "POST", f"/api/v1/agents/{robot['id']}/tokens", {"name": "its key"})["token"]
    agent = await table.sits("alice", "robots-pen")
    welcome = await agent.hello(token=token)
    assert (welcome["user"]["kind"], welcome["user"]["on_behalf_of"]) == ("agent", "Alice")
    await agent.types("once")
    await agent.submit({"insert": "twice"}, base=1)
    assert (await agent.next("rejected"))["code"] == "over_budget"
    await (await table.joins("bob")).types("Bob goes on: ")
    await agent.reaches(2)
    assert table.text() == "Bob goes on: once\n"


# -- bad input: the connection stays, and nothing is changed --


@pytest.mark.parametrize(
    ("ops", "code"),
    [
        ([{"delete": 1}], "final_newline"),
        ([{"retain": 1}, {"insert": "x"}], "final_newline"),
        ([{"retain": 5}, {"insert": "x"}], "beyond_end"),
        ([{"delete": 2**53 - 1}], "beyond_end"),
        ([{"retain": -1}], "bad_delta"),
        ([{"delete": 0}], "bad_delta"),
        ([{"retain": 1.5}], "bad_delta"),
        ([{"retain": True}], "bad_delta"),
        ([{"insert": ""}], "bad_delta"),
        ([{"insert": 5}], "bad_delta"),
        ([{"insert": None}], "bad_delta"),
        ([{}], "bad_delta"),
        ([{"insert": "a", "delete": 1}], "bad_delta"),
        ([{"retain": {"a": 1}}], "bad_delta"),
        ([{"insert": "a\x00b"}], "bad_delta"),
        ([{"insert": "\ud800"}], "splits_surrogate"),
        ([{"insert": {"video": "https://example.com"}}], "format_not_allowed"),
        ([{"insert": {"image": "data:image/png;base64,AAAA"}}], "format_not_allowed"),
        ([{"insert": "x", "attributes": {"link": "javascript:alert(1)"}}], "format_not_allowed"),
        ([{"insert": "x", "attributes": {"onclick": "x"}}], "format_not_allowed"),
    ],
)
async def test_a_bad_change_is_rejected(table: Table, ops: list[dict[str, object]], code: str) -> None:
    alice = await table.joins("alice")
    await alice.submit(*ops)
    rejected = await alice.next("rejected", "error", "revisions")
    assert rejected | {"message": ""} == {"type": "rejected", "seq": 1, "code": code, "message": ""}
    assert await alice.types("next") == 1


async def test_half_a_character_is_not_cut_off(table: Table) -> None:
    alice = await table.joins("alice")
    await alice.types("a😀b")
    await alice.submit({"retain": 2}, {"insert": "x"})
    assert (await alice.next("rejected"))["code"] == "splits_surrogate"
    await alice.acknowledged(await alice.submit({"retain": 3}, {"insert": "x"}))
    assert table.text() == "a😀xb\n"


async def test_a_base_in_the_future_is_rejected(table: Table) -> None:
    alice = await table.joins("alice")
    await alice.submit({"insert": "x"}, base=1)
    assert (await alice.next("rejected"))["code"] == "base_version_ahead"
    await alice.submit({"insert": "x"}, base=2**53 - 1)
    assert (await alice.next("rejected"))["code"] == "base_version_ahead"
    assert table.contents()["version"] == 0


async def test_a_seq_below_the_highest_that_was_never_seen_is_rejected(table: Table) -> None:
    alice = await table.joins("alice")
    await alice.acknowledged(await alice.submit({"insert": "x"}, seq=5))
    await alice.submit({"insert": "y"}, seq=3)
    assert (await alice.next("rejected", "ack"))["code"] == "seq_too_old"
    assert table.text() == "x\n"


async def test_a_base_below_an_own_revision_is_rejected(table: Table) -> None:
    alice = await table.joins("alice")
    await alice.types("x")
    await alice.submit({"insert": "y"}, base=0)
    assert (await alice.next("rejected"))["code"] == "base_version_behind"


async def test_a_second_while_the_first_waits_is_rejected(table: Table) -> None:
    alice = await table.joins("alice")
    await alice.submit({"insert": "x"}, base=0)
    await alice.submit({"insert": "y"}, base=0)
    assert (await alice.next("rejected"))["seq"] == 2
    await alice.reaches(1)
    assert table.text() == "x\n"


async def test_a_flood_of_bad_changes_is_cut_off(table: Table) -> None:
    bob = await table.joins("bob")
    ended = await bob.floods(lambda index: bob.submit({"retain": -1}, seq=index + 1))
    assert ended.code == 4529
    assert "Traceback" not in table.server.log
