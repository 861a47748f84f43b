"""What a page says of goods beyond the duty itself: the loop between goods and people."""

from collections.abc import Mapping
from typing import Any

from entente.report.reading import Reading

_NOT_ESTIMATED = (
    "Not estimated: what checks at the border cost freight; whether Mexican activity moves people "
    "of other citizenship; what money sent home does in Central America."
)


def loop_remarks(reading: Reading) -> tuple[str, ...]:
    """Say what goods and people do to each other in this run, or that they were kept apart."""
    told = reading.run.record.get("loop")
    return (_loop_measured(told), _NOT_ESTIMATED) if told else ()


def _loop_measured(told: Mapping[str, Any]) -> str:
    if not told["on"]:
        return "This run keeps goods and people apart: neither moves the other."
    if not told["draws"]:
        return "The loop is at work; the run has too few draws to measure what it adds."
    arrests, percent, activity = (
        _ends(told[name])
        for name in ("arrests_of_mexicans", "arrests_of_mexicans_percent", "activity_percent")
    )
    return (
        f"With the same luck, the loop changes arrests of Mexicans over the run by {arrests}, "
        f"{percent} %; in the last month Mexican activity stands {activity} % off. Mean and 90 % "
        f"of {told['draws']} draws, made with the loop and without it."
    )


def _ends(told: Mapping[str, float]) -> str:
    return f"{told['mean']:+,.3g} ({told['p05']:+,.3g} to {told['p95']:+,.3g})"
