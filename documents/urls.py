"""The pages of documents."""

from django.urls import path

from documents import own_pages, pages
from documents.images.serving import image
from documents.publishing import pages as publishing
from documents.sharing import pages as sharing
from documents.webhooks import pages as webhooks

app_name = "documents"
urlpatterns = [
    path("", pages.documents, name="list"),
    path("documents/<uuid:document_id>/", pages.editor, name="editor"),
    path("documents/<uuid:document_id>/images/<uuid:image_id>", image, name="image"),
    path("documents/<uuid:document_id>/ask/", sharing.ask, name="ask"),
    path("documents/<uuid:document_id>/history/", pages.history, name="history"),
    path("accounts/data/", own_pages.data, name="data"),
    path("accounts/data/delete/", own_pages.delete_account, name="delete_account"),
    path("accounts/webhooks/", webhooks.webhook_list, name="webhooks"),
    path("accounts/webhooks/<uuid:webhook_id>/test/", webhooks.test, name="webhook_test"),
    path("accounts/webhooks/<uuid:webhook_id>/secret/", webhooks.rotate, name="webhook_secret"),
    path("accounts/webhooks/<uuid:webhook_id>/on/", webhooks.turn_on, name="webhook_on"),
    path("accounts/webhooks/<uuid:webhook_id>/off/", webhooks.turn_off, name="webhook_off"),
    path("accounts/webhooks/<uuid:webhook_id>/delete/", webhooks.delete, name="webhook_delete"),
    path("accounts/webhooks/<uuid:webhook_id>/<uuid:delivery_id>/again/", webhooks.replay, name="webhook_replay"),
    path("p/<slug:slug>/images/<uuid:image_id>", publishing.image, name="published_image"),
    path("p/<slug:slug>/", publishing.page, name="published"),
    path("embed/<slug:slug>/", publishing.embedded, name="embedded"),
    path("join/<str:secret>/", sharing.join, name="join"),
    path("invited/<str:secret>/", sharing.invited, name="invited"),
]
