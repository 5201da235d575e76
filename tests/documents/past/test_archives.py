"""A document's whole history, out into an archive and back."""

import json
import random
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.test import Client, override_settings

from accounts import tokens
from accounts.models import AuditEntry, User
from documents import acts
from documents.exchange import archive_reader, archive_writer
from documents.exchange.archive import Manifest
from documents.exchange.archive_reader import from_archive
from documents.exchange.process import LARGEST_ARCHIVE
from documents.integrity.verify import verify
from documents.models import ClientPosition, Document, NamedVersion, Revision
from documents.past import archives, versions
from documents.past.archives import bring_back, take_out
from documents.past.timeline import timeline
from documents.retention import erasure
from documents.retention.purge import purge
from documents.submit import write
from protocol.delta import Delta
from protocol.errors import ProtocolError
from tests.documents.conftest import Asker, principal, typed
from tests.documents.growing import grow
from tests.documents.retention.test_purge import readable
from tests.scale import rounds
from tests.seeds import seeds

pytestmark = pytest.mark.django_db
FIELDS = ("version", "client_id", "seq", "user", "at", "delta", "digest")


@pytest.fixture
def written(document: Document, alice: User, bob: User) -> Document:
    """A document of two people, with a change of the server's own, a named version, and a gap."""
    typed(document, alice, "a", "b", "c")
    typed(document, bob, "d", "e😀", client_id="bobs-editor")
    write(document.pk, principal(alice), "restore", lambda content: Delta([{"insert": "f"}]))
    versions.name(document.pk, principal(bob), 5, "Draft")
    purge(document.pk, None, 2, 3)
    document.refresh_from_db()
    return document


def archived(document: Document) -> bytes:
    with take_out(document.pk, None) as file:
        return file.read()


def revisions(document: Document) -> list[Any]:
    return list(Revision.objects.filter(document=document).order_by("version").values_list(*FIELDS))


def test_it_comes_back_identically(written: Document, alice: User) -> None:
    again = bring_back(principal(alice), archived(written))
    assert again.pk != written.pk
    for field in ("title", "version", "digest", "length", "size", "updated_at"):
        assert getattr(again, field) == getattr(written, field), field
    assert revisions(again) == revisions(written)
    assert readable(again) == readable(written)
    named = NamedVersion.objects.values_list("version", "name", "user", "at")
    assert list(named.filter(document=again)) == list(named.filter(document=written))
    positions = ClientPosition.objects.order_by("client_id").values_list("client_id", "user", "acked_seq", "version")
    assert list(positions.filter(document=again)) == list(positions.filter(document=written))
    assert verify(again.pk).sound
    typed(again, alice, "g", client_id="another-editor")
    assert verify(again.pk).sound


@pytest.mark.parametrize("seed", seeds(rounds(8, 200)))
def test_whatever_it_holds(seed: int, document: Document, alice: User, bob: User, monkeypatch: Any) -> None:
    monkeypatch.setattr(archive_writer, "PART_REVISIONS", 7)
    monkeypatch.setattr(archives, "PORTION", 5)
    monkeypatch.setattr(archives, "read_archive", from_archive)  # here, not in a process of its own
    rng = random.Random(seed)
    grow(document, [alice, bob], rng.randint(1, 30), rng)
    for _ in range(rng.randint(0, 3)):
        first = rng.randint(1, document.version)
        purge(document.pk, None, first, rng.randint(first, document.version))
    again = bring_back(principal(alice), archived(document))
    assert revisions(again) == revisions(document)
    assert readable(again) == readable(document)
    assert verify(again.pk).sound


def test_an_empty_document(document: Document, alice: User) -> None:
    again = bring_back(principal(alice), archived(document))
    assert (again.version, again.title) == (0, "A document")
    assert verify(again.pk).sound


# Whose words they are


def authors(document: Document) -> list[User | None]:
    return [row.user for row in document.revisions.order_by("version").select_related("user")]


def test_another_servers_archive_attributes_words_to_nobody_but_who_brings_it(written: Document, bob: User) -> None:
    with override_settings(SECRET_KEY="another server's"):
        data = archived(written)
    again = bring_back(principal(bob), data)
    assert authors(again) == [None, None, None, bob, bob, None]
    names = dict(ClientPosition.objects.filter(document=again).values_list("client_id", "imported_name"))
    assert (names["typewriter"], names["bobs-editor"]) == ("Alice", "")
    assert json.loads(from_archive(archived(again)).model_dump_json())["authors"][0] == {"id": None, "name": "Alice"}


def test_whom_it_names_is_told_as_what_it_says(written: Document, bob: User) -> None:
    with override_settings(SECRET_KEY="another server's"):
        data = archived(written)
    again = bring_back(principal(bob), data)
    stretches, _ = timeline(again.pk, None, timedelta(minutes=10), 50)
    told = [(stretch.user_id, stretch.claimed_name) for stretch in stretches]
    assert (None, "Alice") in told
    assert (bob.pk, None) in told


def test_a_changed_archive_is_another_servers(written: Document, bob: User) -> None:
    again = bring_back(principal(bob), forged(written, manifest=lambda manifest: {**manifest, "title": "Mine"}))
    assert again.title == "Mine"
    assert authors(again) == [None, None, None, bob, bob, None]


def test_who_was_erased_stays_so(written: Document, alice: User, bob: User) -> None:
    data = archived(written)
    erasure.erase(bob.pk, None)
    erasure.erase_author(str(bob.pk))
    again = bring_back(principal(alice), data)
    assert authors(again) == [alice, alice, alice, None, None, alice]
    assert not ClientPosition.objects.filter(document=again).exclude(imported_name="").exists()


# Over REST, and who may


def download(user: User, document: Document) -> Any:
    headers = {"Authorization": f"Bearer {tokens.create(user.pk, 'test', ['read'])[1]}"}
    answer: Any = Client().get(f"/api/v1/documents/{document.pk}/archive", headers=headers)
    if answer.streaming:
        answer.file = answer.getvalue()  # which closes it, too
    return answer


def test_over_rest(written: Document, bob: User, as_bob: Asker) -> None:
    answer = download(bob, written)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="A document.zip"'
    made = as_bob("POST", "documents/archive", raw=answer.file)
    assert (made.status, made.body["title"], made.body["role"], made.body["version"]) == (201, "A document", "owner", 6)
    made = as_bob("POST", "documents/archive?title=Mine", raw=answer.file)
    assert made.body["title"] == "Mine"


def test_the_history_is_a_right(written: Document, carol: User, mallory: User) -> None:
    assert download(carol, written).status_code == 403
    assert download(mallory, written).status_code == 404
    acts.show_history_to_viewers(written.pk, None, True)
    assert download(carol, written).status_code == 200


def test_who_may_only_read_brings_nothing(written: Document, bob: User) -> None:
    assert Asker(bob, "read")("POST", "documents/archive", raw=archived(written)).refused == (403, "forbidden")


def test_it_is_audited(written: Document, alice: User) -> None:
    download(alice, written)
    again = bring_back(principal(alice), archived(written))
    entries = AuditEntry.objects.filter(act__in=["history.export", "history.import"]).order_by("pk")
    assert [(entry.act, entry.by, entry.document_id) for entry in entries] == [
        ("history.export", alice, written.pk),
        ("history.export", None, written.pk),
        ("history.import", alice, again.pk),
    ]


def test_a_history_that_is_removed_meanwhile_is_read_anew(written: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    real = archives._snapshots

    def late(document: Document, named: set[str]) -> Any:
        monkeypatch.setattr(archives, "_snapshots", real)
        purge(document.pk, None, 4, 5)
        return real(document, named)

    monkeypatch.setattr(archives, "_snapshots", late)
    assert [line.version for line in from_archive(archived(written)).snapshots] == [3, 5]


# Bad input: the archive is anybody's

Part = Callable[[Any], Any]


def forged(document: Document, *, sound: bool = True, **parts: Any) -> bytes:
    """An archive some parts of which are others; `sound`: with a manifest that fits them."""
    unpacked = ZipFile(BytesIO(archived(document)))
    files = {name: unpacked.read(name) for name in unpacked.namelist()}
    for name in list(files):
        change = parts.get(Path(name).stem.strip("0") or "revisions")
        if change and name.endswith(".jsonl"):
            lines = change([json.loads(line) for line in files[name].splitlines()])
            files[name] = "".join(json.dumps(line) + "\n" for line in lines).encode()
        elif change and name.endswith(".json") and name != "manifest.json":
            files[name] = json.dumps(change(json.loads(files[name]))).encode()
    manifest = json.loads(files["manifest.json"])
    if sound:
        manifest["parts"] = {name: sha256(files[name]).hexdigest() for name in manifest["parts"]}
    files["manifest.json"] = json.dumps(parts.get("manifest", lambda same: same)(manifest)).encode()
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as new:
        for name, data in files.items():
            new.writestr(name, data)
    return packed.getvalue()


def changed(line: int, /, **fields: Any) -> Part:
    return lambda lines: [*lines[:line], {**lines[line], **fields}, *lines[line + 1 :]]


FAR = "2999-01-01T00:00:00Z"


@pytest.mark.parametrize(
    "parts",
    [
        {"revisions": changed(0, delta=[{"insert": "another"}])},
        {"revisions": changed(1, digest="0" * 64, delta=[])},
        {"revisions": changed(3, seq=0)},
        {"revisions": changed(4, seq=1)},
        {"revisions": changed(4, author=0)},
        {"revisions": changed(4, author=9)},
        {"revisions": changed(4, at=FAR)},
        {"revisions": changed(4, at="yesterday")},
        {"revisions": changed(4, client_id="<script>")},
        {"revisions": changed(4, more=1)},
        {"revisions": lambda lines: lines[:-1]},
        {"revisions": lambda lines: [*lines[:3], *lines[4:]]},
        {"snapshots": lambda lines: []},
        {"snapshots": changed(0, contents=[{"insert": "another\n"}])},
        {"snapshots": changed(0, version=1)},
        {"named_versions": changed(0, version=2)},
        {"named_versions": changed(0, version=99)},
        {"contents": lambda ops: [{"insert": "another\n"}]},
        {"manifest": lambda manifest: {**manifest, "format_version": 2}},
        {"manifest": lambda manifest: {**manifest, "version": 5}},
        {"manifest": lambda manifest: {**manifest, "digest": "0" * 64}},
        {"manifest": lambda manifest: {**manifest, "parts": {}}},
    ],
)
def test_what_is_not_right_in_itself(written: Document, parts: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError, match="unreadable_file"):
        from_archive(forged(written, **parts))


def test_a_part_that_is_not_the_manifests(written: Document) -> None:
    with pytest.raises(ProtocolError, match="not what the manifest says"):
        from_archive(forged(written, sound=False, contents=lambda ops: [*ops, {}]))


def test_a_format_that_documents_do_not_hold(document: Document, alice: User) -> None:
    typed(document, alice, "a")
    bad = [{"insert": "a", "attributes": {"onclick": "x"}}]
    with pytest.raises(ProtocolError, match="format_not_allowed"):
        from_archive(forged(document, revisions=changed(0, delta=bad)))


def test_what_is_no_archive(as_alice: Asker, written: Document) -> None:
    assert as_alice("POST", "documents/archive", raw=b"PK no zip").refused == (422, "unreadable_file")
    assert as_alice("POST", "documents/archive", raw=bytes(LARGEST_ARCHIVE + 1)).refused == (413, "too_large")
    assert Document.objects.count() == 1


def test_it_takes_no_more_than_its_owner_may(written: Document, bob: User) -> None:
    data = archived(written)
    with override_settings(QUOTA_BYTES=10), pytest.raises(ProtocolError, match="quota_exceeded"):
        bring_back(principal(bob), data)
    assert Document.objects.count() == 1


def test_it_unpacks_to_no_more_than_may_be(written: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_reader, "LONGEST", 100)
    with pytest.raises(ProtocolError, match="file_too_costly"):
        from_archive(archived(written))


def test_the_manifest_is_for_people_too(written: Document) -> None:
    manifest = Manifest.model_validate_json(ZipFile(BytesIO(archived(written))).read("manifest.json"))
    assert (manifest.title, manifest.version, manifest.digest) == ("A document", 6, written.digest)
