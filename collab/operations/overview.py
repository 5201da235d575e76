"""What an administrator should see first."""

from dataclasses import dataclass

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEntry
from collab.operations import live
from documents import connections
from documents.integrity.verify import damaged
from jobs.models import Job

ACTS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, what it counts, where to read on, and whether somebody should."""

    value: str
    name: str | Promise
    url: str = ""
    bad: bool = False


def figures(request: HttpRequest) -> list[Figure]:
    """How many are here, and what is wrong; for those who may see the operations page."""
    if not request.user.has_perm("documents.view_connection"):
        return []
    here = connections.live().aggregate(
        sessions=Count("pk"), people=Count("user", distinct=True), documents=Count("document", distinct=True)
    )
    processes = live.processes()
    lately = sum(live.added_up(process.lately for process in processes).values())
    broken, dead = damaged(), Job.objects.exclude(dead_at=None).count()
    operations = reverse("admin:operations")
    documents = reverse("admin:documents_document_changelist")
    return [
        Figure(intcomma(here["people"]), _("people are here"), operations),
        Figure(intcomma(here["sessions"]), _("live sessions"), operations),
        Figure(intcomma(here["documents"]), _("documents are open"), operations),
        Figure(str(sum(process.alive for process in processes)), _("processes"), operations),
        Figure(f"{lately:.1f}", _("refusals a minute"), operations),
        Figure(intcomma(broken), _("damaged documents"), f"{documents}?integrity=damaged", bool(broken)),
        Figure(intcomma(dead), _("jobs given up"), f"{reverse('admin:jobs_job_changelist')}?state=dead", bool(dead)),
    ]


def latest_acts() -> list[AuditEntry]:
    """The newest entries of the audit log."""
    return list(AuditEntry.objects.order_by("-id")[:ACTS_SHOWN])
