"""Serves images to those who may read their document, and so that they are nothing but images."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from accounts.principals import Principal
from documents import rights
from documents.images import acts
from documents.images.models import Image

# Where someone opens the image by itself, nothing in it runs or loads.
NOTHING_RUNS = "sandbox; default-src 'none'"
# What a name stands for never changes.
FOR_EVER = "private, max-age=31536000, immutable"


def image(request: HttpRequest, document_id: UUID, image_id: UUID) -> HttpResponse:
    """An image in a page of its document; 404 alike where it is not there and where it is not theirs."""
    user = request.user
    if not user.is_authenticated:
        raise Http404
    if "read" not in rights.access_of(document_id, Principal(str(user.pk))).capabilities:
        raise Http404
    found = served(document_id, image_id)
    if found is None:
        raise Http404
    return found


def served(document_id: UUID, image_id: UUID) -> HttpResponse | None:
    """The image as an answer; None where the document has none of that name."""
    image = Image.objects.filter(document=document_id, image_id=image_id).first()
    data = acts.bytes_of(image) if image else None
    if image is None or data is None:
        return None
    answer = HttpResponse(data, content_type=image.media_type)
    answer.headers["Content-Security-Policy"] = NOTHING_RUNS
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = FOR_EVER
    return answer
