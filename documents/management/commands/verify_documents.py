import json
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from documents.integrity.report import Report
from documents.integrity.verify import verify
from documents.models import Document
from protocol.errors import ProtocolError


class Command(BaseCommand):
    help = (
        "Recomputes documents from their revisions and says what is stored otherwise. Damaged documents are frozen "
        "until nothing is found any more; lost images freeze nothing. It may run beside the server. Exit status 1: "
        "something is wrong."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ids", nargs="*", type=UUID, help="the documents; all of them where none is named")
        parser.add_argument(
            "--since", type=_moment, help="only those changed since, as 2026-11-25 or 2026-11-25T08:00Z"
        )
        parser.add_argument("--repair", action="store_true", help="make wrong snapshots anew from the revisions")
        parser.add_argument("--json", action="store_true", help="print a line of JSON for each document")

    def handle(self, *args: Any, **options: Any) -> None:
        self._json = options["json"]
        verified = damaged = lost = 0
        for document_id in self._chosen(options["ids"], options["since"]):
            report = self._verified(document_id, repair=options["repair"])
            if report is not None:
                verified += 1
                damaged += not report.sound
                lost += len(report.lost)
        if not self._json:
            self.stdout.write(f"{verified} verified, {damaged} damaged" + (f", {lost} image(s) lost" if lost else ""))
        if damaged or lost:
            raise SystemExit(1)

    def _chosen(self, ids: list[UUID], since: datetime | None) -> list[UUID]:
        documents = Document.objects.order_by("pk")
        if ids:
            documents = documents.filter(pk__in=ids)
        if since:
            documents = documents.filter(updated_at__gte=since)
        chosen = list(documents.values_list("pk", flat=True))
        unknown = set(ids) - set(chosen)
        if unknown and not since:
            raise CommandError(f"There is no document {', '.join(map(str, unknown))}.")
        return chosen

    def _verified(self, document_id: UUID, *, repair: bool) -> Report | None:
        try:
            report = verify(document_id, repair=repair)
        except ProtocolError:  # deleted meanwhile
            return None
        if self._json:
            self.stdout.write(json.dumps(_described(document_id, report)))
        else:
            self._tell(document_id, report)
        return report

    def _tell(self, document_id: UUID, report: Report) -> None:
        for finding in report.findings:
            self.stdout.write(f"{document_id}: {finding}")
        for image_id in report.lost:
            self.stdout.write(f"{document_id}: image {image_id}: its file is gone, or of another size")
        for version in report.repaired:
            self.stdout.write(f"{document_id}: snapshot at version {version}: made anew")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _described(document_id: UUID, report: Report) -> dict[str, Any]:
    return {
        "document": str(document_id),
        "version": report.version,
        "sound": report.sound,
        "findings": [finding._asdict() for finding in report.findings],
        "repaired": report.repaired,
        "lost_images": report.lost,
    }
