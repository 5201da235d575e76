"""Images of a document: bringing them in and getting them, over REST and in its pages."""

from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.test import Client
from PIL import Image as Pillow

from accounts import tokens
from accounts.models import AuditEntry, User
from documents import acts
from documents.images.models import Image
from documents.models import Document
from tests.documents.conftest import Asker, principal


def picture(kind: str = "PNG", size: tuple[int, int] = (4, 3), **about: object) -> bytes:
    file = BytesIO()
    Pillow.new("RGB", size, "#c33").save(file, kind, **about)
    return file.getvalue()


def address(document: Document, image_id: str = "") -> str:
    return f"documents/{document.pk}/images" + (f"/{image_id}" if image_id else "")


def uploaded(document: Document, ask: Asker, data: bytes | None = None) -> str:
    answer = ask("POST", address(document), raw=picture() if data is None else data)
    assert answer.status == 201, answer.body
    return str(answer.body["id"])


def seen(document: Document, user: User | None, image_id: object) -> Any:
    """What the browser of someone gets."""
    client = Client()
    if user:
        client.force_login(user)
    return client.get(f"/documents/{document.pk}/images/{image_id}")


def test_what_bob_brings_in_carol_sees(document: Document, as_bob: Asker, carol: User) -> None:
    image_id = uploaded(document, as_bob)
    answer = seen(document, carol, image_id)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    shown = Pillow.open(BytesIO(answer.content))
    assert (shown.size, shown.convert("RGB").getpixel((0, 0))) == ((4, 3), (204, 51, 51))


def test_programs_get_it_too(document: Document, as_bob: Asker, carol: User) -> None:
    image_id = uploaded(document, as_bob)
    token = tokens.create(carol.pk, "test", ["read"])[1]
    answer = Client().get(f"/api/v1/{address(document, image_id)}", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")


def test_an_image_of_another_document_is_copied(document: Document, as_bob: Asker, bob: User, alice: User) -> None:
    other = acts.create(bob.pk, "Bob's own")
    known = {"document_id": str(other.pk), "image_id": uploaded(other, as_bob)}
    answer = as_bob("POST", f"{address(document)}/copies", known)
    assert (answer.status, answer.body["width"]) == (201, 4)
    assert answer.body["id"] != known["image_id"]
    assert seen(document, alice, answer.body["id"]).status_code == 200


def test_nobody_copies_what_they_may_not_see_or_where_they_may_not_edit(
    document: Document, as_bob: Asker, as_carol: Asker, bob: User, alice: User
) -> None:
    secret = acts.create(alice.pk, "Alice's own")
    known = {"document_id": str(secret.pk), "image_id": uploaded(secret, Asker(alice, "read", "write"))}
    assert as_bob("POST", f"{address(document)}/copies", known).refused == (404, "not_found")
    unknown = {**known, "image_id": str(uuid4())}
    assert Asker(alice, "write", "read")("POST", f"{address(document)}/copies", unknown).refused == (404, "not_found")
    assert as_carol("POST", f"{address(document)}/copies", known).refused == (403, "forbidden")


def test_it_is_audited(document: Document, as_bob: Asker, bob: User) -> None:
    image_id = uploaded(document, as_bob)
    entry = AuditEntry.objects.get(act="images.put")
    assert (entry.by_id, entry.document_id) == (bob.pk, document.pk)
    assert entry.about["image_id"] == image_id


def test_it_counts_towards_the_owners_quota(document: Document, as_bob: Asker, settings: LazySettings) -> None:
    settings.QUOTA_BYTES = 200
    uploaded(document, as_bob)
    noise = Pillow.effect_noise((100, 100), 100)
    file = BytesIO()
    noise.save(file, "PNG")
    assert as_bob("POST", address(document), raw=file.getvalue()).refused == (403, "quota_exceeded")


def test_a_copy_has_images_of_its_own(document: Document, as_bob: Asker, as_carol: Asker, carol: User) -> None:
    image_id = uploaded(document, as_bob)
    unnamed = uploaded(document, as_bob)
    ops = [{"insert": {"image": image_id}, "attributes": {"alt": "A red field"}}]
    change = {"client_id": "bobs-script", "seq": 1, "base_version": 0, "delta": ops}
    assert as_bob("POST", f"documents/{document.pk}/revisions", change).status in (200, 201)
    copy = Document.objects.get(pk=as_carol("POST", f"documents/{document.pk}/copy", {}).body["id"])
    document.delete()
    assert seen(copy, carol, image_id).status_code == 200
    assert seen(copy, carol, unnamed).status_code == 404


# -- rights --


def test_only_those_who_may_edit_bring_images_in(document: Document, as_carol: Asker, as_mallory: Asker) -> None:
    assert as_carol("POST", address(document), raw=picture()).refused == (403, "forbidden")
    assert as_mallory("POST", address(document), raw=picture()).refused == (404, "not_found")
    assert not Image.objects.exists()


def test_nobody_does_while_the_document_is_frozen(document: Document, as_bob: Asker, alice: User) -> None:
    acts.move(document.pk, principal(alice), "frozen")
    assert as_bob("POST", address(document), raw=picture()).refused == (409, "document_frozen")


def test_only_those_who_may_read_see_them(
    document: Document, as_alice: Asker, as_mallory: Asker, bob: User, mallory: User
) -> None:
    image_id = uploaded(document, as_alice)
    for stranger in (mallory, None):
        assert seen(document, stranger, image_id).status_code == 404
    assert as_mallory("GET", address(document, image_id)).refused == (404, "not_found")
    assert seen(document, bob, image_id).status_code == 200
    acts.remove_member(document.pk, None, bob.pk)
    assert seen(document, bob, image_id).status_code == 404


def test_an_image_of_another_document_is_none_of_this_one(document: Document, as_alice: Asker, alice: User) -> None:
    image_id = uploaded(document, as_alice)
    other = acts.create(alice.pk, "Another")
    assert seen(other, alice, image_id).status_code == 404
    assert as_alice("GET", address(other, image_id)).refused == (404, "not_found")
    assert seen(document, alice, uuid4()).status_code == 404


# -- bad input --


@pytest.mark.parametrize(
    "data",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html><script>alert(1)</script>", picture("BMP")],
    ids=["nothing", "svg", "html", "bmp"],
)
def test_what_is_no_image_is_refused(document: Document, as_bob: Asker, data: bytes) -> None:
    assert as_bob("POST", address(document), raw=data).refused == (422, "unreadable_file")
    assert not Image.objects.exists()


def test_a_file_may_not_be_too_large(document: Document, as_bob: Asker) -> None:
    data = picture() + b"\0" * 10 * 1024 * 1024
    assert as_bob("POST", address(document), raw=data).refused == (413, "too_large")
