"""manage.py verify_documents"""

import json
import random
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.principals import Principal
from documents.images import acts as images
from documents.images.drawing import Drawing
from documents.models import Document, Revision, Snapshot
from tests import cast
from tests.documents.growing import grow, snap


@pytest.fixture
def grown(document: Document, alice: User, bob: User) -> Document:
    """A document at version 9, with a snapshot at 5."""
    grow(document, [alice, bob], 9, random.Random(1), snapshots=0)
    snap(document, 5)
    return document


def verify(*arguments: str, status: int = 0) -> str:
    """What the command prints, when it ends with this status."""
    out = StringIO()
    if status:
        with pytest.raises(SystemExit, match=str(status)):
            call_command("verify_documents", *arguments, stdout=out)
    else:
        call_command("verify_documents", *arguments, stdout=out)
    return out.getvalue()


def lines(printed: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in printed.splitlines()]


def test_all_is_well(grown: Document) -> None:
    cast.document()
    assert verify() == "2 verified, 0 damaged\n"


def test_it_says_what_is_wrong(grown: Document) -> None:
    Revision.objects.filter(version=3).delete()
    assert verify(status=1) == f"{grown.pk}: revision at version 3: it is missing\n1 verified, 1 damaged\n"


@pytest.mark.parametrize("left", [None, b"half"])
def test_an_image_that_is_lost_is_told_of_and_freezes_nothing(
    grown: Document, alice: User, settings: LazySettings, tmp_path: Path, left: bytes | None
) -> None:
    settings.MEDIA_ROOT = tmp_path
    image = images.put(grown.pk, Principal(str(alice.pk)), Drawing("image/png", 1, 1, b"a whole image"))
    assert verify() == "1 verified, 0 damaged\n"
    file = tmp_path / str(image.file)
    file.unlink()
    if left:
        file.write_bytes(left)
    told = f"{grown.pk}: image {image.image_id}: its file is gone, or of another size\n"
    assert verify(status=1) == f"{told}1 verified, 0 damaged, 1 image(s) lost\n"
    grown.refresh_from_db()
    assert grown.state == Document.State.OPEN


def test_lines_of_json(grown: Document) -> None:
    empty = cast.document()
    Revision.objects.filter(version=3).delete()
    told = {line["document"]: line for line in lines(verify("--json", status=1))}
    assert told[str(empty.pk)] == {
        "document": str(empty.pk),
        "version": 0,
        "sound": True,
        "findings": [],
        "repaired": [],
        "lost_images": [],
    }
    [finding] = told[str(grown.pk)]["findings"]
    assert finding == {"kind": "revision", "version": 3, "about": "it is missing"}


def test_only_those_named(grown: Document) -> None:
    Revision.objects.filter(version=3).delete()
    other = cast.document()
    assert verify(str(other.pk)) == "1 verified, 0 damaged\n"


def test_only_those_changed_since(grown: Document) -> None:
    def since(days: int) -> str:
        return (grown.updated_at + timedelta(days=days)).date().isoformat()

    assert verify("--since", since(0)) == "1 verified, 0 damaged\n"
    assert verify("--since", since(1)) == "0 verified, 0 damaged\n"


def test_it_repairs_snapshots(grown: Document) -> None:
    Snapshot.objects.update(contents=b"")
    assert f"{grown.pk}: snapshot at version 5: it is not what the revisions make\n" in verify(status=1)
    assert f"{grown.pk}: snapshot at version 5: made anew\n" in verify("--repair")
    assert verify() == "1 verified, 0 damaged\n"


def test_it_never_rewrites_revisions(grown: Document) -> None:
    Revision.objects.filter(version=3).update(delta="[]")
    verify("--repair", status=1)
    assert Revision.objects.get(version=3).delta == "[]"


@pytest.mark.parametrize("wrong", [["no-uuid"], ["--since", "yesterday"], ["--sinces", "2026-11-25"]])
def test_bad_arguments(db: None, wrong: list[str]) -> None:
    with pytest.raises(CommandError):
        verify(*wrong)


def test_a_document_that_is_not_there(db: None) -> None:
    with pytest.raises(CommandError, match="There is no document"):
        verify(str(uuid4()))
