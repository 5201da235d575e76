from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # They connect their receivers.
        from documents.images import clearing  # noqa: F401
        from documents.sharing import receivers  # noqa: F401
        from documents.webhooks import receivers as webhook_receivers  # noqa: F401
