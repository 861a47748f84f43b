"""Figures of people: where they are at each month's end, and what happens to them in each month."""

from typing import Final

import numpy as np
import pandas as pd

from entente.language import marked, phrase
from entente.report import charts, words
from entente.report.figures.figure import Figure, figure, span
from entente.report.reading import Ends, Reading
from entente.report.tables import Table, Value

STOCKS: Final = {
    "in_transit": marked("on the way through Mexico"),
    "detained_mexico": marked("held in Mexican detention"),
    "asylum_pending_mexico": marked("asylum claims waiting in Mexico"),
    "waiting_returned": marked("sent back to wait for a US hearing"),
    "waiting_metered": marked("on waiting lists at ports"),
}
FLOWS: Final = {
    "detentions_mexico": marked("Detained by Mexico"),
    "asylum_claims_mexico": marked("Claim asylum in Mexico"),
    "return_to_wait": marked("Sent to wait in Mexico"),
    "transferred": marked("Transferred"),
    "transfer_shortfall": marked("Transfer without a place"),
    "released": marked("Released, US court queue"),
    "returns_mexico": marked("Returned by Mexico"),
    "returned_usa": marked("Returned by the US"),
    "protected_mexico": marked("Protected in Mexico"),
    "protected_usa": marked("Protected in the US"),
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
    names = {m.name: phrase(STOCKS[m.name]) for m in stocks}
    title = phrase(
        "Held, waiting or on the way: {first} at the end of {month}, {last} at the end of "
        "{last_month}; the largest part {stage}",
        first=first.about("persons"),
        month=words.month(reading.months[0]),
        last=last.words("persons"),
        last_month=words.month(reading.months[-1]),
        stage=names[largest.name],
    )
    rows = pd.DataFrame(
        [
            {"month": pd.Timestamp(month), "name": names[m.name], "value": middle}
            for m in stocks
            for month, middle in zip(reading.months, middles[m.name], strict=True)
        ]
    )
    table = monthly_middles(
        reading,
        "where-people-are",
        phrase("People in each place or stage at the end of the month, middle draw of each"),
        {name: words.capital(stage) for name, stage in names.items()},
    )
    return figure(
        "whereabouts",
        title,
        phrase(
            "End of month, middle draw of each, stacked from the bottom in the order of the key; "
            "the middle of the sum may differ."
        ),
        phrase(
            "People in each place or stage by month, {period}. {title}.",
            period=span(reading),
            title=title,
        ),
        table,
        lambda width: charts.stacked(rows, list(names.values()), phrase("people"), width),
    )


def flows(reading: Reading) -> Table | None:
    """Tabulate what happens to people in each month."""
    present = {m.name: phrase(FLOWS[m.name]) for m in reading.present(*FLOWS)}
    if not present:
        return None
    caption = phrase("What happens to people in each month, middle draw of each")
    return monthly_middles(reading, "what-happens-to-people", caption, present)


def monthly_middles(reading: Reading, name: str, caption: str, heads: dict[str, str]) -> Table:
    """Tabulate the middle draw of each by month, a column a measure (measure -> head)."""
    middles = {name: np.median(reading.total(name), axis=0) for name in heads}  # [month]
    return Table(
        name,
        caption,
        (phrase("Month"), *heads.values()),
        tuple(
            (words.month(month), *(Value(float(middles[m][i]), "persons") for m in heads))
            for i, month in enumerate(reading.months)
        ),
    )
