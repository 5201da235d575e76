from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import acts, tokens
from accounts.models import User


class Command(BaseCommand):
    help = "Makes an API token for a person. Standard output holds the token and nothing else."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="command line", help="what the person's list calls it")
        parser.add_argument("--scope", choices=tokens.SCOPES, action="append", help="once or twice; both if left out")
        parser.add_argument("--days", type=int, help="how long it lives; for ever if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None or not user.is_active:
            raise CommandError(f"no active user has the e-mail address {options['email']}")
        days = options["days"]
        if days is not None and not 0 < days <= 36500:
            raise CommandError("--days is from 1 to 36500")
        expires_at = None if days is None else timezone.now() + timedelta(days=days)
        _, raw = acts.make_token(None, user.pk, options["name"], options["scope"] or tokens.SCOPES, expires_at)
        self.stdout.write(raw)
