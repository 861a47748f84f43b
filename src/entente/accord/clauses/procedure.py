"""Procedure: votes and courts that change other clauses' states."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, final

from entente.accord.clauses.common import Common, Effect, Given, Say, absent, effect
from entente.accord.schema import (
    Field,
    Moment,
    Path,
    Reading,
    Scalar,
    list_of,
    moment,
    one_or_more,
    scalar,
    text,
)
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


@final
@dataclass(frozen=True, slots=True)
class Procedure:
    """A `body` decides; `then` follows where it passes, or on the day it `decided`."""

    common: Common
    body: str
    then: tuple[Effect, ...]
    chambers: tuple[str, ...]
    pass_: Threshold | None
    veto: str | None
    override: Threshold | None
    first: str | None
    decided: Moment | None
    silence: Scalar | None

    def sentence(self, say: Say) -> str:
        """Say the clause in one sentence."""
        who = " and ".join(self.chambers) or f"The {self.body}"
        need = f" by {self.pass_.text}" if self.pass_ else ""
        veto = f"; {self.veto} may veto" if self.veto else ""
        over = f", overridden by {self.override.text}" if self.override else ""
        when = f" (decided {self.decided})" if self.decided else ""
        effects = " and ".join(part.words() for part in self.then)
        return f"If {who} so decides{need}{when}, {effects}{veto}{over}."

    def own_problems(self, given: Given) -> list[Problem]:
        """List what is wrong in the clause itself; `given` are the keys that its file has."""
        common, found = self.common, []
        if self.chambers and absent(given, "pass"):
            message, mend = "'pass' is missing", 'add pass = "1/2 of votes cast"'
            found.append(Problem("E102", common.where, common.id, message, mend))
        if self.first is not None and self.first not in self.chambers:
            message = f"the first chamber '{self.first}' is not among the chambers"
            found.append(Problem("E103", common.where, common.id, message, "name one of them"))
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


FIELDS: Final[Mapping[str, Field]] = {
    "body": Field(text, "E102"),
    "chambers": Field(list_of(text), default=()),
    "first": Field(text),
    "pass": Field(threshold, attribute="pass_"),
    "veto": Field(text),
    "override": Field(threshold),
    "decided": Field(moment),
    "silence": Field(scalar),
    "then": Field(one_or_more(effect), "E102"),
}
