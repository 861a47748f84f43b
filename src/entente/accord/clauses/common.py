"""What every clause shares: who, on whom, resting on what, from when, and what it beats."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any, Final, TypeAlias, final

from entente.accord.calendar import WEEKDAYS, Business
from entente.accord.expression import Expression
from entente.accord.expression.tree import Constant
from entente.accord.schema import (
    Field,
    Moment,
    Path,
    Reading,
    drawn,
    one_or_more,
    plain,
    text_form,
)
from entente.accord.shapes import (
    bound,
    day,
    identifier,
    moment,
    one_of,
    party,
    place,
    text,
)
from entente.language import listing, phrase
from entente.places import with_article
from entente.problems import Place, Problem, did_you_mean

Say: TypeAlias = Callable[[Expression], str]
Given: TypeAlias = Collection[str]

BASES: Final = ("text", "reported", "assumed", "unspecified")
COMBINES: Final = ("add", "max", "replace")
STATES: Final = (
    "draft", "announced", "in_force", "suspended", "reserved", "triggered", "met", "breached",
    "lapsed", "void_from", "void_ab_initio",
)  # fmt: skip
# What a state function asks, where it is not the state of its own name.
ASKED: Final[Mapping[str, tuple[str, ...]]] = {
    "in_force": ("in_force", "triggered", "met", "breached"),
    "void": ("void_from", "void_ab_initio"),
}
MANY: Final = 2  # the parties, where a clause names nobody
FOUR_DATES: Final = ("announced", "signed", "effective", "applied")

COMMON: Final[Mapping[str, Field]] = {
    "by": Field(one_or_more(party), default=()),
    "on": Field(one_or_more(party), default=()),
    "basis": Field(one_of(*BASES)),
    "source": Field(one_or_more(identifier), default=()),
    "over": Field(one_or_more(identifier), default=()),
    "combine": Field(one_of(*COMBINES)),
    "from": Field(bound, attribute="from_"),
    "until": Field(bound),
    "where": Field(one_or_more(place), default=(), attribute="where_places"),
    "begins": Field(one_of("draft", "announced", "reserved", "in_force", "suspended")),
    "roll": Field(one_of("next_working_day")),
    "calendar": Field(identifier),
    "announced": Field(moment),
    "signed": Field(moment),
    "effective": Field(moment),
    "applied": Field(moment),
    "expires": Field(moment),
    "known_on": Field(day),
    "note": Field(text, default=""),
}


@final
@dataclass(frozen=True, slots=True)
class Common:
    """The fields that any clause may carry; None or empty where the file has none.

    `from_` is a date or a condition, `until` likewise; `begins` is the state in which the clause
    starts; `roll` moves the end of a period off days of rest (Regulation 1182/71, art. 3(4)), and
    `calendar` names the accord's list of them, which `rest` then holds;
    `expires` is the first day the clause no longer applies; `where` is where it stands in its file.
    """

    id: str
    kind: str
    by: tuple[str, ...]
    on: tuple[str, ...]
    basis: str | None
    source: tuple[str, ...]
    over: tuple[str, ...]
    combine: str | None
    from_: Expression | None
    until: Expression | None
    where_places: tuple[str, ...]
    begins: str | None
    roll: str | None
    calendar: str | None
    announced: Moment | None
    signed: Moment | None
    effective: Moment | None
    applied: Moment | None
    expires: Moment | None
    known_on: date | None
    note: str
    where: Place = field(compare=False)
    rest: Business = field(default=WEEKDAYS, compare=False, repr=False)

    def dates(self) -> dict[str, Moment]:
        """Return those of the four dates that are given, in their order."""
        given = {name: getattr(self, name) for name in FOUR_DATES}
        return {name: moment for name, moment in given.items() if moment is not None}

    def actors(self) -> str:
        """Name who acts, with 'the parties' where nobody is named."""
        return names_of(self.by) or phrase("the parties")


@final
@dataclass(frozen=True, slots=True)
class Effect:
    """What a trigger or a procedure does: it puts a clause into a state.

    The state is empty where the file names a clause only; the checks say so.
    """

    state: str
    clause: str

    def plain(self) -> str:
        """Write it as the file does.

        >>> Effect("in_force", "ladder").plain()
        'in_force(ladder)'
        """
        return f"{self.state}({self.clause})" if self.state else self.clause

    def words(self) -> str:
        """Say it."""
        return phrase("'{clause}' is {state}", clause=self.clause, state=said_state(self.state))


@drawn(text_form(rf"(({'|'.join(STATES)})\(\w+\)|\w+)"))
def effect(reading: Reading, path: Path, value: object) -> Effect | None:
    """Read `state(clause)`."""
    if isinstance(value, str):
        state, bracket, rest = value.strip().partition("(")
        if not bracket:
            clause = identifier(reading, path, state)
            return None if clause is None else Effect("", clause)
        if state in STATES and rest.endswith(")"):
            clause = identifier(reading, path, rest[:-1].strip())
            return None if clause is None else Effect(state, clause)
        if rest.endswith(")"):
            mend = did_you_mean(state, STATES)
            reading.say("E111", reading.at(path), f"'{state}' is no state of a clause", mend)
            return None
    reading.wrong(path, 'a state of a clause, such as "in_force(ladder)"', value)
    return None


@final
@dataclass(frozen=True, slots=True)
class Either:
    """Keys of which a clause must have one, and how it is told where its file has none."""

    names: tuple[str, ...]
    code: str
    message: str
    mend: str

    def problems(self, given: Given, where: Place, id_: str) -> list[Problem]:
        """Tell that all are absent, also where the clause cannot be read for another fault."""
        found = Problem(self.code, where, id_, self.message, self.mend)
        return [found] if absent(given, *self.names) else []


def absent(given: Given, *names: str) -> bool:
    """Whether a file has none of some keys, not even misspelt: a fault in one is told already."""
    return not any(name in given or get_close_matches(name, given, n=1) for name in names)


def names_of(codes: tuple[str, ...]) -> str:
    """Name parties.

    >>> names_of(("USA", "MEX"))
    'the United States and Mexico'
    """
    return listing([with_article(code) for code in codes])


def said_state(state: str) -> str:
    """Say the state of a clause.

    >>> said_state("in_force")
    'in force'
    """
    return phrase(state.replace("_", " "))


def on_day(day: Expression, say: Say) -> str:
    """Say when something falls due: `on 2019-09-05`, or `45 days after the signature of ...`."""
    said = say(day)
    return phrase("on {day}", day=said) if isinstance(day.tree, Constant) else said


def listed(ids: tuple[str, ...]) -> str:
    """List clause ids in quotes.

    >>> listed(("mexico", "canada"))
    "'mexico' and 'canada'"
    """
    return listing([phrase("'{clause}'", clause=id_) for id_ in ids])


def plain_clause(clause: Any, fields: Mapping[str, Field]) -> dict[str, Any]:
    """Turn a clause back into the table that its file holds; absent fields stay absent."""
    common: Common = clause.common
    own = {
        key: getattr(clause, wanted.attribute or key)
        for key, wanted in fields.items()
        if key not in COMMON
    }
    shared = {key: getattr(common, wanted.attribute or key) for key, wanted in COMMON.items()}
    defaults = {key: wanted.default for key, wanted in (*COMMON.items(), *fields.items())}
    first = {key: shared.pop(key) for key in ("by", "on")}
    rows = {**first, **own, **shared}
    given = {key: plain(value) for key, value in rows.items() if value != defaults[key]}
    return {"kind": common.kind, **given}
