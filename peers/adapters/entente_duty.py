"""entente: entry lines priced under an accord, from a Parquet file to the added duty."""

from pathlib import Path

from clock import timed

from entente.accord.usable import usable
from entente.cases.lines.duty import duty
from entente.cases.lines.table import EntryTable


def prepare(task):
    """Read the accord; the lines are read by the work."""
    accord = usable(task["accord"])

    def work():
        return [
            float(duty(EntryTable.read(Path(task["lines"])), [accord]).totals["additional_duty"])
        ]

    return work


timed(prepare)
