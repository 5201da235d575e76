"""The process that draws one stranger's image anew: `python -m documents.images.sealed image`, file in, JSON out."""

import json
import sys
from base64 import b64encode
from typing import Any

from documents.exchange.sealing import answered, seal
from documents.images.redrawing import drawn_anew, rehearse


def main() -> None:
    rehearse()
    seal()
    json.dump(answered(lambda: _drawing(sys.stdin.buffer.read())), sys.stdout)


def _drawing(data: bytes) -> dict[str, Any]:
    drawing = drawn_anew(data)
    return {**drawing._asdict(), "data": b64encode(drawing.data).decode()}


if __name__ == "__main__":
    main()
