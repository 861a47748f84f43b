"""Procedure: votes and courts that change other clauses' states."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final, final

from entente.accord.calendar import Duration
from entente.accord.clauses.common import Common, Effect, Given, Say, absent, effect
from entente.accord.schema import (
    DATE_FORM,
    Field,
    Moment,
    Path,
    Reading,
    Scalar,
    drawn,
    list_of,
    one_or_more,
    plain,
    table_of,
    text_form,
)
from entente.accord.shapes import (
    day,
    duration,
    moment,
    scalar,
    share,
    text,
)
from entente.language import counted, listing, phrase
from entente.problems import Problem

BASES: Final = ("votes cast", "seated", "present")
_THRESHOLD: Final = re.compile(r"(\d{1,3})\s*/\s*(\d{1,3})(?:\s+of\s+(.+?))?\s*")
# US Constitution, art. I s. 7: two thirds of those voting, a quorum present, carry an override.
_CONGRESS: Final = frozenset({"House", "Senate"})


@final
@dataclass(frozen=True, slots=True)
class Threshold:
    """A share of a named base; `1/2` means more than half, any other share at least that much."""

    share: Fraction
    base: str
    text: str

    def plain(self) -> str:
        """Write it as the file does."""
        return self.text

    def words(self) -> str:
        """Say it."""
        if not self.base:
            return self.text
        share = self.text.partition(" of ")[0]
        return phrase("{share} of {base}", share=share, base=phrase(self.base))


@final
@dataclass(frozen=True, slots=True)
class Clock:
    """A chamber is called within `length` of calendar days, not counting those from `stopped`.

    A rule of the house stops the count from its first day to its last, both included.
    """

    chamber: str
    length: Duration
    stopped: tuple[tuple[date, date], ...]

    def plain(self) -> dict[str, Any]:
        """Write it as the file does."""
        whole = {"chamber": self.chamber, "length": plain(self.length)}
        return whole | ({"stopped": plain(self.stopped)} if self.stopped else {})

    def words(self) -> str:
        """Say it."""
        said = phrase(
            "{chamber} within {period}", chamber=phrase(self.chamber), period=self.length.words()
        )
        if not self.stopped:
            return said
        stops = [phrase("{low} to {high}", low=first, high=last) for first, last in self.stopped]
        return phrase("{limit}, not counting {days}", limit=said, days=", ".join(stops))


@final
@dataclass(frozen=True, slots=True)
class Procedure:
    """A `body` decides; `then` follows where it passes, or on the day it `decided`.

    With `odds` the body decides so on that day with that chance only. A measure `introduced` on a
    day comes to the first chamber when its clock has run, and to the next counted from there.
    """

    common: Common
    body: str
    then: tuple[Effect, ...]
    chambers: tuple[str, ...]
    pass_: Threshold | None
    veto: str | None
    override: Threshold | None
    first: str | None
    decided: Moment | None
    odds: float | None
    introduced: date | None
    clocks: tuple[Clock, ...]
    silence: Scalar | None

    def sentence(self, say: Say) -> str:
        """Say the clause in one sentence."""
        said = phrase(
            "If {condition}, {effects}",
            condition=self._decides(),
            effects=listing([part.words() for part in self.then]),
        )
        if self.veto:
            said = phrase("{sentence}; {party} may veto", sentence=said, party=phrase(self.veto))
        if self.override:
            said = phrase(
                "{sentence}, overridden by {majority}",
                sentence=said,
                majority=self.override.words(),
            )
        if self.clocks:
            called = ", ".join(clock.words() for clock in self.clocks)
            said = phrase("{sentence}; called: {clocks}", sentence=said, clocks=called)
        return f"{said}."

    def _decides(self) -> str:
        """Say who decides, by which majority, and when it was or will be decided."""
        who = listing([phrase(chamber) for chamber in self.chambers])
        said = counted(
            "{body} so decides",
            "{body} so decide",
            len(self.chambers) or 1,
            body=who or phrase("the {body}", body=phrase(self.body)),
        )
        if self.pass_:
            said = phrase("{decision} by {majority}", decision=said, majority=self.pass_.words())
        if not self.decided:
            return said
        if self.odds is None:
            return phrase("{decision} (decided {day})", decision=said, day=self.decided)
        return phrase(
            "{decision} (decided {day} with a chance of {share})",
            decision=said,
            day=self.decided,
            share=f"{self.odds:.0%}",
        )

    @property
    def is_sure(self) -> bool:
        """Whether the body has decided, or will for certain on a stated day."""
        return self.decided is not None and self.odds in (None, 1.0)

    def own_problems(self, given: Given) -> list[Problem]:
        """List what is wrong in the clause itself; `given` are the keys that its file has."""
        common, found = self.common, []
        if self.chambers and absent(given, "pass"):
            message, mend = "'pass' is missing", 'add pass = "1/2 of votes cast"'
            found.append(Problem("E102", common.where, common.id, message, mend))
        if self.first is not None and self.first not in self.chambers:
            message = f"the first chamber '{self.first}' is not among the chambers"
            found.append(Problem("E103", common.where, common.id, message, "name one of them"))
        for clock in self.clocks:
            if clock.chamber not in self.chambers:
                message = f"the clock's chamber '{clock.chamber}' is not among the chambers"
                found.append(Problem("E103", common.where, common.id, message, "name one of them"))
        if self.clocks and absent(given, "introduced"):
            message, mend = "'introduced' is missing", "say on which day the clocks start"
            found.append(Problem("E102", common.where, common.id, message, mend))
        if self.odds is not None and absent(given, "decided"):
            message, mend = "'decided' is missing", "say on which day the body decides"
            found.append(Problem("E102", common.where, common.id, message, mend))
        if set(self.chambers) >= _CONGRESS and self.override is not None:
            found += self._override()
        return found

    def _override(self) -> list[Problem]:
        common, rule = self.common, Fraction(2, 3)
        if self.override is None or (self.override.share, self.override.base) == (
            rule,
            "votes cast",
        ):
            return []
        message = f"an override needs 2/3 of votes cast, not {self.override.text}"
        mend = 'write override = "2/3 of votes cast" (US Constitution, art. I s. 7)'
        return [Problem("E118", common.where, common.id, message, mend)]


@drawn(text_form(rf"\d{{1,3}}\s*/\s*\d{{1,3}} of ({'|'.join(BASES)})"))
def threshold(reading: Reading, path: Path, value: object) -> Threshold | None:
    """Read `"2/3 of votes cast"`; a share without its base is E118."""
    found = _THRESHOLD.fullmatch(value) if isinstance(value, str) else None
    mend = f"name the base: of {', of '.join(BASES)}"
    if not isinstance(value, str):
        reading.say("E118", reading.at(path), "a threshold names its base", mend)
    elif found is None or not 0 < int(found[1]) <= int(found[2]):
        reading.say("E118", reading.at(path), f"'{value}' is no threshold", mend)
    elif found[3] not in BASES:
        of = f"'{found[3]}' is no base" if found[3] else f"'{value}' of what"
        reading.say("E118", reading.at(path), of, mend)
    else:
        return Threshold(Fraction(int(found[1]), int(found[2])), found[3], value)
    return None


@drawn({"type": "array", "items": DATE_FORM, "minItems": 2, "maxItems": 2})
def stretch(reading: Reading, path: Path, value: object) -> tuple[date, date] | None:
    """Read `[first, last]`, two days."""
    if not isinstance(value, list) or len(value) != 2:
        reading.wrong(path, "two dates, [first, last]", value)
        return None
    first, last = (day(reading, (*path, i), part) for i, part in enumerate(value))
    if first is None or last is None:
        return None
    if last < first:
        reading.say("E117", reading.at(path), "ends before it begins", "swap its dates")
        return None
    return first, last


CLOCK: Final[Mapping[str, Field]] = {
    "chamber": Field(text, "E102"),
    "length": Field(duration, "E102"),
    "stopped": Field(list_of(stretch), default=()),
}
FIELDS: Final[Mapping[str, Field]] = {
    "body": Field(text, "E102"),
    "chambers": Field(list_of(text), default=()),
    "first": Field(text),
    "pass": Field(threshold, attribute="pass_"),
    "veto": Field(text),
    "override": Field(threshold),
    "decided": Field(moment),
    "odds": Field(share),
    "introduced": Field(day),
    "clocks": Field(list_of(table_of(CLOCK, Clock)), default=()),
    "silence": Field(scalar),
    "then": Field(one_or_more(effect), "E102"),
}
