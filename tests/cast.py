"""The one cast of all tests: alice owns, bob edits, carol reads, mallory is nobody.

`python -m tests.cast` puts them into the database and prints them.
"""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from documents.models import Document

PASSWORD = "correct horse battery staple"
NAMES = ("alice", "bob", "carol", "mallory")
MEMBERS = {"bob": "editor", "carol": "viewer"}


@dataclass(frozen=True)
class Person:
    """One of the cast as an outsider knows them."""

    id: str
    name: str
    email: str
    token: str
    password: str = PASSWORD


def email(name: str) -> str:
    return f"{name}@example.com"


def people() -> dict[str, Person]:
    """Makes the whole cast, each with a token that reads and writes."""
    from django.contrib.auth.hashers import make_password

    password = make_password(PASSWORD)  # hashed once: hashing is slow on purpose
    return {name: _person(name, password) for name in NAMES}


def _person(name: str, password: str) -> Person:
    from allauth.account.models import EmailAddress
    from django.core.management import call_command

    from accounts.models import User

    user = User.objects.create(email=email(name), name=name.capitalize(), password=password)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    token = StringIO()
    call_command("create_token", user.email, stdout=token)
    return Person(str(user.pk), user.name, user.email, token.getvalue().strip())


def document(owner: str = "alice", members: Mapping[str, str] = MEMBERS, title: str = "A document") -> "Document":
    """An empty document of one of the cast; `members` maps names to roles."""
    from accounts.models import User
    from documents.models import Document, Membership

    made = Document.objects.create(title=title, owner=User.objects.get(email=email(owner)))
    for name, role in members.items():
        Membership.objects.create(document=made, user=User.objects.get(email=email(name)), role=role)
    return made


def main() -> None:
    import django

    django.setup()
    print(json.dumps({name: dataclasses.asdict(person) for name, person in people().items()}))


if __name__ == "__main__":
    main()
