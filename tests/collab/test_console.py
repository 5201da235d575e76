"""GET /console: a person's documents, and examples that can be said."""

import pytest
from django.test import Client

from accounts.models import User
from documents.models import Document
from tests.specification.fitting import misfit


def test_it_works(alice: User, document: Document) -> None:
    browser = Client()
    browser.force_login(alice)
    page = browser.get("/console", {"document": str(document.pk)})
    assert (page.status_code, page.context["chosen"]) == (200, str(document.pk))
    assert {template["type"] for template in page.context["templates"]} >= {"hello", "submit", "fetch", "ping"}
    assert page.context["templates"][0]["type"] == "submit"
    assert [misfit(template["message"], "ClientMessage") for template in page.context["templates"]] == [""] * len(
        page.context["templates"]
    )


def test_only_ones_own_documents_are_offered(mallory: User, document: Document) -> None:
    browser = Client()
    browser.force_login(mallory)
    assert browser.get("/console", {"document": str(document.pk)}).context["documents"] == []


@pytest.mark.usefixtures("db")
def test_who_is_not_logged_in_logs_in_first() -> None:
    assert Client().get("/console")["Location"].startswith("/accounts/login/")


def test_a_document_that_cannot_be_is_none(alice: User) -> None:
    browser = Client()
    browser.force_login(alice)
    assert browser.get("/console", {"document": "<x>"}).context["chosen"] == ""
