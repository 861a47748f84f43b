"""The table and the picture: ours beside each tool, as ratios with their spread."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

import altair as alt
import pandas as pd

from peers.limits import share
from peers.measure import Taken
from peers.works import Work

COLUMNS: Final = (
    "work", "size", "tool", "seconds", "times_ours", "low", "high", "processor_seconds",
    "processor_times_ours", "process_seconds",
    "process_times_ours", "megabytes", "of_limit", "agrees",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One tool at one work: seconds warm and as a process, and how often ours fits into them."""

    work: str
    size: str
    tool: str
    seconds: float
    times_ours: float
    low: float
    high: float
    processor_seconds: float
    processor_times_ours: float
    process_seconds: float
    process_times_ours: float
    megabytes: float
    of_limit: str
    agrees: str


def rows(work: Work, taken: Sequence[Taken], machine: Mapping[str, float]) -> Iterator[Row]:
    """Set every tool beside the first of its work, turn by turn; low and high over turns.

    machine   what it can do at most, as `limits` gives it
    """
    if not taken or taken[0].tool != work.tools[0]:
        return
    ours = taken[0]
    for one in taken:
        turns = [
            median(theirs) / median(own) for theirs, own in zip(one.warm, ours.warm, strict=False)
        ]
        yield Row(
            work.name,
            work.size,
            one.tool.rpartition("_")[0],
            one.seconds,
            median(turns),
            min(turns),
            max(turns),
            one.processor,
            one.processor / max(ours.processor, 1e-9),
            median(one.whole),
            median(one.whole) / median(ours.whole),
            one.megabytes,
            share(work.needs, one.seconds, machine),
            "" if one is ours else agreement(work, ours, one),
        )


def agreement(work: Work, ours: Taken, other: Taken) -> str:
    """Say whether two answers agree, or why they need not."""
    pairs = list(zip(ours.answer, other.answer, strict=False))
    apart = max(abs(a - b) / max(abs(a), abs(b), 1e-300) for a, b in pairs)
    if work.within is None:
        mean = f" ({other.answer[0]:.4g}, ours {ours.answer[0]:.4g}"
        ideal = f", exact {work.expected[0]:.4g})" if work.expected else ")"
        return work.differs + mean + ideal
    if apart <= work.within:
        return f"yes, within {work.within:.0e}"
    return f"no: apart by {apart:.2e}"


def table(found: Sequence[Row]) -> str:
    """Write the rows as CSV."""
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\n")
    sheet.writerow(COLUMNS)
    for row in found:
        cells = (getattr(row, column) for column in COLUMNS)
        sheet.writerow([f"{c:.5g}" if isinstance(c, float) else c for c in cells])
    return out.getvalue()


def markdown(found: Sequence[Row]) -> str:
    """Write the rows as a table to read."""
    heads = (
        "work", "size", "tool", "seconds", "times ours (spread)", "processor, s", "times ours",
        "process, s", "memory, MB", "of the limit", "agrees",
    )  # fmt: skip
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for row in found:
        times, processor = "", ""
        if row.tool != "entente":
            times = f"{row.times_ours:.3g} ({row.low:.3g} to {row.high:.3g})"
            processor = f"{row.processor_times_ours:.3g}"
        cells = (
            row.work, row.size, row.tool, f"{row.seconds:.3g}", times,
            f"{row.processor_seconds:.3g}", processor, f"{row.process_seconds:.2f}",
            f"{row.megabytes:.0f}", row.of_limit, row.agrees,
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def picture(found: Sequence[Row]) -> alt.Chart:
    """Draw how many times ours each tool takes, on a scale of powers of ten."""
    held = pd.DataFrame([row.__dict__ for row in found if row.tool != "entente"])
    held["what"] = held["work"] + ", " + held["size"]
    order = list(dict.fromkeys(held["what"]))
    base = alt.Chart(
        held, title="How many times entente's time each tool takes (right of 1: entente is faster)"
    )
    x = alt.X("times_ours:Q", scale=alt.Scale(type="log"), title="times (logarithmic)")
    y = alt.Y("what:N", sort=order, title=None, axis=alt.Axis(labelLimit=320))
    colour = alt.Color("tool:N", title="tool", scale=alt.Scale(scheme="tableau20"))
    points = base.mark_point(filled=True, size=70).encode(
        x=x, y=y, color=colour, shape=alt.Shape("tool:N")
    )
    spread = base.mark_rule(color="#777").encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"), y=y)
    one = alt.Chart(pd.DataFrame({"x": [1.0]})).mark_rule(strokeDash=[4, 4]).encode(x=alt.X("x:Q"))
    chart: alt.Chart = (one + spread + points).properties(width=560)
    return chart
