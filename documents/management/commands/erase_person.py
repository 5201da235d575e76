from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from documents.retention.erasure import erase
from protocol.errors import ProtocolError


class Command(BaseCommand):
    help = "Erases a person's account and their name from everything they wrote. This cannot be undone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError(f"nobody has the e-mail address {options['email']}")
        try:
            erase(user.pk, None)
        except ProtocolError as error:
            raise CommandError(error.message) from error
        self.stdout.write("Erased. Their name goes from what they wrote in the background.")
