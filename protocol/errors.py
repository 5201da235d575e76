"""The one table of errors: what may go wrong on the wire, and what whoever asked should do about it.

Clients act on `code` and `retry`, never on the sentence. Close codes 4400 to 4499 mean "do not come back unchanged",
4500 to 4599 "come back, with backoff and jitter".
"""

from dataclasses import dataclass
from typing import Literal

Retry = Literal["never", "later", "reconnect"]


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """One error: its code, its sentence, when to try again, the socket's close code if it closes, and HTTP's status.

    `remedy` is what a client of the socket does about it; empty where it comes over REST alone.
    """

    code: str
    message: str
    retry: Retry = "never"
    close: int | None = None
    status: int = 400
    remedy: str = ""


ERRORS: dict[str, ErrorRow] = {
    row.code: row
    for row in (
        # Of the connection: each closes it.
        ErrorRow(
            "bad_message",
            "The message is not one of this protocol's.",
            close=4400,
            remedy="A fault of the client's, to be mended. Do not come back by itself.",
        ),
        ErrorRow(
            "unauthenticated",
            "Sign in, or give a valid token.",
            close=4401,
            status=401,
            remedy="Ask the person to sign in, or for another token; keep what is unsent.",
        ),
        ErrorRow(
            "forbidden",
            "You may not do this.",
            close=4403,
            status=403,
            remedy="Tell the person that they may not read this any more; keep what is unsent.",
        ),
        ErrorRow(
            "not_found",
            "There is no such document, or it is not shared with you.",
            close=4404,
            status=404,
            remedy="Tell the person; keep what is unsent.",
        ),
        ErrorRow(
            "unsupported_protocol",
            "This server does not speak that version of the protocol.",
            close=4406,
            remedy="Tell the person to update the program; keep what is unsent.",
        ),
        ErrorRow(
            "replaced",
            "This client_id joined again elsewhere; that connection took over.",
            close=4409,
            status=409,
            remedy="Stop here: another place goes on with this client_id and what it stored.",
        ),
        ErrorRow(
            "disconnected",
            "An administrator has ended this connection.",
            close=4410,
            status=409,
            remedy="Tell the person; come back when they ask for it.",
        ),
        ErrorRow(
            "origin_not_allowed",
            "Pages from there may not connect to this server.",
            close=4411,
            status=403,
            remedy="Tell the person that this page is not one that the server lets in; keep what is unsent.",
        ),
        ErrorRow(
            "bad_ticket",
            "The ticket is used, expired, or one to something else.",
            close=4412,
            status=401,
            remedy="Get another ticket and come back with that; keep what is unsent.",
        ),
        ErrorRow(
            "too_large",
            "The message is larger than the server takes.",
            close=4413,
            status=413,
            remedy="Split the change. Do not send the same again.",
        ),
        ErrorRow(
            "internal",
            "Something went wrong on the server.",
            "reconnect",
            4500,
            500,
            remedy="Come back; what is pending goes again under its seq.",
        ),
        ErrorRow(
            "draining",
            "The server is restarting.",
            "reconnect",
            4503,
            503,
            remedy="Come back after retry_after; what is pending goes again under its seq.",
        ),
        ErrorRow(
            "too_slow",
            "You did not read what was sent to you in time.",
            "reconnect",
            4504,
            503,
            remedy="Come back; read on, and answer each probe at once.",
        ),
        ErrorRow(
            "hello_timeout",
            "No hello came in time.",
            "reconnect",
            4508,
            408,
            remedy="Come back, and say hello at once.",
        ),
        ErrorRow("rate_limited", "Too much at once.", "reconnect", 4529, 429, remedy="Come back later, and send less."),
        # Of one submission: it is rejected, the connection stays.
        ErrorRow(
            "over_budget",
            "This agent has made as many changes as it may within the hour.",
            "later",
            status=429,
            remedy="Make the change again in the next hour, under another seq.",
        ),
        ErrorRow(
            "not_allowed",
            "Your role does not allow editing this document.",
            status=403,
            remedy="Keep the change for its person; take no more until access gives the capability.",
        ),
        ErrorRow(
            "document_frozen",
            "The document is frozen.",
            status=409,
            remedy="Keep the change for its person; take no more until document says open.",
        ),
        ErrorRow(
            "document_damaged",
            "The document did not pass its integrity check. An administrator has been told.",
            status=409,
        ),
        ErrorRow(
            "document_trashed",
            "The document is in the trash.",
            status=409,
            remedy="Keep the change for its person; take no more until document says open.",
        ),
        ErrorRow(
            "client_id_taken",
            "This client_id belongs to someone else; choose another one.",
            status=409,
            remedy="Keep the change, and begin anew under a new client_id.",
        ),
        ErrorRow(
            "seq_too_old",
            "This seq of this client_id, or a later one, has had its final answer.",
            status=409,
            remedy="Keep the change for its person: it is not in. If this client_id is used elsewhere, take a new one.",
        ),
        ErrorRow(
            "seq_out_of_order",
            "Another submission of this client_id is still unacknowledged.",
            status=409,
            remedy="A fault of the client's: it has to wait for the answer. Keep the change for its person.",
        ),
        ErrorRow(
            "base_version_ahead",
            "The document has not reached that base_version yet.",
            status=409,
            remedy="A fault of the client's: it has to name the version that it holds. Keep the change for its person.",
        ),
        ErrorRow(
            "base_version_behind",
            "The base_version lies below an earlier revision of this client_id.",
            status=409,
            remedy="A fault of the client's: it has to name the version that it holds. Keep the change for its person.",
        ),
        ErrorRow(
            "history_gone",
            "The history after that version is no longer kept.",
            status=409,
            remedy="Keep the change for its person, and go on. Where it happens again, begin anew without a version.",
        ),
        ErrorRow(
            "bad_delta",
            "The delta is not a valid change.",
            status=422,
            remedy="A fault of the client's. Keep the change for its person.",
        ),
        ErrorRow(
            "splits_surrogate",
            "The change cuts a character in two, or holds half of one.",
            status=422,
            remedy="A fault of the client's: it has to take whole characters. Keep the change for its person.",
        ),
        ErrorRow(
            "beyond_end",
            "The change reaches beyond the end of the document.",
            status=422,
            remedy="A fault of the client's. Keep the change for its person.",
        ),
        ErrorRow(
            "final_newline",
            "The document's last newline stays its last character.",
            status=422,
            remedy="A fault of the client's: it has to leave the last newline. Keep the change for its person.",
        ),
        ErrorRow(
            "format_not_allowed",
            "A format or embed in the change is not one that documents hold.",
            status=422,
            remedy="Keep the change for its person, to be put in again without that format.",
        ),
        ErrorRow(
            "document_too_large",
            "The document would become larger than the server keeps.",
            status=413,
            remedy="Keep the change for its person; say that the document is full.",
        ),
        # Of one request of another kind.
        ErrorRow(
            "history_changed",
            "The document's history is another than the one you hold.",
            remedy="Take the contents; keep for its person what is not in them.",
        ),
        ErrorRow("invalid_field", "A field of the request is missing or wrong.", status=422),
        ErrorRow("nothing_left", "Nothing of that change is left to take back.", status=409),
        ErrorRow("format_unavailable", "This server does not write files of that format.", status=422),
        ErrorRow("text_not_found", "That text does not stand in the document.", status=409),
        ErrorRow("text_not_unique", "That text stands in several places; say which.", status=409),
        ErrorRow("unreadable_file", "The file is not what its format says, or it is damaged.", status=422),
        ErrorRow("file_too_costly", "Reading the file takes more than the server gives for one.", status=413),
        ErrorRow("idempotency_key_reused", "That Idempotency-Key belongs to another request.", status=422),
        ErrorRow("request_in_progress", "The same request is being done; ask again.", "later", status=409),
        ErrorRow(
            "outcome_unknown",
            "The server stopped while it did this. Look whether it is done; if not, use another key.",
            status=409,
        ),
        ErrorRow("quota_exceeded", "Your documents take all the space that you have here.", status=403),
        ErrorRow("precondition_failed", "It is not as If-Match says any more.", status=412),
        ErrorRow("method_not_allowed", "This address does not take that method.", status=405),
        ErrorRow("no_such_person", "Nobody with that e-mail address has an account here.", status=422),
        ErrorRow("last_owner", "A document keeps its owner until they hand it on to someone.", status=409),
    )
}


class ProtocolError(Exception):
    """An error that the other side is told about.

    `seq` names the submission that it refuses, where it refuses only that; `retry_after` is in seconds.
    A code that is not in the table is a KeyError.
    """

    def __init__(
        self, code: str, message: str | None = None, retry_after: float | None = None, seq: int | None = None
    ) -> None:
        self.row = ERRORS[code]
        self.code = code
        self.message = self.row.message if message is None else message
        self.retry_after = retry_after
        self.seq = seq
        super().__init__(f"{code}: {self.message}")


class DeltaError(ValueError):
    """A Delta that means nothing, or nothing on the document it is for.

    `code` is a row of the table: `bad_delta`, `splits_surrogate`, `beyond_end`, `final_newline` or
    `format_not_allowed`. A ValueError, so that where a message is read it is one more thing wrong with a field.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
