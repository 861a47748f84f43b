"""Verdicts: W207, where one flips with the metric, its unit or its release."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from entente.accord.calendar import as_moment
from entente.accord.checks.subject import Subject
from entente.accord.clauses import Clause, Obligation, Trigger
from entente.accord.clauses.common import STATES
from entente.accord.course import Course, course
from entente.accord.document import Accord, expressions
from entente.accord.expression.arrays import answer
from entente.accord.expression.symbols import references
from entente.accord.expression.tree import Compare
from entente.accord.figures import releases
from entente.accord.readings import unsettled
from entente.accord.standing import Moment, Standing
from entente.problems import EntenteError, Problem

_VINTAGES: Final = ("first", "as_known", "final")
_WORDS: Final = {"first": "first release", "as_known": "release as known", "final": "final release"}


def check(subject: Subject) -> Iterator[Problem]:
    """Give W207, for verdicts on figures that the accord's own sources state."""
    accord = subject.accord
    stated = {id_ for id_ in accord.metrics if releases(accord, id_)}
    if not stated or subject.broken:
        return
    for clause in subject.clauses(Obligation, Trigger):
        read = {name.id for e in expressions(clause) for name in e.names()} & stated
        versions = [_vintages(accord, metric) for metric in sorted(read)]
        for ways in (*versions, *_definitions(accord, clause)):
            told = {way: _verdict(version, clause.common.id) for way, version in ways.items()}
            if len({found[0] for found in told.values() if found}) > 1:
                said = "; ".join(
                    f"{found[0]} with {way}{found[1]}" for way, found in told.items() if found
                )
                field = "when" if isinstance(clause, Trigger) else "must"
                message = f"the verdict flips: {said}"
                mend = "say which is meant, and on what ground"
                yield subject.problem("W207", clause, (field,), message, mend)


def _vintages(accord: Accord, metric: str) -> Mapping[str, Accord]:
    """Return the accord with each release of a metric, where releases differ at all."""
    if all(len({r.value for r in out}) == 1 for out in releases(accord, metric).values()):
        return {}
    own = accord.metrics[metric]
    return {
        f"the {_WORDS[vintage]} of {metric}": replace(
            accord, metrics={**accord.metrics, metric: replace(own, vintage=vintage)}
        )
        for vintage in _VINTAGES
    }


def _definitions(accord: Accord, clause: Clause) -> Iterator[Mapping[str, Accord]]:
    """Give the accord under each reading of what a clause measures."""
    for point in unsettled(accord):
        fields = [name for id_, name in point.targets() if id_ == clause.common.id]
        if not {"must", "when"}.isdisjoint(fields):
            yield {f"{value}": accord.reading(point.id, value) for value in point.readings}


def _verdict(accord: Accord, clause: str) -> tuple[str, str] | None:
    """Return what a clause comes to on the figures stated, and the figure that decides it."""
    try:
        run = course(accord)
    except EntenteError:
        return None
    index = run.plan.index(clause)
    for standing in run.standings:
        state = STATES[standing.codes[0, index]]
        if state in ("met", "breached"):
            return state, _figure(run, standing, accord.clauses[clause])
        if state == "triggered":
            fired = f"fired on {as_moment(standing.fired[0, index])}"
            return fired, _figure(run, standing, accord.clauses[clause])
    quiet = isinstance(accord.clauses[clause], Trigger) and not run.standings[-1].undecided
    return ("not fired", "") if quiet else None


def _figure(run: Course, standing: Standing, clause: Clause) -> str:
    """Say the figure that is compared, where the condition is one comparison."""
    asked = clause.when if isinstance(clause, Trigger) else getattr(clause, "must", None)
    tree = asked.tree if asked is not None else None
    sides = (tree.left, tree.right) if isinstance(tree, Compare) else ()
    measured = [side for side in sides if references(side)]
    if len(measured) != 1:
        return ""
    found = answer(measured[0], Moment(run.world, standing.now, standing.codes))
    return "" if found.fault.any() else f" ({float(found.values.flat[0]):.4g})"
