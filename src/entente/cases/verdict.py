"""From what each reading answers to one row a claim: plain, FLAG with its readings, or MISSING."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any, Final, TypeAlias, final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from entente.accord.document import Accord
from entente.cases.allocation import MISSING, Ground
from entente.cases.law import Reading

Table: TypeAlias = Any  # a pyarrow.Table; pyarrow gives no types to check against
Mask: TypeAlias = NDArray[np.bool_]

FLAG: Final = "FLAG"
OPEN_POINT: Final = "open_point"
TIME_OF_DAY: Final = "time_of_day"
SEVERAL: Final = ";"  # joins the states between which a text does not choose
_SILENT: Final = "the text does not say which of several states answers"
OUTSIDE: Final = "outside_horizon"


@final
@dataclass(frozen=True, slots=True)
class Again:
    """Rows to look at again, each by one code: what that gives, and what it lacks.

    keys   to which reading and time of day each belongs   [place]
    """

    rows: NDArray[np.int64]
    codes: NDArray[np.int32]
    keys: tuple[str, ...]
    states: Sequence[str] = ()
    missing: Sequence[str | None] = ()

    @classmethod
    def of(cls, answers: Table) -> "Again":
        """Find the rows that are MISSING at first, and those whose code differs by reading."""
        rows, codes, keys = [], [], []
        row = answers["row"].to_numpy()
        base = answers["code_0_0"].to_numpy()
        for key in _keys(answers.column_names):
            code = answers[f"code_{key}"].to_numpy()
            lacks = np.asarray(pc.equal(answers["state_0_0"], MISSING).to_numpy(), np.bool_)
            wanted = np.flatnonzero(lacks if key == "0_0" else code != base)
            rows.append(row[wanted])
            codes.append(code[wanted])
            keys += [key] * len(wanted)
        return cls(np.concatenate(rows), np.concatenate(codes).astype(np.int32), tuple(keys))

    def of_key(self, key: str) -> tuple[Any, list[str], list[str | None]]:
        """Return the rows, states and lacks of one reading and time of day."""
        at = [place for place, own in enumerate(self.keys) if own == key]
        return (
            pa.array(self.rows[at]),
            [self.states[place] for place in at],
            [self.missing[place] for place in at],
        )


def _keys(names: Sequence[str]) -> list[str]:
    return [name.removeprefix("code_") for name in names if name.startswith("code_")]


def settled(
    answers: Table,
    again: Again,
    law: Sequence[Reading],
    grounds: Sequence[Ground],
    accord: Accord,
) -> Table:
    """Return a row a claim from what every reading and time of day gives.

    answers   claim_id, row, outside, state_0_0, and by reading and regime code and time
    again     what a second look gave for rows that lack something or whose code differs
    """
    found = {name: _whole(answers[name]) for name in answers.column_names}
    keys = _keys(answers.column_names)
    for key in keys[1:]:
        rows, states, _ = again.of_key(key)
        place = pc.index_in(found["row"], rows)
        own = pa.array(states, pa.string()).take(place)
        found[f"state_{key}"] = pc.coalesce(own, found["state_0_0"])
    open_, timed = _turns(found, keys)
    silent = _mask(pc.match_substring(found[f"state_{keys[0]}"], SEVERAL))
    flagged = open_ | timed | silent
    base = keys[0]
    state = pc.if_else(pa.array(flagged), FLAG, found[f"state_{base}"])
    told = _of_grounds(found[f"code_{base}"].to_numpy(), grounds)
    lacked = _lacked(found["row"], again)
    missing = pc.and_(pc.equal(state, MISSING), lacked.is_valid())
    lacks = pc.binary_join_element_wise(f"{MISSING} ", lacked, _at(told["rule"]), "")
    points = list(law[0].settled)
    readings, turns = _flagged(found, _Teller(law, keys, accord, {}), flagged)
    why = pc.if_else(
        pa.array(flagged), pa.array(turns, pa.string()), pc.if_else(missing, lacks, told["why"])
    )
    hourly = bool(points) and all(_hourly(accord, point) for point in points)
    flags = _joined(
        (OPEN_POINT, open_ | silent),
        (TIME_OF_DAY, timed | (open_ & hourly)),
        (OUTSIDE, _mask(found["outside"])),
        told["basis"],
    )
    return pa.table(
        {
            "row": found["row"],
            "claim_id": found["claim_id"],
            "state": state,
            "clause": told["clause"],
            "rule": pc.if_else(pa.array(flagged), "", told["rule"]),
            "citation": told["citation"],
            "flags": flags,
            "readings": pa.array(readings, pa.string()),
            "why": why,
        }
    )


def _lacked(row: Any, again: Again) -> Any:
    """Return for each row the name of what it lacks, null where nothing   [row]."""
    rows, _, missing = again.of_key("0_0")
    told = pa.array(missing, pa.string()).take(pc.index_in(row, rows))
    return pc.replace_substring(told, " is not known", "")


def _whole(column: Any) -> Any:
    """Join the chunks of a column."""
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _turns(found: Mapping[str, Any], keys: Sequence[str]) -> tuple[Mask, Mask]:
    """Return which rows turn on an open point, and which on the time of day   [row]."""
    none = np.zeros(len(found["row"]), np.bool_)
    by_reading: dict[str, list[str]] = {}
    by_time: dict[str, list[str]] = {}
    for key in keys:
        reading, time = key.split("_")
        by_reading.setdefault(reading, []).append(key)
        by_time.setdefault(time, []).append(key)

    def differ(groups: dict[str, list[str]]) -> Mask:
        masks = [
            _mask(pc.not_equal(found[f"state_{group[0]}"], found[f"state_{other}"]))
            for group in groups.values()
            for other in group[1:]
        ]
        return reduce(np.logical_or, masks, none)

    return differ(by_time), differ(by_reading)


def _mask(column: Any) -> Mask:
    return np.asarray(pc.fill_null(column, False).to_numpy(zero_copy_only=False), np.bool_)


def _of_grounds(code: Any, grounds: Sequence[Ground]) -> dict[str, Any]:
    """Look up what each row's code rests on."""

    def column(values: Sequence[str]) -> Any:
        return pa.array(values, pa.string()).take(pa.array(np.where(code < 0, -1 - code, code)))

    marks = ["" if ground.basis == "text" else ground.basis for ground in grounds]
    return {
        "clause": column([ground.clause for ground in grounds]),
        "rule": column([ground.rule for ground in grounds]),
        "citation": column([ground.citation for ground in grounds]),
        "why": column([ground.why for ground in grounds]),
        "basis": column(marks),
    }


def _at(rule: Any) -> Any:
    named = pc.binary_join_element_wise(" at rule ", rule, "")
    return pc.if_else(pc.equal(rule, ""), "", named)


def _joined(*parts: tuple[str, Mask] | Any) -> Any:
    """Join flags by ';': words where their mask holds, and columns of words that may be empty."""
    columns = [
        pc.if_else(pa.array(part[1]), part[0], "") if isinstance(part, tuple) else part
        for part in parts
    ]
    led = [
        pc.if_else(pc.equal(c, ""), "", pc.binary_join_element_wise(";", c, "")) for c in columns
    ]
    return pc.utf8_ltrim(pc.binary_join_element_wise(*led, ""), ";")


@final
@dataclass(slots=True)
class _Teller:
    """Says for flagged rows what every reading and time of day answers, and what it turns on."""

    law: Sequence[Reading]
    keys: Sequence[str]
    accord: Accord
    told: dict[tuple[tuple[str, ...], tuple[str | None, ...]], tuple[str, str]]

    def of(self, states: tuple[str, ...], times: tuple[str | None, ...]) -> tuple[str, str]:
        """Return the readings and the reason for one row's states and times   [key]."""
        if (states, times) not in self.told:
            self.told[states, times] = self._say(states, times)
        return self.told[states, times]

    def _say(self, states: tuple[str, ...], times: tuple[str | None, ...]) -> tuple[str, str]:
        points = [point for point in self.law[0].settled if self._matters(point, states)]
        lines: dict[str, None] = {}
        for key, state, time in zip(self.keys, states, times, strict=True):
            if time is not None:
                settled = self.law[int(key.split("_")[0])].settled
                label = [f"{point} = {settled[point]}" for point in points]
                said = ", ".join(filter(None, (*label, time)))
                lines[": ".join(filter(None, (said, state.replace(SEVERAL, " or "))))] = None
        if len(set(states)) == 1:
            return "; ".join(lines), _SILENT
        about = [self.accord.opens[point].about for point in points]
        why = f"turns on: {'; '.join(about)}" if about else "the law changes within the day"
        return "; ".join(lines), why

    def _matters(self, point: str, states: tuple[str, ...]) -> bool:
        """Tell whether some answer turns on an open point, all others read alike."""
        by_rest: dict[tuple[str, ...], set[str]] = {}
        for key, state in zip(self.keys, states, strict=True):
            reading, time = key.split("_")
            settled = self.law[int(reading)].settled
            rest = (time, *(str(settled[other]) for other in settled if other != point))
            by_rest.setdefault(rest, set()).add(state)
        return any(len(found) > 1 for found in by_rest.values())


def _flagged(
    found: Mapping[str, Any], teller: _Teller, rows: Mask
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Say for each flagged row what readings answer, and what it turns on   [row]."""
    texts, reasons = np.full(len(rows), "", object), np.full(len(rows), "", object)
    indexes = np.flatnonzero(rows)
    few = {
        name: found[name].take(pa.array(indexes)).to_pylist()
        for key in teller.keys
        for name in (f"state_{key}", f"time_{key}")
    }
    for place, index in enumerate(indexes.tolist()):
        states = tuple(few[f"state_{key}"][place] for key in teller.keys)
        times = tuple(few[f"time_{key}"][place] for key in teller.keys)
        texts[index], reasons[index] = teller.of(states, times)
    return texts, reasons


def _hourly(accord: Accord, point: str) -> bool:
    """Tell whether the readings of an open point are neighbouring days: its hour is not known."""
    try:
        days = sorted(date.fromisoformat(str(value)) for value in accord.opens[point].readings)
    except ValueError:
        return False
    return (days[-1] - days[0]).days <= 1
