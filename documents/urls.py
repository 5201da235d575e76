"""The pages of documents."""

from django.urls import path

from documents import pages
from documents.sharing import pages as sharing

app_name = "documents"
urlpatterns = [
    path("", pages.documents, name="list"),
    path("documents/<uuid:document_id>/", pages.editor, name="editor"),
    path("documents/<uuid:document_id>/ask/", sharing.ask, name="ask"),
    path("join/<str:secret>/", sharing.join, name="join"),
    path("invited/<str:secret>/", sharing.invited, name="invited"),
]
