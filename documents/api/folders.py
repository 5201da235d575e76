"""/api/v1/folders: someone's own folders; and which of them a document is in."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from accounts.api_auth import scoped
from documents import folders
from documents.api.asking import DocumentId
from documents.api.schemas import Body
from documents.models import FOLDER_LENGTH

router = Router(tags=["folders"])
placements = Router(tags=["folders"])


class FolderName(Body):
    name: Annotated[str, Field(max_length=FOLDER_LENGTH, description="1 to 100 characters; no two bear the same.")]


class FolderOut(Schema):
    id: UUID
    name: str


class Folders(Schema):
    folders: list[FolderOut] = Field(description="By name.")


class FolderChoice(Schema):
    folder_id: UUID


@router.get("", response=Folders, summary="List your folders")
def find(request: HttpRequest) -> Folders:
    return Folders(folders=[FolderOut.from_orm(row) for row in folders.of(scoped(request, "read").user_id)])


@router.post("", response={201: FolderOut}, summary="Make a folder")
def make(request: HttpRequest, body: FolderName) -> Status[FolderOut]:
    return Status(201, FolderOut.from_orm(folders.make(scoped(request, "write").user_id, body.name)))


@router.patch("/{uuid:folder_id}", response=FolderOut, summary="Rename a folder")
def rename(request: HttpRequest, folder_id: UUID, body: FolderName) -> FolderOut:
    return FolderOut.from_orm(folders.rename(scoped(request, "write").user_id, folder_id, body.name))


@router.delete("/{uuid:folder_id}", response={204: None}, summary="Delete a folder; the documents in it stay")
def delete(request: HttpRequest, folder_id: UUID) -> Status[None]:
    folders.delete(scoped(request, "write").user_id, folder_id)
    return Status(204, None)


@placements.put("", response={204: None}, summary="Move a document to a folder of yours, for yourself")
def put(request: HttpRequest, document_id: DocumentId, body: FolderChoice) -> Status[None]:
    folders.place(document_id, scoped(request, "write"), body.folder_id)
    return Status(204, None)


@placements.delete("", response={204: None}, summary="Take a document out of your folder")
def take(request: HttpRequest, document_id: DocumentId) -> Status[None]:
    folders.place(document_id, scoped(request, "write"), None)
    return Status(204, None)
