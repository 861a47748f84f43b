"""The accords under which lines are priced, compiled for what was known and chosen of each."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import final

import numpy as np

from entente.accord.calendar import DateArray
from entente.accord.choices import Choices
from entente.accord.document import Accord
from entente.cases.customs.treatment import DE_MINIMIS_USD, HOME, ORIGINS
from entente.cases.duties.cuts import Cut
from entente.cases.duties.program import Program, compiled, known_days
from entente.problems import InputProblemsError, Place, Problem


@final
@dataclass(slots=True)
class Programs:
    """Compiled accords, by how many of the days on which something becomes known have come."""

    accords: tuple[Accord, ...]
    as_of: date | None
    choose: tuple[str, ...]
    days: list[date]
    compiled: dict[tuple[int, str], tuple[Program, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, accords: Sequence[Accord], as_of: date | None, choose: Sequence[str]) -> "Programs":
        """Take accords together; wrong choices are told before lines are read."""
        zones = sorted({accord.zone for accord in accords})
        if len(zones) > 1:
            said = f"the accords keep different clocks: {', '.join(zones)}"
            raise InputProblemsError([Problem("E111", Place("--accord"), "", said, "price apart")])
        days = sorted({known for accord in accords for known in known_days(accord)})
        found = cls(tuple(accords), as_of, tuple(choose), days)
        found.of_group(found.known(None), "")
        return found

    @property
    def zone(self) -> str:
        """Return the clock that all keep."""
        return self.accords[0].zone

    @property
    def every(self) -> list[Program]:
        """Return every program compiled so far."""
        return [program for group in self.compiled.values() for program in group]

    def known(self, day: date | None) -> int:
        """Return how many of the days on which something becomes known have come; -1: all."""
        day = day or self.as_of
        return -1 if day is None else bisect_right(self.days, day)

    def of_group(self, known: int, text: str) -> tuple[Program, ...]:
        """Return the programs for what is known, under the choices that a line's text makes."""
        if (known, text) not in self.compiled:
            chosen = [*self.choose, *(part.strip() for part in text.split(";") if part.strip())]
            _belong(chosen, self.accords)
            shown = self.days[known - 1] if known > 0 else date.min
            self.compiled[known, text] = tuple(
                compiled(
                    accord if known < 0 else accord.known(shown),
                    [choice for choice in chosen if _is_of(choice, accord)],
                )
                for accord in self.accords
            )
        return self.compiled[known, text]

    def edges(self) -> DateArray:
        """Return the instants from which any program may answer otherwise   [edge] [s]."""
        edges: DateArray = np.unique(np.concatenate([program.edges for program in self.every]))
        return edges

    @property
    def reach(self) -> Mapping[str, tuple[int, ...]]:
        """Return for each goods prefix the places of the duties and exemptions that name it."""
        found: dict[str, tuple[int, ...]] = {}
        named = [duty.goods for program in self.every for duty in program.duties]
        named += [exempt.goods for program in self.every for exempt in program.exempts]
        for place, goods in enumerate(named):
            for prefix in goods:
                found[prefix] = (*found.get(prefix, ()), place)
        return found

    def cuts(self, *, chapter98: bool) -> Mapping[str, Cut]:
        """Return the differences between lines that any program, or customs, can see."""
        found: dict[str, Cut] = {}
        for program in self.every:
            for name, cut in program.cuts.items():
                whole = found.setdefault(name, Cut())
                whole.codes |= cut.codes
                whole.edges |= cut.edges
                whole.whole |= cut.whole
        for share in {duty.share for program in self.every for duty in program.duties} - {None}:
            found.setdefault(str(share), Cut()).whole = True
        origins = found.setdefault("origin", Cut())
        origins.codes |= {party for program in self.every for party in program.parties} | ORIGINS
        found.setdefault("chapter98", Cut()).whole = True
        found.setdefault("ftz_status", Cut()).whole = True
        if chapter98:
            found.setdefault("us_content_share", Cut()).whole = True
        if self.at_home():
            found.setdefault("value_usd", Cut()).edges.add(DE_MINIMIS_USD)
        return found

    def at_home(self) -> bool:
        """Whether lines enter the United States, whose fees and ordinary duty are known."""
        setters = [duty.common.by for program in self.every for duty in program.duties]
        return any(not by or HOME in by for by in setters)


def _is_of(choice: str, accord: Accord) -> bool:
    id_ = choice.partition("=")[0].partition("@")[0].strip()
    return id_ == "preset" or id_ in accord.choices


def _belong(chosen: Sequence[str], accords: Sequence[Accord]) -> None:
    """Raise InputProblemsError for choices that no accord knows or that no accord can take."""
    lost = [choice for choice in chosen if not any(_is_of(choice, a) for a in accords)]
    if lost:
        Choices.parse(lost, accords[0])
