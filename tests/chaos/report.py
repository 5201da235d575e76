"""What a round came to, as a text and as JSON."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from tests.chaos.checker import Finding
from tests.chaos.history import History


@dataclass(frozen=True)
class Report:
    """The figures of one round; seconds are rounded to hundredths.

    `longest_stall` is the longest way from a submission to its acknowledgement, `longest_unsaved` from a keystroke.
    `logged` counts the exceptions in the servers' logs.
    `longest_silence` is the longest time in which nobody anywhere got an acknowledgement and no fault was going on.
    """

    name: str
    seed: str
    seconds: float
    faults: dict[str, int]
    edits: int
    submissions: int
    acknowledged: int
    unknown: int
    refused: int
    lost: int
    doubled: int
    longest_stall: float
    longest_stall_amid: list[str]
    longest_unsaved: float
    longest_silence: float
    logged: dict[str, int]
    findings: list[str]

    @classmethod
    def of(cls, name: str, seed: str, history: History, findings: list[Finding], logged: Mapping[str, int]) -> "Report":
        kinds = Counter(finding.kind for finding in findings)
        stalls = [each for each in history.submissions.values() if each.acknowledged and each.sent]
        slowest = max(stalls, key=lambda each: each.stall, default=None)
        return cls(
            name=name,
            seed=seed,
            seconds=round(history.ended, 2),
            faults=dict(sorted(Counter(fault.kind for fault in history.faults.values()).items())),
            edits=len(history.typed),
            submissions=len(history.submissions),
            acknowledged=history.count("acknowledged"),
            unknown=history.count("unknown"),
            refused=len(history.refusals),
            lost=kinds["lost"],
            doubled=kinds["doubled"],
            longest_stall=round(slowest.stall, 2) if slowest else 0.0,
            longest_stall_amid=_amid(history, slowest.sent[0].at, slowest.acknowledged[0][0]) if slowest else [],
            longest_unsaved=round(max(_unsaved(history), default=0.0), 2),
            longest_silence=round(max(_silences(history), default=0.0), 2),
            logged=dict(sorted(logged.items())),
            findings=[str(finding) for finding in findings],
        )

    def json(self) -> str:
        return json.dumps(asdict(self), indent=2, ensure_ascii=False)

    def __str__(self) -> str:
        faults, logged = (
            ", ".join(f"{kind} {times}" for kind, times in counts.items()) for counts in (self.faults, self.logged)
        )
        return "\n".join(
            [
                f"{self.name}, seed {self.seed}, {self.seconds:.0f} s",
                f"  faults        {sum(self.faults.values())}: {faults}",
                f"  edits         {self.edits} in {self.submissions} submissions",
                f"  acknowledged  {self.acknowledged}, unknown {self.unknown}, refused {self.refused}",
                f"  lost          {self.lost}",
                f"  doubled       {self.doubled}",
                f"  longest stall {self.longest_stall} s, amid {', '.join(self.longest_stall_amid) or 'no fault'};"
                f" {self.longest_unsaved} s from the keystroke",
                f"  longest time without any acknowledgement, outside faults: {self.longest_silence} s",
                f"  logged        {logged or 'no exceptions'}",
                *(f"  FOUND {finding}" for finding in self.findings),
            ]
        )


def _amid(history: History, start: float, end: float) -> list[str]:
    """The faults that were going on at some time between."""
    faults = history.faults.values()
    return [each.kind for each in faults if each.began < end and (each.ended is None or each.ended > start)]


def _unsaved(history: History) -> Iterator[float]:
    """For each text typed, the seconds until its acknowledgement."""
    saved: dict[tuple[str, str], float] = {}
    for submission in history.submissions.values():
        if submission.acknowledged and submission.sent:
            for op in submission.sent[0].delta.to_json():
                for character in op.get("insert", ""):
                    saved[submission.name.document, character] = submission.acknowledged[0][0]
    for typed in history.typed:
        if typed.text and (at := saved.get((typed.document, typed.text[0]))):
            yield at - typed.at


def _silences(history: History) -> Iterator[float]:
    """Times between one acknowledgement and the next, while people typed, without what faults took of them."""
    if not history.typed:
        return
    acknowledged = [at for each in history.submissions.values() for at, _ in each.acknowledged[:1]]
    faults = sorted((each.began, each.ended or history.ended) for each in history.faults.values())
    start, last = history.typed[0].at, history.typed[-1].at
    for end in sorted(at for at in [*acknowledged, last] if at <= last):
        yield from _outside(faults, start, end)
        start = end


def _outside(faults: list[tuple[float, float]], start: float, end: float) -> Iterator[float]:
    """The pieces from `start` to `end` in which no fault was going on."""
    for began, ended in faults:
        if began >= end:
            break
        if ended > start:
            yield max(0.0, began - start)
            start = min(ended, end)
    yield end - start
