"""Names and types: what is undefined (E103, E112), of the wrong type (E111), never used (W203)."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from entente.accord.checks.subject import Subject, nodes
from entente.accord.clauses import (
    KINDS,
    Allocate,
    Clause,
    Exempt,
    Obligation,
    Procedure,
    Restore,
    Review,
    Schedule,
    Suspend,
    Trigger,
)
from entente.accord.clauses.common import COMMON
from entente.accord.document import Open, expressions, with_field
from entente.accord.expression import Expression, Kind, Role, Symbol, Symbols, Type
from entente.accord.expression.facts import FACTS
from entente.accord.expression.tree import Compare, Constant, ListOf, Member, Name
from entente.accord.figures import FIGURE
from entente.accord.schema import Path, kind_of
from entente.evidence import COURSES
from entente.places import countries
from entente.problems import Place, Problem, did_you_mean

# Columns whose values are states.
STATES: Final = frozenset(
    {
        "lodged_state", "claims_in", "nationality", "habitual_residence", "family_state",
        "residence_state", "visa_state", "diploma_state", "entry_state", "stay_state",
        "systemic_flaws", "requested_state", "from_state", "transited", "protection_denied_in",
        "origin",
    }
)  # fmt: skip


def check(subject: Subject) -> Iterator[Problem]:
    """Give E103, E111, E112 and W203."""
    symbols = _symbols(subject)
    for clause in subject.clauses():
        for expression in expressions(clause):
            yield from expression.check(symbols, clause.common.id)
            yield from _codes(clause.common.id, expression)
        yield from _declared(subject, clause)
        yield from _clauses(subject, clause)
    yield from _quantities(subject)
    for point in subject.accord.opens.values():
        yield from _open(subject, point)
    yield from _says(subject)
    yield from _interests(subject)
    if not subject.broken:
        yield from _unused(subject)


def _symbols(subject: Subject) -> Symbols:
    """Return the accord's names; what could not be read may have any type."""
    symbols = subject.accord.symbols()
    unread = {
        id_: Symbol(role, Type(Kind.ANY))
        for table, role in (("metric", Role.METRIC), ("choice", Role.CHOICE),
                            ("source", Role.SOURCE))
        for id_ in subject.broken_ids(table)
    }  # fmt: skip
    clauses = symbols.clauses | subject.broken_ids("clause")
    return Symbols({**symbols.values, **unread}, clauses)


def _codes(clause: str, expression: Expression) -> Iterator[Problem]:
    """Give E119 for codes that stand where a state must, and are no state's."""
    if expression.use == "outcome" and isinstance(expression.tree, Constant):
        yield from _state(clause, expression.tree, only_capitals=True)
    for node in nodes(expression):
        if isinstance(node, Compare):
            pairs = [(node.left, node.right), (node.right, node.left)]
        elif isinstance(node, Member) and isinstance(node.items, ListOf):
            pairs = [(node.item, part) for part in node.items.items]
        elif isinstance(node, Member):
            pairs = [(node.items, node.item)]
        else:
            continue
        for fact, code in pairs:
            if isinstance(fact, Name) and fact.id in STATES and isinstance(code, Constant):
                yield from _state(clause, code)


def _state(clause: str, code: Constant, *, only_capitals: bool = False) -> Iterator[Problem]:
    value = code.value
    if not isinstance(value, str) or value in countries() or value in ("stateless", "none"):
        return
    if only_capitals and len(value) != 3:
        return  # an outcome of its own, such as BARRED
    near = did_you_mean(value.upper(), countries())
    mend = near if near.startswith("did") else "write a code such as 'MEX'"
    yield Problem("E119", code.at, clause, f"'{value}' is no country code", mend)


def _declared(subject: Subject, clause: Clause) -> Iterator[Problem]:
    """Give E103 for ids of sources, choices, metrics and columns that nothing declares."""
    yield from _unknown(subject, clause, "source", clause.common.source, "source")
    if isinstance(clause, Obligation) and clause.judged is not None:
        yield from _unknown(subject, clause, "judged", (clause.judged,), "choice")
        choice = subject.accord.choices.get(clause.judged)
        if choice is not None and choice.kind is not Kind.TRUTH:
            message = f"'{choice.id}' is not answered by yes or no"
            yield subject.problem("E111", clause, ("judged",), message)
    if isinstance(clause, Obligation) and clause.kept is not None:
        yield from _unknown(subject, clause, "kept", (clause.kept,), "choice")
        choice = subject.accord.choices.get(clause.kept)
        strange = [a for a in choice.answers() if a not in COURSES] if choice else []
        if strange:
            message = f"a promise is not kept '{strange[0]}'"
            mend = f"let '{clause.kept}' be answered by {', '.join(COURSES)}"
            yield subject.problem("E111", clause, ("kept",), message, mend)
    if isinstance(clause, Review):
        yield from _unknown(subject, clause, "decides", clause.decides, "choice")
        metrics = [read.metric for read in clause.reads]
        yield from _unknown(subject, clause, "reads", metrics, "metric")
    if isinstance(clause, Allocate) and clause.frozen_at is not None:
        fact = FACTS.get(clause.frozen_at)
        if fact is None or fact.type.kind is not Kind.DATE:
            dated = [name for name, symbol in FACTS.items() if symbol.type.kind is Kind.DATE]
            message = f"'{clause.frozen_at}' is no column of dates"
            mend = did_you_mean(clause.frozen_at, dated)
            yield subject.problem("E103", clause, ("frozen_at",), message, mend)


def _unknown(
    subject: Subject, clause: Clause, field: str, ids: Sequence[str], table: str
) -> Iterator[Problem]:
    accord = subject.accord
    declared: Any = {"source": accord.sources, "choice": accord.choices, "metric": accord.metrics}
    known = set(declared[table]) | subject.broken_ids(table)
    for index, id_ in enumerate(ids):
        if id_ not in known:
            message = f"no {table} named '{id_}'"
            mend = did_you_mean(id_, known)
            yield subject.problem("E103", clause, (field, index), message, mend)


def _clauses(subject: Subject, clause: Clause) -> Iterator[Problem]:
    """Give E112 for clauses that `over`, `what`, `from_clauses` and `then` name in vain."""
    known = set(subject.accord.clauses) | subject.broken_ids("clause")
    for path, id_ in _named(clause):
        if id_ not in known:
            message = f"no clause named '{id_}'"
            yield subject.problem("E112", clause, path, message, did_you_mean(id_, known))
    if isinstance(clause, Trigger | Procedure):
        for index, effect in enumerate(clause.then):
            if not effect.state and effect.clause in known:
                message = f"says nothing of what becomes of '{effect.clause}'"
                mend = f'write a state, such as "in_force({effect.clause})"'
                yield subject.problem("E111", clause, ("then", index), message, mend)


def _named(clause: Clause) -> Iterator[tuple[Path, str]]:
    for index, id_ in enumerate(clause.common.over):
        yield ("over", index), id_
    if isinstance(clause, Suspend | Restore):
        for index, id_ in enumerate(clause.what):
            yield ("what", index), id_
    if isinstance(clause, Exempt):
        for index, id_ in enumerate(clause.from_clauses):
            yield ("from_clauses", index), id_
    if isinstance(clause, Trigger | Procedure):
        for index, effect in enumerate(clause.then):
            yield ("then", index), effect.clause


def _quantities(subject: Subject) -> Iterator[Problem]:
    """Give E111 where two schedules set one quantity in different units."""
    first: dict[str, Schedule] = {}
    for clause in subject.clauses(Schedule):
        if isinstance(clause, Schedule):
            other = first.setdefault(clause.sets, clause)
            if other.unit != clause.unit:
                message = (
                    f"sets '{clause.sets}' in {clause.unit}, '{other.common.id}' in {other.unit}"
                )
                yield subject.problem("E111", clause, ("unit",), message, "use one unit")


def _interests(subject: Subject) -> Iterator[Problem]:
    """Give E103 for stakes and players of states that are no party, E111 for odd threats."""
    accord = subject.accord
    who = [("stake", id_, "by", stake.by) for id_, stake in accord.stakes.items()]
    who += [("player", id_, "", id_) for id_ in accord.players]
    for table, id_, field, code in who:
        if code not in accord.parties:
            where = accord.at(table, id_, field) if field else accord.at(table, id_)
            mend = did_you_mean(code, accord.parties)
            yield Problem("E103", where, id_, f"'{code}' is no party to this accord", mend)
    for choice in accord.choices.values():
        if choice.threatens is not None and choice.threatens not in choice.answers():
            where = accord.at("choice", choice.id, "threatens")
            message = f"'{choice.id}' cannot be answered '{choice.threatens}'"
            yield Problem("E111", where, choice.id, message, "name one of its answers")


def _open(subject: Subject, point: Open) -> Iterator[Problem]:
    """Give E103 for what an open point names in vain, E111 for readings that cannot be."""
    accord, at = subject.accord, subject.accord.at
    known = set(accord.clauses) | subject.broken_ids("clause")
    for index, id_ in enumerate(point.clauses):
        if id_ not in known:
            where = at("open", point.id, "clauses", index)
            mend = did_you_mean(id_, known)
            yield Problem("E103", where, point.id, f"no clause named '{id_}'", mend)
    where = at("open", point.id, "field")
    for id_, name in point.targets():
        if id_ not in known:
            mend = did_you_mean(id_, known)
            yield Problem("E103", where, point.id, f"no clause named '{id_}'", mend)
        elif id_ in accord.clauses:
            yield from _readings(subject, point, accord.clauses[id_], name)
    if point.chosen is not None and point.chosen not in point.readings:
        message = f"'{point.chosen}' is none of its readings"
        yield Problem("E111", at("open", point.id, "chosen"), point.id, message, "choose one")


def _readings(subject: Subject, point: Open, clause: Clause, name: str) -> Iterator[Problem]:
    at = subject.accord.at
    keys = {**COMMON, **KINDS[clause.common.kind][1]}
    if name.partition(".")[0] not in keys:
        message = f"a {clause.common.kind} has no field '{name}'"
        mend = did_you_mean(name, keys)
        yield Problem("E103", at("open", point.id, "field"), point.id, message, mend)
        return
    for index, value in enumerate(point.readings):
        if with_field(clause, name, value, subject.accord.file) is None:
            where = at("open", point.id, "readings", index)
            yield Problem("E111", where, point.id, f"'{value}' is no value for '{name}'", "")


def _says(subject: Subject) -> Iterator[Problem]:
    """Give E103 for figures of a source that belong to no clause's field."""
    accord = subject.accord
    for source in accord.sources.values():
        for key, value in source.says.items():
            if "@" in key:
                yield from _figure(subject, source.id, key, value)
                continue
            id_, _, name = key.partition(".")
            clause = accord.clauses.get(id_)
            where = accord.at("source", source.id, "says", key)
            if clause is None and id_ not in subject.broken_ids("clause"):
                mend = did_you_mean(id_, accord.clauses)
                yield Problem("E103", where, source.id, f"no clause named '{id_}'", mend)
            elif clause is not None:
                keys = {**COMMON, **KINDS[clause.common.kind][1]}
                if name.partition(".")[0] not in keys:
                    message = f"a {clause.common.kind} has no field '{name}'"
                    mend = did_you_mean(name, keys)
                    yield Problem("E103", where, source.id, message, mend)


def _figure(subject: Subject, source: str, key: str, value: object) -> Iterator[Problem]:
    """Give E103 and E111 for a metric's figure that cannot be one."""
    where, named = subject.accord.at("source", source, "says", key), FIGURE.fullmatch(key)
    known = set(subject.accord.metrics) | subject.broken_ids("metric")
    if named is None:
        mend = 'write "arrivals@2019-05" = 144278'
        yield Problem("E111", where, source, f"'{key}' is no metric in a month", mend)
    elif named[1] not in known:
        mend = did_you_mean(named[1], known)
        yield Problem("E103", where, source, f"no metric named '{named[1]}'", mend)
    elif type(value) not in (int, float):
        yield Problem("E111", where, source, f"{key} must be a number, not {kind_of(value)}")


def _unused(subject: Subject) -> Iterator[Problem]:
    """Give W203 for metrics, choices and sources that no clause uses."""
    accord, used = subject.accord, subject.accord.used()
    tables: tuple[tuple[str, Any], ...] = (
        ("metric", accord.metrics),
        ("choice", accord.choices),
        ("source", accord.sources),
        ("calendar", accord.calendars),
    )
    for table, rows in tables:
        for id_, row in rows.items():
            where: Place = row.where
            if id_ not in used and not (table == "source" and row.says):
                message = f"{table} '{id_}' is declared and never used"
                yield Problem("W203", where, id_, message, "use it or remove it")
