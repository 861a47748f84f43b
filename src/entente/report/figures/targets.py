"""The figure of targets: in what share of draws each is met by each date on which it is read."""

import numpy as np
import pandas as pd

from entente.language import phrase
from entente.report import amounts, charts, naming, words
from entente.report.figures.figure import Figure, figure, month_of, spaced, wrapped
from entente.report.reading import Reading, records
from entente.report.tables import Table, Value


def target_chances(reading: Reading) -> Figure | None:
    """Draw the chance that each target is met by each date on which it is read."""
    targets = reading.run.targets
    if targets.empty:
        return None
    rows = pd.DataFrame(
        {
            "label": [reading.target(row) for row in records(targets)],
            "probability": targets["probability"].to_numpy(np.float64),
        }
    ).drop_duplicates("label", ignore_index=True)
    rows["shown"] = [amounts.percentage(share) for share in rows["probability"]]
    return figure(
        "targets-met",
        _title(reading, rows),
        phrase(
            "Each dot is the share of draws in which the target is met, on the figures published "
            "by the day of the test."
        ),
        " ".join(
            (
                phrase("Chance that each target is met."),
                *(f"{words.capital(r['label'])}: {r['shown']}." for r in records(rows)),
            )
        ),
        _table(reading),
        lambda width: charts.chances(wrapped(rows, "label", width), width),
    )


def _title(reading: Reading, rows: pd.DataFrame) -> str:
    order = rows.sort_values("probability", ascending=False)
    most, least = order.iloc[0], order.iloc[-1]
    chance = words.in_draws(float(most["probability"]), reading.draws)
    title = f"{words.capital(most['label'])}: {chance}"
    if most["label"] != least["label"]:
        chance = words.in_draws(float(least["probability"]), reading.draws)
        title += f"; {least['label']}: {chance}"
    return title


def _table(reading: Reading) -> Table:
    return Table(
        "targets",
        phrase(
            "Targets: when each is tested, on which month's figure, and in what share of draws it "
            "is met"
        ),
        (
            phrase("Target"),
            phrase("By"),
            phrase("Clause"),
            phrase("Basis"),
            phrase("Tested on"),
            phrase("Month read"),
            phrase("Met in"),
        ),
        tuple(
            (
                words.capital(reading.target(row, dated=False)),
                naming.label(str(row["party"])),
                spaced(str(row["clause"])),
                phrase(str(row["basis"])),
                words.day(pd.Timestamp(row["by_date"]).date()),
                words.month(month_of(row["month_read"])),
                Value(float(row["probability"]), "share"),
            )
            for row in records(reading.run.targets)
        ),
    )
