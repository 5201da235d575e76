"""Every bound that a client can run into, in one place; `welcome` announces them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from .formats import EMBEDS, NAMES

Count = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0)]

MIB = 1024 * 1024


class Limits(BaseModel):
    """What this server takes and gives: sizes in bytes of the encoded frame, lengths in UTF-16 code units."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    frame_in: Count = Field(default=4 * MIB, description="Largest frame that the server takes, in bytes.")
    hello_frame: Count = Field(default=4096, description="Largest first frame, in bytes.")
    hello_timeout: Seconds = Field(default=10, description="Seconds that a connection has for its `hello`.")
    document: Count = Field(default=16 * MIB, description="Longest document, in UTF-16 code units.")
    revisions_frame: Count = Field(
        default=512 * 1024,
        description="Size in bytes from which on a `revisions` frame is ended; a single revision may be larger.",
    )
    probe_after: Count = Field(
        default=MIB, description="Bytes sent to a client before it is asked, by `probe`, if it reads."
    )
    seen_timeout: Seconds = Field(default=30, description="Seconds that a client has to answer a `probe`.")
    heartbeat_timeout: Seconds = Field(
        default=60,
        description="Seconds within which a session whose line or server died is told of as gone.",
    )
    presence_interval: Seconds = Field(
        default=0.05, description="Seconds between two `presence` frames that a client may send."
    )
    check_interval: Seconds | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="Seconds between two `check` frames of one client; left out where the server takes none.",
    )
    frames_per_second: Count = Field(
        default=100, description="Frames a second that one principal may count on while others wait too."
    )
    bytes_per_second: Count = Field(
        default=MIB, description="Bytes a second that one principal may count on while others wait too."
    )
    streams: Count = Field(
        default=8, description="Streams of events that one person may have open at a server process."
    )
    stream_bytes: Count = Field(
        default=4 * MIB, description="Bytes after which a stream of events ends; its client comes back for the rest."
    )
    webhooks: Count = Field(default=10, description="Webhooks that one person may have for a document.")
    formats: tuple[str, ...] = Field(
        default=NAMES, description="The attributes that documents hold, besides those that begin with `x-`."
    )
    embeds: tuple[str, ...] = Field(default=tuple(sorted(EMBEDS)), description="The embeds that documents hold.")


LIMITS = Limits(check_interval=120)
