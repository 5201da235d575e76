"""Checks how far the client ids are said to have come against the revisions that bear them."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from documents.integrity.report import MOST_FINDINGS, Report
from documents.models import ClientPosition, Revision

# So many client ids are remembered before their positions are read.
MOST_CLIENTS = 5000
# Databases bound the parameters of one statement.
CHUNK = 200


class Positions:
    """The positions of one document. Both ways together say that each is at the last revision of its client id."""

    def __init__(self, document_id: UUID, report: Report) -> None:
        self._document_id = document_id
        self._report = report
        self._seen: dict[str, tuple[int, int]] = {}

    def see(self, client_id: str, seq: int, version: int) -> None:
        """The next revision bears this name. The seqs of a client id rise."""
        earlier, at = self._seen.get(client_id, (0, 0))
        if seq <= earlier:
            self._report.add("revision", version, f"its seq is not above that of version {at}")
        self._seen[client_id] = seq, version
        if len(self._seen) > MOST_CLIENTS:
            self.check_seen()

    def check_seen(self) -> None:
        """No position lies below a revision that was seen. (Above it may lie: editing goes on.)"""
        seen, self._seen = list(self._seen.items()), {}
        for start in range(0, len(seen), CHUNK):
            chunk = dict(seen[start : start + CHUNK])
            rows = ClientPosition.objects.filter(document=self._document_id, client_id__in=chunk)
            found = {row.client_id: row for row in rows}
            for client_id, (seq, version) in chunk.items():
                row = found.get(client_id)
                if row is None or row.acked_seq < seq or row.version < version:
                    self._report.add("position", version, f"{client_id} is not said to have come so far")

    def check_rows(self, after: int) -> None:
        """Each position above version `after` names a revision, and its person."""
        named = Revision.objects.filter(
            document=OuterRef("document"),
            version=OuterRef("version"),
            client_id=OuterRef("client_id"),
            seq=OuterRef("acked_seq"),
        )
        of_its_person = Exists(named.filter(user=OuterRef("user")))
        rows = ClientPosition.objects.filter(document=self._document_id, version__gte=after)
        astray = rows.filter(~Exists(named) | Q(user__isnull=False) & ~of_its_person).order_by("version")
        for client_id, version in astray.values_list("client_id", "version")[:MOST_FINDINGS]:
            self._report.add("position", version, f"{client_id} is said to have come so far, and has not")
