"""The pinned run; `python tests/lab/pinned.py` writes it, in a commit that says why it moved."""

import json
from pathlib import Path

from entente.accord.text import read
from entente.lab.settings import Settings
from entente.outcome.simulate import simulate

PINNED = Path(__file__).parent.parent / "pinned.json"
MEASURES = (
    "apprehensions", "encounters", "detentions_mexico", "return_to_wait", "waiting_returned",
    "transferred", "court_queue", "imports", "duty_rate", "duty_revenue", "buyers_cost",
)  # fmt: skip


def pinned() -> dict[str, list[float]]:
    """Give the median of each pinned measure's total by month, for two shipped accords."""
    found = {}
    for name in ("us-mexico-2019@2019-05-31", "us-mexico-2019-asylum"):
        table = simulate(read(name), Settings(draws=100, months=8)).monthly
        totals = table[table["group"] == "ALL"].drop_duplicates(["month", "measure"])
        for measure in MEASURES:
            rows = totals[totals["measure"] == measure]
            found[f"{name} {measure}"] = [float(f"{v:.6g}") for v in rows["p50"].fillna(-1)]
    return found


if __name__ == "__main__":
    PINNED.write_text(json.dumps(pinned(), indent=1) + "\n")
