"""The pages of the specification as HTML: they are ours, so that nothing in them is distrusted."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.html import escape, format_html
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from collab.config import ROOT
from collab.specification.files import name_of
from collab.specification.requirements import requirements

DOCS = ROOT / "docs" / "protocol"
GUIDES = ROOT / "docs" / "guides"
NAMES = (
    "overview",
    "connection",
    "editing",
    "presence",
    "getting-back",
    "errors",
    "limits",
    "versioning",
    "conformance",
    "changelog",
)
PAGES = {name: DOCS / f"{name}.md" for name in NAMES} | {
    "vectors": ROOT / "protocol" / "vectors" / "README.md",
    "transcripts": ROOT / "protocol" / "transcripts" / "v1" / "README.md",
    "kit": ROOT / "conformance" / "README.md",
    "client-interface": ROOT / "conformance" / "client-interface.md",
    "getting-in": GUIDES / "getting-in.md",
    "events": GUIDES / "events.md",
    "agents": GUIDES / "agents.md",
}
"""Every page that is shown, in the order in which they are read."""
REFERENCES = {DOCS / "reference.md", ROOT / "protocol" / "examples" / "README.md"}
"""What the page of all messages shows in their place."""
DRAWN = {"the-connections-states": "connection", "what-a-client-keeps": "change"}
"""The headings under which something is drawn, and the template that draws it."""
RULE = re.compile(r"<li>\s*(?:<p>)?<strong>([A-Z]+-\d+)</strong> \(([a-z ]+)\)")
NAMED_RULE = re.compile(r"<td>([A-Z]+-\d+)</td>")
WAYS = {"sends": "is-sent", "gets": "is-heard"}


class Heading(NamedTuple):
    """A heading of a page's second level, which its contents list."""

    anchor: str
    text: str


class Prose(NamedTuple):
    """A page. `parts` alternates between HTML and the name of what is drawn there."""

    title: str
    headings: tuple[Heading, ...]
    parts: tuple[str, ...]


@lru_cache(len(PAGES))
def prose(name: str) -> Prose:
    """The page of that name. Raises KeyError."""
    path = PAGES[name]
    markdown = MarkdownIt("commonmark", {"html": False}, renderer_cls=Renderer).enable("table")
    tokens = markdown.parse(path.read_text())
    title, *headings = (_heading(tokens, at) for at, token in enumerate(tokens) if token.type == "heading_open")
    second = [told for token, told in zip(_openings(tokens)[1:], headings, strict=True) if token.tag == "h2"]
    html = markdown.renderer.render(tokens, markdown.options, {"path": path})
    return Prose(title.text, tuple(second), tuple(re.split(r"<drawn>(\w+)</drawn>", _with_rules(html))))


def _openings(tokens: Sequence[Token]) -> list[Token]:
    return [token for token in tokens if token.type == "heading_open"]


def _heading(tokens: Sequence[Token], at: int) -> Heading:
    text = tokens[at + 1].content.replace("`", "")
    return Heading(slug(text), text)


def slug(text: str) -> str:
    """The anchor of a heading, as the places where Markdown is read make it."""
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")


def _with_rules(html: str) -> str:
    """Rules with their anchors, and the table of rules with links to them."""
    pages = {rule.id: rule.page for rule in requirements()}

    def rule(found: re.Match[str]) -> str:
        id_, binds = found[1], found[2]
        badges = "".join(f'<span class="rule-binds">{side}</span>' for side in binds.split(" and "))
        return f'<li class="rule" id="{id_}"><a class="rule-id" href="#{id_}">{id_}</a>{badges}'

    def named(found: re.Match[str]) -> str:
        page = pages.get(found[1])
        return f'<td><a class="rule-id" href="{_page(page)}#{found[1]}">{found[1]}</a></td>' if page else found[0]

    return NAMED_RULE.sub(named, RULE.sub(rule, html))


def _page(name: str) -> str:
    return reverse("protocol_page", args=[name])


def address(path: Path, link: str) -> str | None:
    """Where a link of a page leads to here; None where that is not shown here."""
    if "://" in link or link.startswith("#"):
        return link
    place, mark, anchor = link.partition("#")
    target = (path.parent / place).resolve()
    if target in REFERENCES:
        return reverse("protocol")
    page = next((name for name, page in PAGES.items() if page == target), None)
    if page is not None:
        return f"{_page(page)}{mark}{anchor}"
    file = name_of(target)
    return reverse("protocol_file", args=[file]) if file else None


class Renderer(RendererHTML):
    """Markdown's own, with anchors, frames that say who says them, tables that scroll, and links to what is here."""

    def heading_open(self, tokens: Sequence[Token], at: int, options: Any, env: Mapping[str, Any]) -> str:
        return f'<{tokens[at].tag} id="{_heading(tokens, at).anchor}">'

    def heading_close(self, tokens: Sequence[Token], at: int, options: Any, env: Mapping[str, Any]) -> str:
        drawn = DRAWN.get(_heading(tokens, at - 2).anchor)
        return f"</{tokens[at].tag}>\n" + (f"<drawn>{drawn}</drawn>" if drawn else "")

    def fence(self, tokens: Sequence[Token], at: int, options: Any, env: Mapping[str, Any]) -> str:
        _, _, about = tokens[at].info.partition(" ")
        who, _, does = about.partition(" ")
        way = WAYS.get(does.partition(" ")[0], "")
        caption = format_html("<figcaption>{} {}</figcaption>", who.capitalize(), does) if way else ""
        code = escape(tokens[at].content)
        return f'<figure class="example frame {way}">{caption}<pre tabindex="0"><code>{code}</code></pre></figure>\n'

    def table_open(self, tokens: Sequence[Token], at: int, options: Any, env: Mapping[str, Any]) -> str:
        return '<div class="table-scroll card" tabindex="0"><table class="table">'

    def table_close(self, tokens: Sequence[Token], at: int, options: Any, env: Mapping[str, Any]) -> str:
        return "</table></div>\n"

    def link_open(self, tokens: Sequence[Token], at: int, options: Any, env: Mapping[str, Any]) -> str:
        leads = address(env["path"], str(tokens[at].attrGet("href")))
        return f'<a href="{escape(leads)}">' if leads else "<span>"

    def link_close(self, tokens: Sequence[Token], at: int, options: Any, env: Mapping[str, Any]) -> str:
        opening = next(token for token in reversed(tokens[:at]) if token.type == "link_open")
        return "</a>" if address(env["path"], str(opening.attrGet("href"))) else "</span>"
