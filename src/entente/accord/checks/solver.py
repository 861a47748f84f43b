"""What the solver decides: whether conditions hold together in some case, which is tried again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple, final

import numpy as np
import z3

from entente.accord.checks.cases import Answered, Demand
from entente.accord.checks.subject import Subject
from entente.accord.checks.witness import Model, Witness, options_of
from entente.accord.clauses.common import FOUR_DATES
from entente.accord.expression.arrays import evaluator
from entente.accord.expression.rooms import Rooms, doubted, rooms
from entente.accord.expression.sharing import Sharing
from entente.accord.expression.solving import Ground, Key, NoExactForm
from entente.accord.expression.symbols import Kind
from entente.accord.expression.terms import Terms
from entente.accord.expression.tree import Node

_EFFORT: Final = (
    5_000_000  # in the solver's own units: by a clock one file would be told in two ways
)
_ANYWHERE: Final = ("none", "stateless")  # beside the words of a column
_MOST: Final = 40  # entries of a list in a case that is tried
FEW: Final = 2  # entries of a list that can be read at a glance


@final
class _Asked(NamedTuple):
    """A demand as the solver knows it: the truth that stands for it, and what it turns on."""

    mark: Any
    met: dict[Key, tuple[Any, ...]]


@final
@dataclass(slots=True)
class Solver:
    """Decides about conditions of one family, whose terms it makes once.

    together   whether the parts of `and` and `or` are weighed together, as rules ask
    most       how many entries of a list are looked at, None: as many as suffice to decide
    """

    subject: Subject
    trees: Sequence[Node]
    together: bool = False
    most: int | None = None
    sharing: Sharing = field(default_factory=Sharing)
    solver: Any = field(default_factory=z3.Solver)
    asked: dict[tuple[int, bool], _Asked] = field(default_factory=dict)
    room: Rooms = field(init=False)
    ground: Ground = field(init=False)
    plain: dict[Key, list[Any]] = field(default_factory=dict)
    tied: int = 0

    def __post_init__(self) -> None:
        symbols = self.subject.accord.symbols()
        shared = [self.sharing.of(tree) for tree in self.trees]
        self.room = rooms(shared, symbols)
        most = self.most
        entries = {of: min(n, most or n) for of, n in self.room.entries.items()}
        self.ground = Ground(
            symbols, _fixed(self.subject), doubted(shared), entries,
            self.sharing.entrywise, _january(self.subject),
        )  # fmt: skip
        self.solver.set("rlimit", _EFFORT)

    @property
    def is_cut(self) -> bool:
        """Whether fewer entries are looked at than suffice to decide."""
        return self.ground.rooms != self.room.entries

    def solve(self, demands: Sequence[Demand], *, example: bool = False) -> Answered:
        """Decide whether demands can all be answered as asked, in one case.

        What the solver, a calendar or a float cannot hold is not decided. With `example` the case
        that is found says only what matters.
        """
        try:
            asked = [self._known(node, so) for node, so in demands]
            found = self._solved(demands, asked)
            return self._bare(demands, asked, found) if example and found.case else found
        except NoExactForm as inexact:
            return Answered(None, why=f"{inexact} has no exact form")
        except (OverflowError, ValueError, z3.Z3Exception):
            return Answered(None, why="its numbers or days are too large to try")

    def _known(self, node: Node, so: bool) -> _Asked:
        """Make a demand known to the solver, once."""
        shared = self.sharing.of(node)
        if (id(shared), so) not in self.asked:
            self.ground.met = {}
            holds = Terms(self.ground, self.together).holds(shared, so)
            mark = z3.FreshBool("demand")
            self.solver.add(z3.Implies(mark, holds), *self.ground.ties[self.tied :])
            self.tied = len(self.ground.ties)
            self.asked[id(shared), so] = _Asked(mark, self.ground.met)
            self.ground.met = {}
        return self.asked[id(shared), so]

    def _solved(self, demands: Sequence[Demand], asked: Sequence[_Asked]) -> Answered:
        """Look for a case of which all is said exactly and that is easy to read, then for any."""
        met = {key: strict for each in asked for key, strict in each.met.items()}
        strict = [condition for conditions in met.values() for condition in conditions]
        loose = [key[1] for key in met if key[0] == "loose"]
        marks = [each.mark for each in asked]
        why = ""
        short = [count <= len(asked) for count, asked in self._lists(met)]
        for beside in (strict + list(self._plain(met)), [], strict + short, short, strict):
            found = self._checked(marks, beside)
            if found is None:
                why = why or "the solver comes to no end"
            elif found is z3.unsat and not beside:
                return self._impossible(marks)
            elif found is not z3.unsat and self._is_short(found, met):
                case = Model(self.subject.accord, self.ground, found).witness(met)
                if self._comes_out(demands, case):
                    return Answered(True, words=case.words(), case=case)
                why = "the case found does not come out when it is tried"
        return Answered(None, why=f"{loose[0]} has no exact form" if loose else why)

    def _checked(self, marks: Sequence[Any], beside: Sequence[Any]) -> Any:
        """Return a model, `unsat`, or None where the solver comes to no end."""
        self.solver.push()
        self.solver.add(*beside)
        found = self.solver.check(*marks)
        model = self.solver.model() if found == z3.sat else None
        self.solver.pop()
        return z3.unsat if found == z3.unsat else model

    def _impossible(self, marks: Sequence[Any]) -> Answered:
        """Say which demands clash, unless lists may be longer than was looked at."""
        if self.room.short or self.is_cut:
            most, parts = max(self.ground.rooms.values()), ", ".join(self.room.short[:1])
            why = f"only lists of up to {most} entries were tried for {parts}"
            return Answered(None, why=why)
        self.solver.check(*marks)
        core = {mark.get_id() for mark in self.solver.unsat_core()}
        return Answered(False, clash=tuple(i for i, m in enumerate(marks) if m.get_id() in core))

    def _lists(self, met: Iterable[Key]) -> Iterator[tuple[Any, list[Any]]]:
        """Give for each list whose entries are not read its length, and what was asked of it."""
        lists = self.ground.lists
        for list_ in (lists[key[1]] for key in met if key[0] == "list" and key[1] in lists):
            yield list_.count, list_.asked

    def _is_short(self, model: Any, met: Iterable[Key]) -> bool:
        counts = (model.eval(count, model_completion=True) for count, _ in self._lists(met))
        return all(count.as_long() <= _MOST for count in counts)

    def _plain(self, met: Iterable[Key]) -> Iterator[Any]:
        """Ask for short lists, days within the accord's horizon, and words that may stand there."""
        yield from (count <= FEW for count, _ in self._lists(met))
        for key in met:
            asked = *key, str(len(self.ground.codes))
            if asked not in self.plain:
                self.plain[asked] = list(self._fit(key))
            yield from self.plain[asked]

    def _fit(self, key: Key) -> Iterator[Any]:
        variable: Any = self.ground.variables.get(key)
        if key[0] == "entries":
            yield variable <= FEW
        elif key == ("today",) or self._is_date(key):
            horizon = self.subject.accord.horizon
            first, last = (self.subject.day(moment).toordinal() for moment in horizon)
            yield from (variable >= first, variable <= last)
        elif key[0] in ("value", "entry"):
            options = options_of(self.subject.accord, key[1])
            others = self.ground.codes.items() if options else ()
            codes = [code for text, code in others if text not in (*options, *_ANYWHERE)]
            yield from (variable != code for code in codes)

    def _is_date(self, key: Key) -> bool:
        if key[0] not in ("value", "entry"):
            return False
        kind = self.ground.symbols.values[key[1]].type
        return Kind.DATE in (kind.kind, kind.of)

    def _comes_out(self, demands: Sequence[Demand], case: Witness) -> bool:
        """Try a case by the array reading."""
        reader = evaluator(case, self.sharing, {})
        reader = reader.at(None) if self.together else reader
        for node, so in demands:
            value, fault = reader.of(self.sharing.of(node))
            if np.any(fault) or bool(np.ravel(value)[0]) is not so:
                return False
        return True

    def _bare(
        self, demands: Sequence[Demand], asked: Sequence[_Asked], found: Answered
    ) -> Answered:
        """Leave out of a case each entry and each fact without which it still comes out."""
        case: Witness = found.case
        while fewer := next((c for c in case.fewer() if self._comes_out(demands, c)), None):
            case = fewer
        for name in sorted(case.facts()):
            turned = [d for d, a in zip(demands, asked, strict=True) if _turns_on(a, name)]
            less = case.without(name)
            if self._comes_out(turned, less):
                case = less
        return Answered(True, words=case.words(), case=case)


def _turns_on(asked: _Asked, name: str) -> bool:
    return any(key[1:2] == (name,) for key in asked.met)


def _fixed(subject: Subject) -> dict[Key, date]:
    """Return the days that the text states: of clauses and of sources."""
    accord = subject.accord
    days: dict[Key, date] = {
        ("date", name, id_): subject.day(moment)
        for id_, clause in accord.clauses.items()
        for name, moment in clause.common.dates().items()
        if name in FOUR_DATES
    }
    return days | {("date", "source", id_): source.date for id_, source in accord.sources.items()}


def _january(subject: Subject) -> date:
    """Return the first of January in the year that the accord's horizon opens, or after."""
    first = subject.day(subject.accord.horizon[0])
    return first if (first.month, first.day) == (1, 1) else date(first.year + 1, 1, 1)
