"""Hears what the rest of the program does to documents and people, in whatever thread, and rings the processes.

Where a live server runs in this program its event loop is told; else (a management command, a worker of jobs) the
channel layer is rung from here. Either may fail and only costs time: everything is read again now and then.
"""

import asyncio
import logging
import threading
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer

from accounts.principals import digest
from accounts.signals import groups_changed, principal_ended
from collab import process, watches
from collab.database import WRITER
from collab.layer import Message, addressed
from documents.signals import access_changed, document_changed, event_recorded, revision_committed, shelf_changed

logger = logging.getLogger(__name__)


def connect() -> None:
    """Begins to listen; called once, when Django is ready."""
    revision_committed.connect(_committed, dispatch_uid="collab")
    access_changed.connect(_access, dispatch_uid="collab")
    document_changed.connect(_document, dispatch_uid="collab")
    event_recorded.connect(_event, dispatch_uid="collab")
    shelf_changed.connect(_shelf, dispatch_uid="collab")
    principal_ended.connect(_ended, dispatch_uid="collab")
    groups_changed.connect(_groups, dispatch_uid="collab")


def _committed(document_id: UUID, base_version: int, version: int, **kwargs: Any) -> None:
    # What a room commits it announces itself, together with the revisions.
    if not threading.current_thread().name.startswith(WRITER):
        tell({"type": "revisions", "base_version": base_version, "version": version}, document_id)


def _access(document_id: UUID, user_id: str | None, had: Iterable[str] = (), **kwargs: Any) -> None:
    tell({"type": "access", "user_id": user_id}, document_id)
    tell(watches.message([document_id], [user_id] if user_id else had))


def _document(document_id: UUID, **kwargs: Any) -> None:
    tell({"type": "document"}, document_id)
    tell(watches.message([document_id]))


def _event(document_id: UUID, **kwargs: Any) -> None:
    tell({"type": "event"}, document_id)


def _shelf(user_id: str, **kwargs: Any) -> None:
    tell(watches.message(people=[user_id]))


def _ended(
    user_id: str,
    token_id: int | None = None,
    access_token_id: int | None = None,
    session_key: str | None = None,
    **kwargs: Any,
) -> None:
    which = {
        "token_id": token_id,
        "access_token_id": access_token_id,
        "session": digest(session_key) if session_key else None,
    }
    tell({"type": "principal_ended", "user_id": str(user_id), **which})


def _groups(user_ids: list[str], **kwargs: Any) -> None:
    tell({"type": "people", "user_ids": user_ids})
    tell(watches.message(people=user_ids))


def tell(message: Message, document_id: UUID | None = None) -> None:
    """Tells every process (`document_id`: those that have it open), this one too; what is lost is read some time."""
    here = process.running()
    if here is not None:
        here.loop.call_soon_threadsafe(here.notice, message, document_id)
        return
    layer = get_channel_layer()
    if layer is None or isinstance(layer, InMemoryChannelLayer) or _in_event_loop():
        return  # nobody could hear
    try:
        async_to_sync(layer.group_send)(*addressed(message, document_id))
    except Exception as error:
        logger.warning("the channel layer does not answer (%s)", type(error).__name__)


def _in_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
