"""The query that answers claims: each condition is read once, then steps are chosen among by day.

First every condition becomes a column; then every acting clause a number, that of the first of its
steps that holds or is not known; then every reading chooses among clauses by day and place. Words
and states are looked up last, by number.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, final

import ibis

from entente.accord.clauses import Allocate
from entente.accord.expression.columns import term_columns
from entente.accord.expression.table import NO, NOTHING, OfTable, any_of
from entente.accord.expression.tree import depth
from entente.cases import clocks
from entente.cases.allocation import MISSING, NONE, Ground, Reader, Scribe, Step, Try, met_in
from entente.cases.law import Acting, Given, Reading, Regime, Stretch

Expr: TypeAlias = Any  # an Ibis value; Ibis gives no types to check against


@final
@dataclass(slots=True)
class Bench:
    """A query under way.

    today    the day for which the law and the facts are read
    dated    the columns that would say for which day a claim is
    steps    what may decide, by number
    """

    table: Expr
    today: Expr
    longest: int
    group: Sequence[Allocate]
    scribe: Scribe
    dated: str
    steps: list[Try] = field(default_factory=list)
    owners: list[tuple[object, ...]] = field(default_factory=list)
    clauses: list[Acting] = field(default_factory=list)
    numbers: dict[tuple[object, ...], int] = field(default_factory=dict)

    def query(self, law: Sequence[Reading]) -> Expr:
        """Return a table: the state at first, and by reading and time of day the step's code.

        Columns are numbered by reading and by regime within the day: `code_0_1`.
        """
        regimes = [r for reading in law for s in reading.stretches for _, r in s.regimes]
        self.clauses = list(dict.fromkeys(a for regime in regimes for a in regime.acting))
        tried = {
            acting: [self._number(t) for t in self.scribe.tries(acting)] for acting in self.clauses
        }
        table = self._judged(tried)
        columns = {
            f"_pick_{n}_{i}": self._by_day(table, reading.stretches, i)
            for n, reading in enumerate(law)
            for i in range(_most(reading))
        }
        return self._told(table.mutate(**columns), law)

    def _number(self, step: Try) -> int:
        """Give a step its number, the same for steps that read alike."""
        key = (step.ground, step.given, *step.key)
        if key not in self.numbers:
            self.numbers[key] = len(self.steps)
            self.steps.append(step)
        return self.numbers[key]

    def _judged(self, tried: dict[Acting, list[int]]) -> Expr:
        """Add a column for every condition, then for every clause the number of its step."""
        begin, end = self.scribe.accord.horizon
        outside = (self.today < ibis.literal(begin)) | (self.today > ibis.literal(end))
        table = self._with_terms(self.table.mutate(_day=self.today, _outside=outside), list(tried))
        columns = {}
        for number, step in enumerate(self.steps):
            holds = step.read(self._scope(table, step)).holds
            if holds is not None:
                columns[f"_holds_{number}"] = holds.value
        table = table.mutate(**columns)
        columns = {}
        cases = list(tried.items())
        for index, (acting, numbers) in enumerate(tried.items()):
            if _agreeing(table, index, cases) is None:
                columns[f"_rule_{index}"] = _first(table, numbers)
            here = ibis.literal(value=True)
            place = table.place if "place" in table.columns else ibis.null("string")
            if acting.inside:
                here = here & met_in(place, acting.inside)
            if acting.resting:
                here = here & ~met_in(place, acting.resting)
            columns[f"_here_{index}"] = here
        table = table.mutate(**columns) if columns else table
        changed = {}
        for index, (_, numbers) in enumerate(cases):
            agreeing = _agreeing(table, index, cases)
            if agreeing is not None:
                other, turns = agreeing
                own = _first(table, numbers)
                changed[f"_rule_{index}"] = ibis.cases((turns, own), else_=table[f"_rule_{other}"])
        return table.mutate(**changed) if changed else table

    def _with_terms(self, table: Expr, clauses: Sequence[Acting], *, silent: bool = True) -> Expr:
        """Add the columns of terms, those that others are made of first, then of clocks."""
        named = {
            self._owner(a.clause, a.given): (a, list(a.clause.named().values())) for a in clauses
        }
        deepest = max((depth(term) for _, terms in named.values() for term in terms), default=0)
        for level in range(1, deepest + 1):
            layer: dict[str, Expr] = {}
            for owner, (acting, terms) in named.items():
                scope = self._reader(table, silent=silent).scope(acting.given, owner)
                for term in (term for term in terms if depth(term) == level):
                    read = term_columns(term, scope)
                    layer |= {f"{owner}.{term.id}{entry}": v for entry, v in read.items()}
            table = table.mutate(**layer)
        columns: dict[str, Expr] = {}
        for owner, (acting, _) in named.items():
            scope = self._reader(table, silent=silent).scope(acting.given, owner)
            ran = clocks.columns(acting.clause, scope)
            columns |= {f"{owner}.{name}": value for name, value in ran}
        return table.mutate(**columns) if columns else table

    def _reader(self, table: Expr, *, silent: bool = True) -> Reader:
        return Reader(table, table["_day"], self.longest, silent)

    def _owner(self, clause: Allocate, given: Given) -> str:
        """Name the terms and clocks of a clause, given what it may read besides the claim."""
        key = (clause.common.id, tuple(clause.terms.items()), clause.clocks, given)
        if key not in self.owners:
            self.owners.append(key)
        return f"_{self.owners.index(key)}"

    def _scope(self, table: Expr, step: Try, *, silent: bool = True) -> OfTable:
        owner = self._owner(step.clause, step.given) if step.clause is not None else ""
        return self._reader(table, silent=silent).scope(step.given, owner)

    def again(self, table: Expr, codes: Sequence[int]) -> Expr:
        """Look again at rows with a `code`: the state that step gives, and what is missing.

        A step whose condition is not known has the code that `_unknown` gives it.
        """
        states, lacks = [], []
        table = self._with_terms(table, self.clauses, silent=False)
        for code in codes:
            number = code if code >= 0 else _unknown(code)
            step = self.steps[number].read(self._scope(table, self.steps[number], silent=False))
            if code >= 0:
                state = step.to.value.cast("string").fill_null(MISSING)
                states.append((table.code == code, state))
            column = step.to if code >= 0 else step.holds
            if column is not None and column.missing is not None:
                lacks.append((table.code == code, column.missing))
        state = ibis.cases(*states, else_=MISSING) if states else ibis.literal(MISSING)
        missing = ibis.cases(*lacks, else_=NOTHING) if lacks else NOTHING
        return table.select(place=table.place_, state=state, missing=missing)

    def _by_day(self, table: Expr, stretches: Sequence[Stretch], index: int) -> Expr:
        """Choose by the day of each row what governs, as the day's `index`-th regime."""
        unknown = f"{self.dated} is not known"
        undated = self._constant(Ground("", "", "", "", ""), MISSING, unknown)
        governs = [
            self._governed(table, s.regimes[min(index, len(s.regimes) - 1)][1]) for s in stretches
        ]
        ends = [table["_day"] < ibis.literal(stretch.end.item()) for stretch in stretches]
        return ibis.cases(
            (table["_day"].isnull(), undated),
            *zip(ends[:-1], governs[:-1], strict=True),
            else_=governs[-1],
        )

    def _governed(self, table: Expr, regime: Regime) -> Expr:
        """Let the strongest clause that acts where the claim is decide, else what holds then."""
        unplaced = table.place.isnull() if "place" in table.columns else ibis.literal(value=True)
        branches: list[tuple[Expr, Expr]] = []
        for acting in regime.acting:
            index = self.clauses.index(acting)
            own = table[f"_rule_{index}"]
            if not (acting.inside or acting.resting):
                return ibis.cases(*branches, else_=own) if branches else own
            because = "the place of entry decides"
            ground = self.scribe.ground(acting.clause, "where", "", because)
            branches.append((unplaced, self._constant(ground, MISSING, "place is not known")))
            branches.append((table[f"_here_{index}"], own))
        last = ibis.literal(self._number(self._otherwise(regime)), type="int32")
        return ibis.cases(*branches, else_=last) if branches else last

    def _otherwise(self, regime: Regime) -> Try:
        """Return what holds where no clause is in force: the first `otherwise` of the group."""
        said = [
            f"{id_} is {state.replace('_', ' ')}{f' since {since}' if since else ''}"
            for id_, state, since in regime.idle
        ]
        said += [
            f"{a.clause.common.id} rests in {', '.join(a.resting)}"
            for a in regime.acting
            if a.resting
        ]
        said += [
            f"{a.clause.common.id} acts in {', '.join(a.inside)} only"
            for a in regime.acting
            if a.inside
        ]
        clause = next((c for c in self.group if c.otherwise is not None), None)
        why = "; ".join(said)
        if clause is None or clause.otherwise is None:
            return Try.constant(Ground("", "", "", "", why), NONE)
        to = clause.otherwise
        ground = self.scribe.ground(clause, "otherwise", "", why)
        return Try(ground, (to,), lambda scope: Step(None, to.column(scope)))

    def _constant(self, ground: Ground, state: str, missing: str) -> Expr:
        return ibis.literal(self._number(Try.constant(ground, state, missing)), type="int32")

    def _told(self, table: Expr, law: Sequence[Reading]) -> Expr:
        """Look up what each chosen step gives."""
        steps = [step.read(self._scope(table, step)) for step in self.steps]
        found = [
            (table["_pick_0_0"] == number, step.to.value.cast("string").fill_null(MISSING))
            for number, step in enumerate(steps)
        ]
        out = {"row": table.row, "claim_id": table.claim_id, "outside": table["_outside"]}
        out["state_0_0"] = ibis.cases(*found, else_=MISSING)
        for number, reading in enumerate(law):
            for index in range(_most(reading)):
                suffix = f"{number}_{index}"
                out[f"code_{suffix}"] = table[f"_pick_{suffix}"]
                out[f"time_{suffix}"] = _times(table, reading.stretches, index)
        return table.select(**out)


def _most(reading: Reading) -> int:
    return max(len(stretch.regimes) for stretch in reading.stretches)


def _unknown(code: int) -> int:
    """Turn a step's number into the code of its not being known, and back."""
    return -1 - code


def _first(table: Expr, numbers: Sequence[int]) -> Expr:
    """Return the number of the first step that holds, or the code of one that is not known."""
    branches: list[tuple[Expr, Expr]] = []
    for number in numbers:
        code = ibis.literal(number, type="int32")
        if f"_holds_{number}" not in table.columns:
            return ibis.cases(*branches, else_=code) if branches else code
        holds = table[f"_holds_{number}"]
        branches.append((holds, code))
        branches.append((holds.isnull(), ibis.literal(_unknown(number), type="int32")))
    return ibis.cases(*branches, else_=ibis.null("int32"))


def _agreeing(
    table: Expr, index: int, tried: Sequence[tuple[Acting, list[int]]]
) -> tuple[int, Expr] | None:
    """Find an earlier clause that differs in few steps, and where one of those may hold.

    A clause that another reading changes agrees with it wherever the steps that differ fail.
    """
    acting, numbers = tried[index]
    for earlier, (other, theirs) in enumerate(tried[:index]):
        if other.clause.common.id != acting.clause.common.id or len(theirs) != len(numbers):
            continue
        pairs = [pair for pair in zip(numbers, theirs, strict=True) if pair[0] != pair[1]]
        names = {f"_holds_{number}" for pair in pairs for number in pair}
        if pairs and names <= set(table.columns):
            return earlier, any_of([table[name].fill_null(~NO) for name in sorted(names)])
    return None


def _times(table: Expr, stretches: Sequence[Stretch], index: int) -> Expr:
    """Return from which time of its day a row's regime governs; null where the day has fewer."""
    several = [
        (
            (table["_day"] >= ibis.literal(stretch.first.item()))
            & (table["_day"] < ibis.literal(stretch.end.item())),
            ibis.literal(f"from {stretch.regimes[index][0]}"),
        )
        for stretch in stretches
        if len(stretch.regimes) > max(index, 1)
    ]
    if not several:
        return ibis.literal("") if index == 0 else ibis.null("string")
    return ibis.cases(*several, else_=ibis.literal("") if index == 0 else ibis.null("string"))
