"""Figures of the border: counts against what was promised, by citizenship, and past forecasts."""

import numpy as np
import pandas as pd

from entente.language import phrase
from entente.places import ALL, GROUPS
from entente.report import amounts, charts, naming, words
from entente.report.figures.figure import (
    PERCENTILES,
    STATISTICS,
    Figure,
    all_values,
    figure,
    month_of,
    percentiles,
    series_breaks,
    span,
)
from entente.report.reading import Reading, records
from entente.report.tables import Table, Value
from entente.world.measures import BY_NAME, Measure


def border_count(reading: Reading) -> Figure | None:
    """Draw the border count with its bands, its targets and what truly happened."""
    if reading.counted is None:
        return None
    measure, noun = BY_NAME[reading.counted], naming.noun(reading.counted)
    bands, observed = reading.bands(measure.name), reading.observed(measure.name)
    lines = _target_levels(reading, measure)
    title = phrase(
        "{counted} in {months}",
        counted=words.capital(noun),
        months=at_test_and_end(reading, measure),
    )
    highest = [float(observed["value"].max()), *(level for level, _ in lines)]
    cut, above = within_the_chart(bands, highest)
    return figure(
        "border-count",
        title,
        _note(measure, len(observed) > 0, above),
        _told(reading, measure, bands, lines, len(observed) > 0),
        _table(measure, bands, observed),
        lambda width: charts.fan(
            cut, observed, lines, series_breaks(), phrase("{count} a month", count=noun), width
        ),
    )


def _note(measure: Measure, is_known: bool, above: float) -> str:
    """Say what the marks are, and how high what is cut off goes on."""
    marks = (
        phrase(
            "{measure}, a month. Line: middle draw. Bands: 50, 80 and 90 % of draws; the dashed "
            "line is what truly happened.",
            measure=naming.title(measure),
        )
        if is_known
        else phrase(
            "{measure}, a month. Line: middle draw. Bands: 50, 80 and 90 % of draws.",
            measure=naming.title(measure),
        )
    )
    return " ".join(filter(None, (marks, _above(above, measure))))


def _told(
    reading: Reading,
    measure: Measure,
    bands: pd.DataFrame,
    lines: list[tuple[float, str]],
    is_known: bool,
) -> str:
    """Say the chart for those who do not see it."""
    told = [
        phrase(
            "{measure} by month, {period}. The middle draw goes from {first} to {last}.",
            measure=naming.title(measure),
            period=span(reading),
            first=_middle(bands, 0, measure),
            last=_middle(bands, -1, measure),
        )
    ]
    if lines:
        told.append(phrase("Targets: {targets}.", targets=", ".join(text for _, text in lines)))
    if is_known:
        told.append(truth_words(reading, measure))
    return " ".join((*told, phrase("The table below holds every value.")))


def by_citizenship(reading: Reading) -> Figure | None:
    """Draw apprehensions by citizenship, each on its own scale."""
    if not reading.has("apprehensions"):
        return None
    measure = BY_NAME["apprehensions"]
    cuts = {group: _with_actual(reading, measure, group) for group in GROUPS}
    changes = {group: _change(bands) for group, bands in cuts.items()}
    known = {group: change for group, change in changes.items() if np.isfinite(change)}
    if not known:
        return None
    low, high = min(known, key=known.__getitem__), max(known, key=known.__getitem__)
    changed, furthest = words.change(known[low]), words.change(known[high])
    title = (
        phrase("The middle draw: {change} for all alike", change=changed)
        if changed == furthest
        else phrase(
            "The middle draw: {change} for {group}, {other_change} for {other_group}",
            change=changed,
            group=naming.label(low),
            other_change=furthest,
            other_group=naming.label(high),
        )
    )
    shown = pd.concat([bands.assign(name=naming.label(group)) for group, bands in cuts.items()])
    drawn = pd.concat(
        [
            within_the_chart(bands, [bands["actual"].max()])[0].assign(name=naming.label(group))
            for group, bands in cuts.items()
        ]
    )
    marks = (
        phrase(
            "From {period}, by citizenship. Each small chart has its own scale and may cut its "
            "outer bands. Bands and line as above; dashed: what truly happened.",
            period=span(reading),
        )
        if shown["actual"].notna().any()
        else phrase(
            "From {period}, by citizenship. Each small chart has its own scale and may cut its "
            "outer bands. Bands and line as above.",
            period=span(reading),
        )
    )
    table = Table(
        "apprehensions-by-citizenship",
        phrase(
            "{measure} by citizenship and month: percentiles of the draws",
            measure=naming.title(measure),
        ),
        (phrase("Citizenship"), phrase("Month"), *PERCENTILES),
        tuple(
            (row["name"], words.month(month_of(row["month"])), *percentiles(row, measure.unit))
            for row in records(shown)
        ),
    )
    return figure(
        "by-citizenship",
        title,
        marks,
        " ".join(
            (
                phrase("Small charts of apprehensions by citizenship, {p}.", p=span(reading)),
                *(f"{naming.label(g)}: {words.change(c)}." for g, c in known.items()),
            )
        ),
        table,
        lambda width: charts.panels(drawn, width),
    )


def record(reading: Reading) -> list[Figure]:
    """Draw each earlier forecast beside what came, one figure an origin."""
    past = reading.run.past
    if past.empty:
        return []
    past = past[past["group"] == ALL].assign(month=lambda rows: pd.to_datetime(rows["month"]))
    return [
        _past_forecast(cut.sort_values("month"), month_of(origin))
        for origin, cut in past.groupby("origin")
    ]


def truth_words(reading: Reading, measure: Measure) -> str:
    """Say how often what truly happened lay inside the 80 % band."""
    both = reading.bands(measure.name).merge(reading.observed(measure.name), on="month")
    inside = int(both["value"].between(both["p10"], both["p90"]).sum())
    return phrase(
        "What truly happened lies inside the 80 % band in {inside} of {count} months.",
        inside=inside,
        count=len(both),
    )


def at_test_and_end(reading: Reading, measure: Measure) -> str:
    """Say a count in the month of the last test, and in the last month of the run."""
    moments = dict.fromkeys((reading.tested, len(reading.months) - 1))
    said = [
        phrase(
            "{month}: {amount}",
            month=words.month(reading.months[i]),
            amount=reading.at(measure.name, i).words(measure.unit),
        )
        for i in moments
    ]
    return said[0] if len(said) == 1 else phrase("{first}; in {then}", first=said[0], then=said[1])


def within_the_chart(bands: pd.DataFrame, shown: list[float]) -> tuple[pd.DataFrame, float]:
    """Cut bands whose tail would flatten all else; gives also how high they go, 0 if uncut.

    What must be seen is half the draws and whatever else is `shown`.
    """
    needed = 1.8 * max(np.nanmax([bands["p75"].max(), *shown]), 1.0)
    highest = float(bands["p95"].max())
    if not highest > 1.5 * needed:
        return bands, 0.0
    return bands.assign(**{name: bands[name].clip(upper=needed) for name in STATISTICS}), highest


def _above(highest: float, measure: Measure) -> str:
    if not highest:
        return ""
    high = amounts.quantity(amounts.rounded(highest, highest), measure.unit)
    return phrase("Bands cut by the upper edge go on to about {amount}.", amount=high)


def _past_forecast(cut: pd.DataFrame, origin: np.datetime64) -> Figure:
    known = cut.dropna(subset="actual")
    inside = int(known["actual"].between(known["p10"], known["p90"]).sum())
    missed = float((known["p50"] / known["actual"] - 1).abs().mean())
    title = phrase(
        "With data to {month}, the 80 % band held {inside} of {count} months; the middle was off "
        "by {share} on average",
        month=words.month(origin),
        inside=inside,
        count=len(known),
        share=amounts.percentage(missed),
    )
    bands = cut.assign(p05=cut["p10"], p25=cut["p50"], p75=cut["p50"], p95=cut["p90"])
    observed = known.rename(columns={"actual": "value"})[["month", "value"]]
    columns = ("p10", "p50", "p90", "actual")
    table = Table(
        f"record-{origin}",
        phrase("Apprehensions forecast from {month}, beside what came", month=words.month(origin)),
        (phrase("Month"), "10 %", "50 %", "90 %", phrase("Actual")),
        tuple(
            (
                words.month(month_of(row["month"])),
                *(Value(float(row[column]), "events") for column in columns),
            )
            for row in records(cut)
        ),
    )
    return figure(
        f"record-{origin}",
        title,
        phrase(
            "Apprehensions a month. Band: 80 % of draws; line: middle draw; dashed: what truly "
            "happened."
        ),
        all_values(title),
        table,
        lambda width: charts.fan(
            bands, observed, (), series_breaks(), phrase("apprehensions a month"), width, 200
        ),
    )


def _target_levels(reading: Reading, measure: Measure) -> list[tuple[float, str]]:
    targets = reading.run.targets
    if targets.empty:
        return []
    rows = targets[targets["measure"] == measure.name].drop_duplicates("threshold")
    return [
        (float(row["threshold"]), phrase("target: {level}", level=reading.level(row)))
        for row in records(rows.sort_values("threshold"))
    ]


def _table(measure: Measure, bands: pd.DataFrame, observed: pd.DataFrame) -> Table:
    actual = dict(zip(observed["month"], observed["value"], strict=True))
    last = (phrase("Actual"),) if actual else ()
    rows = []
    for row in records(bands):
        seen = (Value(float(actual.get(row["month"], np.nan)), measure.unit),) if actual else ()
        rows.append((words.month(month_of(row["month"])), *percentiles(row, measure.unit), *seen))
    return Table(
        measure.name,
        phrase("{measure} by month: percentiles of the draws", measure=naming.title(measure)),
        (phrase("Month"), *PERCENTILES, *last),
        tuple(rows),
    )


def _with_actual(reading: Reading, measure: Measure, group: str) -> pd.DataFrame:
    """Put what truly happened beside the bands of one group; NaN where it is not known."""
    observed = reading.observed(measure.name, group).rename(columns={"value": "actual"})
    observed = observed.astype({"month": "datetime64[ns]", "actual": float})
    bands = reading.bands(measure.name, group).astype({"month": "datetime64[ns]"})
    return bands.merge(observed[["month", "actual"]], on="month", how="left")


def _change(bands: pd.DataFrame) -> float:
    first, last = float(bands["p50"].iloc[0]), float(bands["p50"].iloc[-1])
    return last / first - 1 if first else np.nan


def _middle(bands: pd.DataFrame, index: int, measure: Measure) -> str:
    row = bands.iloc[index]
    return phrase(
        "{amount} in {month}",
        amount=amounts.cell(row["p50"], measure.unit),
        month=words.month(month_of(row["month"])),
    )
