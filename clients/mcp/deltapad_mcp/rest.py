"""Deltapad over REST: asked once more where that is safe, and its refusals as a model reads them."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
from mcp.server.mcpserver.exceptions import ToolError

PATIENCE = 60.0
# Seconds. Whoever is to come back later than that is told, and does something else meanwhile.
LONGEST_WAIT = 30.0
# Before asking again where no answer came.
PAUSE = 1.0


class Refused(ToolError):
    """What was asked for was not done; the text begins with a code of the protocol's table of errors."""


class Deltapad:
    """One server, asked by one token."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._own_id: str | None = None

    @classmethod
    def at(cls, url: str, token: str) -> "Deltapad":
        """Raises ValueError for an address that is none of a web server's, and for no token."""
        address = httpx.URL(url.strip().rstrip("/"))
        if address.scheme not in ("http", "https") or not address.host:
            raise ValueError("DELTAPAD_URL is an address as https://deltapad.example.com")
        if not token.strip():
            raise ValueError("DELTAPAD_TOKEN is empty")
        headers = {"Authorization": f"Bearer {token.strip()}"}
        return cls(httpx.AsyncClient(base_url=f"{address}/api/v1", headers=headers, timeout=PATIENCE))

    async def aclose(self) -> None:
        await self._http.aclose()

    async def read(self, path: str, **query: Any) -> Any:
        """What stands there. Raises Refused."""
        return _body(await self.answer(path, **query))

    async def answer(self, path: str, **query: Any) -> httpx.Response:
        """As `read`, for what is no JSON."""
        return await self._done(self._http.build_request("GET", path, params=_given(query)))

    async def change(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Has something done, once however often it has to be sent; what is answered. Raises Refused."""
        content = {"content": body} if isinstance(body, bytes) else {"json": body}
        headers = {"Idempotency-Key": str(uuid4())}
        request = self._http.build_request(method, path, params=_given(query), headers=headers, **content)
        return _body(await self._done(request))

    async def own_id(self) -> str:
        """Whose token this is."""
        if self._own_id is None:
            self._own_id = str((await self.read("/me"))["id"])
        return self._own_id

    async def _done(self, request: httpx.Request) -> httpx.Response:
        try:
            answer = await self._http.send(request)
            wait = _wait(answer)
        except httpx.TransportError:
            wait = PAUSE
        if wait is not None and wait <= LONGEST_WAIT:
            await asyncio.sleep(wait)
            answer = await self._again(request)
        if not answer.is_success:
            raise Refused(_sentence(answer))
        return answer

    async def _again(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._http.send(request)
        except httpx.TransportError as error:
            done = "" if request.method == "GET" else " It is not known whether the change was made: read the document."
            raise Refused(f"no_answer: {request.url.host} did not answer ({type(error).__name__}).{done}") from error


def _given(query: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in query.items() if value is not None}


def _body(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError as error:
        raise Refused(f"no_answer: {answer.url.host} answers, but not as Deltapad does.") from error


def _wait(answer: httpx.Response) -> float | None:
    """How many seconds the server wants to be left alone; None where asking again is of no use."""
    seconds = answer.headers.get("Retry-After", "")
    return float(seconds) if seconds.isascii() and seconds.isdecimal() else None


def _sentence(answer: httpx.Response) -> str:
    """Why, from a problem (RFC 9457) or whatever else came instead of one."""
    try:
        problem = answer.json()
        parts = [f"{problem['code']}: {problem['title']}", problem.get("detail") or ""]
        parts += [f"{'.'.join(map(str, error['loc']))}: {error['msg']}." for error in problem.get("errors") or ()]
    except (ValueError, KeyError, TypeError):
        parts = [f"no_answer: {answer.url.host} answers {answer.status_code} {answer.reason_phrase}."]
    wait = _wait(answer)
    if wait is not None:
        parts.append(f"Try again in {wait:.0f} seconds.")
    return " ".join(filter(None, parts))
