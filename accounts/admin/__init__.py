"""People in the admin, what they come in with, and the audit log."""

from accounts.admin import audit, keys, people

__all__ = ["audit", "keys", "people"]
