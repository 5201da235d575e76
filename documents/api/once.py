"""`Idempotency-Key`: a request that is sent again with the same key is done once, and answered as it was.

As the draft of the HTTP API working group has it (draft-ietf-httpapi-idempotency-key-header). A key is one token's,
or one person's in the browser. Where the server died in the middle nobody knows what was done, and the key is refused
for good: never is anything done twice.
"""

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import timedelta

from cryptography.fernet import Fernet
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import IdempotentRequest
from accounts.principals import Principal, by_token
from documents.api.problems import refusal
from protocol.errors import ProtocolError

LONGEST_KEY = 255
# Longer than any request may take.
IN_PROGRESS = timedelta(minutes=2)
LARGEST_KEPT = 256 * 1024
# Answers that say: not now, or not by you. The same request may be done later.
NOT_FINAL = frozenset({401, 403, 408, 429})

View = Callable[[HttpRequest], HttpResponse]


class OnceMiddleware:
    """Does requests that change something under /api/, and bear a key, once."""

    def __init__(self, get_response: View) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer to this request, or to the same one before."""
        key = request.headers.get("Idempotency-Key")
        if key is None or not request.path.startswith("/api/") or request.method in ("GET", "HEAD", "OPTIONS"):
            return self._get_response(request)
        principal = _principal(request)
        if principal is None:
            return self._get_response(request)
        try:
            return _once(request, key, principal, self._get_response)
        except ProtocolError as error:
            return refusal(error)


def _once(request: HttpRequest, key: str, principal: Principal, do: View) -> HttpResponse:
    if not 0 < len(key) <= LONGEST_KEY:
        raise ProtocolError("invalid_field", f"Idempotency-Key has 1 to {LONGEST_KEY} characters.")
    name = _sha256(principal.user_id, str(principal.token_id or principal.application or ""), key)
    fingerprint = _fingerprint(request)
    before = _claim(name, fingerprint, principal)
    if before is not None:
        return _again(before, fingerprint, key)
    answer = do(request)
    _keep(name, key, answer)
    return answer


def _claim(name: str, fingerprint: str, principal: Principal) -> IdempotentRequest | None:
    """Makes the key this request's; answers the earlier request where it is one's already."""
    try:
        with transaction.atomic():
            IdempotentRequest.objects.create(name=name, fingerprint=fingerprint, user_id=principal.user_id)
    except IntegrityError:
        return IdempotentRequest.objects.filter(pk=name).first()
    return None


def _again(before: IdempotentRequest, fingerprint: str, key: str) -> HttpResponse:
    if before.fingerprint != fingerprint:
        raise ProtocolError("idempotency_key_reused")
    if before.status is None:
        if timezone.now() - before.at < IN_PROGRESS:
            raise ProtocolError("request_in_progress", retry_after=1)
        raise ProtocolError("outcome_unknown")
    content_type, body = _open(bytes(before.answer), key)
    answer = HttpResponse(body, status=before.status, content_type=content_type)
    answer.headers["Idempotent-Replayed"] = "true"
    return answer


def _keep(name: str, key: str, answer: HttpResponse) -> None:
    rows = IdempotentRequest.objects.filter(pk=name)
    final = answer.status_code < 500 and answer.status_code not in NOT_FINAL
    if final and not answer.streaming and len(answer.content) <= LARGEST_KEPT:
        rows.update(status=answer.status_code, answer=_seal(answer, key))
    else:
        rows.delete()


def _seal(answer: HttpResponse, key: str) -> bytes:
    content_type = answer.headers.get("Content-Type", "")
    return _box(key).encrypt(json.dumps(content_type).encode() + b"\n" + answer.content)


def _open(sealed: bytes, key: str) -> tuple[str, bytes]:
    content_type, _, body = _box(key).decrypt(sealed).partition(b"\n")
    return json.loads(content_type), body


def _box(key: str) -> Fernet:
    """Answers may hold a secret, which must not stand in the database: only the key opens them, which is not kept."""
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"{settings.SECRET_KEY} {key}".encode()).digest()))


def _fingerprint(request: HttpRequest) -> str:
    is_json = request.content_type in ("", "application/json")
    body = request.body if is_json else request.headers.get("Content-Length", "").encode()
    return _sha256(request.method or "", request.get_full_path(), hashlib.sha256(body).hexdigest())


def _principal(request: HttpRequest) -> Principal | None:
    scheme, _, raw = request.headers.get("Authorization", "").partition(" ")
    if scheme:
        return by_token(raw.strip())
    return Principal(str(request.user.pk)) if request.user.is_authenticated else None


def _sha256(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
