"""Who wrote what: the authors of a document's text, as a content of their own that the same changes are applied to.

It is as long as the document and all of newlines; the author of each unit is an attribute of it.
"""

from collections.abc import Iterable, Iterator

from .content import Content
from .delta import Delta
from .ops import Builder, Delete, Insert

AUTHOR = "author"
NOBODY = Content.EMPTY
"""The authorship of the empty document."""


def written(change: Delta, author: str | None) -> Delta:
    """What the change, made by `author`, does to a document's authorship; formatting makes nobody an author."""
    marked = Builder()
    for op in change.ops:
        if type(op) is Insert:
            marked.insert(_by(author, op.length))
        elif type(op) is Delete:
            marked.delete(op.length)
        else:
            marked.retain(op.length)
    return Delta.of(marked.ops())


def runs(authorship: Content) -> Iterator[tuple[int, str | None]]:
    """How long each run of one author is, in UTF-16 code units, and who that is."""
    for run in authorship.to_delta().runs():
        author = (run.attributes or {}).get(AUTHOR)
        yield run.length, None if author is None else str(author)


def of_runs(parts: Iterable[tuple[int, str | None]]) -> Content:
    """The authorship that `runs` gives these of."""
    whole = Builder()
    for length, author in parts:
        whole.insert(_by(author, length))
    return Content.from_delta(Delta.of(whole.ops()))


def _by(author: str | None, length: int) -> Insert:
    return Insert("\n" * length, None if author is None else {AUTHOR: author}, length)
