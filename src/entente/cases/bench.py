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
from entente.cases.allocation import MISSING, NONE, Ground, Reader, Scribe, Step, Try, met_in
from entente.cases.law import Acting, Reading, Regime, Stretch

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
    numbers: dict[tuple[object, ...], int] = field(default_factory=dict)

    def query(self, law: Sequence[Reading]) -> Expr:
        """Return a table: by reading and time of day the step's code, state and what is missing.

        Columns are numbered by reading and by regime within the day: `state_0_1`. Beyond the first
        they are null where they would repeat it.
        """
        regimes = [r for reading in law for s in reading.stretches for _, r in s.regimes]
        clauses = list(dict.fromkeys(acting for regime in regimes for acting in regime.acting))
        tried = {acting: [self._number(t) for t in self.scribe.tries(acting)] for acting in clauses}
        table = self._judged(tried)
        columns = {
            f"_pick_{n}_{i}": self._by_day(table, reading.stretches, i, clauses)
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
        columns = {"_day": self.today, "_outside": outside}
        reader = Reader(self.table, self.today, self.longest)
        for number, step in enumerate(self.steps):
            holds = step.read(reader.scope(step.given)).holds
            if holds is not None:
                columns[f"_holds_{number}"] = holds.value
        table = self.table.mutate(**columns)
        columns = {}
        for index, (acting, numbers) in enumerate(tried.items()):
            columns[f"_rule_{index}"] = _first(table, numbers)
            here = ibis.literal(value=True)
            place = table.place if "place" in table.columns else ibis.null("string")
            if acting.inside:
                here = here & met_in(place, acting.inside)
            if acting.resting:
                here = here & ~met_in(place, acting.resting)
            columns[f"_here_{index}"] = here
        return table.mutate(**columns)

    def _by_day(
        self, table: Expr, stretches: Sequence[Stretch], index: int, clauses: list[Acting]
    ) -> Expr:
        """Choose by the day of each row what governs, as the day's `index`-th regime."""
        unknown = f"{self.dated} is not known"
        undated = self._constant(Ground("", "", "", "", ""), MISSING, unknown)
        governs = [
            self._governed(table, s.regimes[min(index, len(s.regimes) - 1)][1], clauses)
            for s in stretches
        ]
        ends = [table["_day"] < ibis.literal(stretch.end.item()) for stretch in stretches]
        return ibis.cases(
            (table["_day"].isnull(), undated),
            *zip(ends[:-1], governs[:-1], strict=True),
            else_=governs[-1],
        )

    def _governed(self, table: Expr, regime: Regime, clauses: list[Acting]) -> Expr:
        """Let the strongest clause that acts where the claim is decide, else what holds then."""
        unplaced = table.place.isnull() if "place" in table.columns else ibis.literal(value=True)
        branches: list[tuple[Expr, Expr]] = []
        for acting in regime.acting:
            index = clauses.index(acting)
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
        reader = Reader(table, table["_day"], self.longest)
        steps = [step.read(reader.scope(step.given)) for step in self.steps]
        states, lacks = _answers(table, steps)
        out = {"row": table.row, "claim_id": table.claim_id, "outside": table["_outside"]}
        base = table["_pick_0_0"]
        for number, reading in enumerate(law):
            for index in range(_most(reading)):
                suffix = f"{number}_{index}"
                code = table[f"_pick_{suffix}"]
                again = ibis.literal(value=False) if suffix == "0_0" else code == base
                out[f"code_{suffix}"] = code
                out[f"state_{suffix}"] = _looked_up(code, states, again)
                out[f"missing_{suffix}"] = _looked_up(code, lacks, again)
                out[f"time_{suffix}"] = _times(table, reading.stretches, index)
        return table.select(**out)


def _most(reading: Reading) -> int:
    return max(len(stretch.regimes) for stretch in reading.stretches)


def _first(table: Expr, numbers: Sequence[int]) -> Expr:
    """Return the number of the first step that holds, or that is not known to."""
    branches: list[tuple[Expr, Expr]] = []
    for number in numbers:
        code = ibis.literal(number, type="int32")
        if f"_holds_{number}" not in table.columns:
            return ibis.cases(*branches, else_=code) if branches else code
        holds = table[f"_holds_{number}"].fill_null(ibis.literal(value=True))
        branches.append((holds, code))
    return ibis.cases(*branches, else_=ibis.null("int32"))


def _answers(table: Expr, steps: Sequence[Step]) -> tuple[dict[int, Expr], dict[int, Expr]]:
    """Return the state that each step gives, and what it lacks, by number."""
    states, lacks = {}, {}
    for number, step in enumerate(steps):
        state, lack = step.to.value.cast("string"), step.to.missing
        states[number] = state if lack is None else state.fill_null(MISSING)
        if step.holds is not None:
            stops = table[f"_holds_{number}"].isnull()
            states[number] = stops.ifelse(ibis.literal(MISSING), states[number])
            if step.holds.missing is not None:
                after = ibis.null("string") if lack is None else lack
                lack = stops.ifelse(step.holds.missing, after)
        if lack is not None:
            lacks[number] = lack
    return states, lacks


def _looked_up(code: Expr, by_number: dict[int, Expr], again: Expr) -> Expr:
    nothing = ibis.null("string")
    found = [(code == number, value) for number, value in by_number.items()]
    return ibis.cases((again, nothing), *found, else_=nothing)


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
