"""The process that draws strangers' images anew: `python -m documents.images.sealed image`, images in, drawings out.

As `images` it has time for many.
"""

import sys
from functools import partial
from typing import Any

from documents.exchange.framing import packed, unpacked
from documents.exchange.sealing import CPU_SECONDS, LONG_CPU_SECONDS, answered, seal
from documents.images.redrawing import drawn_anew, rehearse


def main() -> None:
    rehearse()
    seal(LONG_CPU_SECONDS if sys.argv[1] == "images" else CPU_SECONDS)
    _head, images = unpacked(sys.stdin.buffer)
    answers = [answered(partial(_drawing, image)) for image in images]
    drawn = [answer.pop("data") for answer in answers if "data" in answer]
    for part in packed(answers, drawn):
        sys.stdout.buffer.write(part)


def _drawing(image: bytes) -> dict[str, Any]:
    return drawn_anew(image)._asdict()


if __name__ == "__main__":
    main()
