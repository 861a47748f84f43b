"""Polars: the same dated rates by `join_asof`, from a Parquet file to the added duty."""

import polars as pl
from clock import timed


def prepare(task):
    """Hold the rates in memory; the lines are read by the work."""
    rates = pl.read_parquet(task["rates"]).sort("begins")

    def work():
        lines = pl.scan_parquet(task["lines"]).select("hts", "entry_date", "value_usd")
        lines = lines.with_columns(pl.col("value_usd").cast(pl.Float64)).sort("entry_date")
        met = lines.join_asof(
            rates.lazy(), left_on="entry_date", right_on="begins", by="hts",
            check_sortedness=False,
        )  # fmt: skip
        duty = (pl.col("value_usd") * pl.col("rate") / 100).round(2).sum()
        return [met.select(duty).collect().item()]

    return work


timed(prepare)
