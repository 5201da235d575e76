"""Puts documents with people and their tokens into the database, and prints them: `… DOCUMENTS WRITERS READERS`."""

import json
import sys
from typing import Any


def fill(documents: int, writers: int, readers: int) -> list[dict[str, Any]]:
    """Each document has people of its own: the first owns it, the other writers edit it, readers read."""
    from django.db import transaction

    with transaction.atomic():
        return [_document(number, writers, readers) for number in range(documents)]


def _document(number: int, writers: int, readers: int) -> dict[str, Any]:
    from accounts import tokens
    from accounts.colors import color_of
    from accounts.models import User
    from documents.models import Document, Membership

    users = [User(email=f"d{number}p{index}@example.com", name=f"Person {index}") for index in range(writers + readers)]
    for user in users:
        user.color = color_of(user.id)
    User.objects.bulk_create(users)
    document = Document.objects.create(title=f"Document {number}", owner=users[0])
    roles = ["editor"] * (writers - 1) + ["viewer"] * readers
    members = [Membership(document=document, user=user, role=role) for user, role in zip(users[1:], roles, strict=True)]
    Membership.objects.bulk_create(members)
    people = [
        {"id": index, "writes": index < writers, "token": tokens.create(user.pk, "bench")[1]}
        for index, user in enumerate(users)
    ]
    return {"id": str(document.pk), "people": people}


def main() -> None:
    import django

    django.setup()
    print(json.dumps(fill(*map(int, sys.argv[1:]))))


if __name__ == "__main__":
    main()
