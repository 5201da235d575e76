"""Refusals of the REST API: `application/problem+json` (RFC 9457) with a code of the one error table."""

from typing import Any

import pydantic_core
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin
from ninja import NinjaAPI, Schema
from ninja.errors import ValidationError, ValidationErrorContext
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser
from pydantic import Field

from protocol.delta import DeltaError
from protocol.errors import ERRORS, ProtocolError

MEDIA_TYPE = "application/problem+json"
REFUSED = {
    "description": "Refused",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
ONCE = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Sent again with the same key, the request is done once and answered as before, for a day.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
CODES = {
    400: "bad_message",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    429: "rate_limited",
}


class Problem(Schema):
    """Why a request was refused. Act on `code`, never on the sentences."""

    code: str = Field(description="A code of the error table.")
    title: str = Field(description="What the code means, for a reader.")
    status: int = Field(description="The HTTP status, once more.")
    detail: str | None = Field(None, description="More about this case.")
    errors: list[dict[str, Any]] | None = Field(None, description="With `invalid_field`: where, and what is wrong.")


class StrictParser(Parser):
    """Reads a JSON body; NaN, infinities, lone surrogates and bottomless nesting are refused."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        body: dict[str, Any] = pydantic_core.from_json(request.body, allow_inf_nan=False)
        return body


class ProblemApi(NinjaAPI):
    """An API whose every refusal is a problem (with ProblemMiddleware for those that never reach it)."""

    def __init__(self, **about: Any) -> None:
        super().__init__(parser=StrictParser(), **about)
        self.add_exception_handler(ProtocolError, _protocol_error)
        self.add_exception_handler(ValidationError, _validation_error)
        self.add_exception_handler(RequestDataTooBig, lambda request, error: _problem("too_large"))

    def validation_error_from_error_contexts(
        self, error_contexts: list[ValidationErrorContext[Any]]
    ) -> ValidationError:
        """A delta that is none has a code of its own; whatever else is wrong is an `invalid_field`."""
        for context in error_contexts:
            for error in context.pydantic_validation_error.errors(include_url=False, include_input=False):
                cause = error.get("ctx", {}).get("error")
                if isinstance(cause, DeltaError):
                    raise ProtocolError(cause.code, str(cause))
        return super().validation_error_from_error_contexts(error_contexts)

    def get_openapi_schema(self, **asked: Any) -> OpenAPISchema:
        """The description; every operation may be refused with a problem, and what changes something bears a key."""
        schema = super().get_openapi_schema(**asked)
        schema["components"]["schemas"]["Problem"] = Problem.model_json_schema()
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                operation["responses"]["default"] = REFUSED
                if method != "get":
                    operation["parameters"] = [*operation.get("parameters", []), ONCE]
        return schema


class ProblemMiddleware(MiddlewareMixin):
    """Makes problems of refusals under /api/ that are none yet: unknown addresses, other methods, failures."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        refused = response.status_code >= 400 and request.path.startswith("/api/")
        if not refused or response.headers.get("Content-Type") == MEDIA_TYPE:
            return response
        answer = _problem(CODES.get(response.status_code, "internal"), status=response.status_code)
        for name in ("Allow", "WWW-Authenticate"):
            if name in response.headers:
                answer.headers[name] = response.headers[name]
        return answer


def refusal(error: ProtocolError) -> HttpResponse:
    """The error, as a problem."""
    detail = error.message if error.message != error.row.message else None
    answer = _problem(error.code, detail=detail)
    if error.retry_after is not None:
        answer.headers["Retry-After"] = str(round(error.retry_after))
    return answer


def _protocol_error(request: HttpRequest, error: Any) -> HttpResponse:
    return refusal(error)


def _validation_error(request: HttpRequest, error: Any) -> HttpResponse:
    return _problem("invalid_field", errors=error.errors)


def _problem(
    code: str, *, status: int | None = None, detail: str | None = None, errors: list[dict[str, Any]] | None = None
) -> HttpResponse:
    row = ERRORS[code]
    body = Problem(code=code, title=row.message, status=status or row.status, detail=detail, errors=errors)
    text = body.model_dump_json(exclude_none=True)
    # As HTTP asks of every 401.
    headers = {"WWW-Authenticate": "Bearer"} if body.status == 401 else {}
    return HttpResponse(text, status=body.status, content_type=MEDIA_TYPE, headers=headers)
