"""Finding people by what others know of them, and showing them to others."""

from typing import Literal

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
    kind: Literal["guest", "agent"] | None = "guest" if user.is_guest else "agent" if user.keeper_id else None
    keeper = user.keeper.display_name if user.keeper else None
    return UserInfo(id=str(user.pk), name=user.display_name, color=user.color, kind=kind, on_behalf_of=keeper)
