"""What the text rests on: W201 boundaries, W202 and E118 sources, W205 basis, W208 silence."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from entente.accord.checks.subject import Subject, calls
from entente.accord.clauses import KINDS, Clause
from entente.accord.clauses.common import COMMON, plain_clause
from entente.accord.clauses.procedure import Threshold
from entente.accord.document import with_field
from entente.problems import Problem


def check(subject: Subject) -> Iterator[Problem]:
    """Give W201, W202, W205, W208, and E118 where a source names another base."""
    for clause in subject.clauses():
        yield from _boundaries(subject, clause)
        yield from _basis(subject, clause)
        yield from _figures(subject, clause)
    for choice in subject.accord.choices.values():
        if choice.odds is None and not choice.played:
            silence = str(choice.silence).lower()
            message = f"no odds: every draw takes its silence, {silence}"
            yield Problem("W208", choice.where, choice.id, message, "add odds = a share")


def _boundaries(subject: Subject, clause: Clause) -> Iterator[Problem]:
    """Give W201 for `within`, whose last day a reader may count or not."""
    id_ = clause.common.id
    if any(id_ in point.clauses for point in subject.accord.opens.values()):
        return
    for _, call in calls(clause, "within"):
        message = "is the last day of within() inside? here it is"
        mend = "add an [open] point with both readings"
        yield Problem("W201", call.at, id_, message, mend)


def _basis(subject: Subject, clause: Clause) -> Iterator[Problem]:
    basis = clause.common.basis
    if basis in ("assumed", "unspecified"):
        what = "is our reading" if basis == "assumed" else "is a value the text does not give"
        message = f"rests on {basis}: it {what}"
        yield subject.problem("W205", clause, ("basis",), message, "cite a text, or keep the mark")


def _figures(subject: Subject, clause: Clause) -> Iterator[Problem]:
    """Compare what sources say of a clause's fields with the clause and with one another."""
    accord, id_ = subject.accord, clause.common.id
    keys = {**COMMON, **KINDS[clause.common.kind][1]}
    told: dict[str, dict[str, Any]] = {}
    for source in accord.sources.values():
        for key, value in source.says.items():
            owner, _, name = key.partition(".")
            if owner == id_ and name.partition(".")[0] in keys:
                told.setdefault(name, {})[source.id] = value
    settled = {f"{c}.{f}" for point in accord.opens.values() for c, f in point.targets()}
    for name, values in told.items():
        if f"{id_}.{name}" not in settled:
            yield from _differ(subject, clause, name, values)


def _differ(
    subject: Subject, clause: Clause, name: str, values: dict[str, Any]
) -> Iterator[Problem]:
    own = _value(clause, name)
    others = {source: value for source, value in values.items() if _text(value) != _text(own)}
    if own is not None and others:
        source, value = next(iter(others.items()))
        base = _base(clause, name, value)
        if base is not None:
            message = f"the base is not what '{source}' says: {base}"
            yield subject.problem("E118", clause, (name,), message, f'write "{value}"')
            return
    said = [f"'{source}' says {_text(value)}" for source, value in values.items()]
    if own is not None:
        said.append(f"the clause {_text(own)}")
    if len({_text(value) for value in (*values.values(), *([own] if own is not None else []))}) > 1:
        message = f"{name}: {', '.join(said)}"
        mend = "say which holds, or add an [open] point"
        yield subject.problem("W202", clause, (name.partition(".")[0],), message, mend)


def _value(clause: Clause, name: str) -> Any:
    value: Any = plain_clause(clause, KINDS[clause.common.kind][1])
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _base(clause: Clause, name: str, value: object) -> str | None:
    """Return the base a source gives a threshold, where it is another than the clause's."""
    mine = getattr(clause, f"{name}_" if name == "pass" else name, None)
    if not isinstance(mine, Threshold):
        return None
    other = with_field(clause, name, value, clause.common.where.file)
    theirs = getattr(other, f"{name}_" if name == "pass" else name, None)
    differs = isinstance(theirs, Threshold) and theirs.base != mine.base
    return theirs.base if differs and isinstance(theirs, Threshold) else None


def _text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list) and len(value) == 1:
        return _text(value[0])
    return f"{float(value):g}" if type(value) in (int, float) else str(value)  # type: ignore[arg-type]
