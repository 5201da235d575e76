from django.contrib import admin
from django.urls import include, path
from django.views.i18n import JavaScriptCatalog

from documents.api import api

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("api/", api.urls),
    path("", include("documents.urls")),
    path("jsi18n/", JavaScriptCatalog.as_view(), name="javascript-catalog"),
]
