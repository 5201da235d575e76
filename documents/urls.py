"""The pages of documents."""

from django.urls import path

from documents import own_pages, pages
from documents.images.serving import image
from documents.publishing import pages as publishing
from documents.sharing import pages as sharing

app_name = "documents"
urlpatterns = [
    path("", pages.documents, name="list"),
    path("documents/<uuid:document_id>/", pages.editor, name="editor"),
    path("documents/<uuid:document_id>/images/<uuid:image_id>", image, name="image"),
    path("documents/<uuid:document_id>/ask/", sharing.ask, name="ask"),
    path("documents/<uuid:document_id>/history/", pages.history, name="history"),
    path("accounts/data/", own_pages.data, name="data"),
    path("accounts/data/delete/", own_pages.delete_account, name="delete_account"),
    path("p/<slug:slug>/images/<uuid:image_id>", publishing.image, name="published_image"),
    path("p/<slug:slug>/", publishing.page, name="published"),
    path("embed/<slug:slug>/", publishing.embedded, name="embedded"),
    path("join/<str:secret>/", sharing.join, name="join"),
    path("invited/<str:secret>/", sharing.invited, name="invited"),
]
