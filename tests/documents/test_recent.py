"""What someone opened last: noted by the editor's page, listed by `order=opened`"""

from datetime import timedelta
from typing import Any

from django.test import Client

from accounts.models import User
from documents import acts, visits
from documents.models import Document, Visit
from tests.documents.conftest import Asker


def opened(asker: Asker, about: str = "") -> list[str]:
    answer = asker("GET", f"documents?order=opened{about}")
    assert answer.status == 200, answer.body
    return [document["title"] for document in answer.body["documents"]]


def open_page(user: User, document: Document) -> int:
    client = Client()
    client.force_login(user)
    return client.get(f"/documents/{document.pk}/").status_code


def age(by: timedelta) -> None:
    for visit in Visit.objects.all():
        visit.opened_at -= by
        visit.save()


def test_what_one_opened_is_listed_the_last_first(document: Document, bob: User, as_bob: Asker) -> None:
    own = acts.create(bob.pk, "Bob's alone")
    acts.create(bob.pk, "Never opened")
    assert open_page(bob, document) == 200
    age(timedelta(hours=1))
    assert open_page(bob, own) == 200
    assert opened(as_bob) == ["Bob's alone", "A document"]
    age(timedelta(hours=1))
    open_page(bob, document)
    assert opened(as_bob) == ["A document", "Bob's alone"]
    at = as_bob("GET", f"documents/{document.pk}").body["opened_at"]
    assert at[:19] == Visit.objects.get(document=document).opened_at.isoformat()[:19]


def test_it_goes_by_pages(document: Document, bob: User, as_bob: Asker) -> None:
    open_page(bob, document), open_page(bob, acts.create(bob.pk, "Bob's alone"))
    first = as_bob("GET", "documents?order=opened&limit=1").body
    assert opened(as_bob, f"&limit=1&cursor={first['next_cursor']}") == ["A document"]


def test_to_open_it_again_at_once_writes_nothing(document: Document, bob: User, django_assert_num_queries: Any) -> None:
    visits.note(document.pk, bob.pk)
    before = Visit.objects.get().opened_at
    with django_assert_num_queries(1):
        visits.note(document.pk, bob.pk)
    assert Visit.objects.get().opened_at == before
    age(visits.WRITTEN_EVERY)
    visits.note(document.pk, bob.pk)
    assert Visit.objects.get().opened_at >= before


def test_nobody_sees_what_another_opened(document: Document, bob: User, as_alice: Asker) -> None:
    open_page(bob, document)
    assert opened(as_alice) == []
    assert as_alice("GET", f"documents/{document.pk}").body["opened_at"] is None


def test_what_one_may_not_read_any_more_is_not_listed(document: Document, carol: User, as_carol: Asker) -> None:
    open_page(carol, document)
    acts.remove_member(document.pk, None, carol.pk)
    assert opened(as_carol) == []


def test_who_may_not_open_it_has_not(document: Document, mallory: User) -> None:
    assert open_page(mallory, document) == 404
    assert not Visit.objects.exists()
