"""The pages of applications, and allauth's provider, with our views before its own; their names are its."""

from django.urls import include, path

from accounts.applications import pages, views

own = [
    path("", pages.application_list, name="list"),
    path("new/", pages.register, name="new"),
    path("<str:client_id>/delete/", pages.withdraw, name="withdraw"),
    path("<str:client_id>/forbid/", pages.forbid, name="forbid"),
]
urlpatterns = [
    path("accounts/applications/", include((own, "applications"))),
    path("identity/o/authorize", views.Consent.as_view()),
    path("identity/o/device", views.device),
    path("identity/o/api/token", views.token),
    path("identity/o/api/device/code", views.device_code),
    path("identity/o/api/revoke", views.revoke),
    path("", include("allauth.idp.urls")),
]
