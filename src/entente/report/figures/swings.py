"""The figure of assumptions: how far each, at the ends of its range, moves an answer."""

from typing import Any

import numpy as np
import pandas as pd

from entente.language import figures, phrase
from entente.report import amounts, charts, naming, words
from entente.report.figures.figure import Figure, figure, wrapped
from entente.report.reading import records
from entente.report.tables import Table, Value
from entente.world.measures import BY_NAME

_SHOWN = 12  # assumptions drawn; the table has all


def answer(found: pd.DataFrame) -> str:
    """Say which number was followed: a total in the middle draw, or a share of draws."""
    row = found.iloc[0]
    measure = BY_NAME[str(row["measure"])]
    noun = _in_time(naming.noun(measure.name), row["month"])
    if np.isnan(row["at_most"]):
        return phrase("{counted}, middle draw", counted=noun)
    level = amounts.number(float(row["at_most"]))
    return phrase("the share of draws with at most {level} {counted}", level=level, counted=noun)


def value(found: pd.DataFrame) -> str:
    """Say the number as it stands, with every assumption drawn as usual."""
    return _told(float(found["answer"].iloc[0]), not np.isnan(found["at_most"].iloc[0]))


def flipping(found: pd.DataFrame) -> str:
    """Say which assumption alone would turn the answer, or that none does."""
    if np.isnan(found.iloc[0]["at_most"]):
        return f"{_title(found)}."
    turning = list(found.loc[found["flips"].astype(bool), "title"])
    if not turning:
        return phrase(
            "None of the {count} assumptions tried, alone and at either end of its range, moves "
            "it across one half.",
            count=len(found),
        )
    named = "; ".join(phrase(title) for title in turning)
    return phrase("It crosses one half within the range of: {assumptions}.", assumptions=named)


def tornado(found: pd.DataFrame) -> Figure:
    """Draw the swings, widest first, and give every index in the table."""
    shown = found.head(_SHOWN).assign(label=[phrase(t) for t in found["title"].head(_SHOWN)])
    base, share = float(found["answer"].iloc[0]), not np.isnan(found["at_most"].iloc[0])
    unit = "share" if share else BY_NAME[str(found["measure"].iloc[0])].unit
    return figure(
        "swings",
        _title(found),
        phrase(
            "Each bar joins the answer with the assumption at the low end of its range (gold) and "
            "at the high end (purple), all else drawn as usual with the same luck. The line is the "
            "answer as it stands."
        ),
        " ".join(
            (
                phrase("How far each assumption moves {answer}.", answer=answer(found)),
                *(_swing(row, share) for row in records(shown)),
            )
        ),
        _table(found, unit, share),
        lambda width: charts.swings(
            wrapped(shown, "label", width), base, answer(found), share, width
        ),
    )


def _title(found: pd.DataFrame) -> str:
    widest = found.iloc[0]
    if widest["answer_low"] == widest["answer_high"]:
        return phrase("No assumption tried, alone, moves the answer")
    return phrase("Widest swing: {assumption}", assumption=phrase(widest["title"]))


def _swing(row: dict[str, Any], share: bool) -> str:
    """Say where the answer stands at either end of an assumption's range."""
    ends = words.span(_told(row["answer_low"], share), _told(row["answer_high"], share))
    return f"{row['label']}: {ends}."


def _table(found: pd.DataFrame, unit: str, share: bool) -> Table:
    """Give the ends of each range, the answers there, and sampled indices where there are any."""
    return Table(
        "swings",
        phrase(
            "Assumptions: range, the answer at either end, share of variance (Sobol, total, give "
            "or take its 95 % interval) and mean elementary effect (Morris)"
        ),
        (
            phrase("Assumption"),
            phrase("Range"),
            phrase("At the low end"),
            phrase("At the high end"),
            phrase("Sobol total"),
            phrase("Morris mean"),
        ),
        tuple(
            (
                phrase(str(row["title"])),
                f"{words.span(figures(row['low']), figures(row['high']))} {phrase(row['unit'])}",
                _cell(row["answer_low"], unit, share),
                _cell(row["answer_high"], unit, share),
                _sampled(row["sobol_total"], row["sobol_total_half_width"]),
                _plain(row["morris_mean"]),
            )
            for row in records(found)
        ),
    )


def _cell(value: float, unit: str, share: bool) -> str | Value:
    return amounts.percentage(value) if share else Value(float(value), unit)


def _told(value: float, share: bool) -> str:
    return amounts.percentage(value) if share else amounts.number(value)


def _sampled(value: float, half: float) -> str:
    return "" if np.isnan(value) else f"{figures(value, 2)} ± {figures(half, 2)}"


def _plain(value: float) -> str:
    return "" if np.isnan(value) else figures(value, 3)


def _in_time(noun: str, month: object) -> str:
    """Say in which month something is counted, or that it is over the whole run."""
    if not (isinstance(month, str) and month):
        return phrase("{counted} over the whole run", counted=noun)
    return phrase(
        "{counted} in {month}", counted=noun, month=words.month(np.datetime64(month, "M"))
    )
