"""What is checked, and what the checks ask of it: places, static dates, spans of force."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, final

from entente.accord.calendar import Duration, add, local
from entente.accord.clauses import Clause, Procedure, Restore, Suspend
from entente.accord.document import Accord, expressions
from entente.accord.expression import Expression
from entente.accord.expression.tree import Arithmetic, Call, Constant, Name, Node, children
from entente.accord.schema import Moment, Path
from entente.problems import Place, Problem

NOT_DECIDED: Final = "UNDECIDED"  # what a check yields that it could not decide


@final
@dataclass(frozen=True, slots=True)
class Subject:
    """An accord under check; `broken` are the (table, id) pairs that could not be read."""

    accord: Accord
    broken: frozenset[tuple[str, str]]

    def clauses(self, *kinds: type) -> Iterator[Clause]:
        """Give the clauses, of some kinds if any are named."""
        for clause in self.accord.clauses.values():
            if not kinds or isinstance(clause, kinds):
                yield clause

    def broken_ids(self, table: str) -> frozenset[str]:
        """Return the ids of a table that could not be read."""
        return frozenset(id_ for name, id_ in self.broken if name == table)

    def at(self, clause: Clause, *path: str | int) -> Place:
        """Find a field of a clause."""
        return self.accord.at("clause", clause.common.id, *path)

    def problem(
        self, code: str, clause: Clause, path: Path, message: str, mend: str = ""
    ) -> Problem:
        """Make a problem at a field of a clause; an empty path gives the clause itself."""
        where = self.at(clause, *path) if path else clause.common.where
        return Problem(code, where, clause.common.id, message, mend)

    def open(self, code: str, clause: Clause, path: Path, why: str) -> Problem:
        """Say that a check is not decided, and for want of what."""
        return self.problem(NOT_DECIDED, clause, path, f"{code} is not decided: {why}")

    def day(self, moment: Moment) -> date:
        """Return the local day of a moment."""
        return local(moment, self.accord.zone).date()

    def fixed(self, expression: Expression | None) -> date | None:
        """Return the day that a date expression gives whatever happens, if it is fixed."""
        return None if expression is None else self._fixed(expression.tree)

    def _fixed(self, node: Node) -> date | None:
        match node:
            case Constant(value=datetime() | date() as moment):
                return self.day(moment)
            case Name(id=id_) if id_ in self.accord.sources:
                return self.accord.sources[id_].date
            case Call(function="date", arguments=(inner,)):
                return self._fixed(inner)
            case Call(function="announced" | "signed" | "effective" | "applied" as name) as call:
                clause = self._clause(call.arguments[0])
                given = clause.common.dates() if clause else {}
                return self.day(given[name]) if name in given else None
            case Arithmetic(sign="+" | "-" as sign, left=left, right=Constant(value=length)):
                return self._shifted(left, sign, length)
            case _:
                return None

    def _shifted(self, node: Node, sign: str, length: object) -> date | None:
        start = self._fixed(node)
        if start is None or not isinstance(length, Duration) or uncounted(length):
            return None
        count = length.count if sign == "+" else -length.count
        try:
            return add(start, replace(length, count=count))
        except OverflowError:
            return None

    def _clause(self, node: Node) -> Clause | None:
        return self.accord.clauses.get(node.id) if isinstance(node, Name) else None

    def ends(self, clause: Clause) -> date:
        """Return the first day on which a clause certainly no longer applies."""
        common, accord = clause.common, self.accord
        days = [self.day(m) for m in (common.expires, accord.sunset) if m is not None]
        end = self.fixed(common.until)
        days += [end] if end is not None else []
        days += [
            self.day(procedure.decided)
            for procedure in self.accord.clauses.values()
            if isinstance(procedure, Procedure)
            and procedure.decided is not None
            and procedure.is_sure
            for effect in procedure.then
            if effect.clause == common.id and effect.state in ("void_from", "lapsed")
        ]
        return min([*days, *self._rests(clause)], default=date.max)

    def _rests(self, clause: Clause) -> Iterator[date]:
        """Give the days from which a clause rests for good: suspended everywhere for ever."""
        id_ = clause.common.id
        if any(isinstance(c, Restore) and id_ in c.what for c in self.accord.clauses.values()):
            return
        for other in self.clauses(Suspend):
            common = other.common
            free = common.from_ is None and common.until is None and common.expires is None
            here = id_ in getattr(other, "what", ()) and not common.where_places
            if here and free and common.effective is not None:
                yield self.day(common.effective)

    def begins(self, clause: Clause) -> date:
        """Return the first day on which a clause may apply."""
        common = clause.common
        if common.effective is not None:
            return self.day(common.effective)
        return self.fixed(common.from_) or date.min


def uncounted(length: Duration) -> bool:
    """Tell whether a length is in business days of no calendar."""
    return length.unit == "bd" and length.rest is None


def nodes(expression: Expression) -> Iterator[Node]:
    """Give every node of an expression."""
    waiting = [expression.tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(children(node))


def calls(clause: Clause, *functions: str) -> Iterator[tuple[Expression, Call]]:
    """Give every call of some functions in a clause's expressions."""
    for expression in expressions(clause):
        for node in nodes(expression):
            if isinstance(node, Call) and node.function in functions:
                yield expression, node
