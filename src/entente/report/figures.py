"""Figures: a chart drawn wide and narrow, the finding it shows, its words and its table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, final

import altair as alt
import numpy as np
import pandas as pd

from entente.places import GROUPS
from entente.report import charts, theme, words
from entente.report.goods import chapter
from entente.report.reading import Ends, Reading
from entente.report.tables import Table
from entente.world.measures import BY_NAME, Measure

# Where a series changes its meaning: shown on every chart of border counts.
SERIES_BREAKS: Final = (
    (pd.Timestamp("2020-03-01"), "from March 2020 counts|include Title 42|expulsions"),
)
_STATISTICS: Final = ("p05", "p10", "p25", "p50", "p75", "p90", "p95")
_TITLES: Final = tuple(f"{int(name[1:])} %" for name in _STATISTICS)

_SHORT: Final = {
    "in_transit": "on the way through Mexico",
    "detained_mexico": "held in Mexican detention",
    "asylum_pending_mexico": "asylum claim waiting in Mexico",
    "waiting_returned": "sent back, waiting for a US hearing",
    "waiting_metered": "on a waiting list at a port",
}

# Families of clause states: what readers see, their colour, and the states of law in each.
_FAMILIES: Final = (
    ("not yet in force", theme.WAITING, ("draft", "announced", "reserved")),
    ("in force", theme.HOLDS, ("in_force", "triggered")),
    ("suspended", theme.PAUSED, ("suspended",)),
    ("met", theme.KEPT, ("met",)),
    ("breached", theme.BROKEN, ("breached",)),
    ("ended", theme.OVER, ("lapsed", "void_from", "void_ab_initio")),
)


@final
@dataclass(frozen=True, slots=True)
class Figure:
    """A chart ready for the page; `title` says the finding, `note` what the marks are."""

    name: str
    title: str
    note: str
    wide: str
    narrow: str
    table: Table


def figure(
    name: str,
    title: str,
    note: str,
    alternative: str,
    table: Table,
    chart: Callable[[int], alt.TopLevelMixin],
) -> Figure:
    """Draw a chart at both widths."""
    wide, narrow = (
        theme.draw(chart(width), f"{name}-{width}", alternative)
        for width in (charts.WIDE, charts.NARROW)
    )
    return Figure(name, title, note, wide, narrow, table)


def border_count(reading: Reading) -> Figure | None:
    """Draw the border count with its bands, the promised levels and what truly happened."""
    if reading.counted is None:
        return None
    measure = BY_NAME[reading.counted]
    bands, observed = reading.bands(measure.name), reading.observed(measure.name)
    lines = _promised_levels(reading, measure)
    last, noun = reading.at(measure.name, -1), words.noun(measure.name)
    end = words.month(reading.months[-1])
    title = f"{words.capital(noun)} in {end}: {last.about(measure.unit)} a month"
    title += f", in 90 % of draws {_range(last, measure.unit)}"
    actual = "; the dashed line is what truly happened" if len(observed) else ""
    note = f"{measure.title}, a month. Line: middle draw. Bands: 50, 80 and 90 % of draws{actual}."
    shown = ", ".join(text for _, text in lines)
    alternative = (
        f"{measure.title} by month, {_span(reading)}. The middle draw goes from "
        f"{_at(bands, 0, measure)} to {_at(bands, -1, measure)}. "
        + (f"Promised levels: {shown}. " if shown else "")
        + (f"{observed_words(reading, measure)} " if len(observed) else "")
        + "The table below holds every value."
    )
    return figure(
        "border-count",
        title,
        note,
        alternative,
        _bands_table("border-count", measure, bands, observed),
        lambda width: charts.fan(
            bands, observed, lines, SERIES_BREAKS, f"{noun} a month", width
        ),
    )


def by_group(reading: Reading) -> Figure | None:
    """Draw apprehensions by citizenship, each on its own scale."""
    if not reading.has("apprehensions"):
        return None
    measure = BY_NAME["apprehensions"]
    cuts = [(g, reading.bands(measure.name, g), reading.observed(measure.name, g)) for g in GROUPS]
    cuts = [(g, bands, seen) for g, bands, seen in cuts if bands["p50"].notna().any()]
    changes = {g: _change(bands) for g, bands, _ in cuts}
    known = {g: change for g, change in changes.items() if np.isfinite(change)}
    if not known:
        return None
    low, high = min(known, key=known.__getitem__), max(known, key=known.__getitem__)
    title = (
        f"The middle draw changes most for {words.label(low)} ({words.change(known[low])}) "
        f"and least downwards for {words.label(high)} ({words.change(known[high])})"
        if low != high
        else f"The middle draw for {words.label(low)}: {words.change(known[low])}"
    )
    rows = tuple(
        (words.label(g), words.month(_m(row["month"])), *_cells(row, measure.unit))
        for g, bands, _ in cuts
        for row in bands.to_dict("records")
    )
    table = Table(
        "apprehensions-by-citizenship",
        f"{measure.title} by citizenship and month: percentiles of the draws",
        ("Citizenship", "Month", *_TITLES),
        rows,
        len(_TITLES),
    )
    alternative = f"Small charts of apprehensions by citizenship, {_span(reading)}. " + " ".join(
        f"{words.label(g)}: middle draw {words.change(change)}." for g, change in known.items()
    )
    return figure(
        "by-citizenship",
        title,
        "First month to last month of the run. Each small chart has its own scale. Bands as above; "
        "dashed: what truly happened.",
        alternative,
        table,
        lambda width: charts.panels(
            [(words.label(g), bands, seen) for g, bands, seen in cuts], measure.unit, width
        ),
    )


def target_chances(reading: Reading) -> Figure | None:
    """Draw the chance that each promised level is met by each date on which it is read."""
    targets = reading.run.targets
    if targets.empty:
        return None
    rows = pd.DataFrame(
        {
            "label": [target_label(reading, row) for row in targets.to_dict("records")],
            "probability": targets["probability"].to_numpy(float),
        }
    ).drop_duplicates("label", ignore_index=True)
    rows["shown"] = [words.percentage(p) for p in rows["probability"]]
    best, worst = rows.loc[rows["probability"].idxmax()], rows.loc[rows["probability"].idxmin()]
    title = f"{words.capital(best['label'])}: {words.odds(best['probability'], reading.draws)}"
    if best["label"] != worst["label"]:
        title += f"; {worst['label']}: {words.odds(worst['probability'], reading.draws)}"
    table = Table(
        "targets",
        "Promised levels: when each is tested, on which month's figure, and in what share of draws "
        "it is met",
        ("Promise", "By", "Clause", "Basis", "Tested on", "Month read", "Met in"),
        tuple(
            (
                target_label(reading, row, dated=False),
                words.label(str(row["party"])),
                str(row["clause"]),
                str(row["basis"]),
                words.day(pd.Timestamp(row["by_date"]).date()),
                words.month(np.datetime64(pd.Timestamp(row["month_read"]), "M")),
                words.percentage(float(row["probability"])),
            )
            for row in targets.to_dict("records")
        ),
        1,
    )
    alternative = "Chance that each promised level is met. " + " ".join(
        f"{words.capital(row['label'])}: {row['shown']}." for row in rows.to_dict("records")
    )
    return figure(
        "targets",
        title,
        "Each dot is the share of draws in which the promise is met, on the figures published by "
        "the day of the test.",
        alternative,
        table,
        lambda width: charts.chances(_wrapped(rows, "label", width), width),
    )


def duty_steps(reading: Reading) -> Figure | None:
    """Draw the share of draws at each rate of added duty; none where no duty is ever charged."""
    if not reading.has("duty_rate") or not reading.total("duty_rate").any():
        return None
    rates = reading.total("duty_rate")  # [draw, month]
    edges, labels = rate_steps(float(rates.max()))
    which = np.searchsorted(edges, rates, side="left")  # 0: none
    shares = np.stack([(which == i).mean(axis=0) for i in range(len(labels))])  # [rate, month]
    months = [str(m) for m in reading.months]
    rows = pd.DataFrame(
        [
            {"label": m, "rate": labels[i], "share": shares[i, j], "order": i}
            for j, m in enumerate(months)
            for i in range(len(labels))
        ]
    )
    ever = float((rates > 0).any(axis=1).mean())
    last = Ends.of(rates[:, -1])
    title = (
        f"An added duty is charged at some time: {words.odds(ever, reading.draws)}; in "
        f"{words.month(reading.months[-1])} its average is {last.words('percent')}"
    )
    table = Table(
        "duty-by-month",
        "Added duty, average over imports: share of draws in each step",
        ("Month", *labels),
        tuple(
            (words.month(m), *(words.percentage(s) for s in shares[:, j]))
            for j, m in enumerate(reading.months)
        ),
        len(labels),
    )
    alternative = f"Share of draws at each step of the added duty by month, {_span(reading)}. {title}."
    return figure(
        "duty",
        title,
        "Average over imports and over the days of the month; a month in which a step begins late "
        "shows a rate between two steps.",
        alternative,
        table,
        lambda width: charts.steps(rows, labels, width),
    )


def cost_by_chapter(reading: Reading) -> Figure | None:
    """Rank the ten chapters whose buyers pay most over the whole run."""
    if not reading.has("buyers_cost") or not reading.total("buyers_cost").any():
        return None
    array = reading.run.dataset["buyers_cost"].sum("month")  # [draw, chapter]
    codes = [str(code) for code in array["chapter"].to_numpy()]
    by_chapter = array.transpose("draw", "chapter").to_numpy().astype(float)
    top = [int(i) for i in np.argsort(-by_chapter.mean(axis=0), kind="stable")[:10]]
    top = [i for i in top if by_chapter[:, i].any()]
    ends = [Ends.of(by_chapter[:, i]) for i in top]
    names = [chapter(codes[i]) for i in top]
    everything = Ends.of(by_chapter.sum(axis=1))
    share = by_chapter[:, top[:3]].sum() / by_chapter.sum()
    title = (
        f"Buyers in the United States pay {everything.words('USD')} over the run; "
        f"{words.listing([n.rsplit(' (', 1)[0].lower() for n in names[:3]])} "
        f"carry {words.percentage(float(share))} of it"
    )
    rows = pd.DataFrame(
        {"name": names, "low": [e.low for e in ends], "middle": [e.middle for e in ends],
         "high": [e.high for e in ends]}
    )  # fmt: skip
    table = _chapter_table(reading, codes, top)
    alternative = "The ten chapters of goods that cost buyers most. " + " ".join(
        f"{name}: {e.words('USD')}." for name, e in zip(names, ends, strict=True)
    )
    return figure(
        "cost",
        title,
        "Whole run, US dollars. Bar: middle draw; line: 90 % of draws.",
        alternative,
        table,
        lambda width: charts.ranked(_wrapped(rows, "name", width), "US dollars", width),
    )


def whereabouts(reading: Reading) -> Figure | None:
    """Stack where people are at each month's end."""
    stocks = reading.present(*_SHORT)
    if not stocks:
        return None
    means = {m.name: reading.total(m.name).mean(axis=0) for m in stocks}  # name -> [month]
    rows = pd.DataFrame(
        [
            {"month": pd.Timestamp(month), "name": _SHORT[m.name], "value": means[m.name][i]}
            for m in stocks
            for i, month in enumerate(reading.months)
        ]
    )
    everyone = sum(reading.total(m.name) for m in stocks)
    first, last = Ends.of(everyone[:, 0]), Ends.of(everyone[:, -1])
    largest = max(stocks, key=lambda m: float(means[m.name][-1]))
    title = (
        f"People held, waiting or on the way: {first.about('persons')} at the end of "
        f"{words.month(reading.months[0])}, {last.words('persons')} at the end of "
        f"{words.month(reading.months[-1])}; most are {_where(largest)}"
    )
    table = Table(
        "where-people-are",
        "People in each place or stage at the end of the month, mean of the draws",
        ("Month", *(words.capital(_SHORT[m.name]) for m in stocks)),
        tuple(
            (words.month(month), *(words.cell(means[m.name][i], m.unit) for m in stocks))
            for i, month in enumerate(reading.months)
        ),
        len(stocks),
    )
    alternative = f"People in each place or stage by month, {_span(reading)}. {title}."
    return figure(
        "whereabouts",
        title,
        "End of month, mean of the draws, stacked from the bottom in the order of the key.",
        alternative,
        table,
        lambda width: charts.stacked(rows, [_SHORT[m.name] for m in stocks], "people", width),
    )


def clause_picture(reading: Reading) -> Figure | None:
    """Draw which clause is in which state at each month's end."""
    if "clause_state" not in reading.run.dataset:
        return None
    rows = clause_states(reading)
    clauses = list(dict.fromkeys(rows["clause"]))
    split = rows.groupby("clause")["share"].min()
    divided = [str(c) for c in clauses if split[c] < 0.95]
    title = (
        f"The draws part over {words.plural(len(divided), 'clause')}: "
        f"{words.listing([_spaced(c) for c in divided[:3]])}"
        + (" and others" if len(divided) > 3 else "")
        if divided
        else f"All {len(clauses)} clauses take one course in nearly every draw"
    )
    spells = _spells(rows)
    table = Table(
        "clause-states",
        "The commonest state of each clause at the month's end, with the share of draws in it",
        ("Clause", *(words.month(m) for m in reading.months)),
        tuple(
            (
                str(clause),
                *(
                    f"{_spaced(state)} ({words.percentage(share)})"
                    for state, share in zip(cut["state"], cut["share"], strict=True)
                ),
            )
            for clause, cut in rows.groupby("clause", sort=False)
        ),
    )
    ends = rows.groupby("clause", sort=False).tail(1)
    alternative = "State of each clause by month. At the end: " + ", ".join(
        f"{_spaced(row['clause'])} {row['family']}" for row in ends.to_dict("records")
    )
    return figure(
        "clauses",
        title,
        "Colour and word: the commonest state at the month's end. Fainter: fewer draws share it.",
        alternative + ".",
        table,
        lambda width: charts.clause_states(
            rows.assign(clause=rows["clause"].map(_spaced)),
            spells.assign(clause=spells["clause"].map(_spaced)),
            [_spaced(c) for c in clauses],
            width,
        ),
    )


def record(reading: Reading) -> list[Figure]:
    """Draw each earlier forecast beside what came, one figure an origin."""
    past = reading.run.past
    if past.empty:
        return []
    return [_past_forecast(cut, pd.Timestamp(str(o))) for o, cut in past.groupby("origin")]


def _past_forecast(cut: pd.DataFrame, origin: pd.Timestamp) -> Figure:
    group = "ALL" if "ALL" in set(cut["group"]) else str(cut["group"].iloc[0])
    cut = cut[cut["group"] == group].sort_values("month").assign(month=lambda t: pd.to_datetime(t["month"]))
    inside, of = int(cut["actual"].between(cut["p10"], cut["p90"]).sum()), len(cut)
    off = float((cut["p50"] / cut["actual"] - 1).abs().mean())
    title = (
        f"Forecast made with data to {words.month(_m(origin))}: the 80 % band held "
        f"{inside} of {of} months; the middle missed by {words.percentage(off)} on average"
    )
    bands = cut.assign(p05=cut["p10"], p25=cut["p50"], p75=cut["p50"], p95=cut["p90"])
    observed = cut.rename(columns={"actual": "value"})[["month", "value"]].dropna()
    table = Table(
        f"record-{origin.year}",
        f"Forecast from {words.month(_m(origin))} beside what came, Border Patrol apprehensions",
        ("Month", "10 %", "50 %", "90 %", "Actual"),
        tuple(
            (words.month(_m(r["month"])), *(words.cell(r[c], "events") for c in ("p10", "p50", "p90", "actual")))
            for r in cut.to_dict("records")
        ),
        4,
    )
    return figure(
        f"record-{origin.year}",
        title,
        "Apprehensions a month. Band: 80 % of draws; line: middle draw; dashed: what truly happened.",
        title + ". " + " ".join(f"{row[0]}: forecast {row[2]}, actual {row[4]}." for row in table.rows),
        table,
        lambda width: charts.fan(bands, observed, (), SERIES_BREAKS, "apprehensions a month", width, 200),
    )


def clause_states(reading: Reading) -> pd.DataFrame:
    """Find the commonest state of each clause and month, with the share of draws in it.

    Gives clause, month, label, state, family, family_order, colour, share; clauses in file order.
    """
    codes = reading.run.dataset["clause_state"].transpose("draw", "month", "clause").to_numpy()
    shares = np.stack([(codes == i).mean(axis=0) for i in range(len(reading.states))])
    common, share = shares.argmax(axis=0), shares.max(axis=0)  # [month, clause]
    families = {
        state: (family, colour, order)
        for order, (family, colour, states) in enumerate(_FAMILIES)
        for state in states
    }
    rows = []
    for j, clause in enumerate(reading.run.dataset["clause"].to_numpy()):
        for i, month in enumerate(reading.months):
            state = reading.states[common[i, j]]
            family, colour, order = families[state]
            rows.append(
                {"clause": str(clause), "month": month, "label": str(month), "state": state,
                 "family": family, "family_order": order, "colour": colour, "share": share[i, j]}
            )  # fmt: skip
    return pd.DataFrame(rows)


def rate_steps(highest: float) -> tuple[list[float], list[str]]:
    """Cut rates of duty into none and up to six equal steps of a round size.

    >>> rate_steps(25)
    ([0.0, 5.0, 10.0, 15.0, 20.0, 25.0], ['none', '0–5 %', '5–10 %', '10–15 %', '15–20 %', '20–25 %'])
    """
    size = next(s for s in (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 1e9) if highest <= 6 * s)
    count = max(1, int(np.ceil(highest / size - 1e-9)))
    edges = [round(size * i, 1) for i in range(count + 1)]
    return edges, ["none", *(f"{a:g}–{b:g} %" for a, b in zip(edges, edges[1:], strict=False))]


def target_label(reading: Reading, row: dict[str, object], *, dated: bool = True) -> str:
    """Name a promised level: `at most 50,000 apprehensions a month by 22 July 2019`."""
    measure = BY_NAME[str(row["measure"])]
    level = words.number(float(row["threshold"]))  # type: ignore[arg-type]
    rate = " a month" if measure.kind == "flow" else ""
    what = f"{reading.relation(row)} {level} {words.noun(measure.name)}{rate}"
    return f"{what} by {words.day(pd.Timestamp(row['by_date']).date())}" if dated else what  # type: ignore[arg-type]


def observed_words(reading: Reading, measure: Measure) -> str:
    """Say how often what truly happened lay inside the 80 % band."""
    both = reading.bands(measure.name).merge(reading.observed(measure.name), on="month")
    inside = int(both["value"].between(both["p10"], both["p90"]).sum())
    return f"What truly happened lies inside the 80 % band in {inside} of {len(both)} months."


def _promised_levels(reading: Reading, measure: Measure) -> list[tuple[float, str]]:
    targets = reading.run.targets
    if targets.empty:
        return []
    rows = targets[targets["measure"] == measure.name].drop_duplicates("threshold")
    return [
        (float(r["threshold"]), f"promised: {reading.relation(r)} {words.number(r['threshold'])}")
        for r in rows.sort_values("threshold").to_dict("records")
    ]


def _bands_table(
    name: str, measure: Measure, bands: pd.DataFrame, observed: pd.DataFrame
) -> Table:
    actual = dict(zip(observed["month"], observed["value"], strict=True))
    last = ("Actual",) if actual else ()
    rows = tuple(
        (
            words.month(_m(row["month"])),
            *_cells(row, measure.unit),
            *((words.cell(actual.get(row["month"], np.nan), measure.unit),) if actual else ()),
        )
        for row in bands.to_dict("records")
    )
    caption = f"{measure.title} by month: percentiles of the draws"
    return Table(name, caption, ("Month", *_TITLES, *last), rows, len(_TITLES) + len(last))


def _chapter_table(reading: Reading, codes: Sequence[str], top: Sequence[int]) -> Table:
    measures = reading.present("imports", "duty_revenue", "buyers_cost", "deadweight")
    totals = {
        m.name: reading.run.dataset[m.name].sum("month").transpose("draw", "chapter").to_numpy()
        for m in measures
    }
    rows = [
        (chapter(codes[i]), *(_dollar_ends(totals[m.name][:, i]) for m in measures)) for i in top
    ]
    rows.append(("All chapters", *(_dollar_ends(totals[m.name].sum(axis=1)) for m in measures)))
    return Table(
        "cost-by-chapter",
        "Whole run: middle draw, with 90 % of draws in brackets",
        ("Chapter", *(m.title for m in measures)),
        tuple(rows),
        len(measures),
    )


def _dollar_ends(draws: np.ndarray) -> str:
    ends = Ends.of(draws)
    low, middle, high = (words.quantity(v, "USD") for v in ends)
    return middle if ends.low == ends.high else f"{middle} ({low} to {high})"


def _spells(rows: pd.DataFrame) -> pd.DataFrame:
    """Find where each clause's commonest state begins, and how many months it lasts."""
    spells = []
    for clause, cut in rows.groupby("clause", sort=False):
        start = 0
        states = list(cut["family"])
        for i in range(1, len(states) + 1):
            if i == len(states) or states[i] != states[start]:
                spells.append(
                    {"clause": clause, "label": cut["label"].iloc[start],
                     "text": states[start], "months": i - start}
                )  # fmt: skip
                start = i
    return pd.DataFrame(spells)


def _wrapped(rows: pd.DataFrame, column: str, width: int) -> pd.DataFrame:
    """Break long names into lines where the chart is narrow."""
    room = 34 if width >= charts.WIDE else 15
    return rows.assign(**{column: [words.wrapped(str(v), room) for v in rows[column]]})


def _where(measure: Measure) -> str:
    return _SHORT[measure.name].replace("on a waiting", "on a waiting")


def _change(bands: pd.DataFrame) -> float:
    first, last = float(bands["p50"].iloc[0]), float(bands["p50"].iloc[-1])
    return last / first - 1 if first else np.nan


def _cells(row: dict[str, object], unit: str) -> tuple[str, ...]:
    return tuple(words.cell(float(row[name]), unit) for name in _STATISTICS)  # type: ignore[arg-type]


def _at(bands: pd.DataFrame, index: int, measure: Measure) -> str:
    row = bands.iloc[index]
    return f"{words.cell(float(row['p50']), measure.unit)} in {words.month(_m(row['month']))}"


def _range(ends: Ends, unit: str) -> str:
    spread = ends.high - ends.low
    low, high = (words.quantity(words.rounded(v, spread), unit) for v in (ends.low, ends.high))
    return f"{low} to {high}"


def _span(reading: Reading) -> str:
    return f"{words.month(reading.months[0])} to {words.month(reading.months[-1])}"


def _m(when: object) -> np.datetime64:
    return np.datetime64(pd.Timestamp(when), "M")  # type: ignore[arg-type]


def _spaced(name: str) -> str:
    return name.replace("_", " ")
