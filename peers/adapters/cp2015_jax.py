"""A solver in JAX of Caliendo and Parro's world, from a folder that the user names.

Example:  python -m peers --only "31 countries" --tool 'equilibrium/jax=PYTHON ADAPTER FOLDER'

ADAPTER is this file. FOLDER holds `cp2015.py` with `solve_model(data)`, as the public repository
paulofelipe/cp2015-jax has it; PYTHON is one that has JAX. The module solves its own example when it
is imported.
"""

import contextlib
import importlib
import io
import os
import sys
from pathlib import Path

import numpy as np
from clock import timed

FOLDER = Path(sys.argv.pop(1)).resolve()  # what is left is the task, as the clock asks
ANY_THETA = 8.22  # of what is not traded: its share at home is 1 whatever this is


def prepare(task):
    """Lay out the base as the solver's own data; the work solves the base and the schedule."""
    solver, held = _solver(), dict(np.load(task["arrays"]))
    base, data = held["tariff"], _data(held)

    def solved(rates):
        asked = data | {"tau_nijp": _by_importer(rates)}
        with contextlib.redirect_stdout(io.StringIO()):
            return np.asarray(solver.solve_model(asked)["wp_n_hat"])

    return lambda: (solved(held["rates"][0]) / solved(base) - 1)[:5] * 100


def _solver():
    """Import the module in its folder, where its example's data lie."""
    sys.path.insert(0, str(FOLDER))
    os.chdir(FOLDER)
    with contextlib.redirect_stdout(io.StringIO()):
        return importlib.import_module("cp2015")


def _data(held):
    """Name the tables as the solver does: n importer or country, i exporter, j sector, k input."""
    gross = held["trade"] * (1 + held["tariff"])  # [sector, exporter, importer]
    spent = gross.sum(axis=1)  # [sector, importer]
    output = held["trade"].sum(axis=2)  # [sector, exporter]
    return {
        "regions": [str(name) for name in held["countries"]],
        "sectors": [str(name) for name in held["sectors"]],
        "X_nj": spent.T,
        "D_n": np.zeros(len(held["countries"])),
        "wL_n": (held["labour"] * output).sum(axis=0),
        "pi_nij": _by_importer(gross / np.maximum(spent, 1e-300)[:, None]),
        "tau_nij": _by_importer(held["tariff"]),
        "theta_j": np.where(held["traded"], held["theta"], ANY_THETA),
        "gamma_nkj": held["inputs"].transpose(2, 1, 0),
        "gamma_nj": held["labour"].T,
        "alpha_nj": held["final"].T,
    }


def _by_importer(table):
    """Turn [sector, exporter, importer] into [importer, exporter, sector]."""
    return table.transpose(2, 1, 0)


timed(prepare)
