"""A server that webhooks are sent to, in a thread of its own."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Sink:
    """Keeps what it is sent, and answers with `status`, or as `answers` says."""

    def __init__(self) -> None:
        self.status = 204
        self.answers: Callable[[BaseHTTPRequestHandler], None] | None = None
        self.got: list[tuple[dict[str, str], bytes]] = []
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                sink.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                if sink.answers:
                    sink.answers(self)
                else:
                    self.send_response(sink.status)
                    self.send_header("Location", sink.url + "elsewhere")
                    self.send_header("Content-Length", "0")
                    self.end_headers()

            def log_message(self, *about: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/"

    @property
    def messages(self) -> list[dict[str, Any]]:
        """What came, in its order."""
        return [json.loads(body) for _, body in self.got]

    @property
    def events(self) -> list[dict[str, Any]]:
        """The messages of the events that came, in their order."""
        return [event["message"] for told in self.messages for event in told["data"].get("events", [])]

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
