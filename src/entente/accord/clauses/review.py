"""Review: a moment at which choices may be taken, on stated figures."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from entente.accord.calendar import Duration
from entente.accord.clauses.common import MANY, Common, Either, Given, Say, listed, on_day
from entente.accord.expression import Expression
from entente.accord.schema import (
    Field,
    Path,
    Reading,
    drawn,
    one_or_more,
    text_form,
)
from entente.accord.shapes import (
    duration,
    expression,
    identifier,
    party,
)
from entente.language import counted, phrase
from entente.problems import Problem

_READ: Final = re.compile(r"([A-Za-z][A-Za-z0-9_]*)(?:@(\d{4})-(0[1-9]|1[0-2]))?")


@final
@dataclass(frozen=True, slots=True)
class Read:
    """A metric that a review reads, or one month of it."""

    metric: str
    month: np.datetime64 | None  # [M]

    def plain(self) -> str:
        """Write it as the file does.

        >>> Read("arrivals", np.datetime64("2019-06", "M")).plain()
        'arrivals@2019-06'
        """
        return self.metric if self.month is None else f"{self.metric}@{self.month}"

    def words(self) -> str:
        """Say it."""
        if self.month is None:
            return self.metric
        return phrase("{metric} of {month}", metric=self.metric, month=self.month)


@final
@dataclass(frozen=True, slots=True)
class Review:
    """On `at`, or `every` so often, `by` reads figures and may take the choices in `decides`."""

    common: Common
    at: Expression | None
    every: Duration | None
    reads: tuple[Read, ...]
    decides: tuple[str, ...]

    def sentence(self, say: Say) -> str:
        """Say the clause in one sentence."""
        how_many = len(self.common.by) or MANY
        read = {
            "parties": self.common.actors(),
            "figures": ", ".join(read.words() for read in self.reads),
            "choices": listed(self.decides),
        }
        if self.at:
            return counted(
                "{day}, {parties} reads {figures} and may decide {choices}.",
                "{day}, {parties} read {figures} and may decide {choices}.",
                how_many,
                day=on_day(self.at, say),
                **read,
            )
        period = self.every.words() if self.every else ""
        return counted(
            "Every {period}, {parties} reads {figures} and may decide {choices}.",
            "Every {period}, {parties} read {figures} and may decide {choices}.",
            how_many,
            period=period,
            **read,
        )

    def own_problems(self, given: Given) -> list[Problem]:
        """List what is wrong in the clause itself; `given` are the keys that its file has."""
        if self.at is None or self.every is None:
            return []
        message = "has both 'at' and 'every'"
        return [Problem("E102", self.common.where, self.common.id, message, MOMENT.mend)]


MOMENT: Final = Either(
    ("at", "every"),
    "E102",
    "'at' or 'every' is missing",
    "keep either at = a date or every = a length of time",
)


@drawn(text_form(_READ.pattern))
def read(reading: Reading, path: Path, value: object) -> Read | None:
    """Read `"metric"` or `"metric@2019-06"`."""
    found = _READ.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        mend = 'write "arrivals" or "arrivals@2019-06"'
        reading.wrong(path, "a metric, or one month of it", value, mend)
        return None
    month = np.datetime64(f"{found[2]}-{found[3]}", "M") if found[2] else None
    return Read(found[1], month)


FIELDS: Final[Mapping[str, Field]] = {
    "by": Field(one_or_more(party), "E102", default=()),
    "at": Field(expression("date")),
    "every": Field(duration),
    "reads": Field(one_or_more(read), "E102"),
    "decides": Field(one_or_more(identifier), "E102"),
}
