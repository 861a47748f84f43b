"""What parties would choose, in words: each decision with its odds and why, each ladder's steps."""

from typing import Final

from entente.outcome.play import Play
from entente.report import words
from entente.report.tables import Cell, Table, Value
from entente.world.measures import BY_NAME
from entente.world.politics.decided import Backtest
from entente.world.politics.threat import Rung, ahead
from entente.world.politics.tree import Answer, Made, Solved

_AT_HOME: Final = " at home"
_WORTH_SAYING: Final = 1e6  # US dollars


def reasons(play: Play) -> list[str]:
    """Say every decision, those that fall alike together, and how a ladder's target weighs it."""
    told = [_reason(play, group) for group in _alike(play)]
    for id_, rungs in play.rungs.items():
        told.append(_ladder(id_, rungs))
    if play.score is not None:
        told.append(_record(play.score))
    told.append(
        f"A legislature undoes what is carried out with a chance of {words.percentage(play.void)} "
        f"({play.void_origin}). All of this rests on the stakes written in the accord, "
        f"{_bases(play)}."
    )
    return told


def rungs_table(play: Play) -> Table | None:
    """Return every step of every ladder as its target weighs it; None where none is weighed."""
    rows: list[tuple[Cell, ...]] = [
        (
            f"{id_}, {words.day(rung.day)}",
            "gives way" if rung.gives_way else "holds",
            Value(rung.rate, "percent"),
            Value(rung.loss, "USD"),
            Value(rung.carried, "share"),
            Value(rung.giving, "USD"),
        )
        for id_, rungs in play.rungs.items()
        for rung in rungs or ()
    ]
    head = ("Step", "The target", "Duty", "Loss ahead", "Carried out", "Cost of giving way")
    caption = "Each step of a ladder as its target weighs it on that day"
    return Table("ladder", caption, head, tuple(rows)) if rows else None


def _alike(play: Play) -> list[list[Solved]]:
    """Group decisions on one choice and day whose odds are the same to a few percent."""
    groups: dict[tuple[object, ...], list[Solved]] = {}
    for found in play.decisions:
        odds = tuple(round(float(p) * 20) for p in found.odds)
        groups.setdefault((found.decision.choice, found.decision.day, odds), []).append(found)
    return list(groups.values())


def _reason(play: Play, group: list[Solved]) -> str:
    """Say one decision: who, when, after what, with which odds, and what tips it."""
    found = group[0]
    decision = found.decision
    best = int(found.odds.argmax())
    other = int(found.worth.argsort()[-2 if best == found.worth.argmax() else -1])
    odds = ", ".join(
        f"{said(answer)} {words.percentage(float(p))}"
        for answer, p in zip(decision.answers, found.odds, strict=True)
    )
    parts = {
        stake: float(worth[best] - worth[other])
        for stake, worth in found.parts.items()
        if abs(worth[best] - worth[other]) >= _WORTH_SAYING
    }
    tips = "; ".join(f"{_stake(play, s)} {signed(v)}" for s, v in parts.items())
    gap = float(found.worth[best] - found.worth[other])
    whole = next(iter(found.expected.values())).size
    months = min(play.accord.players[decision.party].patience, whole - decision.month)
    return (
        f"{words.day(decision.day)}, {words.label(decision.party)}, {decision.choice}"
        f"{_where(play, group)}: {odds}. Over {months} months {said(decision.answers[best])} is "
        f"worth {dollars(gap)} more to it than {said(decision.answers[other])}: "
        f"{tips or 'nothing tips it'}."
    )


def _where(play: Play, group: list[Solved]) -> str:
    """Say after which earlier decisions a group of decisions falls as it does."""
    first = group[0].decision
    same = [
        s
        for s in play.decisions
        if (s.decision.choice, s.decision.day) == (first.choice, first.day)
    ]
    if not first.after or len(same) == 1:
        return ""
    if len(same) == len(group):
        return ", whatever was decided before"
    courses = [
        words.listing([f"{choice} was {said(answer)}" for choice, _, answer in s.decision.after])
        for s in group
    ]
    return f", where {words.listing(courses, 'or')}"


def _record(score: Backtest) -> str:
    """Say how well the same weights tell recorded threats, beside their base rate."""
    better = score.log < score.base_log
    verdict = "they tell more than it does" if better else "they tell less than it does"
    return (
        f"On {len(score.told)} recorded threats of duties the same audience, doubt and patience "
        f"score {score.brier:.2f} (Brier) and {score.log:.2f} (log); the base rate of the threats "
        f"before scores {score.base_brier:.2f} and {score.base_log:.2f}. Lower is better: "
        f"{verdict}."
    )


def _ladder(id_: str, rungs: tuple[Rung, ...] | None) -> str:
    if not rungs:
        return (
            f"{id_}: what giving way would cost its target is not known, because no played "
            "choice says whether its promise is kept."
        )
    gives = [rung for rung in rungs if rung.gives_way]
    first = gives[0] if gives else rungs[-1]
    does = (
        f"gives way on {words.day(first.day)}, at {first.rate:g} %"
        if gives
        else "holds at every step"
    )
    costs = "costs" if first.giving >= 0 else "saves"
    return (
        f"{id_}: its target {does}. Giving way then {costs} it {dollars(abs(first.giving))}; the "
        f"loss ahead is {dollars(first.loss)}, and the threat is carried out with a chance of "
        f"{words.percentage(first.carried)}."
    )


def said(answer: Answer) -> str:
    """Write an answer as a reader would.

    >>> said(True), said("on time")
    ('yes', 'on time')
    """
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    return str(answer)


def dollars(amount: float) -> str:
    """Write an amount in the unit that suits it, with its sign."""
    return words.quantity(amount, "USD")


def signed(amount: float) -> str:
    """Write an amount with a plus or a minus.

    >>> signed(2.5e9)
    '+$2.5 billion'
    """
    return dollars(amount) if amount < 0 else f"+{dollars(amount)}"


def _stake(play: Play, id_: str) -> str:
    if id_.endswith(_AT_HOME):
        return "its audience at home"
    return BY_NAME[play.accord.stakes[id_].measure].title


def _bases(play: Play) -> str:
    bases = [stake.basis for stake in play.accord.stakes.values()]
    bases += [player.basis for player in play.accord.players.values()]
    return f"{sum(b != 'text' for b in bases)} of {len(bases)} of them not in any text"


def discounted(play: Play, made: Made, side: str) -> float:
    """Return what a whole course is worth to a side from the run's start, US dollars."""
    months = play.courses[made]
    own = [stake.id for stake in play.accord.stakes.values() if stake.by == side]
    discount = play.accord.players[side].discount
    return sum(ahead(months[id_], 0, discount, months[id_].size) for id_ in own)
