"""Writes the reference into both clients' READMEs, from their code: `python -m tests.client_reference`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from collab.config import ROOT

TYPESCRIPT = ROOT / "clients" / "typescript"
PYTHON = ROOT / "clients" / "python"
BEGIN, END = "<!-- reference: written by tests/client_reference.py -->\n", "<!-- end of the reference -->\n"


class Entry(NamedTuple):
    """Something that the client has: what it is called, how it is written, and what it means."""

    name: str
    written: str
    meaning: str

    def __str__(self) -> str:
        return f"- `{self.written}`: {self.meaning}\n"


# TypeScript, read as text: its compiler is a program of its own


def typescript(file: str, opening: str) -> list[Entry]:
    """What a class or an interface has that is public, each with its comment."""
    source = (TYPESCRIPT / "src" / file).read_text()
    body = source.split(f"export {opening} ")[1].split("\n}\n")[0]
    return list(_members(body.splitlines()[1:]))


def typescript_functions(file: str) -> list[Entry]:
    """The functions that a file exports."""
    source = (TYPESCRIPT / "src" / file).read_text()
    found = re.findall(r"/\*\*((?:(?!\*/).)*?)\*/\nexport function ((\w+)[^\n]*) \{\n", source, re.DOTALL)
    return [Entry(name, written, _comment(comment)) for comment, written, name in found]


def _members(lines: list[str]) -> Iterator[Entry]:
    comment, written = "", ""
    for line in lines:
        if written:
            written = f"{written} {line.strip()}"
        elif re.match(r"  (/\*\*| \*)", line):
            comment += f"{line}\n"
        elif re.match(r"  (?!private|constructor|static)(async |get |readonly )?\w", line):
            written = line.strip()
        if written.endswith(("{", ";")):
            yield _member(written.rstrip(" {;"), comment)
            comment, written = "", ""
        elif not written and line.endswith(("{", ";")):
            comment = ""


def _member(written: str, comment: str) -> Entry:
    if written.startswith("get "):
        written = written.removeprefix("get ").replace("()", "", 1)
    written = re.sub(r"^(async|readonly) ", "", written).replace("( ", "(").replace(", )", ")")
    plain = written.replace("<Name extends keyof DocumentClientEvents>", "").replace("DocumentClientEvents[Name]", "…")
    return Entry(_name(written), plain, _comment(comment))


def _comment(comment: str) -> str:
    lines = [re.sub(r"^\s*(/\*\*|\*/|\*)|\*/$", "", line) for line in comment.splitlines()]
    return " ".join(line.strip() for line in lines).strip()


# Python


def python(file: str, name: str) -> list[Entry]:
    """What a class has that is public, each with its docstring."""
    found = next(node for node in _parsed(file).body if isinstance(node, ast.ClassDef) and node.name == name)
    methods = [node for node in found.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [_method(node) for node in methods if not node.name.startswith("_")]


def python_events() -> list[Entry]:
    """The events, each with what it holds."""
    entries = []
    for node in _parsed("events.py").body:
        if isinstance(node, ast.ClassDef) and node.name != "RemoteSelection":
            fields = ", ".join(ast.unparse(field) for field in node.body if isinstance(field, ast.AnnAssign))
            entries.append(Entry(node.name, f"events.{node.name}({fields})", _docstring(node)))
    return [*entries, Entry("Closed", "Closed(code: str, message: str)", _docstring(_class("connection.py", "Closed")))]


def python_options() -> list[Entry]:
    """What DocumentClient is made of, and what else there is to make it of."""
    written = "DocumentClient(url, *, token=None, outbox=None, client=None)"
    entries = [Entry("DocumentClient", written, _docstring(_class("client.py", "DocumentClient")))]
    for name, arguments in (("MemoryOutbox", ""), ("SQLiteOutbox", "path")):
        entries.append(Entry(name, f"{name}({arguments})", _docstring(_class("outbox.py", name))))
    return entries


def _method(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Entry:
    returned = ast.unparse(node.returns) if node.returns else "None"
    if node.decorator_list:
        return Entry(node.name, f"{node.name}: {returned}", _docstring(node))
    arguments = ast.unparse(node.args).removeprefix("self").removeprefix(", ")
    asynchronous = "await " if isinstance(node, ast.AsyncFunctionDef) else ""
    returned = "" if returned == "None" else f" -> {returned}"
    return Entry(node.name, f"{asynchronous}{node.name}({arguments}){returned}", _docstring(node))


def _parsed(file: str) -> ast.Module:
    return ast.parse((PYTHON / "deltapad_client" / file).read_text())


def _class(file: str, name: str) -> ast.ClassDef:
    return next(node for node in _parsed(file).body if isinstance(node, ast.ClassDef) and node.name == name)


def _docstring(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> str:
    return " ".join((ast.get_docstring(node) or "").split())


def _name(written: str) -> str:
    match = re.match(r"\w+", written)
    return match[0] if match else ""


# The READMEs

BEHAVIOUR = """## What it does by itself

- **Edits** apply here at once. They are stored in the outbox, then sent, one submission at a time; what is typed
  meanwhile goes next. What was on its way when the connection broke goes again under its own number: it is
  committed exactly once.
- **States.** `connection` is `connecting`, `online`, `offline` or `closed`. While it is `offline` the client comes
  back by itself, after a random time of up to 1 s, then 2 s, 4 s, … 30 s, and not before the server wants it. A
  connection that held for 10 s begins that anew. A line that is dead without saying so is noticed within 40 s.
- **Closed** is what a client is when the server says not to come back unchanged (no rights, a wrong token, another
  client in its place): close codes 4400 to 4499. Whoever waits for a commit then gets `Closed`, with a `code` of
  the protocol's table of errors.
- **Rejected** changes leave the text, and are kept for their author until they are discarded. So is what has no
  place any more after the server's history changed.
- **Saving** is told as `typing` (not all is sent), `sent`, `committed` (on the server's disk), `offline`, or
  `rejected`.
- **Presence** is told to others while nothing is unsent, at the pace that the server sets; theirs moves along with
  the text.
- **Checking.** Now and then, when nobody types, the client asks whether it holds the document. Where it doesn't, it
  is told the document anew (`mismatched`, then `reset`), with what was not sent on top.

"""


def typescript_reference() -> str:
    """The TypeScript client's."""
    return BEHAVIOUR + _sections(
        {
            "`new DocumentClient(options)`": typescript("interface.ts", "interface DocumentClientOptions"),
            "DocumentClient": typescript("client.ts", "class DocumentClient"),
            "Events, for `on`": typescript("interface.ts", "interface DocumentClientEvents"),
            "Outboxes": typescript_functions("outbox-indexeddb.ts"),
            "`@deltapad/client/field`": typescript_functions("field.ts"),
            "`@deltapad/client/react`": typescript_functions("react.ts"),
            "`@deltapad/client/svelte`": typescript_functions("svelte.ts"),
        }
    )


def python_reference() -> str:
    """The Python client's."""
    return BEHAVIOUR + _sections(
        {
            "Making one": python_options(),
            "DocumentClient": python("client.py", "DocumentClient"),
            "Events": python_events(),
        }
    )


def _sections(entries: dict[str, list[Entry]]) -> str:
    return "## Reference\n\n" + "\n".join(
        f"### {title}\n\n{''.join(map(str, listed))}" for title, listed in entries.items()
    )


def written(readme: Path, reference: str) -> str:
    """The README with this reference in it."""
    before, _, rest = readme.read_text().partition(BEGIN)
    return f"{before}{BEGIN}\n{reference}\n{END}{rest.partition(END)[2]}"


REFERENCES = {TYPESCRIPT / "README.md": typescript_reference, PYTHON / "README.md": python_reference}


if __name__ == "__main__":
    for readme, reference in REFERENCES.items():
        readme.write_text(written(readme, reference()))
