from typing import Any

from allauth.account.models import EmailAddress
from django.core.management.base import BaseCommand

from accounts.models import User
from accounts.principals import Principal
from collab.config import config
from documents import acts, submit
from protocol.content import Content
from protocol.delta import Delta

PASSWORD = "deltapad demo"  # noqa: S105  (printed; development only)
PEOPLE = {"ada@example.com": "Ada", "ben@example.com": "Ben"}
WELCOME: list[dict[str, Any]] = [
    {"insert": "Welcome to Deltapad"},
    {"insert": "\n", "attributes": {"header": 1}},
    {"insert": "This document belongs to "},
    {"insert": "Ada", "attributes": {"bold": True}},
    {"insert": ", and "},
    {"insert": "Ben", "attributes": {"bold": True}},
    {"insert": " may edit it. Open it in two browsers, one as each of them, and type in both.\n"},
    {"insert": "Things to try"},
    {"insert": "\n", "attributes": {"header": 2}},
    {"insert": "Start to write at the very same place"},
    {"insert": "\n", "attributes": {"list": "unchecked"}},
    {"insert": "Close one browser in the middle of a word, and come back"},
    {"insert": "\n", "attributes": {"list": "unchecked"}},
    {"insert": "Undo: you take back what you did, never what the other did"},
    {"insert": "\n", "attributes": {"list": "unchecked"}},
]


class Command(BaseCommand):
    help = "Makes two demo people and a welcome document, once; in development only."

    def handle(self, *args: Any, **options: Any) -> None:
        if config.production:
            return
        if not User.objects.filter(email__in=PEOPLE).exists():
            ada, ben = [_person(email, name) for email, name in PEOPLE.items()]
            _welcome(ada, ben)
        self.stdout.write(f"Demo logins: {' and '.join(PEOPLE)}, password: {PASSWORD}")


def _person(email: str, name: str) -> User:
    user = User.objects.create_user(email, PASSWORD, name=name)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def _welcome(owner: User, editor: User) -> None:
    by = Principal(str(owner.pk))
    document = acts.create(owner.pk, "Welcome")
    acts.put_member(document.pk, by, editor.pk, "editor")
    submit.write(document.pk, by, "seed", _whole_text)


def _whole_text(content: Content) -> Delta:
    return Delta(WELCOME)
