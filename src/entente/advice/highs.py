"""Solving a linopy model with HiGHS, part by part where the parts do not touch each other."""

import ctypes
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Self, final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array
from scipy.sparse.csgraph import connected_components

from entente.evidence import FloatArray
from entente.problems import NoSolutionError

GAP: Final = 1e-4  # share of the objective by which a plan with openings may miss the best
SECONDS: Final = 50.0  # how long a part with openings may search
# Heuristics that cost more than they find in parts as small as these.
_LEFT_OUT: Final = ("feasibility_jump", "rins", "rens")


@final
@dataclass(frozen=True, slots=True, eq=False)
class Stated:
    """A programme as arrays: what may be done, and what each node of a tree spends by it.

    matrix   [row, column], with `right` and `sense` (<, = or >) of each row
    least, most, whole   limits of each column, and whether it takes whole numbers only
    spent    [node, column]
    labels   of each column in the model
    """

    matrix: Any
    right: FloatArray
    sense: NDArray[Any]
    least: FloatArray
    most: FloatArray
    whole: NDArray[np.bool_]
    spent: Any
    labels: NDArray[Any]

    @classmethod
    def of(cls, model: Any, cost: Any, cost_rows: Any) -> Self:
        """Take a model whose `cost_rows` set its variables `cost`, by node, to what is spent."""
        held = model.matrices
        matrix = csr_array(held.A)
        told = np.isin(np.asarray(held.clabels), np.asarray(cost_rows.labels).ravel())
        costs = np.isin(np.asarray(held.vlabels), np.asarray(cost.labels).ravel())
        labels = np.asarray(held.vlabels)[~costs]
        return cls(
            csc_array(matrix[~told][:, ~costs]),
            np.asarray(held.b)[~told],
            np.asarray(held.sense)[~told],
            np.asarray(held.lb)[~costs],
            np.asarray(held.ub)[~costs],
            np.asarray(held.vtypes)[~costs] != "C",
            csc_array(-matrix[told][:, ~costs]),
            labels,
        )

    @property
    def rows(self) -> tuple[FloatArray, FloatArray]:
        """Return the limits of each row."""
        low = np.where(self.sense != "<", self.right, -np.inf)
        return low, np.where(self.sense != ">", self.right, np.inf)

    def parts(self) -> Iterator["Part"]:
        """Yield what shares no limit with anything else: the matrix is block diagonal."""
        rows, columns = self.matrix.shape
        entries = self.matrix.tocoo()
        size = rows + columns
        touching = (np.ones(entries.nnz), (entries.row + columns, entries.col))
        count, label = connected_components(csr_array(touching, shape=(size, size)), directed=False)
        for mine, own in zip(
            _grouped(label[:columns], count), _grouped(label[columns:], count), strict=True
        ):
            if len(mine):
                yield Part(self, mine, own)

    def by_label(self, values: FloatArray) -> FloatArray:
        """Give the value of every variable of the model by its label."""
        found = np.zeros(int(np.max(self.labels)) + 1)
        found[self.labels] = values
        return found


def _grouped(label: NDArray[Any], count: int) -> list[NDArray[Any]]:
    order = np.argsort(label, kind="stable")
    return np.split(order, np.searchsorted(label[order], np.arange(1, count)))


@final
class Part:
    """A part of a programme in a solver of its own, where each search starts from the last plan.

    columns   its places among those of the whole
    spent     [node, column of the part]
    """

    def __init__(self, stated: Stated, columns: NDArray[Any], rows: NDArray[Any]) -> None:
        self.columns = columns
        self.spent = csr_array(stated.spent[:, columns])
        self.whole = np.flatnonzero(stated.whole[columns]).astype(np.int32)
        self._limits = stated.least[columns][self.whole], stated.most[columns][self.whole]
        low, high = stated.rows
        self._solver = program(
            csr_array(stated.matrix[:, columns][rows]),
            (stated.least[columns], stated.most[columns]),
            (low[rows], high[rows]),
        )

    def least(self, weight: FloatArray, *, whole: bool = True) -> tuple[FloatArray, float]:
        """Return the cheapest plan, and what no plan can cost less than.

        weight   of what each node spends   [node]
        whole    whether whole numbers are asked for

        Raises NoSolutionError where nothing meets every limit, or no plan was found in time.
        """
        price = np.asarray(weight @ self.spent)
        places = np.arange(len(price), dtype=np.int32)
        self._solver.changeColsCost(len(price), places, price)
        asked = whole and len(self.whole) > 0
        kind = np.full(len(self.whole), int(asked), np.uint8)
        if len(kind):
            self._solver.changeColsIntegrality(len(kind), self.whole, kind)
        plan = run(self._solver, searching=asked)
        bound = self._solver.getInfo().mip_dual_bound if asked else float(price @ plan)
        return plan, float(bound)

    def keep(self, values: FloatArray | None) -> None:
        """Hold the columns that take whole numbers at values; None lets them go."""
        least, most = self._limits if values is None else (values, values)
        self._solver.changeColsBounds(len(self.whole), self.whole, least, most)


def program(
    matrix: Any,
    columns: tuple[FloatArray, FloatArray],
    rows: tuple[FloatArray, FloatArray],
    price: FloatArray | None = None,
) -> Any:
    """Hand a programme to a new solver: its matrix by row, limits of columns and of rows."""
    import highspy

    solver = _silent(highspy.Highs)
    for name in _LEFT_OUT:
        solver.setOptionValue(f"mip_heuristic_run_{name}", False)
    solver.setOptionValue("mip_rel_gap", GAP)
    stated = highspy.HighsLp()
    stated.num_row_, stated.num_col_ = matrix.shape
    stated.col_cost_ = np.zeros(matrix.shape[1]) if price is None else price
    stated.col_lower_, stated.col_upper_ = columns
    stated.row_lower_, stated.row_upper_ = rows
    stated.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    stated.a_matrix_.start_ = matrix.indptr
    stated.a_matrix_.index_ = matrix.indices
    stated.a_matrix_.value_ = matrix.data
    solver.passModel(stated)
    return solver


def run(solver: Any, *, searching: bool = False) -> FloatArray:
    """Return the value of each column where the price is least.

    Raises NoSolutionError where there is none, or none was found in the time for searching.
    """
    import highspy

    solver.setOptionValue("time_limit", solver.getRunTime() + SECONDS if searching else np.inf)
    solver.run()
    if solver.getModelStatus() == highspy.HighsModelStatus.kUnknown:
        solver.clearSolver()  # a start from the last plan can fail on rounding; begin afresh
        solver.run()
    status, found = solver.getModelStatus(), solver.getSolution()
    out_of_time = status == highspy.HighsModelStatus.kTimeLimit
    if status != highspy.HighsModelStatus.kOptimal and not (out_of_time and found.value_valid):
        raise NoSolutionError(solver.modelStatusToString(status).lower())
    return np.asarray(found.col_value)


def cheapest(stated: Stated, weight: FloatArray) -> FloatArray:
    """Return the plan whose spending is least, weighed by node   [column].

    Parts are solved one after the other; the whole is the same.

    Raises NoSolutionError where a part has no solution, or no plan was found in time.
    """
    values = np.zeros(len(stated.labels))
    for part in stated.parts():
        values[part.columns], _ = part.least(weight)
    return values


def _silent(make: Any) -> Any:
    """Make a solver; some versions greet on standard output, which belongs to the verb's data."""
    flush = ctypes.CDLL(None).fflush
    flush(None)
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        solver = make()
        solver.setOptionValue("output_flag", False)
        flush(None)
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
    return solver
