"""The headline of a brief: whether the promise holds, what is charged, who waits."""

from typing import Final

import numpy as np

from entente.language import marked, phrase
from entente.report import naming, words
from entente.report.opening.answer import WAITING
from entente.report.reading import Ends, Reading, records

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


def headline(reading: Reading) -> str:
    """Say in one line whether the promise holds and what is charged."""
    parts = [_promise_head(reading), _duty_head(reading), _waiting_head(reading)]
    said = [part for part in parts if part][:2]
    if not said:
        return phrase("What {accord} does, month by month", accord=reading.title)
    return words.capital("; ".join(said))


def _promise_head(reading: Reading) -> str:
    """Say how the last tests go: the easiest target of the first measure, then the hardest."""
    if reading.run.targets.empty:
        return ""
    last = reading.last_test
    rows = reading.tests
    rows = rows[(rows["by_date"] == last["by_date"]) & (rows["measure"] == last["measure"])]
    rows = rows.sort_values("probability", ascending=False).drop_duplicates("threshold")
    first, *others = records(rows)
    said = words.graded(
        _COMES,
        float(first["probability"]),
        reading.draws,
        counted=naming.subject(str(last["measure"])),
        level=reading.rate(first),
        month=words.month(np.datetime64(last["by_date"], "M")),
    )
    if not others:
        return said
    chance = float(others[-1]["probability"])
    level = reading.level(others[-1])
    return words.graded(_AND_COMES, chance, reading.draws, before=said, level=level)


def _duty_head(reading: Reading) -> str:
    ever = reading.ever_charged
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
    waiting = reading.sum(*WAITING)
    if not waiting:
        return ""
    count = Ends.of(waiting[0][:, -1]).about("persons")
    return phrase("{count} people are left waiting in Mexico", count=count)
