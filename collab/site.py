"""The admin as a whole: its sections, in the order of how often one comes for them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy as _

from accounts.audited import audited
from collab.operations import overview, pages

SECTIONS = (
    (_("Overview"), "admin:index", None),
    (_("Documents"), "admin:documents_document_changelist", "documents.view_document"),
    (_("People"), "admin:accounts_user_changelist", "accounts.view_user"),
    (_("Operations"), "admin:operations", "documents.view_connection"),
    (_("Audit log"), "admin:accounts_auditentry_changelist", "accounts.view_auditentry"),
    (_("Jobs"), "admin:jobs_job_changelist", "jobs.view_job"),
)


class Site(admin.AdminSite):
    """Django's admin site in the house's look."""

    site_header = site_title = "Deltapad"
    index_title = _("Overview")
    enable_nav_sidebar = False

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The overview."""
        about = {"figures": overview.figures(request), "latest_acts": overview.latest_acts()}
        return super().index(request, (extra_context or {}) | about)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django's, and those of the operations page."""
        return [
            path("operations/", self.admin_view(pages.operations), name="operations"),
            path("operations/disconnect/", self.admin_view(pages.disconnect), name="operations_disconnect"),
            path("operations/drain/", self.admin_view(pages.drain), name="operations_drain"),
            path("operations/banner/", self.admin_view(pages.put_banner), name="operations_banner"),
            *super().get_urls(),
        ]

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Django's; whatever is done by the page is in the audit log, whoever wrote it."""
        super().register(model_or_iterable, audited(admin_class or admin.ModelAdmin), **options)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Django's context, and the sections that whoever asks may see."""
        return super().each_context(request) | {"sections": _sections(request)}


def _sections(request: HttpRequest) -> list[dict[str, Any]]:
    """The name and address of each section, and whether the request is in it."""
    index = reverse("admin:index")
    links = [(name, reverse(view)) for name, view, permission in SECTIONS if _may(request, permission)]
    return [
        {"name": name, "url": url, "current": request.path == url or (url != index and request.path.startswith(url))}
        for name, url in links
    ]


def _may(request: HttpRequest, permission: str | None) -> bool:
    return permission is None or request.user.has_perm(permission)
