"""A finished run made again from its own record, and what comes out otherwise."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, final

from entente.accord.choices import Choices
from entente.lab import record
from entente.lab.blocks import by_block
from entente.lab.crew import Hands
from entente.lab.settings import Settings
from entente.lab.work import Progress
from entente.outcome import tables
from entente.outcome.run import Run
from entente.outcome.simulate import simulate

# Parts of a record that say what a run was made with, not what it was asked.
_MEANS: Final = ("versions", "platform", "data")


@final
@dataclass(frozen=True, slots=True)
class Again:
    """What came of making a run again.

    means       releases, tables or machines that differ from the run's; they need not move a number
    different   numbers or texts that differ; none where the run is as its record says
    """

    means: tuple[str, ...]
    different: tuple[str, ...]


def again(
    folder: Path, hands: Hands | None = None, progress: Progress = lambda done: None
) -> Again:
    """Make the run of a folder again, from its accord, settings and seed alone.

    Raises InputProblemsError where the folder holds no whole run.
    """
    held = Run.load(folder)
    made = simulate(held.accord, settings_of(held), progress, hands=hands, folder=folder)
    return Again(tuple(_means(held.record, made.record)), tuple(_different(folder, held, made)))


def draws_of(folder: Path) -> int:
    """Count the draws of a folder's run."""
    return int(Run.load(folder).record["draws"])


def settings_of(run: Run) -> Settings:
    """Read what a run was asked for from its record."""
    made_of = run.record
    told = [f"{key}={value}" for key, value in made_of["choices"].items()]
    return Settings(
        draws=made_of["draws"],
        months=made_of["months"],
        start=date.fromisoformat(made_of["start"]),
        seed=made_of["seed"],
        choices=Choices.parse(told, run.accord),
        feedback=made_of["feedback"],
        fixed=made_of["fixed"],
        believed=made_of["believed"],
    )


def _means(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Name what the run was made with and is not here."""
    for part in _MEANS:
        before, after = then.get(part, {}), now[part]
        for name in sorted({*before, *after}):
            was, is_ = before.get(name, "absent"), after.get(name, "absent")
            if was != is_ and part == "data":
                yield f"table {name}: another content"
            elif was != is_:
                yield f"{name}: {was} then, {is_} now"


def _different(folder: Path, held: Run, made: Run) -> Iterator[str]:
    """Name what does not come out as the folder has it."""
    if record.accord_digest(held.accord.text) != held.record["digest"]:
        yield "accord.toml: not the text that was run"
    if record.outcome_digest(held.dataset) != held.record["outcome"]:
        yield "the draws in the folder: not those that its record vouches for"
    if made.record["outcome"] != held.record["outcome"]:
        yield from _measures(held, made)
    kept = (folder / "tables" / "monthly.csv").read_text(encoding="utf-8")
    if kept != tables.as_csv(made.monthly):
        yield "tables/monthly.csv: other figures"


def _measures(held: Run, made: Run) -> Iterator[str]:
    """Say in how many draws each measure comes out otherwise."""
    for name in map(str, made.dataset.data_vars):
        if name not in held.dataset:
            yield f"{name}: not in the folder"
            continue
        apart = sum(
            int((ours != theirs).reshape(len(ours), -1).any(axis=1).sum())
            for ours, theirs in zip(
                by_block(made.dataset, name), by_block(held.dataset, name), strict=True
            )
        )
        if apart:
            yield f"{name}: other numbers in {apart:,} of {made.record['draws']:,} draws"
