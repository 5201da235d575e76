"""Images where a document is shown or taken along: files, and its published page."""

from base64 import b64encode
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client

from accounts.models import User
from documents.exchange.docx_writer import to_docx
from documents.exchange.html_writer import to_html
from documents.exchange.markdown_writer import to_markdown
from documents.exchange.pdf_writer import to_pdf
from documents.images import acts
from documents.images.drawing import Drawing
from documents.images.models import Image
from documents.models import Document
from documents.publishing.acts import publish, unpublish
from documents.submit import submit
from protocol.authority import Submission
from protocol.delta import Delta
from tests.documents.conftest import principal
from tests.documents.images.test_redrawing import red

ID = "0b7e4c0a-5d5f-4a38-9f3c-0d6f1c2b3a49"
OPS: list[Any] = [{"insert": {"image": ID}, "attributes": {"alt": 'A "cat"'}}, {"insert": "\n"}]


@pytest.fixture
def image(document: Document, bob: User) -> Image:
    """One that the document shows."""
    image = acts.put(document.pk, principal(bob), Drawing("image/png", 1, 1, b"pixels"))
    change = Delta([{"insert": {"image": str(image.image_id)}, "attributes": {"alt": "A cat"}}])
    submit(document.pk, principal(bob), Submission("bobs-script", 1, 0, change))
    return image


def test_a_page_of_html_holds_its_images(document: Document, image: Image, carol: User) -> None:
    client = Client()
    client.force_login(carol)
    page = client.get(f"/api/v1/documents/{document.pk}/export?format=html").content.decode()
    assert '<img src="data:image/png;base64,cGl4ZWxz" alt="A cat">' in page


def test_a_pdf_holds_its_images() -> None:
    dot = "data:image/png;base64," + b64encode(red()).decode()
    assert b"/Image" in to_pdf(OPS, "A title", lambda _: dot)
    assert b"/Image" not in to_pdf(OPS, "A title")


def test_where_there_is_no_image_its_words_stand() -> None:
    assert to_html(OPS) == '<p>A "cat"</p>'
    assert to_markdown(OPS) == 'A "cat"\n'
    with ZipFile(BytesIO(to_docx(OPS, "A title"))) as package:
        assert b'A "cat"' in package.read("word/document.xml")
    assert to_html(OPS, lambda image_id: f"/{image_id}") == f'<p><img src="/{ID}" alt="A &quot;cat&quot;"></p>'


def test_a_published_page_shows_the_images_that_are_in_it(document: Document, image: Image, client: Client) -> None:
    address = f"/p/plans/images/{image.image_id}"
    assert client.get(address).status_code == 404
    publish(document.pk, None, slug="plans")
    assert f'<img src="{address}" alt="A cat">' in client.get("/p/plans/").content.decode()
    shown = client.get(address)
    assert (shown.content, shown.headers["Content-Type"]) == (b"pixels", "image/png")
    assert shown.headers["Cache-Control"] == "no-store"
    unpublish(document.pk, None)
    assert client.get(address).status_code == 404


def test_it_shows_no_image_that_was_taken_out(document: Document, image: Image, bob: User, client: Client) -> None:
    publish(document.pk, None, slug="plans")
    submit(document.pk, principal(bob), Submission("bobs-script", 2, 1, Delta([{"delete": 1}])))
    assert client.get(f"/p/plans/images/{image.image_id}").status_code == 404


@pytest.mark.parametrize("address", ["data:text/html,a", "data:image/svg+xml;base64,AA", "https://example.org/a.png"])
def test_an_address_that_leads_elsewhere_is_none(address: str) -> None:
    assert "src" not in to_html(OPS, lambda _: address)
