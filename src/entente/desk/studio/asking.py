"""Asking for a run: within what one person may ask, kept as a job, told to the queue."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from entente.desk.people.models import User
from entente.desk.studio.models import Job


class TooManyRunsError(Exception):
    """A person has as many runs under way as one may."""

    def __str__(self) -> str:
        return str(_("You have as many runs under way as one person may."))


def room(user: User) -> None:
    """Raise TooManyRunsError where a person has as many runs under way as one may."""
    waiting = Job.objects.filter(owner=user, state__in=Job.UNDER_WAY).count()
    if waiting >= settings.DESK_RUNS_WAITING:
        raise TooManyRunsError


def ask(user: User, name: str, text: str, asked: dict[str, Any], kind: str = "run") -> Job:
    """Keep what is asked, and let a worker do it.

    asked   draws, months, seed, choose, as `work.settings_of` reads them; of a negotiation also
            vary and deals
    """
    job = Job.objects.create(
        owner=user,
        name=name,
        accord=text,
        settings=asked,
        kind=kind,
        draws=asked["deals"] + 1 if kind == "negotiation" else asked["draws"],
    )
    async_task("entente.desk.studio.work.run", job.pk, task_name=str(job.key))
    return job
