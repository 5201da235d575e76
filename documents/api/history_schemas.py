"""The bodies of the REST API that are about a document's past."""

from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field

from documents.api.schemas import Body
from documents.models import TITLE_LENGTH
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
