"""The images that an archive carries: those that its history names, byte by byte, and none that is not one."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import override_settings

from accounts.models import User
from documents.exchange.archive_reader import from_archive
from documents.images import acts as images
from documents.images.models import Image
from documents.images.redrawing import drawn_anew
from documents.models import Document
from documents.past.archives import bring_back
from documents.retention.purge import purge
from documents.submit import write
from protocol.delta import Delta
from protocol.errors import ProtocolError
from tests.documents.conftest import principal
from tests.documents.images.test_images import seen
from tests.documents.images.test_redrawing import red
from tests.documents.past.test_archives import FAR, archived, changed, forged
from tests.documents.retention.test_purge import readable

pytestmark = pytest.mark.django_db


@pytest.fixture
def image(document: Document, bob: User, settings: LazySettings, tmp_path: Path) -> Image:
    """One that the text names, and beside it one that it never did."""
    settings.MEDIA_ROOT = tmp_path
    images.put(document.pk, principal(bob), drawn_anew(red()))
    return images.put(document.pk, principal(bob), drawn_anew(red("JPEG")))


def change(document: Document, user: User, *ops: dict[str, Any]) -> None:
    write(document.pk, principal(user), "test", lambda content: Delta(ops))
    document.refresh_from_db()


def named(image: Image) -> dict[str, Any]:
    return {"insert": {"image": str(image.image_id)}, "attributes": {"alt": "A cat"}}


def images_of(document: Document) -> list[Any]:
    rows = Image.objects.filter(document=document).order_by("image_id")
    about = rows.values_list("image_id", "version", "user", "at", "media_type", "width", "height", "size")
    return [(*fields, images.bytes_of(row)) for fields, row in zip(about, rows, strict=True)]


def test_the_images_come_with_it_byte_by_byte(document: Document, image: Image, alice: User, bob: User) -> None:
    change(document, bob, named(image))
    again = bring_back(principal(alice), archived(document))
    assert readable(again) == readable(document)
    assert images_of(again) == [row for row in images_of(document) if row[0] == image.image_id]
    assert seen(again, alice, image.image_id).content == images.bytes_of(image)


def test_another_servers_images_are_drawn_anew(document: Document, image: Image, bob: User) -> None:
    change(document, bob, named(image))
    with override_settings(SECRET_KEY="another server's"):
        data = archived(document)
    again = bring_back(principal(bob), data)
    [(_, _, user, *_, drawn)] = images_of(again)
    assert (user, drawn) == (bob.pk, drawn_anew(images.bytes_of(image) or b"").data)


def test_an_image_that_was_taken_out_comes_with_the_versions_that_show_it(
    document: Document, image: Image, bob: User
) -> None:
    change(document, bob, named(image))
    change(document, bob, {"delete": 1})
    assert len(images_of(bring_back(principal(bob), archived(document)))) == 1


def test_an_image_that_was_purged_does_not_come(document: Document, image: Image, bob: User) -> None:
    change(document, bob, named(image))
    change(document, bob, {"delete": 1})
    purge(document.pk, None, 1, 2)
    assert str(image.image_id).encode() not in archived(document)


def test_an_image_that_the_contents_after_a_purge_show_comes(document: Document, image: Image, bob: User) -> None:
    change(document, bob, named(image))
    change(document, bob, {"insert": "Look: "})
    purge(document.pk, None, 1, 2)
    assert len(images_of(bring_back(principal(bob), archived(document)))) == 1


def test_an_image_whose_file_is_lost_leaves_its_words(document: Document, image: Image, bob: User) -> None:
    change(document, bob, named(image))
    image.file.delete(save=False)
    again = bring_back(principal(bob), archived(document))
    assert (readable(again), images_of(again)) == (readable(document), [])


def test_images_count_before_they_are_kept(document: Document, image: Image, bob: User, tmp_path: Path) -> None:
    change(document, bob, named(image))
    data = archived(document)
    before = len(list(tmp_path.rglob("*")))
    User.objects.filter(pk=bob.pk).update(quota=image.size)
    with pytest.raises(ProtocolError, match="quota_exceeded"):
        bring_back(principal(bob), data)
    assert len(list(tmp_path.rglob("*"))) == before


def test_what_is_no_image_in_another_servers_archive(document: Document, image: Image, bob: User) -> None:
    change(document, bob, named(image))
    name = default_storage.save(image.file.name, ContentFile(b"<script>alert(1)</script>"))
    Image.objects.filter(pk=image.pk).update(file=name)
    with override_settings(SECRET_KEY="another server's"):
        data = archived(document)
    with pytest.raises(ProtocolError, match="unreadable_file"):
        bring_back(principal(bob), data)


# Bad input


@pytest.mark.parametrize(
    "about",
    [
        {"version": 1},
        {"author": 9},
        {"at": FAR},
        {"media_type": "image/svg+xml"},
        {"image_id": "../../settings"},
        {"image_id": "0b7e4c0a-5d5f-4a38-9f3c-0d6f1c2b3a49"},
    ],
)
def test_an_image_that_is_not_right_in_itself(
    document: Document, image: Image, bob: User, about: dict[str, Any]
) -> None:
    change(document, bob, named(image))
    from_archive(forged(document, images=changed(0)))
    with pytest.raises(ProtocolError, match="unreadable_file"):
        from_archive(forged(document, images=changed(0, **about)))
    for times in (0, 2):
        with pytest.raises(ProtocolError, match="unreadable_file"):
            from_archive(forged(document, images=lambda lines, times=times: lines * times))
