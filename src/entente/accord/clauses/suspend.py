"""Suspend: other clauses rest for a while, everywhere or in some places."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

from entente.accord.clauses.common import Common, Given, Say, listed
from entente.accord.schema import Field, one_or_more
from entente.accord.shapes import identifier, one_of
from entente.language import counted, phrase
from entente.problems import Problem


@final
@dataclass(frozen=True, slots=True)
class Suspend:
    """`what` rests; its calendar `runs` on beneath, or `stops` so that later dates shift."""

    common: Common
    what: tuple[str, ...]
    clock: str | None

    def sentence(self, say: Say) -> str:
        """Say the clause in one sentence."""
        places = self.common.where_places
        said = counted(
            "{clauses} is suspended",
            "{clauses} are suspended",
            len(self.what),
            clauses=listed(self.what),
        )
        if places:
            said = phrase("{sentence} in {places}", sentence=said, places=", ".join(places))
        if self.clock == "runs":
            said = phrase("{sentence}; the calendar beneath runs", sentence=said)
        if self.clock == "stops":
            said = phrase("{sentence}; the calendar beneath stops", sentence=said)
        return f"{said}."

    def own_problems(self, given: Given) -> list[Problem]:
        """List what is wrong in the clause itself; `given` are the keys that its file has."""
        return []


FIELDS: Final[Mapping[str, Field]] = {
    "what": Field(one_or_more(identifier), "E102"),
    "clock": Field(one_of("runs", "stops")),
}
