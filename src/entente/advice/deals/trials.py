"""Deals tried in the model: each run with the same luck as no deal, kept by digest, found again."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, final

import numpy as np

from entente.accord.choices import Choices
from entente.accord.document import Accord
from entente.evidence import FloatArray
from entente.lab import record
from entente.lab.blocks import world_of
from entente.lab.crew import Hands
from entente.lab.ensemble import unroll
from entente.lab.settings import Settings
from entente.lab.shelf import Files, Shelf, digest_of
from entente.lab.work import Job, Progress, work
from entente.luck import Luck
from entente.outcome.play import DRAWS, Play, arising, play
from entente.outcome.stakes import gains, total
from entente.world.baseline import World

# People's outcomes, in person-months over a run: those who wait, are held, or have no place.
WAITING: Final = ("waiting_returned", "waiting_metered", "detained_mexico")
PROTECTED: Final = ("protected_mexico", "protected_usa")


@final
@dataclass(frozen=True, slots=True)
class Trial:
    """What one text does in every draw.

    worth       to each side, discounted over the run     US dollars      [draw, side]
    waiting     people who wait or are held               person-months   [draw]
    protected   people granted protection                 persons         [draw]
    """

    worth: FloatArray
    waiting: FloatArray
    protected: FloatArray


@final
@dataclass(frozen=True, slots=True)
class Bench:
    """Where deals are tried: for which sides, by whose stakes, with which settings.

    by   the accord whose stakes and players weigh every text, no deal among them
    """

    by: Accord
    sides: tuple[str, str]
    settled: Settings
    shelf: Shelf

    def trials(
        self, texts: Sequence[Accord], hands: Hands, progress: Progress = lambda done: None
    ) -> tuple[Trial, ...]:
        """Run every text that the shelf does not hold, and return what each does.

        Raises StoppedError, CrewLostError or OutputError where it is cut short; what is done is
        kept, and the same command goes on from there.
        """
        keys = [self._key(text) for text in texts]
        jobs = [
            Job(key, partial(_files, self.by, self.sides, text, self.settled, key))
            for key, text in zip(keys, texts, strict=True)
        ]
        work(jobs, self.shelf, hands, progress)
        return tuple(_trial(self.shelf.read(key) or {}) for key in keys)

    def play(self, text: Accord) -> Play | None:
        """Return what the parties would choose in a text; None where nothing is to be played.

        Raises InputProblemsError where a choice that arises in the text cannot be played.
        """
        return _play(self.by, text, self.settled)

    def _key(self, text: Accord) -> str:
        stakes = self.by.plain()
        weighed = {name: str(stakes.get(name)) for name in ("stake", "player")}
        return digest_of(record.made_of(text, self.settled) | weighed | {"sides": self.sides})


def _files(by: Accord, sides: tuple[str, str], text: Accord, settled: Settings, key: str) -> Files:
    """Run one text and return what it does; this is what a worker is sent."""
    months = settled.months or 0
    found, choices = _play(by, text, settled), settled.choices
    if found is not None:
        choices = replace(choices, reckoned=(*choices.reckoned, *found.rules()))
    world = _world(settled)
    dataset = unroll(text, world, months, choices, ahead=False).dataset
    worth = gains(by, dataset)
    rows = [worth[side] for side in sides]
    rows += [
        sum(total(dataset, name).sum(axis=1) for name in group) for group in (WAITING, PROTECTED)
    ]
    page = io.BytesIO()
    np.save(page, np.stack(rows))
    return {f"{key}.npy": page.getvalue()}


def _play(by: Accord, text: Accord, settled: Settings) -> Play | None:
    """Play the choices that arise in a text, weighed as in the accord that is negotiated.

    A decision that does not arise there, as a review does not without the deal that sets it, is
    not taken. Courses meet the luck of the run's first draws.
    """
    fewer = replace(settled, draws=min(settled.draws, DRAWS))
    weighed = replace(text, stakes=by.stakes, players=by.players)
    played = arising(weighed, fewer)
    return play(weighed, fewer, played, _world(fewer)) if played else None


# The world of the draws of a run, and that of the fewer in which choices are played.
_WORLDS: Final = 2
_opened: dict[str, World] = {}


def _world(settled: Settings) -> World:
    """Open the world once for all deals: every one of them meets the same luck."""
    key = repr(replace(settled, choices=Choices()))
    if key not in _opened:
        if len(_opened) == _WORLDS:
            _opened.clear()
        _opened[key] = world_of(settled, Luck(settled.seed, settled.draws))
    return _opened[key]


def _trial(files: Mapping[str, bytes]) -> Trial:
    (content,) = files.values()
    rows = np.load(io.BytesIO(content))
    return Trial(rows[:2].T, rows[2], rows[3])


def shelf_in(folder: Path) -> Shelf:
    """Return the shelf that keeps a negotiation's trials."""
    return Shelf(folder / "deals" / "tried")
