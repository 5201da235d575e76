from django.contrib.admin.apps import AdminConfig as DjangosAdminConfig


class AdminConfig(DjangosAdminConfig):
    """Django's admin, on our site."""

    default_site = "collab.site.Site"
