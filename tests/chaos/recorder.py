"""The history of a round: one JSON line for each thing that happened, written before anything follows from it.

Lines are written at once and whole, so that a round that is itself killed leaves a history that can be read.
"""

import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

from protocol.delta import Delta
from protocol.messages import Revision, Submit


class Recorder:
    """Appends to the file `path`. Every line bears `at`, in seconds since the recorder was made."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("ab", buffering=0)
        self._began = time.monotonic()

    def typed(self, document: str, client_id: str, text: str) -> None:
        """Someone typed this text, which nobody types again in this document (nothing: deleted, or made bold)."""
        self._write("typed", document=document, client_id=client_id, text=text)

    def submitted(self, document: str, client_id: str, submission: Submit) -> None:
        """A submission is about to be sent, perhaps again."""
        self._write(
            "submitted",
            document=document,
            client_id=client_id,
            seq=submission.seq,
            base_version=submission.base_version,
            delta=submission.delta.to_json(),
        )

    def told(self, document: str, client_id: str, revisions: Iterable[Revision]) -> None:
        """The server told a client of revisions; of the client's own, that is the acknowledgement."""
        names = [[revision.version, revision.client_id, revision.seq] for revision in revisions]
        if names:
            self._write("told", document=document, client_id=client_id, revisions=names)

    def acknowledged(self, document: str, client_id: str, seq: int, version: int | None) -> None:
        """The server said that all up to `seq` is committed; at `version`, if it named one."""
        self._write("acknowledged", document=document, client_id=client_id, seq=seq, version=version)

    def refused(self, document: str, client_id: str, code: str, seq: int | None = None) -> None:
        """The server refused the change `seq`, or the client itself, for good."""
        self._write("refused", document=document, client_id=client_id, code=code, seq=seq)

    def held(self, document: str, client_id: str, version: int, contents: Delta, settled: bool = True) -> None:
        """What someone holds at the end, and whether all that they typed is acknowledged."""
        self._write(
            "held",
            document=document,
            client_id=client_id,
            version=version,
            contents=contents.to_json(),
            settled=settled,
        )

    def fault_began(self, number: int, kind: str) -> None:
        self._write("fault_began", number=number, kind=kind)

    def fault_ended(self, number: int) -> None:
        self._write("fault_ended", number=number)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def _write(self, what: str, **fields: Any) -> None:
        at = round(time.monotonic() - self._began, 4)
        line = json.dumps({"what": what, "at": at, **fields}, ensure_ascii=False, separators=(",", ":"))
        self._file.write(line.encode() + b"\n")
