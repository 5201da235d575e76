"""Documents in the admin. It changes them by the acts that everyone uses, and never beside the commit."""

from documents.admin import document, people

__all__ = ["document", "people"]
