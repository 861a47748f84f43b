"""From an accord and settings to a finished run: blocks of draws done by a crew, then joined."""

import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from entente.accord.document import Accord
from entente.evidence import FloatArray
from entente.lab import record
from entente.lab.blocks import Block, blocks, run_block
from entente.lab.crew import Hands
from entente.lab.foresight import ask
from entente.lab.settings import Settings
from entente.lab.shelf import Files, Shelf, digest_of
from entente.lab.work import Job, Progress, work
from entente.outcome import store, tables
from entente.outcome.feedback import arrests_without, contribution, measured
from entente.outcome.play import reckoned
from entente.outcome.run import UNFINISHED, WHOLE, Run, driving
from entente.outcome.targets import Row, counted, targets
from entente.problems import InputProblemsError, Problem
from entente.world.baseline import COVERED

_ALONE: Final = "parts/alone.json"


class _Part(NamedTuple):
    """What a block gives beside its draws: how targets were met, and notes on its start."""

    targets: Sequence[Row]
    notes: Sequence[str]


class _Done(NamedTuple):
    """Every block of a run done; `alone` is what its first draws do without feedback."""

    dataset: xr.Dataset
    parts: Sequence[_Part]
    alone: FloatArray | None


def simulate(
    accord: Accord,
    settings: Settings | None = None,
    progress: Progress = lambda done: None,
    *,
    hands: Hands | None = None,
    folder: Path | None = None,
) -> Run:
    """Run an accord forward; the same accord and settings give the same numbers.

    hands    who does the blocks of draws; this process alone unless told otherwise
    folder   where finished blocks are kept until the run is saved there, so that it can go on after
             it was cut short; a run of more than `WHOLE` draws needs one, and is read from there
    progress is called with the draws done so far.

    Raises InputProblemsError where the world does not hold the accord's parties, the settings leave
    its horizon, or it reads what the world does not report; StoppedError, CrewLostError or
    OutputError where it is cut short.
    """
    began = time.monotonic()
    require_covered(accord)
    settled = (settings or Settings()).settled(accord)
    choices, played = reckoned(accord, settled)
    settled = replace(settled, choices=choices)
    with _blocks_done(accord, settled, progress, hands or Hands(), folder) as done:
        digest, summed = _summed(done.dataset, kept=folder is not None)
        made_of = record.made_of(accord, settled) | {
            "notes": list(done.parts[0].notes),
            "loop": contribution(settled, done.dataset, done.alone),
            "outcome": digest,
            "seconds": round(time.monotonic() - began, 2),
        }
        table = targets([part.targets for part in done.parts], settled.draws)
        found = None if folder is None else driving(folder, made_of)
        run = Run(accord, done.dataset, made_of, table, played, found)
        vars(run).update(summed)
        return run


def _summed(dataset: xr.Dataset, *, kept: bool) -> tuple[str, dict[str, pd.DataFrame]]:
    """Return the digest of the draws and, for a run that is kept, the tables it is kept with.

    Both read every number, and both let another thread go on while they sort or digest.
    """
    with ThreadPoolExecutor(1) as aside:
        digest = aside.submit(record.outcome_digest, dataset)
        if not kept:
            return digest.result(), {}
        from entente.world.movement.pressure.record import record as forecasts

        past = aside.submit(forecasts)
        monthly = tables.monthly(dataset)
        return digest.result(), {"monthly": monthly, "past": past.result()}


def require_covered(accord: Accord) -> None:
    """Refuse an accord between other states than those whose people and goods the world holds."""
    absent = [state for state in COVERED if state not in accord.parties]
    if absent:
        message = (
            "the shipped world holds the United States, Mexico and the way north through it; "
            f"no party to {accord.name}: {', '.join(absent)}"
        )
        mend = "check, timeline, explain, duty and responsible read any accord"
        where = accord.at("parties")
        raise InputProblemsError([Problem("E303", where, "parties", message, mend)])


@contextmanager
def _blocks_done(
    accord: Accord, settled: Settings, progress: Progress, hands: Hands, folder: Path | None
) -> Iterator[_Done]:
    """Do every block: in memory where this process does one or keeps none, else on a shelf."""
    split = blocks(settled.draws)
    small = settled.draws <= WHOLE
    if len(split) == 1 or (small and hands.alone and folder is None):
        yield _in_memory(accord, settled, split, progress)
        return
    key = digest_of(record.made_of(accord, settled))
    with tempfile.TemporaryDirectory(prefix="entente-") as passing:
        home = Path(passing) if folder is None else folder / f"{UNFINISHED}-{key[:16]}"
        shelf = Shelf(home)
        jobs = _jobs(key, accord, settled, split)
        if hands.cluster is None and not all(shelf.holds(job.key) for job in jobs):
            ask(accord, settled)  # once, here, rather than in every process
            store.ready()
        work(jobs, shelf, hands, progress)
        made = store.assemble(home, settled.draws)
        parts = [_Part(**_told(home / _part(block))) for block in split]
        alone = np.array(_told(home / _ALONE)) if measured(settled) else None
        yield _Done(store.loaded(made) if small else store.opened(made), parts, alone)


def _jobs(key: str, accord: Accord, settled: Settings, split: Sequence[Block]) -> list[Job]:
    """List what a run is made of: its blocks, and what its first draws do without feedback."""
    jobs = [
        Job(
            digest_of({"run": key, "block": block.number}),
            partial(_block_files, accord, settled, block),
            block.draws,
        )
        for block in split
    ]
    if measured(settled):
        jobs.append(
            Job(digest_of({"run": key, "loop": False}), partial(_alone, accord, settled), 0)
        )
    return jobs


def _in_memory(
    accord: Accord, settled: Settings, split: Sequence[Block], progress: Progress
) -> _Done:
    """Do the blocks in this process, one after the other, and join their draws."""
    datasets, parts = [], []
    for block in split:
        found, notes = run_block(accord, settled, block, progress)
        datasets.append(found.dataset)
        parts.append(_Part(counted(found), notes))
    joined = datasets[0]
    if len(datasets) > 1:
        joined = xr.concat(
            datasets,
            "draw",
            data_vars="minimal",
            coords="minimal",
            compat="override",
            join="override",
        )
    return _Done(joined, parts, arrests_without(accord, settled) if measured(settled) else None)


def _block_files(accord: Accord, settled: Settings, block: Block) -> Files:
    """Do one block and return its files; this is what a worker is sent."""
    found, notes = run_block(accord, settled, block)
    part = _Part(counted(found), notes)
    files: dict[str, Any] = dict(store.files_of(found.dataset, block, settled.draws))
    return files | {_part(block): json.dumps(part._asdict()).encode()}


def _alone(accord: Accord, settled: Settings) -> Files:
    """Run the first draws without feedback, to say what it adds; a worker may be sent this too."""
    return {_ALONE: json.dumps(arrests_without(accord, settled).tolist()).encode()}


def _told(path: Path) -> Any:
    return json.loads(path.read_bytes())


def _part(block: Block) -> str:
    return f"parts/{block.number}.json"
