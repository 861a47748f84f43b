"""The figure of assumptions: how far each, at the ends of its range, moves an answer."""

import numpy as np
import pandas as pd

from entente.report import charts, words
from entente.report.figures.figure import Figure, figure, wrapped
from entente.report.reading import records
from entente.report.tables import Table, Value
from entente.world.measures import BY_NAME

_SHOWN = 12  # assumptions drawn; the table has all


def answer(found: pd.DataFrame) -> str:
    """Say which number was followed: a total in the middle draw, or a share of draws."""
    row = found.iloc[0]
    measure = BY_NAME[str(row["measure"])]
    when = _month(row["month"])
    if np.isnan(row["at_most"]):
        return f"{words.noun(measure.name)}{when}, middle draw"
    level = words.number(float(row["at_most"]))
    return f"the share of draws with at most {level} {words.noun(measure.name)}{when}"


def flipping(found: pd.DataFrame) -> str:
    """Say which assumption alone would turn the answer, or that none does."""
    if np.isnan(found.iloc[0]["at_most"]):
        return f"{_title(found)}."
    turning = list(found.loc[found["flips"].astype(bool), "title"])
    if not turning:
        return (
            f"None of the {len(found)} assumptions tried, alone and at either end of its range, "
            "moves it across one half."
        )
    return f"It crosses one half within the range of: {'; '.join(turning)}."


def tornado(found: pd.DataFrame) -> Figure:
    """Draw the swings, widest first, and give every index in the table."""
    shown = found.head(_SHOWN).rename(columns={"title": "label"})
    base, share = float(found["answer"].iloc[0]), not np.isnan(found["at_most"].iloc[0])
    unit = "share" if share else BY_NAME[str(found["measure"].iloc[0])].unit
    return figure(
        "swings",
        _title(found),
        "Each bar joins the answer with the assumption at the low end of its range (gold) and at "
        "the high end (purple), all else drawn as usual with the same luck. The line is the answer "
        "as it stands.",
        f"How far each assumption moves {answer(found)}. "
        + " ".join(
            f"{row['title']}: {_told(row['answer_low'], share)} to "
            f"{_told(row['answer_high'], share)}."
            for row in records(found.head(_SHOWN))
        ),
        _table(found, unit, share),
        lambda width: charts.swings(
            wrapped(shown, "label", width), base, answer(found), share, width
        ),
    )


def _title(found: pd.DataFrame) -> str:
    widest = found.iloc[0]
    if widest["answer_low"] == widest["answer_high"]:
        return "No assumption tried, alone, moves the answer"
    return f"Widest swing: {widest['title']}"


def _table(found: pd.DataFrame, unit: str, share: bool) -> Table:
    """Give the ends of each range, the answers there, and sampled indices where there are any."""
    return Table(
        "swings",
        "Assumptions: range, the answer at either end, share of variance (Sobol, total) and mean "
        "elementary effect (Morris)",
        ("Assumption", "Range", "At the low end", "At the high end", "Sobol total", "Morris mean"),
        tuple(
            (
                str(row["title"]),
                f"{row['low']:g} to {row['high']:g} {row['unit']}",
                _cell(row["answer_low"], unit, share),
                _cell(row["answer_high"], unit, share),
                _plain(row["sobol_total"]),
                _plain(row["morris_mean"]),
            )
            for row in records(found)
        ),
    )


def _cell(value: float, unit: str, share: bool) -> str | Value:
    return words.percentage(value) if share else Value(float(value), unit)


def _told(value: float, share: bool) -> str:
    return words.percentage(value) if share else words.number(value)


def _plain(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.3g}"


def _month(month: object) -> str:
    named = isinstance(month, str) and month
    return f" in {words.month(np.datetime64(str(month), 'M'))}" if named else " over the whole run"
