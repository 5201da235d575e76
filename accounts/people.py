"""Finding people by what others know of them, and showing them to others."""

from typing import Any

from accounts.models import User
from protocol.errors import ProtocolError
from protocol.messages import UserInfo


def by_email(email: str) -> User:
    """Whose address this is. Raises no_such_person."""
    user = find(email)
    if user is None:
        raise ProtocolError("no_such_person")
    return user


def find(email: str) -> User | None:
    """Whose address this is, if anyone's who is here: neither a guest nor deactivated."""
    return User.objects.filter(email__iexact=email.strip(), is_active=True, is_guest=False).first()


def shown(user: User) -> UserInfo:
    """A person, as others see them; an agent with whoever keeps it."""
    # What is not said takes no memory, for as long as a connection keeps this.
    said: dict[str, Any] = {"on_behalf_of": user.keeper.display_name} if user.keeper else {}
    if user.is_guest or user.keeper:
        said["kind"] = "guest" if user.is_guest else "agent"
    return UserInfo(id=str(user.pk), name=user.display_name, color=user.color, **said)
