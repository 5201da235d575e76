"""Mail leaves by the queue."""

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives, get_connection
from pytest_django import Settings

from jobs.models import Job
from jobs.runner import run_due

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def queued(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "jobs.mail.QueuedEmailBackend"
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []


def letter() -> EmailMultiAlternatives:
    letter = EmailMultiAlternatives(
        subject="Hello",
        body="plain",
        from_email="deltapad@example.com",
        to=["alice@example.com"],
        bcc=["bob@example.com"],
        headers={"X-Kind": "test"},
    )
    letter.attach_alternative("<p>rich</p>", "text/html")
    letter.connection = get_connection("jobs.mail.QueuedEmailBackend")
    return letter


def test_it_works() -> None:
    letter().send()
    assert mail.outbox == [], "nothing leaves before the worker sends it"

    run_due()

    (sent,) = mail.outbox
    assert isinstance(sent, EmailMultiAlternatives)
    assert sent.recipients() == ["alice@example.com", "bob@example.com"]
    assert sent.message().as_string().count("rich") == 1
    assert sent.extra_headers == {"X-Kind": "test"}


def test_a_mail_server_that_is_down_loses_no_mail(settings: Settings) -> None:
    letter().send()
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    run_due()

    assert Job.objects.get().attempts == 1
    assert "refused" in Job.objects.get().last_error


def test_attachments_are_refused() -> None:
    heavy = letter()
    heavy.attach("plan.txt", "text", "text/plain")

    with pytest.raises(ValueError, match="attachments"):
        heavy.send()
