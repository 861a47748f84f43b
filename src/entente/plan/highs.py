"""Solving a linopy model with HiGHS, part by part where the parts do not touch each other."""

import ctypes
import os
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from entente.evidence import FloatArray
from entente.problems import NoSolutionError

GAP: Final = 1e-4  # share of the objective by which a plan with openings may miss the best
SECONDS: Final = 50.0  # how long a part with openings may search


def solved(model: Any) -> FloatArray:
    """Return the value of every variable of a model by its label.

    Products that share no limit fall apart into problems of their own, solved one after the other;
    the whole is the same (the matrix is block diagonal).

    Raises NoSolutionError where a part has no solution, or no plan was found in time.
    """
    parts = model.matrices
    matrix = csr_array(parts.A)
    rows, columns = matrix.shape
    touching = csr_array(
        (np.ones(matrix.nnz), matrix.indices, matrix.indptr), shape=matrix.shape
    ).tocoo()
    size = rows + columns
    graph = csr_array((touching.data, (touching.row + columns, touching.col)), shape=(size, size))
    count, label = connected_components(graph, directed=False)
    of_column, of_row = label[:columns], label[columns:]
    column_order = np.argsort(of_column, kind="stable")
    row_order = np.argsort(of_row, kind="stable")
    column_ends = np.searchsorted(of_column[column_order], np.arange(count + 1))
    row_ends = np.searchsorted(of_row[row_order], np.arange(count + 1))
    values = np.zeros(columns)
    sense = np.asarray(parts.sense)
    for part in range(count):
        mine = column_order[column_ends[part] : column_ends[part + 1]]
        own = row_order[row_ends[part] : row_ends[part + 1]]
        if len(mine):
            values[mine] = _one(parts, matrix[own][:, mine], mine, own, sense)
    found = np.zeros(int(np.max(parts.vlabels)) + 1)
    found[parts.vlabels] = values
    return found


def _one(
    parts: Any, matrix: Any, mine: NDArray[Any], own: NDArray[Any], sense: NDArray[Any]
) -> FloatArray:
    """Solve one part."""
    import highspy

    solver = _silent(highspy.Highs)
    solver.setOptionValue("mip_rel_gap", GAP)
    whole = np.asarray(parts.vtypes)[mine] != "C"
    if whole.any():
        solver.setOptionValue("time_limit", SECONDS)
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(mine), len(own)
    program.col_cost_ = np.asarray(parts.c)[mine]
    program.col_lower_ = np.asarray(parts.lb)[mine]
    program.col_upper_ = np.asarray(parts.ub)[mine]
    right = np.asarray(parts.b)[own]
    program.row_lower_ = np.where(sense[own] != "<", right, -np.inf)
    program.row_upper_ = np.where(sense[own] != ">", right, np.inf)
    by_row = csr_array(matrix)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = by_row.indptr
    program.a_matrix_.index_ = by_row.indices
    program.a_matrix_.value_ = by_row.data
    if whole.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        program.integrality_ = [kinds[int(one)] for one in whole]
    solver.passModel(program)
    solver.run()
    status = solver.getModelStatus()
    found = solver.getSolution()
    out_of_time = status == highspy.HighsModelStatus.kTimeLimit
    if status != highspy.HighsModelStatus.kOptimal and not (out_of_time and found.value_valid):
        raise NoSolutionError(solver.modelStatusToString(status).lower())
    return np.asarray(found.col_value)


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
