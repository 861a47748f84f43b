"""What the page of a comparison says: how the texts, the law and the outcomes differ."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from entente.language import marked, phrase
from entente.places import ALL
from entente.report import amounts, charts, naming, words
from entente.report.differing import layers
from entente.report.figures.figure import Figure, all_values, figure, month_of
from entente.report.reading import records
from entente.report.tables import Cell, Table, Value
from entente.world.measures import BY_NAME, MEASURES, Measure

if TYPE_CHECKING:
    from entente.outcome.compare import Comparison

WHOLE_PERIOD: Final = "all"
_HEADLINE: Final = ("apprehensions", "encounters", "buyers_cost", "waiting_returned")
_PICTURES: Final = ("apprehensions", "waiting_returned", "duty_rate")
_MONEY: Final = {"USD": marked("US dollars"), "percent": marked("percentage points")}
_TIMES: Final = {
    "flow": marked("over the run: {difference}"),
    "stock": marked("at the end: {difference}"),
    "rate": marked("on average: {difference}"),
}


def content(comparison: "Comparison") -> dict[str, Any]:
    """Gather the words, figures and tables of a comparison, other by other."""
    base, *others = comparison.runs
    rows = comparison.differences
    rows = rows[rows["group"] == ALL]
    parts = [
        _part(rows[rows["other"] == other.label], other.label, number) | layers(base, other)
        for number, other in enumerate(others, start=1)
    ]
    return {
        "title": phrase(
            "{base} beside {others}",
            base=base.label,
            others=words.listing([other.label for other in others]),
        ),
        "base": base.label,
        "headline": _headline(parts),
        "caution": phrase(
            "{draws} draws, paired: draw by draw both sides meet the same luck, so what differs is "
            "the accord\N{RIGHT SINGLE QUOTATION MARK}s doing. Base: {base}.",
            draws=amounts.number(base.dataset.sizes["draw"]),
            base=base.label,
        ),
        "version": str(base.record["version"]),
        "parts": parts,
    }


def difference_words(row: Mapping[str, Any], measure: Measure) -> str:
    """Say a paired difference of one measure.

    People and events are counted as more or fewer; dollars and rates as higher or lower.
    """
    low, middle, high = (float(row[name]) for name in ("p05", "p50", "p95"))
    if not np.isfinite(middle):
        said = phrase("too few people to publish")
    elif measure.unit in _MONEY:
        said = _higher(low, middle, high, measure.unit)
    else:
        noun = naming.noun(measure.name)
        said = words.difference(low, middle, high, noun)
        if noun != naming.noun(""):
            return said
    return phrase("{measure}: {difference}", measure=naming.title(measure), difference=said)


def _part(rows: pd.DataFrame, other: str, number: int) -> dict[str, Any]:
    cut = rows[rows["month"] == WHOLE_PERIOD].drop_duplicates("measure")
    whole = {row["measure"]: row for row in records(cut)}
    headline = [
        phrase(_TIMES[BY_NAME[name].kind], difference=difference_words(whole[name], BY_NAME[name]))
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
        return phrase("No outcome differs in any draw")
    first = next(part for part in parts if not part["same"])
    said = first["sentences"][0] if first["sentences"] else phrase("outcomes differ")
    return phrase("{accord}, {difference}", accord=first["other"], difference=said)


def _table(whole: Mapping[str, Mapping[str, Any]], other: str) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for measure in (m for m in MEASURES if m.name in whole):
        row = whole[measure.name]
        ends = (float(row["p05"]), float(row["p95"]))
        rows.append(
            (
                naming.title(measure),
                Value(float(row["base_mean"]), measure.unit),
                Value(float(row["other_mean"]), measure.unit),
                Value(float(row["p50"]), _signed(measure.unit), ends),
                Value(float(row["share_of_draws_that_differ"]), "share"),
            )
        )
    return Table(
        f"differences-{other}",
        phrase(
            "Whole run: flows summed, stocks at the end, rates averaged. Means of the draws; the "
            "difference is that of the middle draw, and below it the range of 90 % of draws"
        ),
        (
            phrase("Outcome"),
            phrase("Base"),
            other,
            phrase("Difference"),
            phrase("Draws that differ"),
        ),
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
    title = phrase("{month}: {amount}", month=when, amount=difference_words(last, measure))
    unit = phrase(_MONEY[measure.unit]) if measure.unit in _MONEY else naming.noun(measure.name)
    table = Table(
        f"difference-{measure.name}",
        phrase(
            "{measure}: difference by month, percentiles of the draws",
            measure=naming.title(measure),
        ),
        (phrase("Month"), "5 %", "50 %", "95 %"),
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
        phrase(
            "{accord} less the base, draw by draw. Line: middle draw; band: 90 % of draws.",
            accord=other,
        ),
        all_values(title),
        table,
        lambda width: charts.gap(cut, phrase("difference, {unit}", unit=unit), width),
    )


def _higher(low: float, middle: float, high: float, unit: str) -> str:
    """Say a difference of dollars or of a rate, with its 90 % interval."""
    if low == high == 0:
        return phrase("no change in any draw")

    def size(value: float) -> str:
        shown = amounts.quantity(amounts.rounded(abs(value), high - low), unit)
        if unit != "percent":
            return shown
        return phrase("{count} points", count=shown.removesuffix(" %"))

    def end(value: float) -> str:
        if not value:
            return "0"
        said = marked("{amount} higher") if value > 0 else marked("{amount} lower")
        return phrase(said, amount=size(value))

    if low < 0 < high or 0 in (low, high):
        return phrase(
            "no clear change (90 % of draws: {low} to {high})", low=end(low), high=end(high)
        )
    near, far = sorted((low, high), key=abs)
    told = (
        marked("{amount} higher (90 % of draws: {near} to {far} higher)")
        if middle > 0
        else marked("{amount} lower (90 % of draws: {near} to {far} lower)")
    )
    return phrase(told, amount=size(middle), near=size(near), far=size(far))
