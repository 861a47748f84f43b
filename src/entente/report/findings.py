"""The headline, the answer and the findings: sentences computed from a run, for any accord."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np
import pandas as pd

from entente.report import words
from entente.report.figures.border import truth_words
from entente.report.figures.law import clause_states
from entente.report.reading import Ends, Reading, records
from entente.world.measures import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable

_FINDINGS: Final = 5
_SENT_BACK: Final = ("returns_mexico", "returned_usa")
_PROTECTED: Final = ("protected_mexico", "protected_usa")
_WAITING: Final = ("waiting_returned", "waiting_metered")


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
        return f"What {title(reading)} does, month by month"
    return words.capital("; ".join(said))


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
        when = words.month(reading.months[reading.tested])
        shown.append(_key(reading.at(reading.counted, reading.tested), unit, f"{noun} in {when}"))
    if not reading.run.targets.empty:
        row = _last_target(reading)
        met = words.percentage(float(row["probability"]))
        shown.append(KeyNumber(met, "of draws", f"meet “{reading.target(row)}”"))
    if waiting := reading.sum(*_WAITING):
        ends = Ends.of(waiting[0][:, -1])
        shown.append(_key(ends, "persons", f"people waiting in Mexico at the end of {last}"))
    ever = _ever_charged(reading)
    if ever is not None:
        cost = _where_charged(reading, "buyers_cost") if ever else None
        what = "charge an added duty"
        if cost:
            what += f", at a cost to buyers of {cost.about('USD')}"
        shown.append(KeyNumber(words.percentage(ever), "of draws", what))
    return shown


def title(reading: Reading) -> str:
    """Name the accord as its file does."""
    return reading.run.accord.title or reading.run.accord.name


def _key(ends: Ends, unit: str, what: str) -> KeyNumber:
    spread = ends.high - ends.low
    low, middle, high = (words.quantity(words.rounded(v, spread), unit) for v in ends)
    return KeyNumber(middle, "in every draw" if low == high else f"{low} to {high}", what)


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
    measure, by = BY_NAME[str(last["measure"])], words.month(np.datetime64(last["by_date"], "M"))
    rate = " a month" if measure.kind == "flow" else ""
    first_level = f"{reading.level(first)}{rate} by {by}"
    come = words.happens(float(first["probability"]), reading.draws, "come")
    said = f"{words.noun(measure.name)} {come} to {first_level}"
    if not others:
        return said
    return f"{said}, and {_surely(reading, others[-1])} to {reading.level(others[-1])}"


def _surely(reading: Reading, row: dict[str, Any]) -> str:
    """Say how surely a target is met: `probably`."""
    return words.probably(float(row["probability"]), reading.draws)


def _duty_head(reading: Reading) -> str:
    ever = _ever_charged(reading)
    if ever is None:
        return ""
    if ever == 0:
        return "no added duty is charged in any draw"
    if ever < 1:
        return f"an added duty is {words.likelihood(ever)}"
    if not reading.has("buyers_cost"):
        return "an added duty is charged in every draw"
    return f"buyers pay {reading.over_all('buyers_cost').about('USD')}"


def _waiting_head(reading: Reading) -> str:
    waiting = reading.sum(*_WAITING)
    if not waiting:
        return ""
    return f"{Ends.of(waiting[0][:, -1]).about('persons')} people are left waiting in Mexico"


def _movement(reading: Reading) -> str:
    if reading.counted is None:
        return ""
    name, unit, noun = reading.counted, BY_NAME[reading.counted].unit, words.noun(reading.counted)
    before = reading.before(name)
    start = (
        f"{words.quantity(before[1], unit)} in {words.month(before[0])}, the last month known"
        if before
        else f"{reading.at(name, 0).about(unit)} in {words.month(reading.months[0])}"
    )
    moments = dict.fromkeys((reading.tested, len(reading.months) - 1))
    ends = [
        f"{reading.at(name, i).words(unit)} in {words.month(reading.months[i])}" for i in moments
    ]
    return f"{noun} go from {start}, to {' and '.join(ends)}"


def _promise(reading: Reading) -> str:
    if reading.run.targets.empty:
        return ""
    return _target_words(reading, _last_target(reading))


def _target_words(reading: Reading, row: dict[str, Any]) -> str:
    chance = words.odds(float(row["probability"]), reading.draws)
    return f"the target of {reading.target(row)} is met {chance}"


def _duty(reading: Reading) -> str:
    ever = _ever_charged(reading)
    if ever is None:
        return ""
    if ever == 0:
        return f"no added duty is charged in any of the {reading.draws:,} draws"
    said = f"an added duty is charged at some time {words.odds(ever, reading.draws)}"
    cost = _where_charged(reading, "buyers_cost")
    return f"{said}; in those it costs buyers {cost.words('USD', 'over the run')}" if cost else said


def _where_charged(reading: Reading, name: str) -> Ends | None:
    """Give a measure over the run in the draws with an added duty only."""
    if not reading.charged.any() or not reading.has(name):
        return None
    return Ends.of(reading.total(name)[reading.charged].sum(axis=1))


def _waiting(reading: Reading) -> str:
    waiting = reading.sum(*_WAITING)
    if not waiting:
        return ""
    count = Ends.of(waiting[0][:, -1]).words("persons", "people")
    return (
        f"at the end of {words.month(reading.months[-1])}, {count} wait in Mexico for a turn or a "
        "hearing in the United States"
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
    return Finding("Is the target met?", " ".join(words.sentence(text) for text in latest))


def _protection_finding(reading: Reading) -> Finding | None:
    back, kept = reading.sum(*_SENT_BACK), reading.sum(*_PROTECTED)
    if not back or not kept:
        return None
    returned = Ends.of(back[0].sum(axis=1)).words("persons", "returns to the country of origin")
    protected = Ends.of(kept[0].sum(axis=1)).words("persons", "grants of protection")
    period = words.plural(len(reading.months), "month")
    return Finding("Returned or protected", f"Over {period}: {returned}, beside {protected}.")


def _duty_finding(reading: Reading) -> Finding | None:
    if not (said := _duty(reading)):
        return None
    text = words.sentence(said)
    if _ever_charged(reading):
        peak = _peak(reading).words("percent", "of the value of imports")
        text += f" At its highest it averages {peak}."
    revenue, lost = (_where_charged(reading, n) for n in ("duty_revenue", "deadweight"))
    if revenue and lost:
        text += (
            f" The treasury collects {revenue.words('USD')}; {lost.words('USD')} is lost to all."
        )
    return Finding("Who pays", text)


def _peak(reading: Reading) -> Ends:
    """Give the highest monthly rate in the draws with an added duty."""
    return Ends.of(reading.total("duty_rate").max(axis=1)[reading.charged])


def _waiting_finding(reading: Reading) -> Finding | None:
    waiting = reading.sum(*_WAITING)
    if not waiting:
        return None
    total, names = waiting
    highest = int(np.median(total, axis=0).argmax())
    peak = Ends.of(total[:, highest]).words("persons", "people")
    when = words.month(reading.months[highest])
    text = f"The number waiting in Mexico is highest in {when}: {peak}."
    if "waiting_returned" in names and reading.has("return_to_wait"):
        sent = reading.over_all("return_to_wait").words("persons", "people")
        text += f" Over the run {sent} are sent back to wait."
    return Finding("Who waits", text)


def _persons_finding(reading: Reading) -> Finding | None:
    if not reading.has("distinct_persons", "encounters"):
        return None
    events, persons = reading.total("encounters"), reading.total("distinct_persons")
    caught = Ends.of(events.sum(axis=1)).words("events", "encounters")
    behind = Ends.of(persons.sum(axis=1)).words("persons", "people")
    return Finding(
        "Events are not persons",
        f"Over the run: {caught}. Each month's count of people behind them adds up to {behind}; "
        "one person may be met in several months.",
    )


def _detention_finding(reading: Reading) -> Finding | None:
    if not reading.has("detention_occupancy"):
        return None
    occupancy = reading.total("detention_occupancy")
    over = float((occupancy > 100).any(axis=1).mean())
    peak = Ends.of(occupancy.max(axis=1))
    low, middle, high = (words.number(v) for v in peak)
    chance = words.odds(over, reading.draws)
    return Finding(
        "Held beyond capacity",
        f"At the peak Mexico holds {middle} people for every 100 places (90 % of draws: {low} to "
        f"{high}). More people than places in some month: {chance}.",
    )


def _transfer_finding(reading: Reading) -> Finding | None:
    if not reading.has("transferred", "transfer_shortfall"):
        return None
    moved = reading.over_all("transferred").words("persons", "people")
    short = reading.over_all("transfer_shortfall").words("persons", "people")
    return Finding("Transfers", f"{words.capital(moved)} are transferred; {short} find no place.")


def _law_finding(reading: Reading) -> Finding | None:
    if "clause_state" not in reading.run.dataset:
        return None
    last = clause_states(reading).groupby("clause", sort=False).tail(1)
    force = last[last["family"] == "in force"]
    names = words.listing([str(c).replace("_", " ") for c in force["clause"][:6]])
    count = f"{len(force)} of {len(last)} clauses"
    when = words.month(reading.months[-1])
    return Finding("What is in force", f"At the end of {when}, {count} most often: {names}.")
