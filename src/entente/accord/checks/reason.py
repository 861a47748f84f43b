"""Whether conditions can hold together: by simple reasoning where that is sure, else the solver."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, final

from entente.accord.checks.cases import (
    Answered,
    Case,
    Demand,
    Undecided,
    both,
    cases_of,
    parts,
    possible,
)
from entente.accord.checks.subject import Subject
from entente.accord.expression import Expression
from entente.accord.expression.facts import INTEGERS
from entente.accord.expression.said import said
from entente.accord.expression.tree import (
    ENTRY_FUNCTIONS,
    Arithmetic,
    Call,
    Choose,
    Compare,
    Constant,
    Logic,
    Member,
    Name,
    Negative,
    Node,
    Not,
    children,
    counts_entries,
)

if TYPE_CHECKING:
    from entente.accord.checks.solver import Solver

_COMPUTED = ("min", "max", "abs", "round_half_even", *ENTRY_FUNCTIONS)
_OF_THE_DAY = ("today", "within", "days_since", "months_since")
NO_SOLVER = "its parts hang together, and the solver is not installed (pip install entente[solver])"


@final
@dataclass(slots=True)
class Reasoner:
    """Decides about conditions of one family, such as a clause's rules.

    together   whether the parts of `and` and `or` are weighed together, as rules ask
    """

    subject: Subject
    trees: Sequence[Node]
    together: bool = False
    _solvers: "dict[int | None, Solver]" = field(default_factory=dict)

    @classmethod
    def about(cls, subject: Subject, *expressions: Expression) -> "Reasoner":
        """Reason about some expressions of one use."""
        trees = [expression.tree for expression in expressions]
        return cls(subject, trees, expressions[0].together)

    def settle(self, demands: Sequence[Demand], *, example: bool = False) -> Answered:
        """Decide whether demands can be fulfilled together.

        Simple reasoning is right wherever it finds no case, and wherever no two of the parts that
        it takes as free hang together; all else is for the solver. With `example` a whole case is
        asked for, which the solver gives where it is installed.
        """
        simple = _simple(demands)
        if simple.possible is False:
            return simple
        sure = simple.possible is True and not tied(demands)
        if sure and not (example and solver_is_there()):
            return simple
        if not solver_is_there():
            return Answered(None, why=NO_SOLVER)
        found = self._ask(demands, example)
        return simple if sure and found.possible is None else found

    def _ask(self, demands: Sequence[Demand], example: bool) -> Answered:
        """Look for a case whose lists are short first: there mostly is one."""
        from entente.accord.checks.solver import FEW, Solver

        for most in (FEW, None):
            if most not in self._solvers:
                self._solvers[most] = Solver(self.subject, self.trees, self.together, most)
            found = self._solvers[most].solve(demands, example=example)
            if found.possible is not None or not self._solvers[most].is_cut:
                return found
        return found


def settle(subject: Subject, demands: Sequence[Demand], *, example: bool = False) -> Answered:
    """Decide about conditions by themselves, whose parts are read from the left."""
    return Reasoner(subject, [node for node, _ in demands]).settle(demands, example=example)


@cache
def solver_is_there() -> bool:
    """Whether the solver is installed."""
    return find_spec("z3") is not None


def is_sound(subject: Subject, *expressions: Expression) -> bool:
    """Whether expressions can be reasoned about: their names are known and their types fit."""
    symbols = subject.accord.symbols()
    return not any(expression.check(symbols) for expression in expressions)


def _simple(demands: Sequence[Demand]) -> Answered:
    left: list[Case] = [frozenset()]
    try:
        for node, so in demands:
            left = both(left, cases_of(node, so))
    except Undecided:
        return Answered(None)
    case = possible(left)
    return Answered(False) if case is None else Answered(True, words=tuple(parts(case)))


def tied(demands: Sequence[Demand]) -> bool:
    """Whether parts that simple reasoning takes as free of one another may hang together."""
    subjects: dict[str, frozenset[str]] = {}
    for node, _ in demands:
        for leaf in _leaves(node):
            asked = _subject(leaf)
            if any(_is_computed(part) for part in asked):
                return True
            sides = [frozenset(_names(part)) for part in asked]
            names = frozenset().union(*sides)
            if len(names) < sum(map(len, sides)):
                return True
            subjects[_one_thing(leaf, asked)] = names
    seen: set[str] = set()
    for names in subjects.values():
        if not seen.isdisjoint(names) or not INTEGERS.isdisjoint(names):
            return True
        seen |= names
    return False


def _one_thing(leaf: Node, asked: list[Node]) -> str:
    """Name what simple reasoning takes as one thing: a value, or how two values stand."""
    if isinstance(leaf, Compare) and len(asked) == 2:
        (literal,) = cases_of(leaf)[0]
        return literal.subject
    return " ".join(sorted(map(said, asked)))


def _leaves(node: Node) -> Iterator[Node]:
    if isinstance(node, Logic | Not | Choose):
        for part in children(node):
            yield from _leaves(part)
    else:
        yield node


def _subject(leaf: Node) -> list[Node]:
    """Return what a leaf is about: the sides of a comparison that are no constants."""
    match leaf:
        case Compare(left=left, right=right):
            return [side for side in (left, right) if not isinstance(side, Constant)]
        case Member(item=item, items=items):
            return [item, *([items] if isinstance(items, Name) else [])]
        case Constant():
            return []
        case _:
            return [leaf]


def _is_computed(node: Node) -> bool:
    """Whether a part is reckoned from others, or reads the entries of lists."""
    if isinstance(node, Arithmetic | Negative | Choose):
        return True
    if isinstance(node, Call) and (node.function in _COMPUTED or counts_entries(node)):
        return True
    return any(map(_is_computed, children(node)))


def _names(node: Node) -> Iterator[str]:
    """Give the names a part turns on; what is asked of a clause's state is one thing."""
    if isinstance(node, Name):
        yield node.id
        return
    if isinstance(node, Call) and node.function in _OF_THE_DAY:
        yield "today"
    for child in children(node):
        yield from _names(child)
