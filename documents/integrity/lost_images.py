"""Images that are not what they were. The text is whole without them, so that this freezes nothing."""

from uuid import UUID

from documents.images.models import Image


def lost_images(document_id: UUID) -> list[str]:
    """The ids of a document's images whose file is gone or of another size."""
    found = [image for image in Image.objects.filter(document=document_id).order_by("pk") if not _is_whole(image)]
    # What was deleted meanwhile is not missed.
    kept = set(Image.objects.filter(pk__in=[image.pk for image in found]).values_list("pk", flat=True))
    return [str(image.image_id) for image in found if image.pk in kept]


def _is_whole(image: Image) -> bool:
    try:
        return image.file.size == image.size
    except FileNotFoundError:
        return False
