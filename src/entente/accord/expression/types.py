"""What every part of an expression is: its type and its unit, and every clash of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from entente.accord.calendar import Duration
from entente.accord.expression.symbols import (
    ANY,
    CODE,
    DATE,
    DURATION,
    NUMBER,
    TRUTH,
    Kind,
    Role,
    Symbols,
    Type,
)
from entente.accord.expression.tree import (
    DATE_FUNCTIONS,
    ENTRY_FUNCTIONS,
    SERIES_FUNCTIONS,
    STATE_FUNCTIONS,
    Arithmetic,
    Call,
    Choose,
    Compare,
    Constant,
    ListOf,
    Logic,
    Member,
    Name,
    Named,
    Negative,
    Node,
    Not,
    counts_entries,
)
from entente.problems import Place, Problem, did_you_mean
from entente.units import DAYS, FRACTION, MONTHS, Unit


def type_of(node: Node, symbols: Symbols) -> tuple[Type, list[Problem]]:
    """Give a tree's type and every clash in it: E103 undefined names, E111 types and units."""
    typist = _Typist(symbols)
    return typist.of(node), typist.problems


@dataclass(slots=True)
class _Typist:
    """Types a tree; inside `some`, `best`, `alike` and `count` a list stands for one entry.

    entries   the lists met where entries are read one after the other; None: outside
    """

    symbols: Symbols
    problems: list[Problem] = field(default_factory=list)
    entries: set[str] | None = None

    def of(self, node: Node) -> Type:
        return _TYPISTS[type(node)](self, node)

    def _clash(self, at: Place, message: str, mend: str = "") -> Type:
        self.problems.append(Problem("E111", at, "", message, mend))
        return ANY

    def _want(self, node: Node, kind: Kind, what: str) -> Type:
        found = self.of(node)
        if found.kind not in (kind, Kind.ANY):
            self._clash(node.at, f"{what} asks for a {kind}, not a {found}")
        return found

    def constant(self, node: Constant) -> Type:
        match node.value:
            case bool():
                return TRUTH
            case float():
                return NUMBER
            case Duration():
                return DURATION
            case date():
                return DATE
            case _:
                return CODE

    def name(self, node: Name) -> Type:
        symbol = self.symbols.values.get(node.id)
        if symbol is not None and symbol.type.kind is Kind.LIST and self.entries is not None:
            self.entries.add(symbol.beside or node.id)
            return Type(symbol.type.of or Kind.CODE)
        if symbol is not None:
            return symbol.type
        if node.id in self.symbols.clauses:
            mend = f"ask for its state, as in in_force({node.id})"
            return self._clash(node.at, f"'{node.id}' is a clause, not a value", mend)
        mend = did_you_mean(node.id, self.symbols.values)
        self.problems.append(Problem("E103", node.at, "", f"nothing is named '{node.id}'", mend))
        return ANY

    def listing(self, node: ListOf) -> Type:
        kinds = {self.of(item).kind for item in node.items} - {Kind.ANY}
        if len(kinds) > 1:
            return self._clash(node.at, f"a list mixes {' and '.join(sorted(kinds))}")
        return Type(Kind.LIST, of=kinds.pop() if kinds else Kind.CODE)

    def compare(self, node: Compare) -> Type:
        left, right = self.of(node.left), self.of(node.right)
        if Kind.ANY in (left.kind, right.kind):
            return TRUTH
        if _ordinary(left) is not _ordinary(right):
            self._clash(node.at, f"a {left} is compared with a {right}")
        elif left.kind is Kind.NUMBER:
            self._same_unit(node.at, left, right)
        elif left.kind in (Kind.LIST, Kind.DURATION):
            self._clash(node.at, f"a {left.kind} cannot be compared", "use in, count() or within()")
        elif node.sign not in ("==", "!=") and left.kind is not Kind.DATE:
            self._clash(node.at, f"a {left.kind} has no order", "compare with == or !=")
        return TRUTH

    def _same_unit(self, at: Place, left: Type, right: Type) -> Unit | None:
        if left.unit is not None and right.unit is not None and left.unit != right.unit:
            mend = "compare like with like: sum(), mean() or share() may bring them together"
            self._clash(at, f"{left.unit} and {right.unit} do not mix", mend)
        return left.unit or right.unit

    def member(self, node: Member) -> Type:
        item, items = self.of(node.item), self._whole(node.items)
        if items.kind not in (Kind.LIST, Kind.ANY):
            self._clash(node.items.at, f"'in' asks for a list, not a {items}")
        elif Kind.ANY not in (item.kind, items.kind) and _ordinary(item) is not items.of:
            self._clash(node.at, f"a {item} is sought in a list of {items.of}s")
        return TRUTH

    def logic(self, node: Logic) -> Type:
        for part in node.parts:
            self._want(part, Kind.TRUTH, f"'{node.word}'")
        return TRUTH

    def contrary(self, node: Not) -> Type:
        self._want(node.part, Kind.TRUTH, "'not'")
        return TRUTH

    def negative(self, node: Negative) -> Type:
        return self._want(node.part, Kind.NUMBER, "'-'")

    def arithmetic(self, node: Arithmetic) -> Type:
        left, right = self.of(node.left), self.of(node.right)
        match (left.kind, node.sign, right.kind):
            case (Kind.ANY, _, _) | (_, _, Kind.ANY):
                return ANY
            case (Kind.NUMBER, "+" | "-", Kind.NUMBER):
                return Type(Kind.NUMBER, self._same_unit(node.at, left, right))
            case (Kind.NUMBER, "*", Kind.NUMBER):
                return Type(Kind.NUMBER, _product(left.unit, right.unit))
            case (Kind.NUMBER, "/", Kind.NUMBER):
                return Type(Kind.NUMBER, _quotient(left.unit, right.unit))
            case (Kind.DATE, "+" | "-", Kind.DURATION) | (Kind.DURATION, "+", Kind.DATE):
                return self._business(node)
            case (Kind.DATE, "-", Kind.DATE):
                return Type(Kind.NUMBER, DAYS)
            case _:
                return self._clash(node.at, f"'{node.sign}' does not join a {left} and a {right}")

    def _business(self, node: Arithmetic) -> Type:
        for part in (node.left, node.right):
            if isinstance(part, Constant) and isinstance(part.value, Duration):
                self._countable(part)
            elif isinstance(part, Choose):
                self._clash(part.at, "a duration is written in place", "write it as '45d'")
        return DATE

    def _countable(self, part: Constant) -> None:
        counted = part.value
        if isinstance(counted, Duration) and counted.unit == "bd" and counted.rest is None:
            mend = "count in days, or name the clause's calendar"
            self._clash(part.at, "business days need a named calendar", mend)

    def choose(self, node: Choose) -> Type:
        self._want(node.condition, Kind.TRUTH, "'if'")
        then, otherwise = self.of(node.then), self.of(node.otherwise)
        if Kind.ANY in (then.kind, otherwise.kind):
            return otherwise if then.kind is Kind.ANY else then
        if _ordinary(then) is not _ordinary(otherwise):
            return self._clash(node.at, f"the sides are a {then} and a {otherwise}")
        return Type(then.kind, self._same_unit(node.at, then, otherwise), then.of)

    def call(self, node: Call) -> Type:
        function = node.function
        if function in STATE_FUNCTIONS or function in DATE_FUNCTIONS:
            self._clause(node.arguments[0])
            return TRUTH if function in STATE_FUNCTIONS else DATE
        if function in SERIES_FUNCTIONS:
            return self._series(node)
        if function in ENTRY_FUNCTIONS or counts_entries(node):
            return self._entries(node)
        return _CALLS[function](self, node)

    def _clause(self, node: Node) -> None:
        if isinstance(node, Name) and node.id not in self.symbols.clauses:
            mend = did_you_mean(node.id, self.symbols.clauses)
            self.problems.append(
                Problem("E103", node.at, "", f"no clause is named '{node.id}'", mend)
            )

    def _period(self, node: Node) -> Duration | None:
        if not isinstance(node, Constant) or not isinstance(node.value, Duration):
            self._clash(node.at, "a period is a quoted duration", "write it as '3m'")
            return None
        return node.value

    def _metric(self, node: Node) -> Type:
        found = self.of(node)
        symbol = self.symbols.values.get(node.id) if isinstance(node, Name) else None
        if symbol is not None and symbol.role is not Role.METRIC:
            return self._clash(node.at, f"{symbol.role} '{node.id}' is no metric")  # type: ignore[union-attr]
        return found

    def _series(self, node: Call) -> Type:
        first = self._metric(node.arguments[0])
        if node.function == "share":
            second = self._metric(node.arguments[1])
            self._same_unit(node.at, first, second)
            return Type(Kind.NUMBER, FRACTION)
        if node.function != "last":
            self._whole_months(node.arguments[1])
        if node.function == "change":
            return Type(Kind.NUMBER, FRACTION)
        if node.function == "sum" and first.unit is not None:
            total = first.unit.over_time()
            if total is None:
                mend = "use mean(), or a metric that is counted by month"
                return self._clash(node.at, f"a stock of {first.unit} has no sum", mend)
            return Type(Kind.NUMBER, total)
        return first

    def _whole_months(self, node: Node) -> None:
        period = self._period(node)
        if period is not None and period.unit not in ("m", "y"):
            self._clash(node.at, "metrics are monthly", "write the period in m or y")

    def numbers(self, node: Call) -> Type:
        """Type of `min`, `max` and `abs`: numbers of one unit, or dates for the first two."""
        types = [self.of(part) for part in node.arguments]
        known = [t for t in types if t.kind is not Kind.ANY]
        kinds = {t.kind for t in known}
        allowed = {Kind.NUMBER} if node.function == "abs" else {Kind.NUMBER, Kind.DATE}
        if len(kinds) > 1 or not kinds <= allowed:
            return self._clash(node.at, f"{node.function} asks for numbers of one unit")
        result = known[0] if known else ANY
        for other in known[1:]:
            result = Type(result.kind, self._same_unit(node.at, result, other))
        return result

    def rounded(self, node: Call) -> Type:
        places = node.arguments[1]
        if not (
            isinstance(places, Constant)
            and isinstance(places.value, float)
            and places.value in range(10)
        ):
            self._clash(places.at, "round_half_even asks for 0 to 9 decimal places")
        return self._want(node.arguments[0], Kind.NUMBER, "round_half_even")

    def since(self, node: Call) -> Type:
        self._want(node.arguments[0], Kind.DATE, node.function)
        return Type(Kind.NUMBER, DAYS if node.function == "days_since" else MONTHS)

    def within(self, node: Call) -> Type:
        self._want(node.arguments[0], Kind.DATE, "within")
        if self._period(node.arguments[1]) is not None:
            self._countable(node.arguments[1])  # type: ignore[arg-type]
        return TRUTH

    def date(self, node: Call) -> Type:
        self._want(node.arguments[0], Kind.DATE, "date")
        return DATE

    def today(self, _node: Call) -> Type:
        return DATE

    def known(self, node: Call) -> Type:
        self._whole(node.arguments[0])
        return TRUTH

    def count(self, node: Call) -> Type:
        self._list(node)
        return NUMBER

    def _list(self, node: Call) -> Type:
        found = self._whole(node.arguments[0])
        if found.kind not in (Kind.LIST, Kind.ANY):
            self._clash(node.arguments[0].at, f"{node.function} asks for a list, not a {found}")
        return found

    def _whole(self, node: Node) -> Type:
        """Type a list where it stands for itself, also where entries are read."""
        outer, self.entries = self.entries, None
        found = self.of(node)
        self.entries = outer
        return found

    def _entries(self, node: Call) -> Type:
        """Type what reads entries: `some(c)`, `count(c)`, `best(x, c, key...)`, `alike(x, c)`."""
        outer, self.entries = self.entries, set()
        condition = int(node.function in ("best", "alike"))
        types = [
            self._want(part, Kind.TRUTH, node.function) if index == condition else self.of(part)
            for index, part in enumerate(node.arguments)
        ]
        for key, part in zip(types[2:], node.arguments[2:], strict=True):
            if key.kind not in (Kind.NUMBER, Kind.DATE, Kind.ANY):
                self._clash(part.at, f"a {key} has no order", "rank by numbers or dates")
        met, self.entries = self.entries, outer
        if outer is not None:
            outer |= met
        elif len(met) != 1 and ANY not in types:
            said = " and ".join(sorted(met)) or "no list"
            mend = "read lists that run side by side, such as those of the relatives"
            self._clash(node.at, f"{node.function} reads {said} entry by entry", mend)
        if node.function == "best":
            return Type(Kind.LIST, of=types[0].kind)
        return TRUTH if node.function == "some" else NUMBER

    def named(self, node: Named) -> Type:
        return self.of(node.part)

    def first(self, node: Call) -> Type:
        found = self._list(node)
        return Type(found.of) if found.of else ANY


def _ordinary(found: Type) -> Kind:
    """Texts and codes are compared alike."""
    return Kind.CODE if found.kind is Kind.TEXT else found.kind


def _product(left: Unit | None, right: Unit | None) -> Unit | None:
    return left * right if left is not None and right is not None else left or right


def _quotient(left: Unit | None, right: Unit | None) -> Unit | None:
    if right is None:
        return left
    return (left or FRACTION) / right


_TYPISTS: Final[Mapping[type[Node], Callable[..., Type]]] = {
    Constant: _Typist.constant,
    Name: _Typist.name,
    ListOf: _Typist.listing,
    Compare: _Typist.compare,
    Member: _Typist.member,
    Logic: _Typist.logic,
    Not: _Typist.contrary,
    Arithmetic: _Typist.arithmetic,
    Negative: _Typist.negative,
    Choose: _Typist.choose,
    Call: _Typist.call,
    Named: _Typist.named,
}
_CALLS: Final[Mapping[str, Callable[..., Type]]] = {
    "min": _Typist.numbers,
    "max": _Typist.numbers,
    "abs": _Typist.numbers,
    "round_half_even": _Typist.rounded,
    "days_since": _Typist.since,
    "months_since": _Typist.since,
    "within": _Typist.within,
    "date": _Typist.date,
    "today": _Typist.today,
    "known": _Typist.known,
    "count": _Typist.count,
    "first": _Typist.first,
}
