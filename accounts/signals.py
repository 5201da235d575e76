"""What the rest of the program may listen to."""

from django.dispatch import Signal

# Someone or something may no longer act: sent after the commit that ended it, with
# `user_id`, and `token_id` or `session_key` where only that one ended (neither: everything of that person).
# The session key is a secret: what leaves the process carries `accounts.principals.digest(session_key)` instead.
principal_ended = Signal()
