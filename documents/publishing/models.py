"""What is kept of a document that anyone may read."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SLUG_LENGTH = 64


class Publication(models.Model):
    """That a document can be read by anyone, without logging in, under an address of its own."""

    document = models.OneToOneField("documents.Document", models.CASCADE, primary_key=True, related_name="publication")
    slug = models.CharField(_("address"), max_length=SLUG_LENGTH, unique=True)
    indexed = models.BooleanField(_("may be found by search engines"), default=False)
    # The origins of the sites that may show it in a frame.
    embedders = models.JSONField(_("may be embedded by"), default=list)
    published_at = models.DateTimeField(_("published"), default=timezone.now)

    def __str__(self) -> str:
        return self.slug
