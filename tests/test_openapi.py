"""What OpenAPI says of the API is so: requests made from the description are answered as it describes them."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts import tokens
from accounts.models import User
from documents import acts
from tests.scale import rounds

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


described = schemathesis.openapi.from_wsgi("/api/openapi.json", WSGIHandler())


@pytest.fixture(autouse=True)
def _one_connection(db: None) -> Iterator[None]:
    """Requests leave the connection open, for they are within this test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


# Its client does not close what it was answered, and files are left open.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@described.parametrize()
@settings(
    max_examples=rounds(2, 300),
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_described(case: "schemathesis.Case[Any]") -> None:
    alice = User.objects.create(email=f"{uuid4()}@example.com", name="Alice")
    document = acts.create(alice.pk, "Plans")
    _, raw = tokens.create(alice.pk, "tried out")
    known = {"document_id": str(document.pk), "user_id": str(alice.pk)}
    case.path_parameters.update({name: known[name] for name in case.path_parameters if name in known})
    case.call_and_validate(headers={"Authorization": f"Bearer {raw}"}, checks=CHECKS)
