"""Choices that persons make: supplied by the run, on record, drawn by their odds, or silence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Final, TypeAlias, final

import numpy as np

from entente.accord.document import Accord, Choice
from entente.accord.expression import Kind
from entente.accord.expression.scope import Known
from entente.accord.schema import Scalar
from entente.luck import Luck
from entente.problems import InputProblemsError, Place, Problem, did_you_mean

Dated: TypeAlias = tuple[date | None, Scalar]

# Answers that leave a choice to be reckoned: by what its party would choose, or by past promises.
RECKONED: Final = ("played", "record")
_COMMAND_LINE: Final = Place("--choose")
_TRUTHS: Final = {"true": True, "yes": True, "false": False, "no": False}


@final
@dataclass(frozen=True, slots=True)
class Odds:
    """A choice's odds on a day, reckoned for draws in which others fell as `after` says.

    after    choice, day and answer of earlier decisions
    odds     each answer with its chance
    origin   `played` or `record`
    """

    choice: str
    day: date
    after: tuple[tuple[str, date, Scalar], ...]
    odds: tuple[tuple[Scalar, float], ...]
    origin: str

    def as_json(self) -> dict[str, Any]:
        """Give the record that run.json keeps."""
        return {
            "choice": self.choice,
            "day": self.day.isoformat(),
            "after": {f"{choice}@{day}": _told(answer) for choice, day, answer in self.after},
            "odds": {_told(answer): chance for answer, chance in self.odds},
            "origin": self.origin,
        }


@final
@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen, by choice: each value from a day on, or (None) from the first moment.

    `supplied` comes from the run and beats `history`, what is on record; `asked` are the choices
    that a run is to reckon, and how; `reckoned` what came of that.
    """

    supplied: Mapping[str, tuple[Dated, ...]] = field(default_factory=dict)
    history: Mapping[str, tuple[Dated, ...]] = field(default_factory=dict)
    asked: Mapping[str, str] = field(default_factory=dict)
    reckoned: tuple[Odds, ...] = ()

    @classmethod
    def parse(cls, texts: Sequence[str], accord: Accord) -> "Choices":
        """Read `ID=VALUE` and `ID@DATE=VALUE`; raises InputProblemsError with every mistake.

        Codes: E103 no such choice, E111 a value or date that cannot be.
        """
        supplied: dict[str, list[Dated]] = {}
        asked: dict[str, str] = {}
        problems: list[Problem] = []
        for text in texts:
            id_, _, how = (part.strip() for part in text.partition("="))
            if how in RECKONED and id_ in accord.choices:
                asked[id_] = how
                continue
            found = _one(text, accord.choices)
            if isinstance(found, Problem):
                problems.append(found)
            else:
                supplied.setdefault(found[0], []).append(found[1])
        if problems:
            raise InputProblemsError(problems)
        rows = {id_: tuple(sorted(rows, key=_since)) for id_, rows in supplied.items()}
        return cls(rows, asked=asked)

    def told(self) -> dict[str, str]:
        """Return what the run supplied as `parse` reads it: `ID` or `ID@DATE` to the value."""
        return dict(self.asked) | {
            f"{id_}@{since}" if since else id_: _told(value)
            for id_, rows in self.supplied.items()
            for since, value in rows
        }


def _told(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _since(row: Dated) -> date:
    return row[0] or date.min


def _one(text: str, known: Mapping[str, Choice]) -> tuple[str, Dated] | Problem:
    head, sign, value = text.partition("=")
    id_, at, day = head.strip().partition("@")
    if not sign:
        return _problem("E111", f"'{text}' chooses nothing", "write ID=VALUE or ID@DATE=VALUE")
    if id_ not in known:
        return _problem("E103", f"no choice is named '{id_}'", did_you_mean(id_, known))
    try:
        since = date.fromisoformat(day) if at else None
    except ValueError:
        return _problem("E111", f"'{day}' is no date", "write it as 2019-07-01")
    read = _value(value.strip(), known[id_])
    return read if isinstance(read, Problem) else (id_, (since, read))


def _value(text: str, choice: Choice) -> Scalar | Problem:
    if choice.kind is Kind.TRUTH and text.lower() in _TRUTHS:
        return _TRUTHS[text.lower()]
    if choice.kind is Kind.NUMBER:
        try:
            return float(text)
        except ValueError:
            return _problem("E111", f"{choice.id} asks for a number, not '{text}'", "")
    if choice.kind is Kind.TEXT and (not choice.options or text in choice.options):
        return text
    options = "true, false" if choice.kind is Kind.TRUTH else ", ".join(map(str, choice.options))
    return _problem("E111", f"{choice.id} cannot be '{text}'", f"use one of: {options}")


def _problem(code: str, message: str, mend: str) -> Problem:
    return Problem(code, _COMMAND_LINE, "", message, mend)


@final
@dataclass(frozen=True, slots=True)
class Taking:
    """When a choice may be taken: on review days, or once on the day it is first used.

    `reviewed` tells the two apart.
    """

    moments: tuple[np.datetime64, ...]  # [s], in order
    reviewed: bool


def taken(
    choice: Choice,
    taking: Taking,
    now: np.datetime64,
    choices: Choices,
    luck: Luck | None,
    *,
    waits: bool = False,
) -> tuple[Known, str]:
    """Return a choice's value at an instant, and where it comes from.

    A value is found in this order: supplied, on record, reckoned, drawn by odds from the stream
    named by choice and day, else silence. Without luck, odds stay silent. A supplied value without
    a date holds from the first day; one that `waits`, as a trigger does, meets it at the first
    review.

    returns   values [draw], or [] where all draws agree
    """
    first = taking.moments[0] if waits and taking.reviewed and taking.moments else None
    supplied = _latest(choices.supplied.get(choice.id, ()), now, first)
    if supplied is not None:
        return _all(supplied), "supplied"
    on_record = _latest(choices.history.get(choice.id, ()), now, first)
    if on_record is not None:
        return _all(on_record), "on record"
    if luck is not None:
        for (id_, day), fallen in reversed(list(_fallen(choices.reckoned, luck).items())):
            if id_ == choice.id and np.datetime64(day, "s") <= now:
                values, how = fallen
                return values, how
    moments = [moment for moment in taking.moments if moment <= now]
    if choice.odds is None or luck is None or not moments:
        return _all(choice.silence), "silence"
    return _drawn(choice, luck.of(choice.id, str(moments[-1].astype("datetime64[D]")))), "drawn"


def _latest(
    rows: tuple[Dated, ...], now: np.datetime64, first: np.datetime64 | None
) -> Scalar | None:
    since = [
        (first if day is None else np.datetime64(day, "s"), value)
        for day, value in sorted(rows, key=_since)
    ]
    past = [value for start, value in since if start is None or start <= now]
    return past[-1] if past else None


@lru_cache(maxsize=8)
def _fallen(rules: tuple[Odds, ...], luck: Luck) -> Mapping[tuple[str, date], tuple[Known, str]]:
    """Return how every reckoned choice falls in each draw, by choice and day, in order of days.

    A draw for which no rule is written on a day keeps what it had.
    """
    fallen: dict[tuple[str, date], tuple[Known, str]] = {}
    latest: dict[str, Known] = {}
    for rule in sorted(rules, key=lambda rule: rule.day):
        key = (rule.choice, rule.day)
        answers, chances = zip(*rule.odds, strict=True)
        uniform = luck.of(rule.choice, str(rule.day)).uniform()
        edges = np.cumsum(chances)
        index = np.minimum(np.searchsorted(edges, uniform, "right"), len(answers) - 1)
        picked = _typed(np.array(answers, object)[index])
        here = np.ones(luck.draws, np.bool_)
        for choice, day, answer in rule.after:
            here &= fallen[choice, day][0].values == answer
        before = fallen[key][0] if key in fallen else latest.get(rule.choice)
        if before is not None:
            picked = np.where(here, picked, before.values)
            here |= before.known
        fallen[key] = Known(picked, here), rule.origin
        latest[rule.choice] = fallen[key][0]
    return fallen


def _typed(picked: np.ndarray) -> np.ndarray:
    kinds: dict[type, Any] = {bool: np.bool_, float: np.float64}
    return picked.astype(kinds.get(type(picked[0]), object))


def _drawn(choice: Choice, luck: Luck) -> Known:
    uniform = luck.uniform()
    if not isinstance(choice.odds, Mapping):
        return Known(uniform < np.float64(choice.odds or 0.0), np.ones(luck.draws, np.bool_))
    options = np.array([_option(choice, key) for key in choice.odds], object)
    edges = np.cumsum(list(choice.odds.values()))
    picked = options[np.minimum(np.searchsorted(edges, uniform, "right"), len(options) - 1)]
    return Known(_typed(picked), np.ones(luck.draws, np.bool_))


def _option(choice: Choice, key: str) -> Scalar:
    found = _value(key, choice)
    return key if isinstance(found, Problem) else found


def _all(value: Scalar) -> Known:
    from entente.accord.expression.scope import as_array

    return Known(as_array(value), np.ones((), np.bool_))
