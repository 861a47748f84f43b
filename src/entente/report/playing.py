"""What parties would choose, in words: each decision with its odds and why, each ladder's steps."""

from typing import Final

from entente.outcome.play import Play
from entente.report import words
from entente.world.measures import BY_NAME
from entente.world.politics.tree import Answer, Solved

_AT_HOME: Final = " at home"


def reasons(play: Play) -> list[str]:
    """Say every decision in the order of the tree, and whether each step of a ladder moves."""
    told = [reason(play, found) for found in play.decisions]
    for id_, rungs in play.rungs.items():
        if rungs is None:
            told.append(
                f"{id_}: what giving way would cost its target is not known, because no played "
                "choice says whether its promise is kept."
            )
        for rung in rungs or ():
            does = "gives way" if rung.gives_way else "holds"
            told.append(
                f"{id_}, {words.day(rung.day)}, {rung.rate:g} %: the target {does}. Giving way "
                f"{'costs' if rung.giving >= 0 else 'saves'} it {dollars(abs(rung.giving))}; "
                f"the loss ahead is {dollars(rung.loss)}, and "
                f"the threat is carried out with a chance of {words.percentage(rung.carried)}."
            )
    told.append(
        f"A legislature undoes what is carried out with a chance of {words.percentage(play.void)} "
        f"({play.void_origin}). All of this rests on the stakes written in the accord, "
        f"{_bases(play)}."
    )
    return told


def reason(play: Play, found: Solved) -> str:
    """Say one decision: who, when, after what, with which odds, and what tips it."""
    decision = found.decision
    best = int(found.odds.argmax())
    other = int(found.worth.argsort()[-2 if best == found.worth.argmax() else -1])
    after = [f"{choice} was {said(answer)}" for choice, _, answer in decision.after]
    where = f", where {words.listing(after)}" if after else ""
    odds = ", ".join(
        f"{said(answer)} {words.percentage(float(p))}"
        for answer, p in zip(decision.answers, found.odds, strict=True)
    )
    parts = {
        stake: float(worth[best] - worth[other])
        for stake, worth in found.parts.items()
        if abs(worth[best] - worth[other]) >= 1e6
    }
    tips = ", ".join(f"{_stake(play, s)} {signed(v)}" for s, v in parts.items()) or "nothing much"
    gap = float(found.worth[best] - found.worth[other])
    months = play.accord.players[decision.party].patience
    return (
        f"{words.day(decision.day)}, {words.label(decision.party)}, {decision.choice}{where}: "
        f"{odds}. Over {months} months {said(decision.answers[best])} is worth {dollars(gap)} more "
        f"to it than {said(decision.answers[other])}: {tips}."
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
