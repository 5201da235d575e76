from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

BANNER_LENGTH = 300


class Banner(models.Model):
    """What everybody is told, on every page and in every open editor, until it is withdrawn. There is one at most."""

    text = models.CharField(_("text"), max_length=BANNER_LENGTH)
    at = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("banner")
        verbose_name_plural = _("banners")

    def __str__(self) -> str:
        return self.text
