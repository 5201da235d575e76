from django.contrib import admin
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path
from django.views.i18n import JavaScriptCatalog

from collab import console
from collab.operations.api import router as operations
from collab.specification import pages as specification
from documents.api import api

# What only the live server knows; the rest of the API knows nothing of it.
api.add_router("/v1/operations", operations)


def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers ask for it on pages that are not ours, as the admin's."""
    return redirect(staticfiles_storage.url("favicon.svg"))


urlpatterns = [
    path("", include("accounts.applications.urls")),
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("api/", api.urls),
    path("", include("documents.urls")),
    path("protocol/", specification.page, name="protocol"),
    path("protocol/<slug:name>/", specification.text, name="protocol_page"),
    path("protocol/v1/<path:name>", specification.file, name="protocol_file"),
    path("console", console.page, name="console"),
    path("favicon.ico", favicon),
    path("jsi18n/", JavaScriptCatalog.as_view(), name="javascript-catalog"),
]
