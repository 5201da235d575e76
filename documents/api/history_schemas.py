"""The bodies of the REST API that are about a document's past."""

from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field

from documents.api.schemas import Body
from documents.models import TITLE_LENGTH
from documents.retention.compaction import LONGEST_DAYS
from protocol.messages import UserInfo


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
