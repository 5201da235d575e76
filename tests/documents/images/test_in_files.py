"""Images in files: those that a document is written as hold or name them, and those that are read bring theirs in."""

from io import BytesIO
from typing import Any
from uuid import UUID

import docx
import pytest
from django.conf import LazySettings
from django.test import Client
from docx.shared import Inches
from PIL import Image as Pillow

from accounts.models import AuditEntry, User
from documents import history
from documents.exchange import found_images
from documents.exchange.docx_writer import to_docx
from documents.exchange.found_images import FoundImages
from documents.images import acts
from documents.images.drawing import Drawing
from documents.images.models import Image
from documents.images.redrawing import drawn_anew
from documents.models import Document
from documents.submit import write
from protocol.delta import Delta
from tests.documents.conftest import Asker, principal
from tests.documents.images.test_redrawing import red, written

Ops = list[dict[str, Any]]


@pytest.fixture
def image(document: Document, bob: User) -> Image:
    """One that the document shows, between words."""
    image = acts.put(document.pk, principal(bob), drawn_anew(red()))
    named = {"insert": {"image": str(image.image_id)}, "attributes": {"alt": "A red [cat]"}}
    write(document.pk, principal(bob), "test", lambda _: Delta([{"insert": "Look: "}, named, {"insert": "!"}]))
    return image


def exported(document: Document, user: User, form: str) -> bytes:
    client = Client()
    client.force_login(user)
    answer = client.get(f"/api/v1/documents/{document.pk}/export?format={form}")
    assert answer.status_code == 200
    return bytes(answer.content)


def test_the_admin_shows_them_to_who_has_no_part_in_the_document(document: Document, image: Image) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("root@example.com"))
    shown = client.get(f"/admin/documents/document/{document.pk}/change/").content.decode()
    assert shown.count('<img src="data:image/png;base64,') == 1


def imported(ask: Asker, data: bytes, form: str) -> UUID:
    answer = ask("POST", f"documents/import?format={form}", raw=data)
    assert answer.status == 201, answer.body
    return UUID(answer.body["id"])


def ops_of(document_id: UUID) -> Ops:
    return history.contents_at(document_id, history.head_version([document_id])[document_id]).to_json()


def pixel(document_id: UUID, image_id: str) -> Any:
    """The first pixel of an image as a document keeps it."""
    data = acts.bytes_of(Image.objects.get(document=document_id, image_id=image_id))
    assert data
    return Pillow.open(BytesIO(data)).convert("RGB").getpixel((0, 0))


@pytest.mark.parametrize("form", ["docx", "html", "markdown"])
def test_a_file_brings_back_the_images_of_the_document(
    document: Document, image: Image, as_bob: Asker, bob: User, form: str
) -> None:
    made = imported(as_bob, exported(document, bob, form), form)
    before, shown, after = ops_of(made)
    assert (before["insert"], after["insert"]) == ("Look: ", "!\n")
    assert shown["attributes"] == {"alt": "A red [cat]"}
    assert shown["insert"]["image"] != str(image.image_id)
    assert pixel(made, shown["insert"]["image"]) == (255, 0, 0)


def test_markdown_says_where_an_image_is(document: Document, image: Image, bob: User) -> None:
    address = f"http://testserver/documents/{document.pk}/images/{image.image_id}"
    assert exported(document, bob, "markdown").decode() == f"Look: ![A red \\[cat\\]]({address})!\n"


def test_a_file_goes_into_a_document_with_its_images(document: Document, image: Image, as_bob: Asker) -> None:
    page = f'<p>Another: <img src="{drawn_anew(red("JPEG")).address}" alt="B"></p>'
    answer = as_bob("POST", f"documents/{document.pk}/import?format=html&place=start", raw=page.encode())
    assert answer.status == 201
    _words, shown, *_ = ops_of(document.pk)
    red_one = pixel(document.pk, shown["insert"]["image"])
    assert red_one[0] > 250
    entry = AuditEntry.objects.filter(act="images.put").latest("pk")
    assert (str(entry.document_id), entry.about["image_id"]) == (str(document.pk), shown["insert"]["image"])


@pytest.mark.parametrize(("form", "text"), [("html", '<img src="{}" alt="B">'), ("markdown", "![B]({})")])
def test_a_file_that_is_read_for_a_document_leaves_its_images_there(
    document: Document, as_bob: Asker, form: str, text: str
) -> None:
    data = text.format(drawn_anew(red()).address).encode()
    answer = as_bob("POST", f"contents?format={form}&document_id={document.pk}", raw=data)
    [shown, _end] = answer.body["contents"]
    assert pixel(document.pk, shown["insert"]["image"]) == (255, 0, 0)
    answer = as_bob("POST", f"contents?format={form}", raw=data)
    assert answer.body["contents"] == [{"insert": "B\n"}]


def test_what_word_wrote(as_bob: Asker) -> None:
    file, packed = docx.Document(), BytesIO()
    paragraph = file.add_paragraph("Twice: ")
    for kind in ("PNG", "PNG", "GIF", "BMP"):
        paragraph.add_run().add_picture(BytesIO(red(kind)), width=Inches(1))
    file.save(packed)
    made = imported(as_bob, packed.getvalue(), "docx")
    shown = [op["insert"]["image"] for op in ops_of(made) if isinstance(op["insert"], dict)]
    assert len(shown) == 3  # a BMP is none of the formats that are taken
    assert shown[0] == shown[1]
    assert {pixel(made, image_id) for image_id in shown} == {(255, 0, 0)}
    assert Image.objects.filter(document=made).count() == 2


@pytest.mark.parametrize(("alpha", "becomes"), [(255, "jpeg"), (90, "png")])
def test_what_word_can_open(alpha: int, becomes: str) -> None:
    drawing = drawn_anew(written(Pillow.new("RGBA", (2000, 500), (255, 0, 0, alpha)), "WEBP"))
    image = {"insert": {"image": "0b7e4c0a-5d5f-4a38-9f3c-0d6f1c2b3a49"}}
    data = to_docx([image, image, {"insert": "\n"}], "A title", lambda _: drawing)
    shapes = docx.Document(BytesIO(data)).inline_shapes
    assert len(shapes) == 2
    assert (round(shapes[0].width.cm, 1), round(shapes[0].height.cm, 1)) == (15.9, 4.0)
    parts = docx.Document(BytesIO(data)).part.package.iter_parts()
    assert [part.partname for part in parts if "media" in part.partname] == [f"/word/media/image0.{becomes}"]


# Rights


def test_an_address_of_a_document_that_is_not_theirs_stays_a_link(
    document: Document, image: Image, mallory: User
) -> None:
    address = f"https://example.org/documents/{document.pk}/images/{image.image_id}"
    made = imported(Asker(mallory, "read", "write"), f"![A cat]({address})".encode(), "markdown")
    assert ops_of(made) == [{"insert": "A cat", "attributes": {"link": address}}, {"insert": "\n"}]
    assert not Image.objects.filter(document=made).exists()


def test_who_may_only_read_a_document_leaves_nothing_there(document: Document, as_carol: Asker) -> None:
    page = f'<img src="{drawn_anew(red()).address}">'.encode()
    for address in (f"contents?format=html&document_id={document.pk}", f"documents/{document.pk}/import?format=html"):
        assert as_carol("POST", address, raw=page).refused == (403, "forbidden")
    assert not Image.objects.exists()


# Bad input


@pytest.mark.parametrize(
    "source",
    ["data:image/png;base64,PHNjcmlwdD4=", "data:image/png;base64,%%%", "data:image/svg+xml,<svg/>", "data:", ""],
)
def test_what_is_no_image_leaves_its_words(as_bob: Asker, source: str) -> None:
    made = imported(as_bob, f'<p>See <img src="{source}" alt="a cat"></p>'.encode(), "html")
    assert ops_of(made) == [{"insert": "See a cat\n"}]


def test_a_link_to_data_is_none(as_bob: Asker) -> None:
    page = f'<a href="{drawn_anew(red()).address}">here</a>'
    assert ops_of(imported(as_bob, page.encode(), "html")) == [{"insert": "here\n"}]


def test_images_of_files_count_towards_the_quota(as_bob: Asker, settings: LazySettings) -> None:
    settings.QUOTA_BYTES = 100
    page = f'<p>Text <img src="{drawn_anew(red("JPEG")).address}"></p>'.encode()
    assert as_bob("POST", "documents/import?format=html", raw=page).refused == (403, "quota_exceeded")
    assert not Document.objects.filter(title="Untitled").exists()
    assert not Image.objects.exists()


def test_only_so_many_images_are_taken_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(found_images, "MOST_IMAGES", 1)
    monkeypatch.setattr(found_images, "LARGEST_IMAGE", 8)
    images = FoundImages()
    first = images.hold(b"one")
    assert images.hold(b"two") is None
    assert images.hold(b"one") == first
    assert images.at(Drawing("image/png", 1, 1, b"one").address) == first
    assert FoundImages().hold(b"a large one") is None
