"""The protocol's files that tools read, each under a name below /protocol/v1/."""

from functools import lru_cache
from pathlib import Path

from collab.config import ROOT

PROTOCOL = ROOT / "protocol"
MEDIA_TYPES = {
    "schema.json": "application/schema+json",
    "asyncapi.json": "application/vnd.aai.asyncapi+json",
    "messages.d.ts": "text/plain; charset=utf-8",
}
JSON = "application/json"
FOLDERS = {
    "": PROTOCOL / "specification" / "v1",
    "vectors/": PROTOCOL / "vectors" / "v1",
    "transcripts/": PROTOCOL / "transcripts" / "v1",
}


@lru_cache(1)
def files() -> dict[str, Path]:
    """Each file by its name."""
    found = {
        f"{prefix}{path.name}": path
        for prefix, folder in FOLDERS.items()
        for path in sorted(folder.iterdir())
        if path.suffix in (".json", ".ts")
    }
    return found | {"vectors/tables.json": PROTOCOL / "vectors" / "tables.json"}


@lru_cache(1)
def _names() -> dict[Path, str]:
    return {path: name for name, path in files().items()}


def name_of(path: Path) -> str | None:
    """The name of a file that is among them."""
    return _names().get(path)


def media_type(name: str) -> str:
    """What a file of that name is sent as."""
    return MEDIA_TYPES.get(name, JSON)
