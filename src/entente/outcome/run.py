"""A finished run: what it was made of, what came out, and its tables; kept in a folder."""

import io
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, final

import numpy as np
import pandas as pd
import xarray as xr

from entente.accord.document import Accord
from entente.accord.text import read
from entente.files import write_whole
from entente.grid import Grid, Tabled
from entente.lab.blocks import reading
from entente.lab.shelf import settle
from entente.outcome import store, tables
from entente.outcome.history import history
from entente.places import ALL
from entente.problems import InputProblemsError, Place, Problem

if TYPE_CHECKING:
    from entente.outcome.play import Play

UNFINISHED: Final = "unfinished"  # begins the name of the folder of a run that is being made
# Draws up to which a run is held in memory and kept as one file; more are kept in Zarr chunks, and
# a page reads the first of them: 0.3 points about a 5 % tail.
WHOLE: Final = 5000
_OUTCOME: Final = "outcome.nc"
_RECORD: Final = "run.json"
_ACCORD: Final = "accord.toml"
_MONTHLY: Final = "tables/monthly.csv"
_PAST: Final = "tables/past.csv"
_TARGETS: Final = "tables/targets.csv"
_PLAYED: Final = "played.json"
SENSITIVITY: Final = "tables/sensitivity.csv"  # of an experiment written beside the run


@final
@dataclass(frozen=True)
class Run(Tabled):
    """An accord run forward.

    dataset   see `Ensemble.dataset`
    record    what the run was made of, as in run.json
    targets   the chance that each promised level is met when it is read (`targets.COLUMNS`)
    played    what the parties would choose, where the run was asked to reckon it
    swings    what drives the answer, where an experiment beside the run has found it
              (`sensitivity.COLUMNS`)
    folder    where it was kept, for a run that was loaded
    """

    accord: Accord
    dataset: xr.Dataset
    record: Mapping[str, Any]
    targets: pd.DataFrame
    played: "Play | None" = None
    swings: pd.DataFrame | None = None
    folder: Path | None = None

    @property
    def label(self) -> str:
        """Name the run by its accord, as `read` would find it."""
        return self.accord.label

    @property
    def months(self) -> np.ndarray:
        """Return the months of the run, datetime64[M]   [month]."""
        return self.dataset["month"].to_numpy().astype("datetime64[M]")

    @cached_property
    def monthly(self) -> pd.DataFrame:
        """Return the table of tables/monthly.csv."""
        return tables.monthly(self.dataset)

    @cached_property
    def history(self) -> pd.DataFrame:
        """Return what truly happened from the month before the run on, where it is known."""
        return history(np.concatenate([self.months[:1] - 1, self.months]))

    @cached_property
    def past(self) -> pd.DataFrame:
        """Return the model's own earlier forecasts beside what came of them."""
        from entente.world.movement.pressure.record import record

        return record()

    def shown(self) -> Self:
        """Return what pages read: tables as published, and at most `WHOLE` draws, in memory.

        Bands by month are still those of all draws; what the page of a large run counts draw by
        draw is counted in the first, and its notes say so.
        """
        monthly = self._published()  # before any draws are held beside it
        draws = self.dataset.sizes["draw"]
        shown = replace(self) if draws <= WHOLE else self._first(draws)
        vars(shown).update(monthly=monthly, past=self._kept_past())
        return shown

    def _first(self, draws: int) -> Self:
        """Cut a large run to its first draws, with a note that says so."""
        note = (
            f"Bands by month read all {draws:,} draws; what this page counts draw by draw reads "
            f"the first {WHOLE:,}."
        )
        told = {**self.record, "notes": [*self.record["notes"], note]}
        with reading(str(self.dataset.encoding["source"])):
            first = self.dataset.isel(draw=slice(WHOLE)).load()
        return replace(self, dataset=first, record=told)

    def _published(self) -> pd.DataFrame:
        """Return the table of monthly.csv, as rounded there; read where it is kept."""
        if self.folder is None:
            return tables.rounded(self.monthly, tables.KEYS)
        return tables.from_csv(self.folder / _MONTHLY, tables.KEYS)

    def _kept_past(self) -> pd.DataFrame:
        """Return the earlier forecasts, read where they are kept."""
        if self.folder is None or not (self.folder / _PAST).is_file():
            return self.past
        return tables.from_csv(self.folder / _PAST, ("origin", "month", "group"))

    def table(self) -> pd.DataFrame:
        """Return the table of tables/monthly.csv."""
        return self.monthly

    def grid(self) -> Grid:
        """Lay out the totals of the last month, middle and 90 % of draws."""
        last = self.monthly[self.monthly["month"] == str(self.months[-1])]
        totals = last[last["group"] == ALL].drop_duplicates("measure")
        columns = ["measure", "p05", "p50", "p95"]
        caption = f"{self.label}, {self.months[-1]}, {self.record['draws']:,} draws"
        return Grid.of(caption, totals[columns])

    def save(self, folder: Path) -> None:
        """Write outcome, tables, accord and record; the record last, so it vouches for the rest.

        A large run's draws, made in this folder, move to where `load` finds them.

        Raises OutputError, with every file whole or untouched.
        """
        made_in = self.dataset.encoding.get("source")
        home = None if made_in is None else Path(made_in)
        if home is None:
            write_whole(folder / _OUTCOME, _netcdf(self.dataset))
        write_whole(folder / _MONTHLY, tables.as_csv(self.monthly))
        write_whole(folder / _PAST, _csv(self.past))
        write_whole(folder / _TARGETS, _csv(self.targets))
        write_whole(folder / "tables" / "clauses.csv", _csv(tables.clauses(self.dataset)))
        write_whole(folder / _ACCORD, self.accord.text)
        (folder / _PLAYED).unlink(missing_ok=True)
        if self.played is not None:
            from entente.outcome import played

            write_whole(folder / _PLAYED, json.dumps(played.as_json(self.played)) + "\n")
        if home is not None:
            settle(home)
            (folder / _RECORD).unlink(missing_ok=True)
        _replace(folder, home)
        write_whole(folder / _RECORD, json.dumps(self.record, indent=2) + "\n")
        clear(folder)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a folder that `save` wrote; raises InputProblemsError where it is no such folder."""
        try:
            record = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
            held = _outcome(folder)
            targets = pd.read_csv(folder / _TARGETS)
            (folder / _MONTHLY).stat()
            swings = driving(folder, record)
            as_of = f"@{record['as_of']}" if record["as_of"] else ""
            accord = read(f"{folder / _ACCORD}{as_of}")
            told = folder / _PLAYED
            play = None
            if told.is_file():
                from entente.outcome import played  # needs the model; few runs are played

                play = played.from_json(accord, json.loads(told.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as failure:
            raise InputProblemsError([_not_whole(folder, failure)]) from failure
        return cls(accord, held, record, targets, play, swings, folder)


def _not_whole(folder: Path, failure: Exception) -> Problem:
    """Say why a folder is no run: it is not there, or something in it is not."""
    where = Place(str(folder))
    if not folder.is_dir():
        return Problem("E300", where, "", "no such folder", "name one that entente run wrote")
    told = f"{failure.filename} is not there" if isinstance(failure, FileNotFoundError) else failure
    return Problem("E300", where, "", f"not a whole run: {told}", "make it again with entente run")


def driving(folder: Path, made_of: Mapping[str, Any]) -> pd.DataFrame | None:
    """Read what an experiment in a run's folder found to drive the answer; see `beside`."""
    if not (folder / SENSITIVITY).is_file():
        return None
    from entente.outcome.sensitivity import beside  # needs the model; few runs have one

    return beside(folder / SENSITIVITY, made_of)


def clear(folder: Path) -> None:
    """Take away the parts of runs that were being made in a folder."""
    for work in folder.glob(f"{UNFINISHED}-*"):
        shutil.rmtree(work)


def _outcome(folder: Path) -> xr.Dataset:
    """Read the draws of a folder into memory, or open those of a large run."""
    if (folder / store.NAME).is_dir():
        return store.opened(folder / store.NAME)
    with xr.open_dataset(folder / _OUTCOME, engine="h5netcdf") as dataset:
        return dataset.load()


def _replace(folder: Path, home: Path | None) -> None:
    """Put a large run's draws in place; take away those of an earlier run that was kept otherwise.

    home   the store that is to become the folder's, or None where its one file is written
    """
    last = folder / store.NAME
    if home == last:
        return
    if last.is_dir():
        shutil.rmtree(last)
    if home is not None:
        home.rename(last)
        (folder / _OUTCOME).unlink(missing_ok=True)


def _csv(table: pd.DataFrame) -> str:
    return table.to_csv(index=False, lineterminator="\n")


def _netcdf(dataset: xr.Dataset) -> bytes:
    """Return the file of a dataset, every variable lightly compressed.

    It is made in memory: HDF5 takes the process down where a disk fills under a file that it holds.
    """
    packing = {"zlib": True, "complevel": 1, "shuffle": True}
    encoding: dict[Any, Any] = dict.fromkeys(dataset.data_vars, packing)
    made = io.BytesIO()
    dataset.to_netcdf(made, engine="h5netcdf", encoding=encoding)
    return made.getvalue()
