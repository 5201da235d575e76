"""Pages of a list by where the one before ended: what comes, goes and changes meanwhile shifts nothing."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import Combinable, F
from ninja import Query

from protocol.errors import ProtocolError
from protocol.messages import MAX_INTEGER

M = TypeVar("M", bound=Model)

Cursor = Annotated[str | None, Query(max_length=2000, description="The `next_cursor` of the page before.")]
NEXT_CURSOR = "To be sent as `cursor` for the next page; null on the last one."


@dataclass(frozen=True, slots=True)
class Order:
    """What rows are ordered by: `key`, and their ids where it is the same. `read` makes a key of its text, or raises
    ValueError."""

    key: Combinable
    read: Callable[[str], Any]
    descending: bool = False

    def page(self, rows: QuerySet[M], cursor: str | None, limit: int) -> tuple[list[M], str | None]:
        """The first `limit` of `rows` after `cursor`, and the cursor for those after them, if there are any.

        Raises invalid_field for a cursor that no list of this order gave.
        """
        beyond = Q() if cursor is None else self._beyond(*self._place(cursor, rows.model))
        first = F("order_key").desc() if self.descending else F("order_key").asc()
        found = list(rows.annotate(order_key=self.key).filter(beyond).order_by(first, "pk")[: limit + 1])
        more = len(found) > limit
        return found[:limit], _cursor(found[limit - 1]) if more else None

    def _beyond(self, key: Any, pk: Any) -> Q:
        further = Q(order_key__lt=key) if self.descending else Q(order_key__gt=key)
        return further | Q(order_key=key, pk__gt=pk)

    def _place(self, cursor: str, model: type[Model]) -> tuple[Any, Any]:
        try:
            key, pk = read_cursor(cursor)
            return self.read(key), model._meta.pk.to_python(pk)
        except (ValueError, ValidationError) as error:
            raise ProtocolError("invalid_field", "The cursor is none of this list's.") from error


def by_time(field: str) -> Order:
    """The latest first."""
    return Order(F(field), _moment, descending=True)


def by_text(key: Combinable) -> Order:
    return Order(key, _text)


def by_number(field: str) -> Order:
    return Order(F(field), number)


def make_cursor(*place: str) -> str:
    """A place in a list as something that nobody makes sense of by accident."""
    return base64.urlsafe_b64encode(json.dumps(place, ensure_ascii=False).encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> list[str]:
    """The place that a cursor stands for. Raises ValueError for what is none."""
    padded = cursor + "=" * (-len(cursor) % 4)
    place = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    if not isinstance(place, list) or not all(isinstance(part, str) for part in place):
        raise ValueError("no place in a list")
    return place


def number(text: str) -> int:
    """Raises ValueError for what is no number that could stand in a cursor."""
    found = int(text)
    if not 0 <= found <= MAX_INTEGER:
        raise ValueError("no number of ours")
    return found


def _cursor(last: Any) -> str:
    key = last.order_key
    return make_cursor(key.isoformat() if isinstance(key, datetime) else str(key), str(last.pk))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment anywhere on Earth")
    return moment


def _text(text: str) -> str:
    if not text.isprintable():
        raise ValueError("no title")
    return text
