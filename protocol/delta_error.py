"""The one way in which a change, or a document, is refused by the algebra."""

from __future__ import annotations


class DeltaError(ValueError):
    """A Delta that means nothing, or nothing on the document it is for.

    `code` is a row of the error table: `bad_delta`, `splits_surrogate`, `beyond_end`, `final_newline` or
    `format_not_allowed`. The sentence is for people; programs act on the code.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
