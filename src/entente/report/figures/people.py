"""Figures of people: where they are at each month's end, and what happens to them in each month."""

from typing import Final

import numpy as np
import pandas as pd

from entente.report import charts, words
from entente.report.figures.figure import Figure, figure, span
from entente.report.reading import Ends, Reading
from entente.report.tables import Table, Value

STOCKS: Final = {
    "in_transit": "on the way through Mexico",
    "detained_mexico": "held in Mexican detention",
    "asylum_pending_mexico": "asylum claims waiting in Mexico",
    "waiting_returned": "sent back to wait for a US hearing",
    "waiting_metered": "on waiting lists at ports",
}
FLOWS: Final = {
    "detentions_mexico": "Detained by Mexico",
    "asylum_claims_mexico": "Claim asylum in Mexico",
    "return_to_wait": "Sent to wait in Mexico",
    "transferred": "Transferred",
    "transfer_shortfall": "Transfer without a place",
    "released": "Released, US court queue",
    "returns_mexico": "Returned by Mexico",
    "returned_usa": "Returned by the US",
    "protected_mexico": "Protected in Mexico",
    "protected_usa": "Protected in the US",
}


def whereabouts(reading: Reading) -> Figure | None:
    """Stack where people are at each month's end."""
    stocks = reading.present(*STOCKS)
    if not stocks:
        return None
    totals = {m.name: reading.total(m.name) for m in stocks}  # name -> [draw, month]
    everyone = np.sum(list(totals.values()), axis=0)
    first, last = Ends.of(everyone[:, 0]), Ends.of(everyone[:, -1])
    middles = {name: np.median(total, axis=0) for name, total in totals.items()}  # [month]
    largest = max(stocks, key=lambda m: float(middles[m.name][-1]))
    title = (
        f"Held, waiting or on the way: {first.about('persons')} at the end of "
        f"{words.month(reading.months[0])}, {last.words('persons')} at the end of "
        f"{words.month(reading.months[-1])}; the largest part {STOCKS[largest.name]}"
    )
    rows = pd.DataFrame(
        [
            {"month": pd.Timestamp(month), "name": STOCKS[m.name], "value": middle}
            for m in stocks
            for month, middle in zip(reading.months, middles[m.name], strict=True)
        ]
    )
    table = monthly_middles(
        reading,
        "where-people-are",
        "People in each place or stage at the end of the month, middle draw of each",
        {m.name: words.capital(STOCKS[m.name]) for m in stocks},
    )
    return figure(
        "whereabouts",
        title,
        "End of month, middle draw of each, stacked from the bottom in the order of the key; the "
        "middle of the sum may differ.",
        f"People in each place or stage by month, {span(reading)}. {title}.",
        table,
        lambda width: charts.stacked(rows, [STOCKS[m.name] for m in stocks], "people", width),
    )


def flows(reading: Reading) -> Table | None:
    """Tabulate what happens to people in each month."""
    present = {m.name: FLOWS[m.name] for m in reading.present(*FLOWS)}
    if not present:
        return None
    caption = "What happens to people in each month, middle draw of each"
    return monthly_middles(reading, "what-happens-to-people", caption, present)


def monthly_middles(reading: Reading, name: str, caption: str, heads: dict[str, str]) -> Table:
    """Tabulate the middle draw of each by month, a column a measure (measure -> head)."""
    middles = {name: np.median(reading.total(name), axis=0) for name in heads}  # [month]
    return Table(
        name,
        caption,
        ("Month", *heads.values()),
        tuple(
            (words.month(month), *(Value(float(middles[m][i]), "persons") for m in heads))
            for i, month in enumerate(reading.months)
        ),
    )
