"""The account page of webhooks."""

import pytest
from django.test import Client

from accounts.models import User
from documents.models import Document
from documents.webhooks.models import Delivery, Webhook
from jobs.runner import run_due
from tests.documents.webhooks.sink import Sink

pytestmark = pytest.mark.django_db
PAGE = "/accounts/webhooks/"


@pytest.fixture
def browser(bob: User) -> Client:
    """Bob's."""
    client = Client()
    client.force_login(bob)
    return client


def make(browser: Client, document: Document, url: str) -> str:
    fields = {"document": str(document.pk), "url": url, "kinds": ["document"], "deltas": "on"}
    return browser.post(PAGE, fields).content.decode()


def test_one_is_made_tested_turned_off_and_deleted(browser: Client, document: Document, sink: Sink) -> None:
    assert "whsec_" in make(browser, document, sink.url)
    webhook = Webhook.objects.get()
    assert (webhook.kinds, webhook.deltas) == (["document"], True)
    here = f"{PAGE}{webhook.pk}/"
    assert browser.post(f"{here}test/").status_code == 302
    run_due(outside=True)
    shown = browser.get(PAGE).content.decode()
    assert "204" in shown
    assert "whsec_" not in shown
    assert browser.post(f"{here}{Delivery.objects.get().pk}/again/").status_code == 302
    run_due(outside=True)
    assert len(sink.got) == 2
    assert "whsec_" in browser.post(f"{here}secret/").content.decode()
    browser.post(f"{here}off/")
    assert "by you" in browser.get(PAGE).content.decode()
    browser.post(f"{here}on/")
    webhook.refresh_from_db()
    assert not webhook.off
    browser.post(f"{here}delete/")
    assert not Webhook.objects.exists()


def test_it_comes_with_the_document_that_one_came_from(browser: Client, document: Document) -> None:
    shown = browser.get(f"{PAGE}?document={document.pk}").content.decode()
    assert f'<option value="{document.pk}" selected>' in shown


# Rights


def test_others_webhooks_are_not_there(browser: Client, alice: User, document: Document) -> None:
    webhook = Webhook.objects.create(
        document=document, user=alice, url="https://secret.example/", kinds=["document"], version=0, number=0
    )
    assert "secret.example" not in browser.get(PAGE).content.decode()
    for act in ("test", "secret", "on", "off"):
        assert browser.post(f"{PAGE}{webhook.pk}/{act}/").status_code == 404


def test_nobody_logged_in_is_sent_to_log_in() -> None:
    assert Client().get(PAGE).status_code == 302


# Bad input


def test_an_address_that_webhooks_do_not_go_to_is_said_to_be_none(browser: Client, document: Document) -> None:
    assert "public Internet" in make(browser, document, "https://127.0.0.1/")
    assert not Webhook.objects.exists()


def test_a_document_that_is_not_ones_own_to_choose_is_none(browser: Client, alice: User, sink: Sink) -> None:
    other = Document.objects.create(owner=alice, title="Not bob's")
    make(browser, other, sink.url)
    assert not Webhook.objects.exists()
