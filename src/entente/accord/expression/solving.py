"""What solver terms are made of: variables by what they stand for, values with faults, lists."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, TypeAlias, final

import z3

Key: TypeAlias = tuple[str, ...]  # what a variable stands for, such as ("value", "age")
Variable: TypeAlias = Any  # a z3 constant; z3 gives no types to check against


class NoExactForm(Exception):  # noqa: N818 - says what is not decided, no fault
    """A part of an expression has no exact form for the solver; the message names it."""


class Term(NamedTuple):
    """A value, and the condition under which a case has none."""

    value: Any
    fault: Any


@final
@dataclass(frozen=True, slots=True)
class CodeList:
    """A list of codes: how many, what stands at a place, what is inside and at which place.

    asked   the codes of which something was asked
    """

    count: Variable
    known: Variable
    at: Variable
    inside: Variable
    place: Variable
    asked: list[Any] = field(default_factory=list)

    @classmethod
    def named(cls, id_: str, known: Variable) -> "CodeList":
        """Make the functions of a list of codes."""
        code, truth = z3.IntSort(), z3.BoolSort()
        return cls(
            z3.Int(f"count {id_}"), known, z3.Function(f"at {id_}", code, code),
            z3.Function(f"in {id_}", code, truth), z3.Function(f"place {id_}", code, code),
        )  # fmt: skip


def day_of(number: float) -> date | datetime:
    """Turn a day's number back into a day, or an instant within it."""
    whole = int(number // 1)
    day = date.fromordinal(min(max(whole, 1), date.max.toordinal()))
    seconds = round((number - whole) * 86400)
    if not seconds:
        return day
    return datetime(day.year, day.month, day.day) + timedelta(seconds=seconds)  # noqa: DTZ001
