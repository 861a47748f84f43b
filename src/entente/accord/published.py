"""What has been published: metrics as they are known on a day, late by their lag."""

from dataclasses import dataclass
from typing import Final, NamedTuple, final

import numpy as np
from numpy.typing import NDArray

from entente.accord.calendar import DAY, DateArray, Duration, as_date, shift
from entente.accord.document import Accord, Metric
from entente.accord.expression.scope import Known
from entente.accord.figures import chosen, months_known, releases
from entente.evidence import Evidence, FloatArray, Series
from entente.problems import InputProblemsError, Problem, did_you_mean

_UNKNOWN: Final = Known(np.zeros(()), np.zeros((), np.bool_))
_MONTH: Final = np.timedelta64(1, "M")


@final
@dataclass(frozen=True, slots=True)
class Published:
    """The metrics of an accord over the evidence of a month.

    Without evidence what its own sources state is known, from the days on which they stated it.
    """

    accord: Accord
    seen: Evidence | None

    def releases(self) -> DateArray:
        """Return the days on which a metric's value became known, in order, for every period seen.

        returns   datetime64[D]
        """
        days: list[DateArray] = [np.empty(0, "datetime64[D]")]
        for name, metric in self.accord.metrics.items():
            series = None if self.seen is None else self.seen.series.get(metric.series)
            if series is not None:
                months = series.first + np.arange(series.values.shape[1]).astype("timedelta64[M]")
                days.append(released(metric, months))
            else:
                stated = releases(self.accord, name).values()
                told = [release.on for out in stated for release in out]
                days.append(np.array(told, "datetime64[D]"))
        return np.unique(np.concatenate(days))

    def series(
        self, function: str, name: str, other: "Duration | str | None", today: np.datetime64
    ) -> Known:
        """Return `last`, `lag`, `mean`, `sum`, `change` or `share` as known on a day  [draw]."""
        found = self._known(name, today)
        if found is None:
            return _UNKNOWN
        series, known = found
        if function == "share":
            assert isinstance(other, str)
            return self._share(found, self._known(other, today))
        if function == "last":
            return _at(series, known - 1)
        assert isinstance(other, Duration)
        if function in ("mean", "sum"):
            return _over(series, known, other.months, function)
        before = _at(series, known - 1 - other.months)
        return before if function == "lag" else _change(_at(series, known - 1), before)

    def latest(self, name: str, today: np.datetime64) -> "Latest | None":
        """Return the last month of a metric whose value is known on a day, and since when."""
        found = self._known(name, today)
        if found is None or not found[1]:
            return None
        month, metric = found[0].month_at(found[1] - 1), self.accord.metrics[name]
        if self._seen(name) is not None:
            return Latest(month, released(metric, np.array([month]))[0], "")
        release = chosen(metric, releases(self.accord, name)[month], as_date(today))
        assert release is not None
        return Latest(month, np.datetime64(release.on, "D"), release.source)

    def _known(self, name: str, today: np.datetime64) -> tuple[Series, int] | None:
        """Return a metric's series and how many of its periods are known on a day.

        The world's evidence comes first; without it, what the accord's own sources state.
        """
        seen = self._seen(name)
        if seen is not None:
            return seen, self._known_months(name, seen, today)
        metric, stated = self.accord.metrics[name], releases(self.accord, name)
        if self.seen is not None and not stated:
            message = f"the world reports no series '{metric.series}'"
            mend = did_you_mean(metric.series, self.seen.series)
            raise InputProblemsError([Problem("E103", metric.where, "", message, mend)])
        known = dict(months_known(metric, stated, as_date(today)))
        if not known:
            return None
        first, count = min(known), int((max(known) - min(known)).astype(int)) + 1
        values = np.full((1, count), np.nan)
        for month, release in known.items():
            values[0, int((month - first).astype(int))] = release.value
        return Series(first, values, str(metric.unit)), count

    def _seen(self, name: str) -> Series | None:
        return None if self.seen is None else self.seen.series.get(self.accord.metrics[name].series)

    def _known_months(self, name: str, series: Series, today: np.datetime64) -> int:
        """Count the periods of a series whose values are known on a day."""
        months = series.first + np.arange(series.values.shape[1]).astype("timedelta64[M]")
        days = released(self.accord.metrics[name], months)
        return int(np.searchsorted(days, today.astype("datetime64[D]"), "right"))

    def _share(self, above: tuple[Series, int], below: tuple[Series, int] | None) -> Known:
        """Divide two metrics in the last month that both know."""
        if below is None:
            return _UNKNOWN
        last = min(s.first + np.timedelta64(known, "M") for s, known in (above, below))
        part, whole = (_at(s, _index(s, last) - 1) for s, _ in (above, below))
        return Known(*_ratio(part, whole))


class Latest(NamedTuple):
    """The last month of a metric that is known, since when, and by which source (empty: none)."""

    month: np.datetime64  # [M]
    since: np.datetime64  # [D]
    source: str


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
