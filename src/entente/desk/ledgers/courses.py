"""What lines cost over the courses of events of a run, and what an importer should do now."""

from pathlib import Path
from typing import Any

from django.db.models import Q, QuerySet

from entente.accord.usable import usable
from entente.advice import contingency, imports
from entente.advice.tables import as_csv as plan_csv
from entente.desk.ledgers.models import Ledger
from entente.desk.studio.models import Job
from entente.files import write_whole
from entente.outcome.exposure import COLUMNS, as_csv, exposure
from entente.outcome.run import Run
from entente.report.pages import plan_page

_SHOWN = ("all", "course")


def offered(user: Any) -> QuerySet[Job]:
    """Give the runs that a person may price under: their own, and those of open briefs."""
    is_open = Q(brief__state="published", brief__for_subscribers=False)
    finished = Job.objects.filter(kind=Job.Kind.RUN, state=Job.State.DONE)
    return finished.filter(Q(owner=user) | is_open).defer("accord").distinct()


def expose(ledger: Ledger, lines: Path, run: Job) -> None:
    """Write what the lines cost over the courses of a run; keep the totals for the page."""
    found = exposure(
        str(lines), [usable(ledger.accord)], Run.load(run.folder), choose=tuple(ledger.choose)
    )
    write_whole(ledger.exposed, as_csv(found.table))
    rows = found.table[found.table["by"].isin(_SHOWN)].round(4)
    shown = [
        COLUMNS.index(name) for name in ("label", "share", "added_mean", "added_p05", "added_p95")
    ]
    ledger.courses = [[row[i] for i in shown] for row in rows.values.tolist()]


def plan(ledger: Ledger, lines: Path, run: Job) -> None:
    """Write what the importer should do now, as `entente plan` does."""
    held = Run.load(run.folder)
    wanted = imports.read(lines)
    made = contingency.plan(wanted, held, choose=tuple(ledger.choose), assumptions=False)
    write_whole(ledger.planned, plan_page(made, held.record["version"]))
    write_whole(ledger.priced, plan_csv(made))
    ledger.lines = sum(1 for _ in wanted.rows)
