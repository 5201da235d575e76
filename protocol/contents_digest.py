"""The digest of a document's contents, by which a client and a server find out whether they hold the same.

SHA-256 of the canonical JSON of RFC 8785, so that a client in any language can make it: names in the order of their
UTF-16 code units, numbers as ECMAScript writes them, UTF-8, no spaces. (`digest.py` is about the history, and ours.)
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha256
from json import JSONEncoder

from pydantic import JsonValue

from .content import Content
from .ops import op_to_json

_text = JSONEncoder(ensure_ascii=False).encode
_CONSTANTS = {None: "null", True: "true", False: "false"}


def contents_digest(content: Content) -> str:
    """The digest, 64 hexadecimal digits. Takes as long as the document."""
    ops = ",".join([_canonical(op_to_json(op)) for op in content.to_delta().ops])
    return sha256(f"[{ops}]".encode()).hexdigest()


def _canonical(value: JsonValue) -> str:
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, bool):
        return _CONSTANTS[value]
    if isinstance(value, int | float):
        return str(value) if isinstance(value, int) else _number(value)
    if isinstance(value, Mapping):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return f"{{{','.join([f'{_text(name)}:{_canonical(value[name])}' for name in names])}}}"
    return f"[{','.join(map(_canonical, value))}]"


def _number(value: float) -> str:
    """A number as ECMAScript's Number::toString writes it: the shortest digits, as Python's, in another form."""
    negative, figures, exponent = Decimal(repr(value)).normalize().as_tuple()
    digits = "".join(map(str, figures))
    point = len(digits) + int(exponent)
    if 0 < point <= 21:
        text = digits.ljust(point, "0")
        text = f"{text[:point]}.{text[point:]}".rstrip(".")
    elif -6 < point <= 0:
        text = f"0.{'0' * -point}{digits}"
    else:
        text = f"{digits[0]}.{digits[1:]}".rstrip(".") + f"e{point - 1:+d}"
    return f"-{text}" if negative else text
