"""The pages of documents."""

from django.urls import path

from documents import pages

app_name = "documents"
urlpatterns = [
    path("", pages.documents, name="list"),
    path("documents/<uuid:document_id>/", pages.editor, name="editor"),
]
