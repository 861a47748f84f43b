"""What is in force when: every clause's state and value over an accord's horizon."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeAlias, final

import numpy as np

from entente.accord.calendar import as_moment, local64
from entente.accord.choices import Choices
from entente.accord.clauses.common import STATES
from entente.accord.course import Course, course, resting_places
from entente.accord.document import Accord
from entente.accord.quantities import parts
from entente.accord.readings import Reading, readings
from entente.accord.value import FLAG, Value
from entente.grid import Grid, Tabled
from entente.problems import Problem

if TYPE_CHECKING:
    import pandas as pd


@final
@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of time in which one clause stands one way.

    from_, to   the first moment, and the first after it
    value       what a schedule sets; FLAG where open points read differently
    places      where only, for a state that holds in some places; empty: everywhere
    readings    the value or state under each reading of the open points, where they differ
    """

    clause: str
    state: str
    from_: date | datetime
    to: date | datetime
    value: Value
    basis: str | None
    places: tuple[str, ...] = ()
    readings: Mapping[str, str] | None = None

    def as_json(self) -> dict[str, object]:
        """Give the flat record that `entente timeline --json` prints."""
        return {
            "clause": self.clause,
            "state": self.state,
            "from": self.from_.isoformat(),
            "to": self.to.isoformat(),
            "value": self.value,
            "basis": self.basis,
            "places": list(self.places),
            "readings": dict(self.readings) if self.readings else None,
        }


@final
class Timeline(tuple[Interval, ...], Tabled):
    """The intervals of an accord, by clause and then by time."""

    __slots__ = ()

    def table(self) -> "pd.DataFrame":
        """Return a row for each interval, as `entente timeline --json` gives them."""
        import pandas as pd

        return pd.DataFrame([row.as_json() for row in self])

    def grid(self) -> Grid:
        """Lay out what is in force when."""
        head = ("clause", "state", "from", "to", "value", "basis")
        rows = [(r.clause, r.state, r.from_, r.to, r.value, r.basis) for r in self]
        cells = [["" if cell is None else cell for cell in row] for row in rows]
        return Grid("what is in force when; `to` is the first day after", head, cells)


def timeline(accord: Accord, choices: Choices | None = None, as_of: date | None = None) -> Timeline:
    """Return every clause's states over the horizon, sorted by clause then time.

    Without luck, odds stay silent: a choice is what was supplied or recorded, else its silence.
    Under open points each reading is computed; where they differ, the interval says FLAG.
    """
    known = accord if as_of is None else accord.known(as_of)
    return timeline_of(known, readings(known, choices))


def timeline_of(accord: Accord, read: Sequence[Reading]) -> Timeline:
    """Return the timeline of an accord whose readings have been run over its whole horizon."""
    found = {reading.label: _intervals(reading.run) for reading in read}
    return Timeline(row for id_ in accord.clauses for row in _agreed(accord, id_, found))


def undecided(accord: Accord, choices: Choices | None = None) -> tuple[Problem, ...]:
    """Return what a timeline without figures cannot judge, with the lines that ask."""
    return course(accord, choices).standings[-1].undecided


_Row: TypeAlias = tuple[str, Value, tuple[str, ...]]  # state, value, places
_Rows: TypeAlias = Mapping[str, list[tuple[np.datetime64, frozenset[_Row]]]]


def _intervals(run: Course) -> _Rows:
    """Return for each clause what holds from each instant on, in order of time."""
    rows: dict[str, list[tuple[np.datetime64, frozenset[_Row]]]] = {id_: [] for id_ in run.plan.ids}
    for standing in run.standings:
        values = {part.id: part.values[0] for part in parts(standing, run.world)}
        for index, id_ in enumerate(run.plan.ids):
            value = values.get(id_, np.nan)
            state = STATES[standing.codes[0, index]]
            here: set[_Row] = {(state, None if np.isnan(value) else float(value), ())}
            places = resting_places(run.plan, standing, id_)
            if places and standing.acts()[0, index]:
                here.add(("suspended", None, places))
            if not rows[id_] or rows[id_][-1][1] != frozenset(here):
                rows[id_].append((standing.now, frozenset(here)))
    return rows


def _agreed(accord: Accord, id_: str, found: Mapping[str, _Rows]) -> list[Interval]:
    """Lay the readings of one clause over each other, and flag where they part."""
    edges = sorted({moment for rows in found.values() for moment, _ in rows[id_]})
    end = local64(accord.horizon[1], accord.zone) + np.timedelta64(1, "D")
    stretches: list[Interval] = []
    for first, last in zip(edges, [*edges[1:], end], strict=True):
        held = {name: _held(rows[id_], first) for name, rows in found.items()}
        from_, to = as_moment(first), as_moment(last)
        stretches += [replace(row, from_=from_, to=to) for row in _rows_of(accord, id_, held)]
    return _merged(stretches)


def _held(
    rows: list[tuple[np.datetime64, frozenset[_Row]]], moment: np.datetime64
) -> frozenset[_Row]:
    return [row for since, row in rows if since <= moment][-1]


def _rows_of(accord: Accord, id_: str, held: Mapping[str, frozenset[_Row]]) -> list[Interval]:
    basis, here = accord.clauses[id_].common.basis, accord.horizon[0]
    if len(set(held.values())) == 1:
        rows = sorted(next(iter(held.values())), key=lambda row: row[2])
        return [Interval(id_, s, here, here, v, basis, places) for s, v, places in rows]
    told = {name: "; ".join(sorted(map(_told, rows))) for name, rows in held.items()}
    states = {state for rows in held.values() for state, _, places in rows if not places}
    values = {value for rows in held.values() for _, value, places in rows if not places}
    state = states.pop() if len(states) == 1 else FLAG
    value = values.pop() if len(values) == 1 else FLAG
    return [Interval(id_, state, here, here, value, basis, (), told)]


def _told(row: _Row) -> str:
    state, value, places = row
    amount = "" if value is None else f" {value:g}" if isinstance(value, float) else f" {value}"
    return f"{state}{amount}{' in ' + ', '.join(places) if places else ''}"


def _merged(rows: list[Interval]) -> list[Interval]:
    """Join neighbours that say the same."""
    open_: dict[tuple[str, ...], Interval] = {}
    done: list[Interval] = []
    for row in rows:
        before = open_.get(row.places)
        if (
            before is not None
            and before == replace(row, from_=before.from_, to=before.to)
            and (before.to == row.from_)
        ):
            open_[row.places] = replace(before, to=row.to)
            continue
        if before is not None:
            done.append(before)
        open_[row.places] = row
    done += open_.values()
    return sorted(done, key=lambda row: (str(local64(row.from_, "UTC")), row.places))
