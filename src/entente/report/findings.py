"""The headline, the answer and the findings: sentences computed from a run, for any accord."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np
import pandas as pd

from entente.accord.clauses import Allocate, Schedule
from entente.accord.clauses.common import names_of
from entente.language import counted, figures, marked, phrase
from entente.report import words
from entente.report.figures.border import truth_words
from entente.report.figures.law import IN_FORCE, clause_states
from entente.report.reading import Ends, Reading, records
from entente.world.measures import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable

_FINDINGS: Final = 5
_SENT_BACK: Final = ("returns_mexico", "returned_usa")
_PROTECTED: Final = ("protected_mexico", "protected_usa")
_WAITING: Final = ("waiting_returned", "waiting_metered")
# How surely a count comes to a promised level, graded as `words.surety` does.
_COMES: Final = (
    marked("{counted} in every draw come to {level} by {month}"),
    marked("{counted} almost certainly come to {level} by {month}"),
    marked("{counted} very probably come to {level} by {month}"),
    marked("{counted} probably come to {level} by {month}"),
    marked("{counted} as likely as not come to {level} by {month}"),
    marked("{counted} probably do not come to {level} by {month}"),
    marked("{counted} very probably do not come to {level} by {month}"),
    marked("{counted} almost certainly do not come to {level} by {month}"),
    marked("{counted} in no draw come to {level} by {month}"),
)
# The same of a harder level, said after it.
_AND_COMES: Final = (
    marked("{before}, and in every draw to {level}"),
    marked("{before}, and almost certainly to {level}"),
    marked("{before}, and very probably to {level}"),
    marked("{before}, and probably to {level}"),
    marked("{before}, and as likely as not to {level}"),
    marked("{before}, and probably not to {level}"),
    marked("{before}, and very probably not to {level}"),
    marked("{before}, and almost certainly not to {level}"),
    marked("{before}, and in no draw to {level}"),
)


@final
@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: a short head, and a sentence or two with intervals."""

    head: str
    text: str


@final
@dataclass(frozen=True, slots=True)
class KeyNumber:
    """A number to remember, with its 90 % interval and what it counts."""

    value: str
    spread: str
    what: str


def headline(reading: Reading) -> str:
    """Say in one line whether the promise holds and what is charged."""
    parts = [_promise_head(reading), _duty_head(reading), _waiting_head(reading)]
    said = [part for part in parts if part][:2]
    if not said:
        return phrase("What {accord} does, month by month", accord=title(reading))
    return words.capital("; ".join(said))


def deal(reading: Reading) -> str:
    """Say what the deal is: the duty it sets, what it asks of whom, and about whom it decides."""
    return " ".join(filter(None, (_duty_set(reading), _asked(reading), _decided(reading))))


def answer(reading: Reading) -> str:
    """Say in one paragraph who moves, whether the promise holds, who pays and who waits."""
    sentences = (
        _movement(reading),
        _promise(reading),
        _duty(reading),
        _waiting(reading),
        _truth(reading),
    )
    return " ".join(words.sentence(text) for text in sentences if text)


def findings(reading: Reading) -> list[Finding]:
    """Give up to five findings; outcomes for states and for people take turns."""
    candidates: Iterable[Finding | None] = (
        _promise_finding(reading),
        _protection_finding(reading),
        _duty_finding(reading),
        _waiting_finding(reading),
        _persons_finding(reading),
        _detention_finding(reading),
        _transfer_finding(reading),
        _law_finding(reading),
    )
    return [finding for finding in candidates if finding][:_FINDINGS]


def key_numbers(reading: Reading) -> list[KeyNumber]:
    """Give up to four numbers to remember."""
    last = words.month(reading.months[-1])
    shown = []
    if reading.counted:
        noun, unit = words.noun(reading.counted), BY_NAME[reading.counted].unit
        what = phrase(
            "{counted} in {month}", counted=noun, month=words.month(reading.months[reading.tested])
        )
        shown.append(_key(reading.at(reading.counted, reading.tested), unit, what))
    if not reading.run.targets.empty:
        row = _last_target(reading)
        met = words.percentage(float(row["probability"]))
        what = phrase("meet “{target}”", target=reading.target(row))
        shown.append(KeyNumber(met, phrase("of draws"), what))
    if waiting := reading.sum(*_WAITING):
        what = phrase("people waiting in Mexico at the end of {month}", month=last)
        shown.append(_key(Ends.of(waiting[0][:, -1]), "persons", what))
    ever = _ever_charged(reading)
    if ever is not None:
        shown.append(KeyNumber(words.percentage(ever), phrase("of draws"), _charges(reading)))
    return shown


def _charges(reading: Reading) -> str:
    cost = _where_charged(reading, "buyers_cost")
    if cost is None:
        return phrase("charge an added duty")
    return phrase("charge an added duty, at a cost to buyers of {cost}", cost=cost.about("USD"))


def title(reading: Reading) -> str:
    """Name the accord as its file does."""
    accord = reading.run.accord
    return phrase(accord.title) if accord.title else accord.name


def _duty_set(reading: Reading) -> str:
    """Say the first added duty of the text: on whose goods, and how high it goes."""
    for clause in reading.run.accord.clauses.values():
        if not (
            isinstance(clause, Schedule)
            and clause.sets == "duty"
            and clause.steps
            and clause.common.on
        ):
            continue
        other = names_of(clause.common.on)
        low, high = clause.steps[0].value, max(step.value for step in clause.steps)
        if low == high:
            return phrase(
                "The text sets a duty of {rate} % on {other}.",
                rate=figures(high),
                other=other,
            )
        return phrase(
            "The text sets a duty on {other} that goes from {low} to {high} %.",
            low=figures(low),
            high=figures(high),
            other=other,
        )
    return ""


def _asked(reading: Reading) -> str:
    """Say what each party is asked to reach, each level once."""
    if reading.run.targets.empty:
        return ""
    asked: dict[str, list[str]] = {}
    for row in records(_by_date(reading)):
        asked.setdefault(str(row["party"]), []).append(reading.target(row, dated=False))
    return " ".join(
        phrase(
            "It asks of {party}: {targets}.",
            party=words.label(party),
            targets=words.listing(list(dict.fromkeys(targets))),
        )
        for party, targets in asked.items()
    )


def _decided(reading: Reading) -> str:
    """Count the clauses that say what becomes of those who seek asylum."""
    clauses = reading.run.accord.clauses.values()
    count = sum(isinstance(clause, Allocate) for clause in clauses)
    if not count:
        return ""
    return counted(
        "{count} clause decides what becomes of people who seek asylum.",
        "{count} clauses decide what becomes of people who seek asylum.",
        count,
    )


def _key(ends: Ends, unit: str, what: str) -> KeyNumber:
    spread = ends.high - ends.low
    low, middle, high = (words.quantity(words.rounded(v, spread), unit) for v in ends)
    same = phrase("in every draw")
    return KeyNumber(middle, same if low == high else words.span(low, high), what)


def _by_date(reading: Reading) -> pd.DataFrame:
    """Return the targets in the order of their tests."""
    targets = reading.run.targets
    return targets.assign(by_date=pd.to_datetime(targets["by_date"])).sort_values("by_date")


def _last_target(reading: Reading) -> dict[str, Any]:
    """Return the target tested last; of several that day, the one met least often."""
    rows = _by_date(reading).sort_values(["by_date", "probability"], ascending=[False, True])
    return {str(key): value for key, value in rows.iloc[0].items()}


def _ever_charged(reading: Reading) -> float | None:
    """Return the share of draws with an added duty at some time; None without a duty."""
    return float(reading.charged.mean()) if reading.has("duty_rate") else None


def _promise_head(reading: Reading) -> str:
    """Say how the last tests go: the easiest target of the first measure, then the hardest."""
    if reading.run.targets.empty:
        return ""
    last = _last_target(reading)
    rows = _by_date(reading)
    rows = rows[(rows["by_date"] == last["by_date"]) & (rows["measure"] == last["measure"])]
    rows = rows.sort_values("probability", ascending=False).drop_duplicates("threshold")
    first, *others = records(rows)
    said = words.graded(
        _COMES,
        float(first["probability"]),
        reading.draws,
        counted=words.subject(str(last["measure"])),
        level=reading.rate(first),
        month=words.month(np.datetime64(last["by_date"], "M")),
    )
    if not others:
        return said
    chance = float(others[-1]["probability"])
    level = reading.level(others[-1])
    return words.graded(_AND_COMES, chance, reading.draws, before=said, level=level)


def _duty_head(reading: Reading) -> str:
    ever = _ever_charged(reading)
    if ever is None:
        return ""
    if ever == 0:
        return phrase("no added duty is charged in any draw")
    if ever < 1:
        return phrase("an added duty is {likely}", likely=words.likelihood(ever))
    if not reading.has("buyers_cost"):
        return phrase("an added duty is charged in every draw")
    return phrase("buyers pay {amount}", amount=reading.over_all("buyers_cost").about("USD"))


def _waiting_head(reading: Reading) -> str:
    waiting = reading.sum(*_WAITING)
    if not waiting:
        return ""
    count = Ends.of(waiting[0][:, -1]).about("persons")
    return phrase("{count} people are left waiting in Mexico", count=count)


def _movement(reading: Reading) -> str:
    if reading.counted is None:
        return ""
    name, unit = reading.counted, BY_NAME[reading.counted].unit
    moments = list(dict.fromkeys((reading.tested, len(reading.months) - 1)))
    ends = [
        phrase(
            "{amount} in {month}",
            amount=reading.at(name, i).words(unit),
            month=words.month(reading.months[i]),
        )
        for i in moments
    ]
    before = reading.before(name)
    if before is None:
        return phrase(
            "{counted} go from {first} in {month}, to {then}",
            counted=words.subject(name),
            first=reading.at(name, 0).about(unit),
            month=words.month(reading.months[0]),
            then=words.listing(ends),
        )
    return phrase(
        "{counted} go from {first} in {month}, the last month known, to {then}",
        counted=words.subject(name),
        first=words.quantity(before[1], unit),
        month=words.month(before[0]),
        then=words.listing(ends),
    )


def _promise(reading: Reading) -> str:
    if reading.run.targets.empty:
        return ""
    return _target_words(reading, _last_target(reading))


def _target_words(reading: Reading, row: dict[str, Any]) -> str:
    target, share = reading.target(row), float(row["probability"])
    if words.surety(share, reading.draws) == words.NEVER:
        return phrase(
            "the target of {target} is met in none of the {draws} draws",
            target=target,
            draws=words.number(reading.draws),
        )
    chance = words.odds(share, reading.draws)
    return phrase("the target of {target} is met {in_draws}", target=target, in_draws=chance)


def _duty(reading: Reading) -> str:
    ever = _ever_charged(reading)
    if ever is None:
        return ""
    if ever == 0:
        draws = words.number(reading.draws)
        return phrase("no added duty is charged in any of the {draws} draws", draws=draws)
    chance = words.odds(ever, reading.draws)
    cost = _where_charged(reading, "buyers_cost")
    if cost is None:
        return phrase("an added duty is charged at some time {in_draws}", in_draws=chance)
    return phrase(
        "an added duty is charged at some time {in_draws}; in those it costs buyers {cost}",
        in_draws=chance,
        cost=cost.words("USD", phrase("over the run")),
    )


def _where_charged(reading: Reading, name: str) -> Ends | None:
    """Give a measure over the run in the draws with an added duty only."""
    if not reading.charged.any() or not reading.has(name):
        return None
    return Ends.of(reading.total(name)[reading.charged].sum(axis=1))


def _waiting(reading: Reading) -> str:
    waiting = reading.sum(*_WAITING)
    if not waiting:
        return ""
    return phrase(
        "at the end of {month}, {people} wait in Mexico for a turn or a hearing in the United "
        "States",
        month=words.month(reading.months[-1]),
        people=Ends.of(waiting[0][:, -1]).words("persons", phrase("people")),
    )


def _truth(reading: Reading) -> str:
    if reading.counted is None or reading.observed(reading.counted).empty:
        return ""
    return truth_words(reading, BY_NAME[reading.counted])


def _promise_finding(reading: Reading) -> Finding | None:
    targets = reading.run.targets
    if targets.empty:
        return None
    said = [_target_words(reading, row) for row in records(_by_date(reading))]
    latest = list(dict.fromkeys(said))[-3:]
    return Finding(phrase("Is the target met?"), " ".join(words.sentence(text) for text in latest))


def _protection_finding(reading: Reading) -> Finding | None:
    back, kept = reading.sum(*_SENT_BACK), reading.sum(*_PROTECTED)
    if not back or not kept:
        return None
    returned = Ends.of(back[0].sum(axis=1))
    protected = Ends.of(kept[0].sum(axis=1))
    text = counted(
        "Over {count} month: {returned}, beside {protected}.",
        "Over {count} months: {returned}, beside {protected}.",
        len(reading.months),
        returned=returned.words("persons", phrase("returns to the country of origin")),
        protected=protected.words("persons", phrase("grants of protection")),
    )
    return Finding(phrase("Returned or protected"), text)


def _duty_finding(reading: Reading) -> Finding | None:
    if not (said := _duty(reading)):
        return None
    told = [words.sentence(said)]
    if _ever_charged(reading):
        peak = _peak(reading).words("percent", phrase("of the value of imports"))
        told.append(phrase("At its highest it averages {share}.", share=peak))
    revenue, lost = (_where_charged(reading, n) for n in ("duty_revenue", "deadweight"))
    if revenue and lost:
        told.append(
            phrase(
                "The treasury collects {revenue}; {lost} is lost to all.",
                revenue=revenue.words("USD"),
                lost=lost.words("USD"),
            )
        )
    return Finding(phrase("Who pays"), " ".join(told))


def _peak(reading: Reading) -> Ends:
    """Give the highest monthly rate in the draws with an added duty."""
    return Ends.of(reading.total("duty_rate").max(axis=1)[reading.charged])


def _waiting_finding(reading: Reading) -> Finding | None:
    waiting = reading.sum(*_WAITING)
    if not waiting:
        return None
    total, names = waiting
    highest = int(np.median(total, axis=0).argmax())
    told = [
        phrase(
            "The number waiting in Mexico is highest in {month}: {people}.",
            month=words.month(reading.months[highest]),
            people=Ends.of(total[:, highest]).words("persons", phrase("people")),
        )
    ]
    if "waiting_returned" in names and reading.has("return_to_wait"):
        sent = reading.over_all("return_to_wait").words("persons", phrase("people"))
        told.append(phrase("Over the run {people} are sent back to wait.", people=sent))
    return Finding(phrase("Who waits"), " ".join(told))


def _persons_finding(reading: Reading) -> Finding | None:
    if not reading.has("distinct_persons", "encounters"):
        return None
    events, persons = reading.total("encounters"), reading.total("distinct_persons")
    text = phrase(
        "Over the run: {encounters}. Each month's count of people behind them adds up to "
        "{people}; one person may be met in several months.",
        encounters=Ends.of(events.sum(axis=1)).words("events", phrase("encounters")),
        people=Ends.of(persons.sum(axis=1)).words("persons", phrase("people")),
    )
    return Finding(phrase("Events are not persons"), text)


def _detention_finding(reading: Reading) -> Finding | None:
    if not reading.has("detention_occupancy"):
        return None
    occupancy = reading.total("detention_occupancy")
    over = float((occupancy > 100).any(axis=1).mean())
    low, middle, high = (words.number(v) for v in Ends.of(occupancy.max(axis=1)))
    text = phrase(
        "At the peak Mexico holds {middle} people for every 100 places (90 % of draws: {low} to "
        "{high}). More people than places in some month: {in_draws}.",
        middle=middle,
        low=low,
        high=high,
        in_draws=words.odds(over, reading.draws),
    )
    return Finding(phrase("Held beyond capacity"), text)


def _transfer_finding(reading: Reading) -> Finding | None:
    if not reading.has("transferred", "transfer_shortfall"):
        return None
    text = phrase(
        "{moved} are transferred; {short} find no place.",
        moved=reading.over_all("transferred").words("persons", phrase("people")),
        short=reading.over_all("transfer_shortfall").words("persons", phrase("people")),
    )
    return Finding(phrase("Transfers"), words.capital(text))


def _law_finding(reading: Reading) -> Finding | None:
    if "clause_state" not in reading.run.dataset:
        return None
    last = clause_states(reading).groupby("clause", sort=False).tail(1)
    force = last[last["family"] == IN_FORCE]
    names = words.listing([str(c).replace("_", " ") for c in force["clause"][:6]])
    text = phrase(
        "At the end of {month}, {count} of {all} clauses most often: {clauses}.",
        month=words.month(reading.months[-1]),
        count=len(force),
        all=len(last),
        clauses=names,
    )
    return Finding(phrase("What is in force"), text)
