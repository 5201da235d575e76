"""Logging in as a browser does, for tests of the session cookie."""

import re
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

from tests.live import LiveServer


class Browser:
    """Follows forms and keeps cookies."""

    def __init__(self, server: LiveServer) -> None:
        self._server = server
        self._jar = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))

    def log_in(self, name: str) -> None:
        person = self._server.people[name]
        self.post("/accounts/login/", login=person.email, password=person.password)

    def post(self, path: str, to: str = "", **fields: str) -> None:
        """Fills in the form at `path` and sends it there, or to another address below."""
        page = self._opener.open(self._server.url + path).read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token, page
        data = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode()
        request = urllib.request.Request(
            self._server.url + path + to, data, {"Referer": self._server.url + path, "Origin": self._server.url}
        )
        self._opener.open(request).close()

    @property
    def cookie(self) -> str:
        """The Cookie header that its sockets send."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._jar)


def session_cookie(server: LiveServer, name: str) -> str:
    """The Cookie header of someone who is logged in."""
    browser = Browser(server)
    browser.log_in(name)
    return browser.cookie
