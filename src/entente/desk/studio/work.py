"""What a worker does with a job: run the accord, tell how far it is, keep the run whole."""

from typing import Any

from django.utils import timezone

from entente.accord.choices import Choices
from entente.accord.document import Accord
from entente.accord.usable import usable
from entente.advice.deals.talks import negotiate
from entente.desk.briefs.publishing import HEADLINE, plain
from entente.desk.people.language import spoken_to
from entente.desk.running.queue import stopping
from entente.desk.studio.laid import laid
from entente.desk.studio.models import Job
from entente.files import write_whole
from entente.lab.settings import Settings
from entente.outcome.simulate import simulate
from entente.problems import EntenteError
from entente.report.pages import brief, deals_page


class CancelledError(Exception):
    """The person who asked for the run no longer wants it."""


def run(pk: int) -> None:
    """Do a job. Delivered twice, it goes on from the blocks of draws that were kept."""
    job = Job.objects.select_related("owner").get(pk=pk)
    if not job.is_under_way:
        return
    _set(job, state=Job.State.RUNNING, began=timezone.now())

    def stopped(said: str) -> None:
        _set(job, state=Job.State.FAILED, ended=timezone.now(), says=said)

    with spoken_to(job.owner), stopping(stopped):
        _settle(job)


def _settle(job: Job) -> None:
    """Make what is asked, and say how it ended."""
    try:
        headline = (_negotiate if job.kind == Job.Kind.NEGOTIATION else _run)(job)
    except CancelledError:
        _set(job, state=Job.State.CANCELLED, ended=timezone.now())
    except EntenteError as failure:
        _set(job, state=Job.State.FAILED, ended=timezone.now(), says=str(failure))
    else:
        _set(job, state=Job.State.DONE, ended=timezone.now(), headline=headline)


def _run(job: Job) -> str:
    """Run the accord and keep the run with its page; return the page's headline."""
    with laid(job.accord, f"{job.name}.toml") as path:
        accord = usable(str(path))
        asked = settings_of(job.settings, accord)
        _set(job, draws=asked.draws)
        finished = simulate(
            accord, asked, progress=lambda done: _tell(job, done), folder=job.folder
        )
        page = brief(finished)
        write_whole(job.page, page)
        finished.save(job.folder)
    return plain(HEADLINE, page)[:400]


def _negotiate(job: Job) -> str:
    """Look for terms that both sides prefer; return the headline of the page of deals.

    The deals that were tried are kept on the way, so a second delivery goes on from them.
    """
    with laid(job.accord, f"{job.name}.toml") as path:
        accord = usable(str(path))
        found = negotiate(
            accord, tuple(job.settings["vary"]), job.folder, _asked(job.settings, accord),
            deals=int(job.settings["deals"]), progress=lambda done: _tell(job, done),
        )  # fmt: skip
    page = deals_page(found)
    write_whole(job.page, page)
    return plain(HEADLINE, page)[:400]


def settings_of(asked: dict[str, Any], accord: Accord) -> Settings:
    """Turn what was asked into the laboratory's settings; raises InputProblemsError."""
    return _asked(asked, accord).settled(accord)


def _asked(asked: dict[str, Any], accord: Accord) -> Settings:
    choices = Choices.parse(tuple(asked.get("choose", ())), accord)
    return Settings(
        draws=int(asked["draws"]), months=int(asked["months"]), seed=int(asked["seed"]),
        choices=choices,
    )  # fmt: skip


def cancelled(job: Job) -> None:
    """Stop a run at its next block of draws; one that has ended stays as it is."""
    Job.objects.filter(pk=job.pk, state__in=Job.UNDER_WAY).update(
        state=Job.State.CANCELLED, ended=timezone.now()
    )


def _tell(job: Job, done: float) -> None:
    """Write how far the run is; stop where it was cancelled meanwhile."""
    running = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING)
    if not running.update(draws_done=int(done)):
        raise CancelledError


def _set(job: Job, **fields: Any) -> None:
    Job.objects.filter(pk=job.pk).exclude(state=Job.State.CANCELLED).update(**fields)
