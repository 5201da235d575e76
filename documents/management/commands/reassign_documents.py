from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from documents.reassign import reassign
from protocol.errors import ProtocolError


class Command(BaseCommand):
    help = "Hands all documents that someone owns, and the groups that they manage, on to somebody else."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("from_email", help="who goes; they need not be active any more")
        parser.add_argument("to_email", help="who owns and manages it all from now on")

    def handle(self, *args: Any, **options: Any) -> None:
        leaver, heir = (_person(options[name]) for name in ("from_email", "to_email"))
        try:
            count = reassign(leaver.pk, heir.pk)
        except ProtocolError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{count} documents are {heir.email}'s now")


def _person(email: str) -> User:
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        raise CommandError(f"nobody has the e-mail address {email}")
    return user
