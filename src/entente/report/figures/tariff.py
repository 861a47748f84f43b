"""Figures of the tariff: which duty is in force in how many draws, and what buyers pay."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd

from entente.evidence import FloatArray
from entente.language import figures, phrase
from entente.report import amounts, charts, naming, words
from entente.report.figures.figure import Figure, figure, span, wrapped
from entente.report.goods import CHAPTER_NAMES, chapter
from entente.report.reading import Ends, Reading
from entente.report.tables import Cell, Table, Value

_TOP: Final = 10
_MONEY: Final = ("imports", "duty_revenue", "buyers_cost", "deadweight")
_SIZES: Final = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)


def duty_steps(reading: Reading) -> Figure | None:
    """Draw the share of draws at each rate of added duty; none where no duty is ever charged."""
    if not reading.charged.any():
        return None
    rates = reading.total("duty_rate")  # [draw, month]
    edges, labels = rate_steps(float(rates.max()))
    step = np.searchsorted(np.asarray(edges) + 1e-9, rates)  # [draw, month]; 0: none
    shares = np.stack([(step == i).mean(axis=0) for i in range(len(labels))])  # [step, month]
    months = [str(month) for month in reading.months]
    rows = pd.DataFrame(
        [
            {"label": month, "rate": label, "share": shares[i, j], "order": i}
            for j, month in enumerate(months)
            for i, label in enumerate(labels)
        ]
    )
    chance = words.in_draws(float(reading.charged.mean()), reading.draws)
    commonest = 1 + int(shares[1:, -1].argmax())
    title = (
        phrase(
            "An added duty is charged at some time {in_draws}; in {month}, {share} of draws are at "
            "{rate}",
            in_draws=chance,
            month=words.month(reading.months[-1]),
            share=amounts.percentage(shares[commonest, -1]),
            rate=labels[commonest],
        )
        if shares[commonest, -1]
        else phrase(
            "An added duty is charged at some time {in_draws}; in {month}, in none",
            in_draws=chance,
            month=words.month(reading.months[-1]),
        )
    )
    return figure(
        "duty",
        title,
        phrase("Average over all imports and over the days of the month."),
        phrase(
            "Share of draws at each step of the added duty by month, {period}. {title}.",
            period=span(reading),
            title=title,
        ),
        Table(
            "duty-by-month",
            phrase("Added duty, average over imports: share of draws at each rate"),
            (phrase("Month"), *labels),
            tuple(
                (words.month(month), *(Value(float(s), "share") for s in shares[:, j]))
                for j, month in enumerate(reading.months)
            ),
        ),
        lambda width: charts.steps(rows, labels, width),
    )


def cost_by_chapter(reading: Reading) -> Figure | None:
    """Rank the ten chapters whose buyers pay most, over the draws with an added duty."""
    if not reading.charged.any() or not reading.has("buyers_cost"):
        return None
    cost = _by_chapter(reading, "buyers_cost")  # [draw, chapter]
    top = [int(i) for i in np.argsort(-cost.mean(axis=0), kind="stable")[:_TOP]]
    codes = [str(code) for code in reading.run.dataset["chapter"].to_numpy()]
    ends = [Ends.of(cost[:, i]) for i in top]
    rows = pd.DataFrame(ends, columns=["low", "middle", "high"])
    rows.insert(0, "name", [chapter(codes[i]) for i in top])
    first = words.listing([phrase(CHAPTER_NAMES[codes[i]]).lower() for i in top[:3]])
    share = amounts.percentage(float(cost[:, top[:3]].sum() / cost.sum()))
    chance = words.in_draws(float(reading.charged.mean()), reading.draws)
    return figure(
        "cost",
        phrase(
            "Where a duty is charged, buyers pay {amount}; {goods} carry {share} of it",
            amount=Ends.of(cost.sum(axis=1)).words("USD"),
            goods=first,
            share=share,
        ),
        phrase(
            "Whole run, US dollars, in the draws with an added duty ({in_draws}). Bar: middle "
            "draw; line: 90 % of those draws.",
            in_draws=chance,
        ),
        " ".join(
            (
                phrase("The ten chapters of goods that cost buyers most."),
                *(f"{name}: {e.words('USD')}." for name, e in zip(rows["name"], ends, strict=True)),
            )
        ),
        _table(reading, codes, top),
        lambda width: charts.ranked(wrapped(rows, "name", width), phrase("US dollars"), width),
    )


def rate_steps(highest: float) -> tuple[list[float], list[str]]:
    """Cut rates of duty into none and up to six equal steps of a round size.

    >>> rate_steps(12)
    ([0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0],
     ['none', '0 to 2 %', '2 to 4 %', '4 to 6 %', '6 to 8 %', '8 to 10 %', '10 to 12 %'])
    """
    size = next((s for s in _SIZES if highest <= 6 * s), highest / 6)
    count = max(1, int(np.ceil(highest / size - 1e-9)))
    edges = [round(size * i, 6) for i in range(count + 1)]
    steps = (words.span(figures(low), figures(high)) for low, high in pairwise(edges))
    return edges, [phrase("none"), *(f"{step} %" for step in steps)]


def _by_chapter(reading: Reading, name: str) -> FloatArray:
    """Sum a measure over the months, in the draws with an added duty: [draw, chapter]."""
    summed = reading.run.dataset[name].sum("month").transpose("draw", "chapter")
    return np.asarray(summed.to_numpy()[reading.charged], np.float64)


def _table(reading: Reading, codes: Sequence[str], top: Sequence[int]) -> Table:
    measures = reading.present(*_MONEY)
    totals = {m.name: _by_chapter(reading, m.name) for m in measures}
    rows: list[tuple[Cell, ...]] = [
        (chapter(codes[i]), *(Ends.of(totals[m.name][:, i]).value("USD") for m in measures))
        for i in top
    ]
    whole = (Ends.of(totals[m.name].sum(axis=1)).value("USD") for m in measures)
    return Table(
        "cost-by-chapter",
        phrase("Whole run, in the draws with an added duty: middle draw and 90 % of draws"),
        (phrase("Chapter"), *(naming.title(m) for m in measures)),
        (*rows, (phrase("All chapters"), *whole)),
    )
