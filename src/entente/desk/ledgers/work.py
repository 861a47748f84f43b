"""What a worker does with a ledger: price its lines; delivered twice, it writes the same again."""

from collections.abc import Sequence
from datetime import date
from shutil import rmtree

from django.utils.translation import gettext as _

from entente.accord.usable import usable
from entente.cases.lines.duty import duty
from entente.cases.lines.table import EntryTable
from entente.desk.ledgers import courses, uploads
from entente.desk.ledgers.models import Ledger
from entente.desk.people.language import spoken_to
from entente.desk.running.queue import stopping
from entente.files import whole
from entente.problems import EntenteError, InputProblemsError, Problem

_SHOWN = 200
# What a worker says of a ledger; the rest of its row is its owner's.
_TOLD = ("state", "says", "problems", "totals", "courses", "lines")


def price(pk: int) -> None:
    """Price a ledger's lines; rows that cannot be read are told by line and column."""
    ledger = Ledger.objects.filter(pk=pk).select_related("owner", "run").first()
    if ledger is None:
        return

    def stopped(said: str) -> None:
        ledger.state, ledger.says = Ledger.State.FAILED, said
        _end(ledger)

    with spoken_to(ledger.owner), stopping(stopped):
        _settle(ledger)
        _end(ledger)


def _end(ledger: Ledger) -> None:
    """Keep what came out; a ledger that was forgotten meanwhile leaves no file."""
    told = {name: getattr(ledger, name) for name in _TOLD}
    if not Ledger.objects.filter(pk=ledger.pk).update(**told):
        rmtree(ledger.folder, ignore_errors=True)


def _settle(ledger: Ledger) -> None:
    """Do what is asked of a ledger, and say how it ended."""
    try:
        if ledger.purpose == Ledger.Purpose.PLAN:
            if ledger.run is None:
                raise EntenteError(_("The run that was chosen is gone; choose another."))
            courses.plan(ledger, uploads.under_our_names(ledger), ledger.run)
        else:
            _price(ledger)
    except InputProblemsError as wrong:
        ledger.problems = _told(ledger, wrong.problems)
        ledger.state, ledger.says = Ledger.State.FAILED, ""
    except EntenteError as failure:
        ledger.state, ledger.says = Ledger.State.FAILED, str(failure)
    else:
        ledger.state, ledger.says = Ledger.State.DONE, ""


def _price(ledger: Ledger) -> None:
    """Price the lines under the text, and over the courses of a run where one is chosen."""
    lines = uploads.under_our_names(ledger)
    table = EntryTable.read(lines)
    priced = duty(table, [usable(ledger.accord)], choose=tuple(ledger.choose))
    with whole(ledger.priced) as scratch:
        priced.write(scratch)
    if ledger.run is not None:
        courses.expose(ledger, lines, ledger.run)
    ledger.problems = _told(ledger, (*priced.rejected, *priced.warnings, *priced.twice))
    ledger.totals = {name: str(amount) for name, amount in priced.totals.items()}
    ledger.lines = priced.lines


def _told(ledger: Ledger, problems: Sequence[Problem]) -> list[dict[str, str | int]]:
    """List the first problems under the name that the owner gave the file."""
    file = f"{ledger.name}{ledger.kind}"
    return [problem.within(file).as_json() for problem in problems[:_SHOWN]]


def forget_expired() -> int:
    """Delete every ledger whose time is over; a schedule of the queue calls it each day."""
    over = Ledger.objects.filter(expires__lte=date.today())  # noqa: DTZ011
    for ledger in over:
        ledger.delete()
    return len(over)
