"""What a look at a document finds. It names versions and client ids, never text."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

# A document with more faults than this is not looked at further.
MOST_FINDINGS = 20

Kind = Literal["revision", "head", "snapshot", "position"]


class Finding(NamedTuple):
    """Something stored that is not what the revisions make of it, or a revision that is not what was committed."""

    kind: Kind
    version: int
    about: str

    def __str__(self) -> str:
        return f"{self.kind} at version {self.version}: {self.about}"


@dataclass
class Report:
    """What was found up to `version`; `complete` where that is the head.

    `repaired` holds the versions of snapshots that were wrong and have been made anew; `lost` the ids of images whose
    file is gone, which a look at the whole document finds.
    """

    version: int = 0
    complete: bool = False
    findings: list[Finding] = field(default_factory=list)
    repaired: list[int] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong, as far as it was looked at."""
        return not self.findings

    @property
    def full(self) -> bool:
        """Whether there is no use in looking for more."""
        return len(self.findings) >= MOST_FINDINGS

    def add(self, kind: Kind, version: int, about: str) -> None:
        """One more fault, as long as anyone would read it."""
        if not self.full:
            self.findings.append(Finding(kind, version, about))
