import sys

from tests.specification import files, stale

if sys.argv[1:] == ["--check"]:
    sys.exit(f"run python -m tests.specification: {', '.join(names)}" if (names := stale()) else 0)
for path, text in files().items():
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
