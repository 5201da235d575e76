from collections.abc import Iterator
from typing import Any

import pytest

from tests.documents.webhooks.sink import Sink


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """Where webhooks of a test go."""
    settings.WEBHOOK_HOSTS = ("127.0.0.1",)
    made = Sink()
    yield made
    made.close()
