"""A published document as a page that anyone may read, and as one for the frames of other sites.

The page is the document as it is now. Whoever keeps a copy asks each time whether it still holds, so that taking the
document back ends it at once. What is not there and what is not published look alike.
"""

from functools import lru_cache
from hashlib import sha256
from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.safestring import mark_safe
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from documents import history
from documents.exchange.html_writer import to_html
from documents.images.serving import served
from documents.models import Document
from documents.publishing.models import Publication

# Nothing in it runs, whatever the document holds; frames are allowed by name.
POLICY = (
    "default-src 'none'; style-src 'self'; style-src-attr 'unsafe-inline'; font-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors {}"
)
RENDERED = 16
"""How many documents are kept as HTML in a process."""


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The document that is published under `slug`."""
    return _shown(request, _published(slug), embedded=False)


@require_safe
@xframe_options_exempt
def embedded(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The same for a frame, in the sites that its owner named and nowhere else."""
    return _shown(request, _published(slug), embedded=True)


@require_safe
def image(request: HttpRequest, slug: str, image_id: UUID) -> HttpResponseBase:
    """An image that the published document shows as it is now; no other of it."""
    document = _published(slug).document
    shown = f'src="{_image(slug, image_id)}"' in _html(document.pk, document.version, document.digest, slug)
    answer = served(document.pk, image_id) if shown else None
    if answer is None:
        raise Http404
    # Not for ever: what is taken back is to be gone.
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _published(slug: str) -> Publication:
    found = Publication.objects.select_related("document").filter(slug=slug)
    publication = found.exclude(document__state=Document.State.TRASHED).first()
    if publication is None:
        raise Http404
    return publication


def _shown(request: HttpRequest, publication: Publication, *, embedded: bool) -> HttpResponseBase:
    document = publication.document
    text = mark_safe(_html(document.pk, document.version, document.digest, publication.slug))  # noqa: S308 - sanitised by its writer
    about = {"title": document.title, "text": text, "embedded": embedded, "indexed": publication.indexed}
    answer = render(request, "documents/published.html", about)
    ancestors = " ".join(publication.embedders) if embedded else ""
    answer.headers["Content-Security-Policy"] = POLICY.format(ancestors or "'none'")
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["ETag"] = etag = f'"{sha256(answer.content).hexdigest()[:32]}"'
    if embedded or not publication.indexed:
        answer.headers["X-Robots-Tag"] = "noindex"
    found = get_conditional_response(request, etag=etag, response=answer)
    return answer if found is None else found


@lru_cache(RENDERED)
def _html(document_id: UUID, version: int, digest: str, slug: str) -> str:
    """The document at a version of the history that `digest` stands for, as sanitised HTML."""
    return to_html(history.contents_at(document_id, version).to_json(), lambda image_id: _image(slug, image_id))


def _image(slug: str, image_id: object) -> str:
    return reverse("documents:published_image", args=[slug, image_id])
