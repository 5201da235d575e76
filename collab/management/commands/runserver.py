from daphne.management.commands.runserver import Command as DaphnesCommand


class Command(DaphnesCommand):  # type: ignore[misc]
    """Daphne's, without its app: that would have each process import Twisted, whatever it does."""
