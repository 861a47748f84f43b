"""gegravity: one sector of trade in general equilibrium, a cost between two countries."""

import contextlib
import io

import gegravity as ge
import numpy as np
import pandas as pd
from clock import timed


def prepare(task):
    """Lay out the base trade as pairs; the work builds the model and solves the experiment."""
    held = np.load(task["arrays"])
    names, trade = [str(name) for name in held["names"]], held["trade"]
    pairs = pd.DataFrame(
        [
            (names[i], names[j], "2019", trade[i, j], trade[i].sum(), trade[:, j].sum(),
             held["closeness"][i, j], 1.0)
            for i in range(len(names)) for j in range(len(names))
        ],
        columns=["exporter", "importer", "year", "trade", "Y", "E", "closeness", "constant"],
    )  # fmt: skip
    known = pd.DataFrame({"var": ["closeness"], "beta": [1.0], "stderr": [0.1]})
    base = ge.BaselineData(
        pairs, imp_var_name="importer", exp_var_name="exporter", year_var_name="year",
        trade_var_name="trade", expend_var_name="E", output_var_name="Y",
    )  # fmt: skip
    costs = ge.CostCoeffs(known, identifier_col="var", coeff_col="beta", stderr_col="stderr")

    def work():
        with contextlib.redirect_stdout(io.StringIO()):
            model = ge.OneSectorGE(
                base, year="2019", reference_importer=names[0], sigma=task["theta"] + 1,
                cost_variables=["closeness"], cost_coeff_values=costs,
            )  # fmt: skip
            model.build_baseline(omr_rescale=1)
            shocked = model.baseline_data.copy()
            pair = shocked["exporter"].isin(names[:2]) & shocked["importer"].isin(names[:2])
            pair &= shocked["exporter"] != shocked["importer"]
            shocked.loc[pair, "closeness"] -= task["theta"] * np.log1p(task["rate"])
            model.define_experiment(shocked)
            model.simulate()
        return model.country_results.loc[names[:5], "GDP change (percent)"]

    return work


timed(prepare)
