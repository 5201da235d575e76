"""What the rest of the program may listen to."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.dispatch import Signal

# Someone or something may no longer act: sent after the commit that ended it, with
# `user_id`, and `token_id`, `access_token_id` or `session_key` where only that one ended (none: everything of that
# person).
# The session key is a secret: what leaves the process carries `accounts.principals.digest(session_key)` instead.
principal_ended = Signal()

# Which groups people are in changed, and so what they may: sent after the commit, with `user_ids` (list of str).
groups_changed = Signal()


def announce_end(
    user_id: str | UUID,
    *,
    token_id: int | None = None,
    access_token_id: int | None = None,
    session_key: str | None = None,
) -> None:
    """Sends `principal_ended` once this transaction commits. A listener that fails is logged, and stops nothing."""
    ended = {
        "user_id": str(user_id),
        "token_id": token_id,
        "access_token_id": access_token_id,
        "session_key": session_key,
    }
    transaction.on_commit(lambda: principal_ended.send_robust(None, **ended) and None)


def announce_groups(user_ids: Iterable[str | UUID]) -> None:
    """Sends `groups_changed` once this transaction commits."""
    changed = [str(user_id) for user_id in user_ids]
    transaction.on_commit(lambda: groups_changed.send_robust(None, user_ids=changed) and None)
