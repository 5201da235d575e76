"""Markdown as lines: CommonMark with GitHub's tables, strikethrough and task lists, by way of HTML."""

from markdown_it import MarkdownIt
from mdit_py_plugins.tasklists import tasklists_plugin

from documents.exchange.found_images import FoundImages
from documents.exchange.html_reader import from_html
from documents.exchange.lines import Line


def from_markdown(text: str, images: FoundImages) -> list[Line]:
    """The lines of a Markdown file; HTML in it is HTML. `images` takes in the images that it holds."""
    return from_html(_PARSER.render(text), images)


def _as_it_is(address: str) -> str:
    return address


_PARSER = MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"]).use(tasklists_plugin)
# Links stay as they are written: what documents may hold is decided later.
_PARSER.normalizeLink = _as_it_is  # type: ignore[method-assign, assignment]
