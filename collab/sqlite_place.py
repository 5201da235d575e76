"""Where SQLite can't work: on a file system of the network, or beside another server that it would not hear of."""

import fcntl
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
# Their locks and shared memory do not reach the other hosts, or do not exist: a write-ahead log breaks on them.
OF_THE_NETWORK = frozenset(
    "9p afs ceph cifs fuse.glusterfs fuse.s3fs fuse.sshfs gfs2 lustre nfs nfs4 ocfs2 smb3 smbfs".split()  # noqa: SIM905
)


class Taken(Exception):
    """Another server has the database; the message says so in one line."""


def file_system(path: Path, mounts: str | None = None) -> str:
    """The type of the file system that `path` is on, by the kernel's table of mounts; empty where there is none."""
    if mounts is None:
        mounts = MOUNTS.read_text() if MOUNTS.exists() else ""
    above = {str(folder) for folder in (path.resolve(), *path.resolve().parents)}
    kind, longest = "", 0
    for line in mounts.splitlines():
        fields, _, after = line.partition(" - ")
        point = re.sub(r"\\(\d{3})", lambda escaped: chr(int(escaped[1], 8)), fields.split()[4])
        # Of several mounts on one point, the last one is seen.
        if point in above and len(point) >= longest:
            kind, longest = after.split()[0], len(point)
    return kind


@contextmanager
def occupied(database: Path, *, shared: bool) -> Iterator[None]:
    """Holds the database for this program meanwhile: alone, or with others that share.

    Raises:
        Taken: another server holds it, and one of the two does not share.
    """
    with Path(f"{database}-server").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_NB | (fcntl.LOCK_SH if shared else fcntl.LOCK_EX))
        except BlockingIOError:
            raise Taken(
                f"another server runs on {database}, and without REDIS_URL neither hears of the other: "
                "stop it, give both the same REDIS_URL, or choose another DATA_DIR"
            ) from None
        yield
