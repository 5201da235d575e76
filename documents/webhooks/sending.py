"""Sends one message to where a webhook goes, in bounded time; nothing of the answer counts but its status."""

import asyncio
from dataclasses import dataclass
from time import monotonic

import httpx

from documents.webhooks.addresses import Target, find
from protocol.errors import ProtocolError

# Seconds for all of it: connecting, sending, and the head of the answer.
PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it: an HTTP status, or what went wrong before there was one."""

    status: int | None
    error: str
    seconds: float

    @property
    def is_taken(self) -> bool:
        """Whether the other side has it."""
        return self.status is not None and 200 <= self.status < 300


def send(url: str, body: bytes, headers: dict[str, str]) -> Outcome:
    """Sends it once. Redirects are not followed: where they lead nobody has judged."""
    start = monotonic()
    status, error = None, ""
    try:
        status = asyncio.run(_post(find(url), body, headers))
    except ProtocolError as refused:
        error = refused.message
    except TimeoutError:
        error = "No answer in time."
    except httpx.HTTPError as failure:
        error = type(failure).__name__
    return Outcome(status, error[:100], monotonic() - start)


async def _post(target: Target, body: bytes, headers: dict[str, str]) -> int:
    host = target.url.netloc.decode()
    async with asyncio.timeout(PATIENCE), httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as client:
        request = client.build_request(
            "POST",
            target.url.copy_with(host=target.address),
            content=body,
            headers={**headers, "Host": host, "User-Agent": "Deltapad", "Content-Type": "application/json"},
            # The certificate has to be the host's, not the address's.
            extensions={"sni_hostname": target.url.host},
        )
        answer = await client.send(request, stream=True)
        await answer.aclose()
        return answer.status_code
