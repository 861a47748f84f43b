"""What a worker does with a ledger: price its lines; delivered twice, it writes the same again."""

from datetime import date

from entente.accord.usable import usable
from entente.cases.duty import duty
from entente.cases.table import EntryTable
from entente.desk.ledgers import uploads
from entente.desk.ledgers.models import Ledger
from entente.files import whole
from entente.problems import EntenteError, InputProblemsError

_SHOWN = 200


def price(pk: int) -> None:
    """Price a ledger's lines; rows that cannot be read are told by line and column."""
    ledger = Ledger.objects.get(pk=pk)
    try:
        table = EntryTable.read(uploads.under_our_names(ledger))
        priced = duty(table, [usable(ledger.accord)], choose=tuple(ledger.choose))
        with whole(ledger.priced) as scratch:
            priced.write(scratch)
    except InputProblemsError as wrong:
        ledger.problems = [problem.as_json() for problem in wrong.problems[:_SHOWN]]
        ledger.state, ledger.says = Ledger.State.FAILED, ""
    except EntenteError as failure:
        ledger.state, ledger.says = Ledger.State.FAILED, str(failure)
    else:
        told = (*priced.rejected, *priced.warnings)[:_SHOWN]
        ledger.problems = [problem.as_json() for problem in told]
        ledger.totals = {name: str(amount) for name, amount in priced.totals.items()}
        ledger.lines, ledger.state = priced.lines, Ledger.State.DONE
    ledger.save()


def forget_expired() -> int:
    """Delete every ledger whose time is over; a schedule of the queue calls it each day."""
    over = Ledger.objects.filter(expires__lte=date.today())  # noqa: DTZ011
    for ledger in over:
        ledger.delete()
    return len(over)
