"""Why earlier rules did not decide a claim: of each the first part that is not so."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from entente.accord.choices import Choices
from entente.accord.clauses import Allocate
from entente.accord.course import course
from entente.accord.document import Accord
from entente.accord.expression.facts import CLAIMS
from entente.accord.expression.scope import Known, Within, as_array, unknown
from entente.accord.expression.symbols import Symbol
from entente.accord.standing import Moment
from entente.language import phrase


def earlier_rules(
    row: Mapping[str, Any], answer: Mapping[str, Any], accord: Accord, choices: Choices
) -> Iterator[str]:
    """Say of each rule before the one that decided why it did not, open points as in the file."""
    clause = accord.clauses.get(answer["clause"] or "")
    if not isinstance(clause, Allocate):
        return
    day = row.get(clause.frozen_at or "") or row.get("asked_on") or row.get("application_date")
    run = course(accord, choices)
    now = run.plan.begin if day is None else np.datetime64(day, "s")
    standing = run.at(now)
    claim = Case(Moment(run.world, now, standing.codes), row, CLAIMS)
    labels, symbols = accord.labels(), accord.symbols()
    for rule in clause.rules:
        if rule.id == answer["rule"]:
            return
        holds, why = rule.if_.because(claim, labels, symbols)
        said = phrase("rule {rule}: {why}", rule=rule.id, why=why)
        yield said if holds is False else phrase("{reason} (not decided here)", reason=said)


@final
@dataclass(frozen=True, slots=True)
class Case(Within):
    """One claim or entry line as expressions read it, at an instant of the law   [1].

    row     its known facts
    facts   the facts that such rows may have; any other name is asked of the law
    """

    row: Mapping[str, Any]
    facts: Mapping[str, Symbol]

    def value(self, name: str) -> Known:
        """Return a fact of the row, or what the law holds by that name."""
        if name not in self.facts:
            return self.scope.value(name)
        given = self.row.get(name)
        if given is None:
            missing = unknown(self.facts[name].type.kind)
            return Known(missing.values[None], missing.known[None])
        value = tuple(given) if isinstance(given, list) else given
        return Known(as_array(value)[None], np.ones(1, np.bool_))
