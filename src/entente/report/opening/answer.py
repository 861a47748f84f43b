"""The answer in one paragraph: who moves, whether the promise holds, who pays, who waits."""

from typing import Any, Final

from entente.language import phrase
from entente.report import amounts, naming, words
from entente.report.figures.border import truth_words
from entente.report.reading import Ends, Reading
from entente.world.measures import BY_NAME

WAITING: Final = ("waiting_returned", "waiting_metered")


def answer(reading: Reading) -> str:
    """Say in one paragraph who moves, whether the promise holds, who pays and who waits."""
    sentences = (
        _movement(reading),
        _promise(reading),
        duty_words(reading),
        _waiting(reading),
        _truth(reading),
    )
    return " ".join(words.sentence(text) for text in sentences if text)


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
            counted=naming.subject(name),
            first=reading.at(name, 0).about(unit),
            month=words.month(reading.months[0]),
            then=words.listing(ends),
        )
    return phrase(
        "{counted} go from {first} in {month}, the last month known, to {then}",
        counted=naming.subject(name),
        first=amounts.quantity(before[1], unit),
        month=words.month(before[0]),
        then=words.listing(ends),
    )


def _promise(reading: Reading) -> str:
    if reading.run.targets.empty:
        return ""
    return target_words(reading, reading.last_test)


def target_words(reading: Reading, row: dict[str, Any]) -> str:
    """Say in how many draws a target is met."""
    target, share = reading.target(row), float(row["probability"])
    if words.surety(share, reading.draws) == words.NEVER:
        return phrase(
            "the target of {target} is met in none of the {draws} draws",
            target=target,
            draws=amounts.number(reading.draws),
        )
    chance = words.odds(share, reading.draws)
    return phrase("the target of {target} is met {in_draws}", target=target, in_draws=chance)


def duty_words(reading: Reading) -> str:
    """Say how likely an added duty is, and what it costs where there is one."""
    ever = reading.ever_charged
    if ever is None:
        return ""
    if ever == 0:
        draws = amounts.number(reading.draws)
        return phrase("no added duty is charged in any of the {draws} draws", draws=draws)
    chance = words.odds(ever, reading.draws)
    cost = reading.where_charged("buyers_cost")
    if cost is None:
        return phrase("an added duty is charged at some time {in_draws}", in_draws=chance)
    return phrase(
        "an added duty is charged at some time {in_draws}; in those it costs buyers {cost}",
        in_draws=chance,
        cost=cost.words("USD", phrase("over the run")),
    )


def _waiting(reading: Reading) -> str:
    waiting = reading.sum(*WAITING)
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
