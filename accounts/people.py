"""Finding people by what others know of them."""

from accounts.models import User
from protocol.errors import ProtocolError


def by_email(email: str) -> User:
    """Whose address this is. Raises no_such_person."""
    user = find(email)
    if user is None:
        raise ProtocolError("no_such_person")
    return user


def find(email: str) -> User | None:
    """Whose address this is, if anyone's who is here: neither a guest nor deactivated."""
    return User.objects.filter(email__iexact=email.strip(), is_active=True, is_guest=False).first()
