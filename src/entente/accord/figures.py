"""Figures of metrics that sources themselves state, with the day on which each was published."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, final

import numpy as np

from entente.accord.document import Accord, Metric

FIGURE: Final = re.compile(r"([A-Za-z][A-Za-z0-9_]*)@(\d{4}-(?:0[1-9]|1[0-2]))")


@final
@dataclass(frozen=True, slots=True, order=True)
class Release:
    """A figure as one source published it, on its date."""

    on: date
    source: str
    value: float


def releases(accord: Accord, metric: str) -> dict[np.datetime64, tuple[Release, ...]]:
    """Return the stated figures of a metric by month, earlier releases first; no later ones.

    A source states a month's figure by `says = { "arrivals@2019-05" = 144278 }`.
    """
    found: dict[np.datetime64, list[Release]] = {}
    for source in accord.sources.values():
        if accord.as_of is not None and source.date > accord.as_of:
            continue
        for key, value in source.says.items():
            named = FIGURE.fullmatch(key)
            if named and named[1] == metric and type(value) in (int, float):
                month = np.datetime64(named[2], "M")
                found.setdefault(month, []).append(Release(source.date, source.id, float(value)))
    return {month: tuple(sorted(found[month])) for month in sorted(found)}


def chosen(metric: Metric, stated: tuple[Release, ...], today: date) -> Release | None:
    """Return the release that a metric means, as known on a day; None where it is not out yet."""
    out = [release for release in stated if release.on <= today]
    meant = {
        "first": stated[:1] if out else [],
        "final": stated[-1:] if out == list(stated) else [],
        "as_known": out[-1:],
    }[metric.vintage]
    return meant[0] if meant else None


def months_known(
    metric: Metric, stated: Mapping[np.datetime64, tuple[Release, ...]], today: date
) -> Iterator[tuple[np.datetime64, Release]]:
    """Give the months whose figure is known on a day, with the release that is meant."""
    for month, out in stated.items():
        release = chosen(metric, out, today)
        if release is not None:
            yield month, release
