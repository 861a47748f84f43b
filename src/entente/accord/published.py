"""What has been published: metrics as they are known on a day, late by their lag."""

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from entente.accord.calendar import DAY, Duration, shift
from entente.accord.document import Accord, Metric
from entente.accord.expression.arrays import Known
from entente.evidence import Evidence, FloatArray, Series
from entente.problems import InputProblemsError, Problem, did_you_mean

_UNKNOWN: Final = Known(np.zeros(()), np.zeros((), np.bool_))
_MONTH: Final = np.timedelta64(1, "M")


@final
@dataclass(frozen=True, slots=True)
class Published:
    """The metrics of an accord over the evidence of a month; without evidence nothing is known."""

    accord: Accord
    seen: Evidence | None

    def releases(self) -> list[np.datetime64]:
        """Return the days on which a metric's value became known, for every period seen  [D]."""
        if self.seen is None:
            return []
        days: set[np.datetime64] = set()
        for metric in self.accord.metrics.values():
            series = self.seen.series.get(metric.series)
            if series is not None:
                months = series.first + np.arange(series.values.shape[1]).astype("timedelta64[M]")
                days |= set(released(metric, months))
        return sorted(days)

    def series(
        self, function: str, name: str, other: "Duration | str | None", today: np.datetime64
    ) -> Known:
        """Return `last`, `lag`, `mean`, `sum`, `change` or `share` as known on a day  [draw]."""
        series = self._series(name)
        if series is None:
            return _UNKNOWN
        known = self._known_months(name, series, today)
        if function == "share":
            assert isinstance(other, str)
            return self._share(name, other, today)
        if function == "last":
            return _at(series, known - 1)
        assert isinstance(other, Duration)
        if function in ("mean", "sum"):
            return _over(series, known, other.months, function)
        before = _at(series, known - 1 - other.months)
        return before if function == "lag" else _change(_at(series, known - 1), before)

    def latest(self, name: str, today: np.datetime64) -> tuple[np.datetime64, np.datetime64] | None:
        """Return the last month of a metric whose value is known on a day, and since when  [D]."""
        series = self._series(name)
        known = 0 if series is None else self._known_months(name, series, today)
        if series is None or not known:
            return None
        month = series.month_at(known - 1)
        return month, released(self.accord.metrics[name], np.array([month]))[0]

    def _series(self, name: str) -> Series | None:
        if self.seen is None:
            return None
        metric = self.accord.metrics[name]
        if metric.series not in self.seen.series:
            message = f"the world reports no series '{metric.series}'"
            mend = did_you_mean(metric.series, self.seen.series)
            raise InputProblemsError([Problem("E103", metric.where, "", message, mend)])
        return self.seen.series[metric.series]

    def _known_months(self, name: str, series: Series, today: np.datetime64) -> int:
        """Count the periods of a series whose values are known on a day."""
        months = series.first + np.arange(series.values.shape[1]).astype("timedelta64[M]")
        days = released(self.accord.metrics[name], months)
        return int(np.searchsorted(days, today.astype("datetime64[D]"), "right"))

    def _share(self, above: str, below: str, today: np.datetime64) -> Known:
        """Divide two metrics in the last month that both know."""
        one, other = self._series(above), self._series(below)
        if one is None or other is None:
            return _UNKNOWN
        last = min(
            series.first + np.timedelta64(self._known_months(name, series, today), "M")
            for name, series in ((above, one), (below, other))
        )
        part = _at(one, _index(one, last) - 1)
        whole = _at(other, _index(other, last) - 1)
        return Known(*_ratio(part, whole))


def released(metric: Metric, months: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    """Return the day on which each month's value becomes known: its last day plus the lag  [D]."""
    ends = np.asarray((months + _MONTH).astype("datetime64[D]") - DAY, "datetime64[D]")
    try:
        return shift(ends, metric.lag)
    except ValueError as wrong:
        raise InputProblemsError([Problem("E111", metric.where, "", str(wrong))]) from None


def _index(series: Series, month: np.datetime64) -> int:
    return int((month - series.first).astype(int))


def _at(series: Series, index: int) -> Known:
    if not 0 <= index < series.values.shape[1]:
        return _UNKNOWN
    values = series.values[:, index]
    return Known(values, ~np.isnan(values))


def _over(series: Series, known: int, months: int, function: str) -> Known:
    if known < months or not months:
        return _UNKNOWN
    stretch = series.values[:, known - months : known]
    total = stretch.sum(axis=1) if function == "sum" else stretch.mean(axis=1)
    return Known(total, ~np.isnan(total))


def _change(now: Known, before: Known) -> Known:
    """By what share a value exceeds an earlier one."""
    ratio, known = _ratio(now, before)
    return Known(ratio - 1.0, known)


def _ratio(part: Known, whole: Known) -> tuple[FloatArray, NDArray[np.bool_]]:
    known = part.known & whole.known & (whole.values != 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(known, part.values / whole.values, 0.0), np.asarray(known)
