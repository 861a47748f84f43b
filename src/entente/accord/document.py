"""The accord as a value: parties, sources, metrics, choices, clauses and open points."""

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date, datetime
from typing import Any, final

from entente.accord.calendar import Duration
from entente.accord.clauses import KINDS, Clause, Obligation, Procedure, Review, Trigger
from entente.accord.clauses.common import COMMON, Common, Effect, plain_clause
from entente.accord.expression import Expression, Kind, Role, Symbol, Symbols, Type
from entente.accord.expression.facts import FACTS
from entente.accord.rest import Calendar, counted
from entente.accord.schema import (
    Mark,
    Moment,
    Path,
    Reading,
    Scalar,
    fields_of,
    place_of,
    plain,
)
from entente.accord.shapes import day, moment
from entente.accord.tables import KIND, TABLES
from entente.accord.weighing import Player, Stake
from entente.grid import Grid, Shown
from entente.language import phrase
from entente.places import country
from entente.problems import Place
from entente.units import Unit


@final
@dataclass(frozen=True, slots=True)
class Source:
    """What was published and when; `says` records its own figures by `clause.field`."""

    id: str
    date: date
    title: str
    url: str
    says: Mapping[str, Any]
    where: Place = field(compare=False)


@final
@dataclass(frozen=True, slots=True)
class Metric:
    """A measured quantity: a period's value is known `lag` after the period ends.

    `vintage` says which release is meant; `series` names the evidence that holds it, by default
    the metric's own id.
    """

    id: str
    unit: Unit
    lag: Duration
    vintage: str
    label: str
    series: str
    where: Place = field(compare=False)


@final
@dataclass(frozen=True, slots=True)
class Choice:
    """A discretion, never computed from data: `silence` follows if no one acts.

    `odds` is the chance of yes, or of each option, at each moment the choice may be taken;
    `threatens` the answer that carries out what was threatened; `played` asks a run to reckon what
    `by` would choose, instead of drawing it.
    """

    id: str
    by: tuple[str, ...]
    asks: str
    silence: Scalar
    odds: float | Mapping[str, float] | None
    options: tuple[Scalar, ...]
    threatens: Scalar | None
    played: bool
    where: Place = field(compare=False)

    @property
    def kind(self) -> Kind:
        """The type of its answers."""
        if isinstance(self.silence, bool):
            return Kind.TRUTH
        return Kind.NUMBER if isinstance(self.silence, float) else Kind.TEXT

    def answers(self) -> tuple[Scalar, ...]:
        """Return every answer that may be given, the silent one first."""
        others = (True, False) if self.kind is Kind.TRUTH else self.options
        return (self.silence, *(answer for answer in others if answer != self.silence))


@final
@dataclass(frozen=True, slots=True)
class Open:
    """A known ambiguity: each reading replaces `field` of the clauses; `chosen` settles it."""

    id: str
    about: str
    clauses: tuple[str, ...]
    field: str
    readings: tuple[Any, ...]
    chosen: Any
    where: Place = dataclasses.field(compare=False)

    def targets(self) -> tuple[tuple[str, str], ...]:
        """Return (clause, field) pairs: `field` names one clause, or a field of all of them."""
        clause, dot, name = self.field.partition(".")
        if dot:
            return ((clause, name),)
        return tuple((clause, self.field) for clause in self.clauses)


@final
@dataclass(frozen=True, slots=True)
class Accord(Shown):
    """One accord file, read whole; equal to another when both say the same in any order.

    as_of   the day up to which the text is known; None: everything in the file
    """

    name: str
    title: str
    parties: tuple[str, ...]
    zone: str
    horizon: tuple[date, date]
    known_on: date | None
    sunset: Moment | None
    sources: Mapping[str, Source]
    metrics: Mapping[str, Metric]
    choices: Mapping[str, Choice]
    clauses: Mapping[str, Clause]
    opens: Mapping[str, Open]
    stakes: Mapping[str, Stake]
    players: Mapping[str, Player]
    calendars: Mapping[str, Calendar]
    file: str = field(compare=False)
    text: str = field(compare=False, repr=False)
    marks: Mapping[Path, Mark] = field(compare=False, repr=False)
    as_of: date | None = field(default=None, compare=False)

    @property
    def label(self) -> str:
        """Return the name by which `read` finds this text, with the day where one was given."""
        return f"{self.name}@{self.as_of}" if self.as_of else self.name

    def at(self, *path: str | int) -> Place:
        """Find where a value stands in the file, or the nearest thing around it."""
        return place_of(self.marks, path, self.file)

    def known_from(self, clause: str) -> date | None:
        """Return the day a clause could be known: its own `known_on`, else its first source's."""
        common = self.clauses[clause].common
        if common.known_on is not None:
            return common.known_on
        dates = [self.sources[id_].date for id_ in common.source if id_ in self.sources]
        return min(dates, default=self.known_on)

    def known(self, as_of: date) -> "Accord":
        """Keep what could be known on a day, and of the rest only what that still uses."""
        kept = {
            id_: clause
            for id_, clause in self.clauses.items()
            if (self.known_from(id_) or date.min) <= as_of
        }
        gone = self.clauses.keys() - kept.keys()
        later = {id_ for id_, source in self.sources.items() if source.date > as_of}
        clauses = {id_: _without(clause, gone, later) for id_, clause in kept.items()}
        cited = {id_ for clause in clauses.values() for id_ in clause.common.source}
        smaller = replace(
            self,
            as_of=as_of,
            sources={i: s for i, s in self.sources.items() if i not in later or i in cited},
            clauses=clauses,
            opens={
                id_: point
                for id_, point in self.opens.items()
                if gone.isdisjoint((*point.clauses, *(clause for clause, _ in point.targets())))
            },
        )
        still, before = smaller.used(), self.used()
        return replace(
            smaller,
            metrics={i: m for i, m in self.metrics.items() if i in still or i not in before},
            choices={i: c for i, c in self.choices.items() if i in still or i not in before},
        )

    def used(self) -> frozenset[str]:
        """Return the ids of metrics, choices and sources that some clause uses, as read or open."""
        names = {r.id for clause in (*self.clauses.values(), *self._as_read())
                 for e in expressions(clause) for r in e.names()}  # fmt: skip
        names |= {id_ for calendar in self.calendars.values() for id_ in calendar.source}
        for clause in self.clauses.values():
            names |= {*clause.common.source, *filter(None, (clause.common.calendar,))}
            if isinstance(clause, Review):
                names |= set(clause.decides) | {read.metric for read in clause.reads}
            if isinstance(clause, Obligation):
                names |= set(filter(None, (clause.judged, clause.kept)))
        return frozenset(names)

    def _as_read(self) -> Iterator[Clause]:
        """Give clauses as the readings of open points make them."""
        for point in self.opens.values():
            for id_, name in point.targets():
                for value in point.readings if id_ in self.clauses else ():
                    read = with_field(self.clauses[id_], name, value, self.file)
                    if read is not None:
                        yield self.counted(read)

    def symbols(self) -> Symbols:
        """Return the names that expressions may use, with their types."""
        values = dict(FACTS)
        values |= {i: Symbol(Role.SOURCE, Type(Kind.DATE)) for i in self.sources}
        values |= {
            i: Symbol(Role.METRIC, Type(Kind.NUMBER, m.unit)) for i, m in self.metrics.items()
        }
        values |= {i: Symbol(Role.CHOICE, Type(c.kind)) for i, c in self.choices.items()}
        return Symbols(values, frozenset(self.clauses))

    def labels(self) -> dict[str, str]:
        """Return the phrases that stand for names in sentences."""
        metrics = {id_: metric.label for id_, metric in self.metrics.items()}
        return metrics | {id_: choice.asks for id_, choice in self.choices.items()}

    def grid(self) -> Grid:
        """Lay out every clause with what it rests on and its sentence."""
        rows = [
            (id_, clause.common.kind, clause.common.basis or "", self.sentence(id_))
            for id_, clause in self.clauses.items()
        ]
        head = ("clause", "kind", "basis", "what it says")
        return Grid(f"{self.label}: {self.title}", head, rows)

    def sentence(self, clause: str) -> str:
        """Say one clause in a sentence."""
        labels, symbols = self.labels(), self.symbols()
        found: str = self.clauses[clause].sentence(lambda e: e.words(labels, symbols))
        said = found[:1].upper() + found[1:]
        begins = self.clauses[clause].common.begins
        if not begins:
            return said
        return phrase("{sentence} It begins {state}.", sentence=said, state=phrase(begins))

    def explain(self) -> str:
        """Say the accord, a line for each clause in the order of the file."""
        head = phrase(
            "{accord}, between {parties}.",
            accord=phrase(self.title) if self.title else self.name,
            parties=", ".join(country(party) for party in self.parties),
        )
        return "\n".join([head, *(f"{id_}: {self.sentence(id_)}" for id_ in self.clauses)])

    def plain(self) -> dict[str, Any]:
        """Turn the accord back into what its file holds; ids and clauses in the file's order."""
        head = {"accord": self.name, "language": 1, "title": self.title or None}
        head |= {key: getattr(self, key) for key in ("parties", "zone", "horizon")}
        head |= {"known_on": self.known_on, "sunset": self.sunset}
        tables = {
            "source": self.sources,
            "calendar": self.calendars,
            "metric": self.metrics,
            "choice": self.choices,
            "clause": self.clauses,
            "open": self.opens,
            "stake": self.stakes,
            "player": self.players,
        }
        told = {table: _rows(table, rows) for table, rows in tables.items() if rows}
        whole = {key: plain(value) for key, value in head.items() if value is not None}
        return whole | told

    def counted(self, clause: Clause) -> Clause:
        """Return a clause that counts by the calendar it names."""
        known = self.calendars.get(clause.common.calendar or "")
        if known is None:
            return clause
        found: Clause = counted(clause, known.business(self.horizon))
        return found

    def reading(self, point: str, value: object) -> "Accord":
        """Settle an open point: one of its readings replaces the field of its clauses."""
        clauses = dict(self.clauses)
        for clause, name in self.opens[point].targets():
            changed = with_field(clauses[clause], name, value, self.file)
            if changed is not None:
                clauses[clause] = self.counted(changed)
        settled = replace(self.opens[point], chosen=value)
        return replace(self, clauses=clauses, opens={**self.opens, point: settled})


def expressions(clause: Clause) -> tuple[Expression, ...]:
    """Return every expression of a clause, in the order of its fields."""
    own = (getattr(clause, f.name) for f in fields(clause) if f.name != "common")
    return tuple(_within((clause.common.from_, clause.common.until, *own)))


def _within(values: Iterable[object]) -> Iterable[Expression]:
    for value in values:
        if isinstance(value, Expression):
            yield value
        elif isinstance(value, tuple):
            yield from _within(value)
        elif is_dataclass(value) and not isinstance(value, Unit | Duration | Place | Effect):
            yield from _within(getattr(value, f.name) for f in fields(value))


def with_field(clause: Clause, name: str, value: object, file: str) -> Clause | None:
    """Return a clause with one field (`clock`, `quota.limit`) replaced by a plain value, or None.

    A date may come as a text, since open points list their readings as texts.
    """
    table = plain_clause(clause, KINDS[clause.common.kind][1])
    *path, last = name.split(".")
    inner = table
    for part in path:
        inner = _entry(inner, part)
    wanted = {**COMMON, **KINDS[clause.common.kind][1]}.get(last)
    if isinstance(value, str) and wanted is not None and wanted.shape in (day, moment):
        value = _moment_of(value)
    if not isinstance(inner, dict):
        return None
    inner[last] = value
    return clause_of(Reading(file, {}), clause.common.id, table, clause.common.where)


def _entry(table: Any, name: str) -> Any:
    """Step into a table by a key, or into a list of tables by an id."""
    if isinstance(table, list):
        return next((row for row in table if isinstance(row, dict) and row.get("id") == name), {})
    found = table.get(name) if isinstance(table, dict) else None
    return {} if found is None else found


def _moment_of(text: str) -> Moment | str:
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        return text


def clause_of(reading: Reading, id_: str, table: Mapping[str, Any], where: Place) -> Clause | None:
    """Read one clause's table; None where it cannot stand."""
    make, own = KINDS[table["kind"]]
    keys = {"kind": KIND, **COMMON, **own}
    values = fields_of(reading, ("clause", id_), dict(table), keys, where)
    if values is None:
        return None
    shared = {f.attribute or key: values.pop(f.attribute or key) for key, f in COMMON.items()}
    common = Common(id=id_, kind=values.pop("kind"), where=where, **shared)
    made: Clause = make(common=common, **values)
    return made


def _without(clause: Clause, gone: Collection[str], later: Collection[str]) -> Clause:
    """Drop the clauses and sources that a clause names and that were not yet known.

    A clause known before its only source, by its own `known_on`, keeps that source.
    """
    common = clause.common
    over = tuple(id_ for id_ in common.over if id_ not in gone)
    known = tuple(id_ for id_ in common.source if id_ not in later)
    changes: dict[str, Any] = {"common": replace(common, over=over, source=known or common.source)}
    if isinstance(clause, Trigger | Procedure):
        changes["then"] = tuple(effect for effect in clause.then if effect.clause not in gone)
    for name in ("what", "from_clauses"):
        if hasattr(clause, name):
            changes[name] = tuple(id_ for id_ in getattr(clause, name) if id_ not in gone)
    return replace(clause, **changes)


def _rows(table: str, rows: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    if table == "clause":
        return {id_: plain_clause(c, KINDS[c.common.kind][1]) for id_, c in rows.items()}
    return {
        id_: {
            key: plain(getattr(row, key))
            for key, wanted in TABLES[table].items()
            if getattr(row, key) != wanted.default and not (key == "series" and row.series == id_)
        }
        for id_, row in rows.items()
    }
