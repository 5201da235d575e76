"""Lists in the admin that stay fast however long they are."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.functional import cached_property

# To count further costs time, and nobody leafs so far: a search, a filter or an order finds it sooner.
MOST_COUNTED = 1000


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than a bound, and leads no further either."""

    @cached_property
    def count(self) -> int:
        """How many there are, at most the bound."""
        return int(self.object_list[:MOST_COUNTED].count())  # type: ignore[attr-defined]

    @property
    def is_cut(self) -> bool:
        """Whether there may be more than are counted."""
        return self.count == MOST_COUNTED


class Page(ChangeList):
    """A page of a list that reads more about its rows, once for all of them."""

    def get_results(self, request: HttpRequest) -> None:
        """Django's, and what `fill` adds to them."""
        super().get_results(request)
        self.result_list = list(self.result_list)
        self.fill(self.result_list)

    def fill(self, rows: Sequence[Any]) -> None:
        """Reads what the rows of the page show besides."""
        raise NotImplementedError
