"""Images that nothing names any more are deleted; as long as a change or the contents of a version do, they stay."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from accounts.models import User
from documents.images import acts, clearing
from documents.images.drawing import Drawing
from documents.images.models import GRACE, Image
from documents.models import Document
from documents.retention.purge import purge
from documents.submit import submit
from jobs.models import Job
from protocol.authority import Accepted, Submission
from protocol.content import Content
from protocol.delta import Delta
from tests.documents.conftest import principal

DRAWING = Drawing("image/png", 1, 1, b"the bytes of an image")


@pytest.fixture
def image(document: Document, bob: User) -> Image:
    return acts.put(document.pk, principal(bob), DRAWING)


def change(document: Document, user: User, *ops: dict[str, Any]) -> None:
    document.refresh_from_db()
    submission = Submission("bobs-script", document.version + 1, document.version, Delta(ops))
    assert isinstance(submit(document.pk, principal(user), submission), Accepted)


def named(image: Image) -> dict[str, Any]:
    return {"insert": {"image": str(image.image_id)}}


def cleared(image: Image, *, after: timedelta = GRACE) -> bool:
    """Whether the image is gone once the job has run, so long from now."""
    Image.objects.update(look_at=image.look_at - after)
    clearing.clear_due(5)
    return not Image.objects.filter(pk=image.pk).exists()


def files(media: Path) -> list[Path]:
    for job in Job.objects.filter(kind=clearing.JOB):
        clearing.delete_file(**job.payload)
    return [path for path in media.rglob("*") if path.is_file()]


@pytest.mark.django_db(transaction=True)
def test_what_was_never_named_goes_with_its_file(image: Image, media: Path) -> None:
    assert len(files(media)) == 1
    assert cleared(image)
    assert files(media) == []


def test_a_new_one_has_time_to_be_named(image: Image) -> None:
    assert not cleared(image, after=GRACE - timedelta(minutes=1))


def test_what_the_text_shows_stays_and_is_looked_at_later(document: Document, image: Image, bob: User) -> None:
    change(document, bob, named(image))
    assert not cleared(image)
    image.refresh_from_db()
    assert image.look_at > timezone.now() + GRACE / 2


def test_what_was_taken_out_of_the_text_stays_for_it_may_come_back(document: Document, image: Image, bob: User) -> None:
    change(document, bob, named(image))
    change(document, bob, {"delete": 1})
    assert not cleared(image)


def test_what_was_purged_from_the_history_goes_at_once(document: Document, image: Image, bob: User) -> None:
    change(document, bob, named(image))
    change(document, bob, {"delete": 1})
    purge(document.pk, None, 1, 2)
    clearing.clear_due(5)
    assert not Image.objects.filter(pk=image.pk).exists()


def test_what_is_left_in_the_contents_after_a_purge_stays(document: Document, image: Image, bob: User) -> None:
    change(document, bob, named(image))
    change(document, bob, {"insert": "Look: "})
    purge(document.pk, None, 1, 2)
    assert not cleared(image)


def test_the_images_of_a_document_go_with_it(document: Document, image: Image, media: Path) -> None:
    document.delete()
    assert files(media) == []


def test_one_image_in_two_documents_is_two(document: Document, image: Image, bob: User, media: Path) -> None:
    change(document, bob, named(image))
    other = Document.objects.create(owner=bob, title="A copy")
    contents = Content.from_json([named(image), {"insert": "\n"}])
    acts.copy_all(document.pk, other, principal(bob), contents)
    assert acts.named_in(contents) == {UUID(str(image.image_id))}
    document.delete()
    assert len(files(media)) == 1
