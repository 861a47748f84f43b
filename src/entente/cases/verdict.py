"""From what each reading answers to one row a claim: plain, FLAG with its readings, or MISSING."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import reduce
from typing import Any, Final, TypeAlias

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


def settled(
    answers: Table, law: Sequence[Reading], grounds: Sequence[Ground], accord: Accord
) -> Table:
    """Return a row a claim from the columns of every reading and time of day.

    answers   claim_id, row, outside, and by reading and regime code, state, missing, time
    """
    found = {name: _whole(answers[name]) for name in answers.column_names}
    keys = [name.removeprefix("state_") for name in found if name.startswith("state_")]
    for key in keys[1:]:
        again = pc.equal(found[f"code_{key}"], found[f"code_{keys[0]}"])
        for part in ("state", "missing"):
            found[f"{part}_{key}"] = pc.if_else(
                again, found[f"{part}_{keys[0]}"], found[f"{part}_{key}"]
            )
    open_, timed = _turns(found, keys)
    silent = _mask(pc.match_substring(found[f"state_{keys[0]}"], SEVERAL))
    flagged = open_ | timed | silent
    base = keys[0]
    state = pc.if_else(pa.array(flagged), FLAG, found[f"state_{base}"])
    told = _of_grounds(found[f"code_{base}"], grounds)
    missing = pc.and_(pc.equal(state, MISSING), found[f"missing_{base}"].is_valid())
    lacked = pc.replace_substring(found[f"missing_{base}"], " is not known", "")
    lacks = pc.binary_join_element_wise(f"{MISSING} ", lacked, _at(told["rule"]), "")
    points = list(law[0].settled)
    turns = pc.if_else(pa.array(open_ | timed), _says(points, accord), _SILENT)
    why = pc.if_else(pa.array(flagged), turns, pc.if_else(missing, lacks, told["why"]))
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
            "readings": _readings(found, law, keys, flagged),
            "why": why,
        }
    )


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
        return pa.array(values, pa.string()).take(code)

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


def _readings(
    found: Mapping[str, Any], law: Sequence[Reading], keys: Sequence[str], rows: Mask
) -> Any:
    """Say for each flagged row what every reading and time of day answers."""
    texts = np.full(len(rows), "", object)
    indexes = np.flatnonzero(rows)
    if indexes.size:
        few = {name: column.take(pa.array(indexes)).to_pylist() for name, column in found.items()}
        texts[indexes] = [
            "; ".join(
                ": ".join(filter(None, (label, few[f"state_{key}"][i].replace(SEVERAL, " or "))))
                for key in keys
                if few[f"time_{key}"][i] is not None
                for label in [_label(law, key, few[f"time_{key}"][i])]
            )
            for i in range(indexes.size)
        ]
    return pa.array(texts, pa.string())


def _label(law: Sequence[Reading], key: str, time: str) -> str:
    reading = law[int(key.split("_")[0])].label
    return ", ".join(filter(None, (reading, time)))


def _says(points: Sequence[str], accord: Accord) -> str:
    about = [accord.opens[point].about for point in points]
    return f"turns on: {'; '.join(about)}" if about else "the law changes within the day"


def _hourly(accord: Accord, point: str) -> bool:
    """Tell whether the readings of an open point are neighbouring days: its hour is not known."""
    try:
        days = sorted(date.fromisoformat(str(value)) for value in accord.opens[point].readings)
    except ValueError:
        return False
    return (days[-1] - days[0]).days <= 1
