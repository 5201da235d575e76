from django.apps import AppConfig


class CollabConfig(AppConfig):
    name = "collab"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from collab import announcements, checks  # noqa: F401 - checks register themselves

        announcements.connect()
