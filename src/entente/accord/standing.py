"""How every clause stands at an instant, in every draw, and what an instant lets the text read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from entente.accord.calendar import DateArray, Duration
from entente.accord.choices import Choices, taken
from entente.accord.clauses.common import ASKED, STATES
from entente.accord.expression import Kind
from entente.accord.expression.facts import FACTS
from entente.accord.expression.faults import Truth
from entente.accord.expression.scope import Known, as_array, unknown
from entente.accord.plan import NEVER, Plan, date_of
from entente.accord.published import Published
from entente.luck import Luck
from entente.problems import Problem

Codes: TypeAlias = NDArray[np.int8]
CODE: Final[Mapping[str, int]] = {state: code for code, state in enumerate(STATES)}
_ACTING: Final = np.array(
    [state in ("in_force", "triggered", "met", "breached") for state in STATES], np.bool_
)


@final
@dataclass(frozen=True, slots=True)
class Standing:
    """How every clause stands at `now`, and what must be remembered to say how it will.

    codes    index into STATES                                            [draw, clause]
    since    when each clause came to its state                           [draw, clause] [s]
    fired    when a trigger or restore fired, or a body decided; NaT: not yet   [draw, clause] [s]
    begun    when a `from` condition came true                            [draw, clause] [s]
    ended    when a clause ended for good                                 [draw, clause] [s]
    judged   0, -1 (due, but not testable), or the code of met or breached   [draw, clause]
    void     0, or the code of a void                                     [draw, clause]
    paused   seconds for which a suspension has stopped the clock         [draw, clause]
    cooling  until when a trigger rests after it reset                    [draw, clause] [s]
    undecided   what could not be judged for want of a published value
    """

    now: np.datetime64
    codes: Codes
    since: DateArray
    fired: DateArray
    begun: DateArray
    ended: DateArray
    judged: Codes
    void: Codes
    paused: NDArray[np.int64]
    cooling: DateArray
    undecided: tuple[Problem, ...] = ()

    @classmethod
    def opening(cls, plan: Plan, draws: int) -> "Standing":
        """Return how things stand before the first instant: every clause a draft."""
        shape = (draws, len(plan.ids))  # clause by clause in memory, as they are judged
        never = np.full(shape, NEVER, order="F")
        drafts = np.zeros(shape, np.int8, order="F")
        return cls(
            NEVER, drafts, never, never, never, never, drafts, drafts,
            np.zeros(shape, np.int64, order="F"), never,
        )  # fmt: skip

    def acts(self) -> Truth:
        """Return which clauses have effect: those in force, triggered, met or breached."""
        return np.asarray(_ACTING[self.codes])


@final
@dataclass(frozen=True, slots=True)
class World:
    """What the text may read at an instant: published figures, choices, luck."""

    plan: Plan
    published: Published
    choices: Choices
    luck: Luck | None


@final
@dataclass(frozen=True, slots=True)
class Moment:
    """An instant as expressions read it; codes are those reached so far  [draw, clause]."""

    world: World
    now: np.datetime64
    codes: Codes
    waits: bool = False  # for reviews, before a choice that they decide

    @property
    def today(self) -> DateArray:
        """Return the local day   []."""
        return np.asarray(self.now.astype("datetime64[D]"))

    def value(self, name: str) -> Known:
        """Return a metric's last published value, a choice as taken so far, a source's date."""
        accord = self.world.plan.accord
        if name in accord.metrics:
            return self.world.published.series("last", name, None, self.now)
        if name in accord.choices:
            return self.choice(name)[0]
        source = accord.sources.get(name)
        if source is not None:
            return Known(as_array(source.date), np.ones((), np.bool_))
        fact = FACTS.get(name)
        return unknown(fact.type.kind if fact else Kind.NUMBER)

    def choice(self, name: str) -> tuple[Known, str]:
        """Return a choice as taken so far, and where its value comes from."""
        plan, world = self.world.plan, self.world
        choice, taking = plan.accord.choices[name], plan.takings[name]
        return taken(choice, taking, self.now, world.choices, world.luck, waits=self.waits)

    def state(self, function: str, clause: str) -> Truth:
        """Return whether a clause is in a state   [draw]."""
        codes = [CODE[state] for state in ASKED.get(function, (function,))]
        return np.isin(self.codes[:, self.world.plan.index(clause)], codes)

    def date(self, function: str, clause: str) -> Known:
        """Return one of a clause's four dates."""
        return date_of(self.world.plan.accord, function, clause)

    def series(self, function: str, metric: str, other: "Duration | str | None") -> Known:
        """Return a metric over time, as published by now."""
        return self.world.published.series(function, metric, other, self.now)
