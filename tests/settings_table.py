"""Writes docs/settings.md from collab.config: `python -m tests.settings_table`."""

from pathlib import Path

from pydantic.fields import FieldInfo

from collab.config import ROOT, Config

HEAD = """# Settings

Each is read from the environment variable of its name, else from a file `.env` beside `manage.py`. A wrong or missing
one is told by its name when anything starts. This table is written by `python -m tests.settings_table`.

| variable | default | meaning |
|---|---|---|
"""


def page() -> str:
    return HEAD + "".join(_row(name, field) for name, field in Config.model_fields.items())


def _row(name: str, field: FieldInfo) -> str:
    default = _text(field.default)
    return f"| `{name.upper()}` | {f'`{default}`' if default else ''} | {field.description} |\n"


def _text(default: object) -> str:
    if isinstance(default, tuple):
        return ",".join(default)
    if default is None:
        return ""
    return str(default).lower() if isinstance(default, bool) else str(default)


if __name__ == "__main__":
    Path(ROOT / "docs" / "settings.md").write_text(page())
