"""What parties would choose, in words: each decision with its odds and why, each ladder's steps."""

from typing import Final

from entente.language import decimal, figures, phrase
from entente.outcome.play import Play
from entente.report import amounts, naming, words
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
        phrase(
            "A legislature undoes what is carried out with a chance of {share} ({origin}). All of "
            "this rests on the stakes written in the accord, {count} of {all} of them not in any "
            "text.",
            share=amounts.percentage(play.void),
            origin=play.void_origin,
            **_bases(play),
        )
    )
    return told


def rungs_table(play: Play) -> Table | None:
    """Return every step of every ladder as its target weighs it; None where none is weighed."""
    rows: list[tuple[Cell, ...]] = [
        (
            f"{id_}, {words.day(rung.day)}",
            phrase("gives way") if rung.gives_way else phrase("holds"),
            Value(rung.rate, "percent"),
            Value(rung.loss, "USD"),
            Value(rung.carried, "share"),
            Value(rung.giving, "USD"),
        )
        for id_, rungs in play.rungs.items()
        for rung in rungs or ()
    ]
    head = (
        phrase("Step"),
        phrase("The target"),
        phrase("Duty"),
        phrase("Loss ahead"),
        phrase("Carried out"),
        phrase("Cost of giving way"),
    )
    caption = phrase("Each step of a ladder as its target weighs it on that day")
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
        f"{said(answer)} {amounts.percentage(float(p))}"
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
    return phrase(
        "{decision}: {odds}. Over {months} months {answer} is worth {amount} more to it than "
        "{other}: {tips}.",
        decision=", ".join(
            filter(
                None,
                (
                    words.day(decision.day),
                    naming.label(decision.party),
                    decision.choice,
                    _where(play, group),
                ),
            )
        ),
        odds=odds,
        months=months,
        answer=said(decision.answers[best]),
        amount=dollars(gap),
        other=said(decision.answers[other]),
        tips=tips or phrase("nothing tips it"),
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
        return phrase("whatever was decided before")
    courses = [
        words.listing(
            [
                phrase("{choice} was {answer}", choice=choice, answer=said(answer))
                for choice, _, answer in s.decision.after
            ]
        )
        for s in group
    ]
    return phrase("where {courses}", courses=words.listing(courses, "or"))


def _record(score: Backtest) -> str:
    """Say how well the same weights tell recorded threats and reviews, beside their base rate."""
    played, base, pooled = map(score.scores, (score.played, score.base, score.pooled))
    better = played.log < base.log
    verdict = (
        phrase("they tell more than it does") if better else phrase("they tell less than it does")
    )
    reviews = score.scores(score.played, "review"), score.scores(score.base, "review")
    return phrase(
        "On {threats} recorded threats of duties and {reviews} reviews the same audience, doubt "
        "and patience score {brier} (Brier) and {log} (log); the base rate of those before scores "
        "{base_brier} and {base_log}. Lower is better: {verdict}. On the reviews alone they score "
        "{review_brier}, it {review_base}. Weighed by how each told the decisions before, the two "
        "together score {pooled_brier} and {pooled_log}, and the played odds keep a weight of "
        "{weight}.",
        threats=score.kinds["threat"],
        reviews=score.kinds["review"],
        brier=decimal(played.brier, 2),
        log=decimal(played.log, 2),
        base_brier=decimal(base.brier, 2),
        base_log=decimal(base.log, 2),
        verdict=verdict,
        review_brier=decimal(reviews[0].brier, 2),
        review_base=decimal(reviews[1].brier, 2),
        pooled_brier=decimal(pooled.brier, 2),
        pooled_log=decimal(pooled.log, 2),
        weight=amounts.percentage(float(score.weight[-1])),
    )


def _ladder(id_: str, rungs: tuple[Rung, ...] | None) -> str:
    if not rungs:
        return phrase(
            "{ladder}: what giving way would cost its target is not known, because no played "
            "choice says whether its promise is kept.",
            ladder=id_,
        )
    gives = [rung for rung in rungs if rung.gives_way]
    first = gives[0] if gives else rungs[-1]
    does = (
        phrase(
            "{ladder}: its target gives way on {day}, at {rate} %.",
            ladder=id_,
            day=words.day(first.day),
            rate=figures(first.rate),
        )
        if gives
        else phrase("{ladder}: its target holds at every step.", ladder=id_)
    )
    ahead_of_it = {
        "amount": dollars(abs(first.giving)),
        "loss": dollars(first.loss),
        "share": amounts.percentage(first.carried),
    }
    weighed = (
        phrase(
            "Giving way then costs it {amount}; the loss ahead is {loss}, and the threat is "
            "carried out with a chance of {share}.",
            **ahead_of_it,
        )
        if first.giving >= 0
        else phrase(
            "Giving way then saves it {amount}; the loss ahead is {loss}, and the threat is "
            "carried out with a chance of {share}.",
            **ahead_of_it,
        )
    )
    return f"{does} {weighed}"


def said(answer: Answer) -> str:
    """Write an answer as a reader would.

    >>> said(True), said("on time")
    ('yes', 'on time')
    """
    if isinstance(answer, bool):
        return phrase("yes") if answer else phrase("no")
    return phrase(str(answer))


def dollars(amount: float) -> str:
    """Write an amount in the unit that suits it, with its sign."""
    return amounts.quantity(amount, "USD")


def signed(amount: float) -> str:
    """Write an amount with a plus or a minus.

    >>> signed(2.5e9)
    '+$2.5 billion'
    """
    return dollars(amount) if amount < 0 else f"+{dollars(amount)}"


def _stake(play: Play, id_: str) -> str:
    if id_.endswith(_AT_HOME):
        return phrase("its audience at home")
    return naming.title(BY_NAME[play.accord.stakes[id_].measure])


def _bases(play: Play) -> dict[str, int]:
    """Count the numbers that no text holds, and all of them."""
    bases = [stake.basis for stake in play.accord.stakes.values()]
    bases += [player.basis for player in play.accord.players.values()]
    return {"count": sum(b != "text" for b in bases), "all": len(bases)}


def discounted(play: Play, made: Made, side: str) -> float:
    """Return what a whole course is worth to a side from the run's start, US dollars."""
    months = play.courses[made]
    own = [stake.id for stake in play.accord.stakes.values() if stake.by == side]
    discount = play.accord.players[side].discount
    return sum(ahead(months[id_], 0, discount, months[id_].size) for id_ in own)
