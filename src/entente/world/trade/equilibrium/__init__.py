"""World trade equilibrium in exact hats (Caliendo and Parro 2015) for any directory of tables.

One sector without inputs is the gravity model with tariff revenue; it needs no code of its own.
"""

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Final, Literal, Self, TypeAlias, final

import numpy as np
from threadpoolctl import ThreadpoolController

from entente.evidence import FloatArray
from entente.problems import InputProblemsError, NoSolutionError, Problem
from entente.world.parameters import table
from entente.world.trade.equilibrium.base import Economy, economy
from entente.world.trade.equilibrium.question import Question
from entente.world.trade.equilibrium.schedules import answering, mirrored, read_tariffs
from entente.world.trade.equilibrium.shelf import schedule_file, tables_folder
from entente.world.trade.equilibrium.tables import Tables, read_tables
from entente.world.trade.equilibrium.wages import Start, follow, from_tables, solve
from entente.world.trade.equilibrium.welfare import MEASURES, Residuals, Result, result

Deficits: TypeAlias = Literal["zero", "observed"]
Horizon: TypeAlias = Literal["long", "short"]

BALANCE: Final = 1e-9  # of income, by which trade may miss its balance

__all__ = [
    "MEASURES",
    "Deficits",
    "Horizon",
    "Model",
    "Residuals",
    "Result",
    "Tables",
    "answering",
    "equilibrium",
    "mirrored",
    "read_tables",
    "read_tariffs",
    "solve_many",
]


@final
@dataclass(frozen=True)
class Model:
    """A world whose base is solved once, for any number of tariff schedules.

    With deficits "zero" base and schedule are both solved without deficits; with "observed" both
    keep the tables' deficits, fixed in units of the numeraire, world value added. `directory` is
    where schedules may lie beside the tables. With the horizon "short" trade answers with the
    elasticities of the first year: the tables' own, else the share `trade.short_run` of theta.
    """

    tables: Tables
    deficits: Deficits
    directory: Path = Path()
    horizon: Horizon = "long"

    @classmethod
    def read(
        cls, name_or_path: str | Path, deficits: Deficits = "zero", horizon: Horizon = "long"
    ) -> Self:
        """Read and check a folder of tables, or a shipped world such as `world-2023`.

        Raises InputProblemsError with every problem.
        """
        directory = tables_folder(name_or_path)
        return cls(read_tables(directory), deficits, directory, horizon)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What the tables hold that should be known."""
        return self.tables.warnings

    @cached_property
    def economy(self) -> Economy:
        """The base in shares, at the elasticities of the horizon."""
        if self.horizon == "long":
            return economy(self.tables)
        theta = self.tables.theta_short
        if theta is None:
            theta = self.tables.theta * table()["trade.short_run"].value
        return economy(replace(self.tables, theta=theta))

    @cached_property
    def _base(self) -> tuple[Question, Start]:
        keeps = self.deficits == "observed"
        deficit = self.economy.deficit if keeps else np.zeros_like(self.economy.deficit)
        question = Question.of(self.economy, self.economy.border, deficit)
        return question, solve(question, from_tables(question))

    def schedule(self, name_or_path: str | Path) -> FloatArray:
        """Read a complete schedule, a fraction [sector, exporter, importer]; absent rows are 0.

        A schedule is a file, or the name of one that lies beside the tables.

        Raises InputProblemsError with every problem.
        """
        known, path = self.tables, schedule_file(self.directory, name_or_path)
        return read_tariffs(path, known.countries, known.sectors, known.traded, known.groups)

    def schedules(self, names_or_paths: Iterable[str | Path]) -> list[FloatArray]:
        """Read several schedules; raises InputProblemsError with the problems of all of them."""
        read, problems = [], list[Problem]()
        for each in names_or_paths:
            try:
                read.append(self.schedule(each))
            except InputProblemsError as refused:
                problems += refused.problems
        if problems:
            raise InputProblemsError(problems)
        return read

    def under(self, tariff: FloatArray) -> Result:
        """Solve the world under a complete schedule and compare it with the base.

        tariff   a fraction [sector, exporter, importer]

        Raises NoSolutionError when the equilibrium or its trade balances miss their tolerance.
        """
        with _one_thread():
            return self._under(tariff, *self._base)[0]

    def under_each(self, tariffs: Sequence[FloatArray]) -> tuple[Result, ...]:
        """Solve many schedules, each from the base, on every core; the order changes no byte."""
        with _one_thread(), ThreadPoolExecutor(os.cpu_count()) as threads:
            base = self._base
            return tuple(threads.map(lambda tariff: self._under(tariff, *base)[0], tariffs))

    def ladder(self, steps: Iterable[FloatArray]) -> tuple[Result, ...]:
        """Solve schedules in turn, each from the solution of the one before; all against the base.

        A ladder's steps lie near each other, so each begins where the last one ended.
        """
        results = []
        with _one_thread():
            near = self._base
            for tariff in steps:
                found, question, at = self._under(tariff, *near)
                results.append(found)
                near = question, at
        return tuple(results)

    def _under(
        self, tariff: FloatArray, begun: Question, near: Start
    ) -> tuple[Result, Question, Start]:
        """Solve one schedule from a question already solved; also give what the next may use."""
        base, before = self._base
        changed = Question.of(self.economy, 1 + tariff[self.tables.traded], base.deficit)
        after = follow(begun, changed, near)
        if not (after.point.income > 0).all():
            country = self.economy.countries[int(after.point.income.argmin())]
            raise NoSolutionError(f"equilibrium: {country} lends more abroad than it earns")
        found = result(base, before.point, changed, after.point)
        if not found.residuals.largest < BALANCE:
            raise NoSolutionError(
                f"equilibrium: trade does not balance: {found.residuals.trade:.2g} of income"
            )
        return found, changed, after


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()


def _one_thread() -> AbstractContextManager[object]:
    """Keep linear algebra to one thread: the same bytes on any machine, no waiting for cores."""
    limited: AbstractContextManager[object] = _libraries().limit(limits=1, user_api="blas")
    return limited


def equilibrium(
    directory: str | Path,
    tariffs: str | Path | FloatArray,
    deficits: Deficits = "zero",
    horizon: Horizon = "long",
) -> Result:
    """Solve a world under one schedule and compare it with the base.

    directory   of the tables, or the name of a shipped world
    tariffs     a file, the name of a schedule beside the tables, or fractions
                [sector, exporter, importer]
    deficits    "zero" or "observed", in the base and under the schedule
    horizon     "long", or "short": the first year's elasticities

    Raises InputProblemsError or NoSolutionError.
    """
    return solve_many(directory, [tariffs], deficits, horizon)[0]


def solve_many(
    directory: str | Path,
    tariffs: Iterable[str | Path | FloatArray],
    deficits: Deficits = "zero",
    horizon: Horizon = "long",
) -> tuple[Result, ...]:
    """Solve one world under many schedules; the base is read and solved once."""
    model = Model.read(directory, deficits, horizon)
    schedules = [
        model.schedule(tariff) if isinstance(tariff, str | Path) else tariff for tariff in tariffs
    ]
    return model.under_each(schedules)
