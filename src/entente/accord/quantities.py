"""What schedules set at an instant: each clause's own value, and what they come to together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from entente.accord.clauses import Exempt, Schedule
from entente.accord.expression.arrays import answer
from entente.accord.expression.facts import FACTS
from entente.accord.expression.faults import Truth
from entente.accord.expression.scope import missing
from entente.accord.plan import Plan, step_edges
from entente.accord.standing import Moment, Standing, World
from entente.accord.step import undone
from entente.evidence import FloatArray, Lever
from entente.places import CHAPTERS, chapters_of
from entente.problems import InputProblemsError, Problem

_EVERYTHING: Final = ("*",)


@final
@dataclass(frozen=True, slots=True)
class Part:
    """What one schedule sets at an instant, before the others are weighed.

    values   NaN where it sets nothing   [draw]
    """

    clause: Schedule
    values: FloatArray

    @property
    def id(self) -> str:
        """The clause's id."""
        return self.clause.common.id


def levers_of(clause: Schedule) -> tuple[Lever, ...]:
    """Return the levers a schedule moves: one for each who sets it and each on whom."""
    common = clause.common
    return tuple(
        Lever(clause.sets, by, on) for by in common.by or ("",) for on in common.on or ("",)
    )


def parts(standing: Standing, world: World) -> list[Part]:
    """Return what each schedule sets now, in every draw, exemptions taken off."""
    plan, acts = world.plan, standing.acts()
    moment = Moment(world, standing.now, standing.codes)
    found = []
    for clause in plan.accord.clauses.values():
        if isinstance(clause, Schedule):
            own = _own(clause, plan, standing, moment)
            own = np.where(acts[:, plan.index(clause.common.id)], own, np.nan)
            found.append(Part(clause, _exempted(clause, own, standing, world, moment)))
    return found


def _own(clause: Schedule, plan: Plan, standing: Standing, moment: Moment) -> FloatArray:
    """Return the value by the steps or the formula, on the clause's own calendar   [draw]."""
    draws = len(standing.codes)
    values = np.full(draws, np.nan)
    if clause.formula is not None and carried(clause):
        found = answer(clause.formula.tree, moment)
        if found.fault.any():
            raise InputProblemsError(missing(found))
        values = np.broadcast_to(found.values, draws).astype(np.float64)
    elif clause.steps:
        paused = standing.paused[:, plan.index(clause.common.id)]
        values = _stepped(clause, plan, standing.now - paused.astype("timedelta64[s]"))
    return values if clause.cap is None else np.minimum(values, clause.cap)


def _stepped(clause: Schedule, plan: Plan, now: np.ndarray) -> FloatArray:
    """Return the step in which each instant falls; NaN before the first and in gaps.

    now   [draw] datetime64[s]
    """
    edges = step_edges(clause, plan.accord.zone)
    order = sorted(range(len(edges)), key=lambda i: edges[i][0])
    starts = np.array([edges[i][0] for i in order])
    ends = np.array([edges[i][1] for i in order])
    amounts = np.array([clause.steps[i].value for i in order])
    at = np.searchsorted(starts, now, "right") - 1
    inside = (at >= 0) & ~(now >= ends[at])
    if clause.prorate == "binding":
        with np.errstate(invalid="ignore"):
            share = (now - starts[at]) / (ends[at] - starts[at])
        amounts = amounts[at] * np.where(np.isnan(share), 1.0, share)
        return np.where(inside, amounts, np.nan)
    return np.where(inside, amounts[at], np.nan)


def carried(clause: Schedule | Exempt) -> bool:
    """Tell whether a month's average can hold a clause: it asks no facts of single entries."""
    if isinstance(clause, Exempt):
        return not clause.goods and not any(
            reference.id in FACTS for reference in clause.if_.names()
        )
    if clause.quota is not None and not clause.steps:
        return False
    if clause.formula is not None:
        return not any(reference.id in FACTS for reference in clause.formula.names())
    return True


def _exempted(
    clause: Schedule, own: FloatArray, standing: Standing, world: World, moment: Moment
) -> FloatArray:
    """Put an exemption's value in place of the clause's own, where the exemption holds."""
    plan, acts = world.plan, standing.acts()
    for id_, other in plan.accord.clauses.items():
        if not isinstance(other, Exempt) or clause.common.id not in other.from_clauses:
            continue
        if not carried(other):
            continue
        found = answer(other.if_.tree, moment)
        holds = found.values.astype(np.bool_) & (found.fault == 0) & acts[:, plan.index(id_)]
        holds &= ~undone(plan, standing.fired, standing.since, acts, id_, clause.common.id)
        to = other.to if isinstance(other.to, float | int) else np.nan
        own = np.where(holds & ~np.isnan(own), to, own)
    return own


def losers(plan: Plan, group: Sequence[Part]) -> list[Truth]:
    """Return where each part is beaten by another that sets something   [draw] each."""
    return [
        np.any(
            [~np.isnan(other.values) for other in group if part.id in plan.beats[other.id]]
            or [np.zeros(len(part.values), np.bool_)],
            axis=0,
        )
        for part in group
    ]


def folded(plan: Plan, group: Sequence[Part]) -> FloatArray:
    """Fold the parts that set one quantity for one case: beaten ones dropped, the rest combined.

    Equation (1): `add` sums, `max` takes the largest, `replace` needs a single survivor. E105 where
    parts with different ways to combine, or several that replace, survive together.

    returns   NaN where nothing is set   [draw]
    """
    values = np.array(
        [
            np.where(lost, np.nan, part.values)
            for part, lost in zip(group, losers(plan, group), strict=True)
        ]
    )  # [part, draw]
    set_ = ~np.isnan(values)
    together = set_.sum(axis=0) > 1
    ways = {part.clause.common.combine or "replace" for part, s in zip(group, set_, strict=True)
            if (s & together).any()}  # fmt: skip
    if len(ways) > 1 or "replace" in ways:
        raise InputProblemsError([_clash(group, set_, together)])
    none = ~set_.any(axis=0)
    fold = np.nanmax if ways == {"max"} else np.nansum
    return np.where(none, np.nan, fold(np.where(none, 0.0, values), axis=0))


def _clash(group: Sequence[Part], set_: Truth, together: Truth) -> Problem:
    ids = [part.id for part, s in zip(group, set_, strict=True) if (s & together).any()]
    last = group[[part.id for part in group].index(ids[-1])]
    message = f"{' and '.join(ids)} set {last.clause.sets} together"
    mend = 'let one stand over the other, or give both combine = "add" or "max"'
    return Problem("E105", last.clause.common.where, last.id, message, mend)


def by_chapter(plan: Plan, group: Sequence[Part]) -> FloatArray:
    """Fold parts chapter by chapter; where values replace, the longest matching prefix wins.

    A part for goods finer than a chapter is left out: a month's average cannot hold it.

    returns   NaN where nothing is set   [draw, chapter], or [draw, 1] where chapters agree
    """
    if all(part.clause.goods in ((), _EVERYTHING) for part in group):
        return folded(plan, group)[:, None]
    draws = len(group[0].values)
    table = np.full((draws, len(CHAPTERS)), np.nan)
    cached: dict[tuple[str, ...], FloatArray] = {}
    for index, chapter in enumerate(CHAPTERS):
        matching = matched(group, chapter)
        if matching:
            key = tuple(part.id for part in matching)
            if key not in cached:
                cached[key] = folded(plan, matching)
            table[:, index] = cached[key]
    return table


def matched(group: Sequence[Part], goods: str) -> list[Part]:
    """Return the parts that reach a goods code; among those that replace, the finest only."""
    finest: dict[str, int] = {}
    for part in group:
        found = [len(p.strip("*")) for p in part.clause.goods or _EVERYTHING if reaches(p, goods)]
        if found:
            finest[part.id] = max(found)
    best = max(finest.values(), default=0)
    return [
        part
        for part in group
        if part.id in finest
        and (part.clause.common.combine in ("add", "max") or finest[part.id] == best)
    ]


def reaches(prefix: str, goods: str) -> bool:
    """Tell whether a goods prefix has a tariff number among its goods."""
    return prefix == "*" or goods.startswith(prefix)


def finer_than_chapters(clause: Schedule) -> tuple[str, ...]:
    """Return the goods that are finer than a chapter, or touch none."""
    return tuple(p for p in clause.goods if p != "*" and (len(p) > 2 or not chapters_of(p)))
