"""The process that sets one document: `python -m documents.exchange.pdf_process`, HTML in, PDF out."""

import resource
import sys
from typing import Any

from weasyprint import HTML
from weasyprint.urls import URLFetcher

MEMORY = 2 * 1024 * 1024 * 1024
CPU_SECONDS = 50


class NothingIsFetched(URLFetcher):  # type: ignore[misc]
    """Refuses every address but data in the page itself, as nothing outside belongs to the document."""

    def fetch(self, url: str, headers: Any = None) -> Any:
        if not url.startswith("data:"):
            raise ValueError(url)
        return super().fetch(url, headers)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    HTML(string=sys.stdin.buffer.read().decode(), url_fetcher=NothingIsFetched()).write_pdf(sys.stdout.buffer)


if __name__ == "__main__":
    main()
