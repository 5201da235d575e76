"""People in the admin, their groups, what they come in with, and the audit log."""

from accounts.admin import audit, groups, keys, people

__all__ = ["audit", "groups", "keys", "people"]
