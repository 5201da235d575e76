"""What a change is judged on, and what becomes of that when others were first."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from . import digest
from .authority import ClientRow, Head
from .delta import Delta
from .messages import Revision

Name = tuple[str, int]
"""A submission's client_id and seq."""


def follow(head: Head, chained: str, revisions: Iterable[Revision]) -> tuple[Head, str]:
    """The head and the chained digest that revisions make, which follow this head."""
    version, content = head.version, head.content
    for revision in revisions:
        version, content = version + 1, content.apply(revision.delta)
        chained = digest.chain(chained, revision.delta)
    return Head(version, content), chained


@dataclass(frozen=True, slots=True)
class Ground:
    """A head with its chained digest, the changes that led there, and how far client ids had come by then.

    `since` gives the changes after a version up to the head (None: no longer kept), `committed_at` the versions of
    those submissions that stand in the document, where `clients` does not tell.
    """

    head: Head
    digest: str
    since: Callable[[int], list[Delta] | None]
    clients: Mapping[str, ClientRow | None]
    committed_at: Mapping[Name, int]

    def version_of(self, name: Name, client: ClientRow | None) -> int | None:
        """The version at which a submission already stands, by the newest row of its client_id."""
        seq = name[1]
        if client is None or seq > client.acked_seq:
            return None
        return client.version if seq == client.acked_seq else self.committed_at.get(name)

    def after(self, revisions: Sequence[Revision]) -> "Ground":
        """The ground once these revisions, which others committed, have followed."""
        head, chained = follow(self.head, self.digest, revisions)
        deltas = [revision.delta for revision in revisions]

        def since(version: int) -> list[Delta] | None:
            if version >= self.head.version:
                return deltas[version - self.head.version :]
            known = self.since(version)
            return None if known is None else known + deltas

        return Ground(
            head,
            chained,
            since,
            {**self.clients, **{new.client_id: ClientRow(new.user_id, new.seq, new.version) for new in revisions}},
            {**self.committed_at, **{(new.client_id, new.seq): new.version for new in revisions}},
        )
