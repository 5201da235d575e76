"""The bodies of the REST API that are about a document's past."""

from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field

from documents.api.schemas import Body
from documents.models import TITLE_LENGTH
from documents.retention.compaction import LONGEST_DAYS
from protocol.delta import Delta
from protocol.messages import Natural, Positive, UserInfo


class VersionName(Body):
    name: Annotated[str, Field(max_length=TITLE_LENGTH)] = Field(description="1 to 200 characters.")


class NamedVersionOut(Schema):
    version: int
    name: str
    user: UserInfo | None = Field(description="Who named it; null where they are gone.")
    at: datetime = Field(description="When it was named.")


class NamedVersionPage(Schema):
    versions: list[NamedVersionOut] = Field(description="The newest version first.")
    next_before: int | None = Field(description="`before` of the next page; null on the last one.")


class Retention(Body):
    keep_days: Annotated[int, Field(ge=1, le=LONGEST_DAYS)] | None = Field(
        description="Drafts older than so many days are removed, but for named versions; null: all is kept."
    )


class PurgedOut(Schema):
    removed: int = Field(description="How many revisions were removed.")
    still_there: int | None = Field(
        description="How much of what they had put in the text still holds, in UTF-16 code units: that was not removed."
        " Null where that cannot be told."
    )


class StretchOut(Schema):
    """What one person did without a long pause: the revisions from `first_version` to `last_version`."""

    first_version: int
    last_version: int
    user: UserInfo | None = Field(description="Null where nobody is known, or they are gone.")
    claimed_name: str | None = Field(
        description="Who an imported archive says it was, where this server could not check that; else null."
    )
    origin: str | None = Field(
        description="What the server made it for, as `restore`, `undo` or `import`; null for what was typed."
    )
    began_at: datetime
    ended_at: datetime
    removed: bool = Field(description="Whether what was changed is no longer kept, so that it cannot be undone.")
    gone: bool = Field(description="Whether `last_version` cannot be opened any more (`history_gone`).")


class Timeline(Schema):
    stretches: list[StretchOut] = Field(description="The newest first, and no revision between them left out.")
    next_before: int | None = Field(description="`before` of the next page; null on the last one.")


class AuthorshipOut(Schema):
    version: int
    reached: int = Field(description="How far a long history was worked out: ask again until it is `version`.")
    authors: list[UserInfo]
    runs: list[tuple[int, int | None]] | None = Field(
        description="The document in runs of one author: [length in UTF-16 code units, place among `authors`, or null"
        " where nobody is known]. Null until `version` is reached."
    )


class Comparison(Schema):
    before: int
    after: int
    contents: Delta = Field(description="The document at version `before`.")
    delta: Delta = Field(description="The change that makes of it what it is at version `after`.")


class Restoring(Body):
    version: Natural


class Undoing(Body):
    first_version: Positive
    last_version: Positive = Field(description="At most 5000 revisions; what came later stands.")


class VersionMade(Schema):
    version: int = Field(description="The version that holds the change; the newest where nothing had to be changed.")
