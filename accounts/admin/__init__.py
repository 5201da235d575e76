"""People in the admin, their groups, what they come in with, and the audit log."""

from accounts.admin import applications, audit, groups, keys, people

__all__ = ["applications", "audit", "groups", "keys", "people"]
