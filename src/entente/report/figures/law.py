"""The figure of the law: which clause is in which state at each month's end, in how many draws."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from entente.accord.clauses.common import said_state
from entente.accord.timeline import Interval
from entente.language import counted, marked, phrase
from entente.report import amounts, charts, theme, words
from entente.report.figures.figure import Figure, figure, spaced
from entente.report.reading import Reading, records
from entente.report.tables import Table

IN_FORCE: Final = marked("in force")
# Families of clause states: what readers see, their colour, and the states of law in each.
_FAMILIES: Final = (
    (marked("not yet in force"), theme.WAITING, ("draft", "announced", "reserved")),
    (IN_FORCE, theme.HOLDS, ("in_force", "triggered")),
    (marked("suspended"), theme.PAUSED, ("suspended",)),
    (marked("met"), theme.KEPT, ("met",)),
    (marked("breached"), theme.BROKEN, ("breached",)),
    (marked("ended"), theme.OVER, ("lapsed", "void_from", "void_ab_initio")),
)
_AGREED: Final = 0.95


def course_picture(intervals: Sequence[Interval]) -> Figure:
    """Draw when each clause of a text stands how, if nobody makes a choice."""
    families = {state: family for family, _, states in _FAMILIES for state in states}
    rows = pd.DataFrame(
        {
            "clause": spaced(interval.clause),
            "from": interval.from_.isoformat(),
            "to": interval.to.isoformat(),
            "family": phrase(families.get(interval.state, interval.state)),
        }
        for interval in intervals
    )
    title = counted(
        "{count} clause, as it stands if nobody makes a choice",
        "{count} clauses, as they stand if nobody makes a choice",
        rows["clause"].nunique(),
    )
    colours = {phrase(family): colour for family, colour, _ in _FAMILIES}
    return figure(
        "course",
        title,
        phrase("A bar is a stretch of time in which a clause stands one way."),
        phrase("{title}. The table below holds every value.", title=title),
        _course_table(intervals),
        lambda width: charts.courses(rows, colours, width),
    )


def _course_table(intervals: Sequence[Interval]) -> Table:
    return Table(
        "course",
        phrase("How each clause stands, from when, and until when (the first day after)"),
        (phrase("Clause"), phrase("State"), phrase("From"), phrase("Until"), phrase("Value")),
        tuple(
            (
                spaced(interval.clause),
                said_state(interval.state),
                words.days(interval.from_.isoformat()),
                words.days(interval.to.isoformat()),
                "" if interval.value is None else str(interval.value),
            )
            for interval in intervals
        ),
    )


def clause_picture(reading: Reading) -> Figure | None:
    """Draw which clause is in which state at each month's end."""
    if "clause_state" not in reading.run.dataset:
        return None
    rows = clause_states(reading)
    clauses = list(dict.fromkeys(rows["clause"]))
    least = rows.groupby("clause")["share"].min()
    divided = [spaced(str(clause)) for clause in clauses if least[clause] < _AGREED]
    title = phrase("All {count} clauses take one course in nearly every draw", count=len(clauses))
    if divided:
        others = [phrase("{count} more", count=len(divided) - 3)] if len(divided) > 3 else []
        title = counted(
            "The draws part ways over {count} clause: {clauses}",
            "The draws part ways over {count} clauses: {clauses}",
            len(divided),
            clauses=words.listing([*divided[:3], *others]),
        )
    ends = rows.groupby("clause", sort=False).tail(1)
    shown = rows.assign(clause=rows["clause"].map(spaced), family=rows["family"].map(phrase))
    at_the_end = ", ".join(f"{spaced(r['clause'])} {phrase(r['family'])}" for r in records(ends))
    return figure(
        "clauses",
        title,
        phrase(
            "Colour and word: the commonest state at the month's end. Fainter: fewer draws share "
            "it."
        ),
        phrase("State of each clause by month. At the end: {states}.", states=at_the_end),
        _table(reading, rows),
        lambda width: charts.clause_states(shown, _spells(shown), width),
    )


def clause_states(reading: Reading) -> pd.DataFrame:
    """Find the commonest state of each clause and month, with the share of draws in it.

    Gives clause, label (the month), state, family, order (of the family), colour, share.
    """
    codes = reading.run.dataset["clause_state"].transpose("draw", "month", "clause").to_numpy()
    shares = np.stack([(codes == i).mean(axis=0) for i in range(len(reading.states))])
    common, share = shares.argmax(axis=0), shares.max(axis=0)  # [month, clause]
    families = {
        state: {"family": family, "colour": colour, "order": order}
        for order, (family, colour, states) in enumerate(_FAMILIES)
        for state in states
    }
    rows = [
        {"clause": str(clause), "label": str(month), "state": state, "share": share[i, j]}
        | families[state]
        for j, clause in enumerate(reading.run.dataset["clause"].to_numpy())
        for i, month in enumerate(reading.months)
        for state in [reading.states[common[i, j]]]
    ]
    return pd.DataFrame(rows)


def _table(reading: Reading, rows: pd.DataFrame) -> Table:
    return Table(
        "clause-states",
        phrase(
            "The commonest state of each clause at the month's end, with the share of draws in it"
        ),
        (phrase("Clause"), *(words.month(month) for month in reading.months)),
        tuple(
            (
                spaced(str(clause)),
                *(
                    f"{said_state(state)} ({amounts.percentage(share)})"
                    for state, share in zip(cut["state"], cut["share"], strict=True)
                ),
            )
            for clause, cut in rows.groupby("clause", sort=False)
        ),
    )


def _spells(rows: pd.DataFrame) -> pd.DataFrame:
    """Find where each clause's commonest state begins, and how many months it lasts."""
    begins = (rows["family"] != rows["family"].shift()) | (rows["clause"] != rows["clause"].shift())
    spells = rows.groupby(begins.cumsum(), sort=False).agg(
        clause=("clause", "first"),
        label=("label", "first"),
        text=("family", "first"),
        months=("label", "size"),
    )
    return spells.reset_index(drop=True)
