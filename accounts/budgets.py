"""How many changes an agent may make within an hour: asked and counted by the commit, so that it holds everywhere."""

import time
from collections.abc import Callable, Collection, Mapping

from django.db import connection

from accounts import rows
from accounts.rows import Journey

HOUR = 3600

BUDGETS = "SELECT id, changes_an_hour FROM accounts_user WHERE id IN ({}) AND changes_an_hour IS NOT NULL ORDER BY id"
# By itself: a statement that waits for a lock reads what it joins as it was before it waited.
SPENT = "SELECT user_id, changes FROM accounts_spending WHERE user_id IN ({}) AND hour = {}"
SPEND = (
    "INSERT INTO accounts_spending (user_id, hour, changes) VALUES {}"
    " ON CONFLICT (user_id) DO UPDATE SET hour = excluded.hour, changes = excluded.changes"
    " + CASE WHEN accounts_spending.hour = excluded.hour THEN accounts_spending.changes ELSE 0 END"
)


def ask(journey: Journey, agents: Collection[str]) -> Callable[[], dict[str, int]]:
    """Asks how many changes each of these may still make in this hour, and holds their rows; without a bound, none."""
    lock = " FOR NO KEY UPDATE" if connection.features.has_select_for_no_key_update else ""
    ids = [rows.stored(user_id) for user_id in sorted(agents)]
    most, spent = journey.select(BUDGETS + lock, ids), journey.select(SPENT, ids, [_hour()])

    def left() -> dict[str, int]:
        already: dict[object, int] = dict(spent)
        return {rows.text(user_id): bound - already.get(user_id, 0) for user_id, bound in most}

    return left


def spend(journey: Journey, changes: Mapping[str, int]) -> None:
    """Counts changes that agents make in this transaction."""
    journey.run(SPEND, [(rows.stored(user_id), _hour(), count) for user_id, count in sorted(changes.items())])


def seconds_left() -> int:
    """Until the next hour begins, and with it the next budget."""
    return HOUR - int(time.time()) % HOUR


def _hour() -> int:
    return int(time.time()) // HOUR
