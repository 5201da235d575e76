from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("people and tokens")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import endings, witness  # noqa: F401 - they connect their receivers
        from accounts.applications import device_codes

        device_codes.answer()
