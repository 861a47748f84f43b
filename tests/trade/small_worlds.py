"""Small worlds for tests: random tables, written as the long files people bring."""

import csv
from pathlib import Path

import numpy as np

from entente.world.trade.equilibrium import Tables


def world(seed=0, countries=4, sectors=3, traded=2, tariffs=0.1, inputs=True, deficits=True):
    """Make a random world that is already balanced."""
    rng = np.random.default_rng(seed)
    size = rng.lognormal(0, 1, countries)
    trade = rng.lognormal(0, 0.5, (sectors, countries, countries)) * size[:, None] * size
    trade[:, np.arange(countries), np.arange(countries)] *= 4
    trade[traded:] *= np.eye(countries)
    tariff = tariffs * rng.uniform(0, 1, trade.shape) * (1 - np.eye(countries))
    tariff[traded:] = 0
    labour = (
        rng.uniform(0.6, 0.8, (sectors, countries)) if inputs else np.ones((sectors, countries))
    )
    mix = rng.uniform(0.5, 1.0, (sectors, sectors, countries))
    mix *= ((1 - labour) / mix.sum(axis=1))[:, None]
    flows = trade.sum(axis=0)
    deficit = flows.sum(axis=0) - flows.sum(axis=1)
    if not deficits:
        trade = (trade + trade.transpose(0, 2, 1)) / 2
        deficit = np.zeros(countries)
    return Tables(
        tuple(f"C{n:02d}" for n in range(countries)),
        tuple(f"s{j:02d}" for j in range(sectors)),
        trade,
        tariff,
        mix,
        labour,
        None,
        rng.uniform(2, 8, sectors),
        np.arange(sectors) < traded,
        deficit,
    )


def schedule(tables, seed=1, most=0.5):
    """Draw a random complete schedule, [sector, exporter, importer]."""
    rng = np.random.default_rng(seed)
    rates = most * rng.uniform(0, 1, tables.trade.shape)
    rates *= (1 - np.eye(len(tables.countries))) * tables.traded[:, None, None]
    return rates


def write(tables, folder: Path):
    """Write a world as the long files that `read_tables` reads."""
    c, s = tables.countries, tables.sectors
    flows = [
        (c[i], c[n], s[j], float(tables.trade[j, i, n]))
        for j, i, n in np.argwhere(tables.trade > 0)
    ]
    save(folder / "trade.csv", ["exporter", "importer", "sector", "value"], flows)
    tariff_file(tables, tables.tariff, folder / "tariff.csv")
    inputs = [
        (c[n], s[j], s[k], float(tables.inputs[j, k, n]))
        for j, k, n in np.argwhere(tables.inputs != 0)
    ]
    header = ["country", "using_sector", "supplying_sector", "share"]
    save(folder / "input_output.csv", header, inputs)
    labour = [
        (c[n], s[j], float(tables.labour[j, n])) for n in range(len(c)) for j in range(len(s))
    ]
    save(folder / "value_added.csv", ["country", "sector", "share"], labour)
    theta = [
        (name, float(tables.theta[j]), "yes" if tables.traded[j] else "no")
        for j, name in enumerate(s)
    ]
    save(folder / "theta.csv", ["sector", "theta", "tradable"], theta)
    deficits = [(name, float(tables.deficit[n])) for n, name in enumerate(c)]
    save(folder / "deficit.csv", ["country", "value"], deficits)
    return folder


def tariff_file(tables, rates, path):
    """Write a schedule as a long file."""
    c, s = tables.countries, tables.sectors
    rows = [(c[n], c[i], s[j], float(rates[j, i, n])) for j, i, n in np.argwhere(rates > 0)]
    save(path, ["importer", "exporter", "sector", "rate"], rows)


def save(path, header, rows):
    """Write a CSV file."""
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
