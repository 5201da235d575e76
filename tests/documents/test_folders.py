"""/api/v1/folders, /api/v1/documents/{id}/folder, and the list by folder"""

from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from documents import acts, folders
from documents.models import Document, Folder
from tests.documents.conftest import Asker


def titles(asker: Asker, query: str) -> list[str]:
    answer = asker("GET", f"documents?{query}")
    assert answer.status == 200, answer.body
    return [document["title"] for document in answer.body["documents"]]


def made(asker: Asker, name: str) -> str:
    answer = asker("POST", "folders", {"name": name})
    assert answer.status == 201, answer.body
    return str(answer.body["id"])


def names(asker: Asker) -> list[str]:
    return [folder["name"] for folder in asker("GET", "folders").body["folders"]]


def test_a_document_is_kept_in_a_folder(document: Document, bob: User, as_bob: Asker) -> None:
    acts.create(bob.pk, "Elsewhere")
    plans, work = made(as_bob, "Plans"), made(as_bob, "Work")
    assert as_bob("PUT", f"documents/{document.pk}/folder", {"folder_id": plans}).status == 204
    assert titles(as_bob, f"folder={plans}") == ["A document"]
    assert as_bob("GET", f"documents/{document.pk}").body["folder_id"] == plans
    as_bob("PUT", f"documents/{document.pk}/folder", {"folder_id": work})  # it is in one at most
    assert (titles(as_bob, f"folder={plans}"), titles(as_bob, f"folder={work}")) == ([], ["A document"])
    for _ in range(2):  # twice is once
        assert as_bob("DELETE", f"documents/{document.pk}/folder").status == 204
    assert titles(as_bob, f"folder={work}") == []
    assert as_bob("GET", f"documents/{document.pk}").body["folder_id"] is None


def test_folders_are_made_listed_and_renamed(as_bob: Asker) -> None:
    last, _ = made(as_bob, "zebra"), made(as_bob, "  Éva's \n things ")
    made(as_bob, "Apes")
    assert names(as_bob) == ["Apes", "zebra", "Éva's things"]
    assert as_bob("PATCH", f"folders/{last}", {"name": "aardvark"}).body["name"] == "aardvark"
    assert names(as_bob) == ["aardvark", "Apes", "Éva's things"]


def test_the_documents_of_a_deleted_folder_stay(document: Document, as_bob: Asker) -> None:
    folder = made(as_bob, "Plans")
    as_bob("PUT", f"documents/{document.pk}/folder", {"folder_id": folder})
    assert as_bob("DELETE", f"folders/{folder}").status == 204
    assert names(as_bob) == []
    assert titles(as_bob, "") == ["A document"]
    assert as_bob("GET", f"documents/{document.pk}").body["folder_id"] is None


def test_folders_are_for_oneself_alone(document: Document, as_alice: Asker, as_bob: Asker) -> None:
    folder = made(as_bob, "Plans")
    as_bob("PUT", f"documents/{document.pk}/folder", {"folder_id": folder})
    assert names(as_alice) == []
    assert titles(as_alice, f"folder={folder}") == []
    assert as_alice("GET", f"documents/{document.pk}").body["folder_id"] is None
    assert as_alice("PUT", f"documents/{document.pk}/folder", {"folder_id": folder}).refused == (404, "not_found")
    assert as_alice("PATCH", f"folders/{folder}", {"name": "Mine"}).refused == (404, "not_found")
    assert as_alice("DELETE", f"folders/{folder}").refused == (404, "not_found")
    assert names(as_bob) == ["Plans"]


def test_a_folder_gives_no_right(document: Document, carol: User, as_carol: Asker, as_mallory: Asker) -> None:
    folder = made(as_carol, "Mine")
    as_carol("PUT", f"documents/{document.pk}/folder", {"folder_id": folder})
    acts.remove_member(document.pk, None, carol.pk)
    assert titles(as_carol, f"folder={folder}") == []
    assert as_carol("DELETE", f"documents/{document.pk}/folder").refused == (404, "not_found")
    own = {"folder_id": made(as_mallory, "Mine")}
    for there in (document.pk, uuid4()):
        assert as_mallory("PUT", f"documents/{there}/folder", own).refused == (404, "not_found")


def test_they_need_a_token_that_reads_or_writes(alice: User, document: Document, as_nobody: Asker) -> None:
    reader, writer = Asker(alice, "read"), Asker(alice, "write")
    assert as_nobody("GET", "folders").refused == (401, "unauthenticated")
    assert writer("GET", "folders").refused == (403, "forbidden")
    assert reader("POST", "folders", {"name": "x"}).refused == (403, "forbidden")
    assert reader("PATCH", f"folders/{uuid4()}", {"name": "x"}).refused == (403, "forbidden")
    assert reader("DELETE", f"folders/{uuid4()}").refused == (403, "forbidden")
    assert reader("DELETE", f"documents/{document.pk}/folder").refused == (403, "forbidden")


def test_two_folders_of_one_name_are_refused(as_alice: Asker, as_bob: Asker) -> None:
    other = made(as_bob, "Plans")
    made(as_alice, "Plans")
    work = made(as_bob, "Work")
    assert as_bob("POST", "folders", {"name": " Plans"}).refused == (422, "invalid_field")
    assert as_bob("PATCH", f"folders/{work}", {"name": "Plans"}).refused == (422, "invalid_field")
    assert as_bob("PATCH", f"folders/{other}", {"name": "Plans"}).status == 200


def test_there_are_so_many_and_no_more(as_bob: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "MOST", 2)
    made(as_bob, "one"), made(as_bob, "two")
    assert as_bob("POST", "folders", {"name": "three"}).refused == (422, "invalid_field")
    assert Folder.objects.count() == 2


@pytest.mark.parametrize("name", ["", " \n", "x" * 101, "a\x00b", "right-to-left \u202e", 7, None])
def test_it_refuses_a_name_that_is_none(as_bob: Asker, name: Any) -> None:
    assert as_bob("POST", "folders", {"name": name}).refused == (422, "invalid_field")
    assert not Folder.objects.exists()


@pytest.mark.parametrize("body", [{}, {"folder_id": None}, {"folder_id": "x"}, {"folder_id": 7}, []])
def test_it_refuses_what_is_no_folder(document: Document, as_bob: Asker, body: Any) -> None:
    assert as_bob("PUT", f"documents/{document.pk}/folder", body).refused == (422, "invalid_field")
