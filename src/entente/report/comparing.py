"""What the page of a comparison says: paired differences over the run and month by month."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from entente.places import ALL
from entente.report import charts, words
from entente.report.figures.figure import Figure, figure, month_of
from entente.report.reading import records
from entente.report.tables import Cell, Table, Value
from entente.world.measures import BY_NAME, MEASURES, Measure

if TYPE_CHECKING:
    from entente.outcome.compare import Comparison

WHOLE_PERIOD: Final = "all"
_HEADLINE: Final = ("apprehensions", "encounters", "buyers_cost", "waiting_returned")
_PICTURES: Final = ("apprehensions", "waiting_returned", "duty_rate")
_MONEY: Final = {"USD": "US dollars", "percent": "percentage points"}


def content(comparison: "Comparison") -> dict[str, Any]:
    """Gather the words, figures and tables of a comparison, other by other."""
    base, *others = comparison.runs
    rows = comparison.differences
    rows = rows[rows["group"] == ALL]
    parts = [
        _part(rows[rows["other"] == other.label], other.label, number)
        for number, other in enumerate(others, start=1)
    ]
    return {
        "title": f"{base.label} beside {words.listing([other.label for other in others])}",
        "base": base.label,
        "headline": _headline(parts),
        "draws": int(base.dataset.sizes["draw"]),
        "version": str(base.record["version"]),
        "parts": parts,
    }


def difference_words(row: Mapping[str, Any], measure: Measure) -> str:
    """Say a paired difference of one measure.

    People and events are counted as more or fewer; dollars and rates as higher or lower.
    """
    low, middle, high = (float(row[name]) for name in ("p05", "p50", "p95"))
    if not np.isfinite(middle):
        return f"{measure.title}: too few people to publish"
    if measure.unit in _MONEY:
        return f"{measure.title}: {_higher(low, middle, high, measure.unit)}"
    noun = words.noun(measure.name)
    said = words.difference(low, middle, high, noun)
    return f"{measure.title}: {said}" if noun == "people" else said


def _part(rows: pd.DataFrame, other: str, number: int) -> dict[str, Any]:
    cut = rows[rows["month"] == WHOLE_PERIOD].drop_duplicates("measure")
    whole = {row["measure"]: row for row in records(cut)}
    headline = [
        f"{_when(BY_NAME[name])}: {difference_words(whole[name], BY_NAME[name])}"
        for name in _HEADLINE
        if name in whole
    ]
    return {
        "other": other,
        "sentences": headline,
        "same": not cut["share_of_draws_that_differ"].fillna(0).any(),
        "table": _table(whole, other),
        "figures": list(_figures(rows, other, number)),
    }


def _headline(parts: list[dict[str, Any]]) -> str:
    if all(part["same"] for part in parts):
        return "No outcome differs in any draw"
    first = next(part for part in parts if not part["same"])
    return f"{first['other']}, {first['sentences'][0] if first['sentences'] else 'outcomes differ'}"


def _when(measure: Measure) -> str:
    """Name the time that the whole run means for a measure."""
    return {"flow": "over the run", "stock": "at the end"}.get(measure.kind, "on average")


def _table(whole: Mapping[str, Mapping[str, Any]], other: str) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for measure in (m for m in MEASURES if m.name in whole):
        row = whole[measure.name]
        ends = (float(row["p05"]), float(row["p95"]))
        rows.append(
            (
                measure.title,
                Value(float(row["base_mean"]), measure.unit),
                Value(float(row["other_mean"]), measure.unit),
                Value(float(row["p50"]), _signed(measure.unit), ends),
                Value(float(row["share_of_draws_that_differ"]), "share"),
            )
        )
    return Table(
        f"differences-{other}",
        "Whole run: flows summed, stocks at the end, rates averaged. Means of the draws; the "
        "difference is that of the middle draw, and below it the range of 90 % of draws",
        ("Outcome", "Base", other, "Difference", "Draws that differ"),
        tuple(rows),
    )


def _signed(unit: str) -> str:
    """Name the unit of a difference: one of people may be small and tell nothing of anybody."""
    return unit if unit in _MONEY else "difference"


def _figures(rows: pd.DataFrame, other: str, number: int) -> Iterable[Figure]:
    for name in _PICTURES:
        cut = rows[(rows["measure"] == name) & (rows["month"] != WHOLE_PERIOD)]
        if cut.empty or not cut["share_of_draws_that_differ"].fillna(0).any():
            continue
        yield _figure(cut.assign(month=pd.to_datetime(cut["month"])), BY_NAME[name], other, number)


def _figure(cut: pd.DataFrame, measure: Measure, other: str, number: int) -> Figure:
    last = records(cut)[-1]
    when = words.month(month_of(last["month"]))
    title = f"{when}: {difference_words(last, measure)}"
    unit = _MONEY.get(measure.unit, words.noun(measure.name))
    table = Table(
        f"difference-{measure.name}",
        f"{measure.title}: difference by month, percentiles of the draws",
        ("Month", "5 %", "50 %", "95 %"),
        tuple(
            (
                words.month(month_of(row["month"])),
                *(Value(float(row[p]), _signed(measure.unit)) for p in ("p05", "p50", "p95")),
            )
            for row in records(cut)
        ),
    )
    return figure(
        f"difference-{number}-{measure.name}",
        title,
        f"{other} less the base, draw by draw. Line: middle draw; band: 90 % of draws.",
        f"{title}. The table below holds every value.",
        table,
        lambda width: charts.gap(cut, f"difference, {unit}", width),
    )


def _higher(low: float, middle: float, high: float, unit: str) -> str:
    """Say a difference of dollars or of a rate, with its 90 % interval."""
    if low == high == 0:
        return "no change in any draw"

    def size(value: float) -> str:
        shown = words.quantity(words.rounded(abs(value), high - low), unit)
        return shown.replace(" %", " points") if unit == "percent" else shown

    def way(value: float) -> str:
        return "higher" if value > 0 else "lower"

    if low < 0 < high or 0 in (low, high):
        ends = " to ".join(f"{size(v)} {way(v)}" if v else "0" for v in (low, high))
        return f"no clear change (90 % of draws: {ends})"
    near, far = sorted((low, high), key=abs)
    return (
        f"{size(middle)} {way(middle)} (90 % of draws: {size(near)} to {size(far)} {way(middle)})"
    )
