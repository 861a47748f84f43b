"""The works that are compared: what is asked, of which tools, and whether answers should agree."""

import datetime
import gzip
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from csv import DictReader
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from entente.files import write_whole
from entente.world.movement.waiting.station import mean_wait
from entente.world.sources import border_counts, folder
from entente.world.trade.equilibrium import Model

Task = dict[str, Any]
CHANGE: Final = "2019-07-01"
MONTHS: Final = [f"2019-{month:02d}" for month in range(1, 13)]
CONDITIONS: Final = (
    "(0 if origin in ['USA'] else max(income - (500 if month < date('2019-07-01') else 520), 0)"
    " * ((0.1 if month < date('2019-07-01') else 0.12) if income < 2000 else 0.2)"
    " * (0.5 if age < 25 else 1))"
)
_BYTES: Final = {"flat": 8, "nested": 16, "conditions": 20}  # of a person's inputs, read each month
ZONES: Final = [f"zone_{n}" for n in range(6)]
CATEGORIES: Final = [f"category_{n}" for n in range(5)]
FLAT: Final = "income * (0.1 if month < date('2019-07-01') else 0.12)"


@dataclass(frozen=True)
class Work:
    """One thing to do at one size.

    lay      writes the input files into a folder and returns the task
    tools    the adapters, ours first
    within   relative difference up to which answers agree; None: `differs` says why they need not
    rounds   times against the clock after the first
    once     tools too slow to repeat: their first time counts
    needs    bytes, random numbers or operations without which the work cannot be done; see `limits`
    """

    name: str
    size: str
    lay: Callable[[Path], Task]
    tools: tuple[str, ...]
    within: float | None
    differs: str = ""
    rounds: int = 3
    once: tuple[str, ...] = ()
    expected: tuple[float, ...] = field(default=())
    needs: Mapping[str, float] = field(default_factory=dict)


def works(reference: Path | None) -> Iterator[Work]:
    """List every work; those that need reference tables only where the folder is given."""
    for people in (10_000, 100_000, 1_000_000):
        for shape in ("flat", "nested", "conditions"):
            more = ("openfisca-gather_rules",) if shape == "nested" else ()
            yield Work(
                f"rules, {shape}",
                f"{people:,} persons x 12 months",
                lambda at, n=people, s=shape: _rules(at, n, s),
                ("entente_rules", "openfisca_rules", *more, "policyengine_rules"),
                1e-5,
                once=("openfisca_rules",) if people == 1_000_000 and more else (),
                needs={"bytes": 12 * people * _BYTES[shape]},
            )
    for lines in (100_000, 1_000_000, 10_000_000):
        yield Work(
            "duty",
            f"{lines:,} lines, 18,000 dated rates",
            lambda at, n=lines: _duty(at, n),
            ("entente_duty", "duckdb_duty", "polars_duty", "pandas_duty"),
            1e-9,
            needs={"bytes": 16 * lines},  # a number's code, a day, a value
        )
    for countries in (10, 30, 60, 100):
        yield Work(
            "gravity",
            f"{countries} countries",
            lambda at, n=countries: _gravity(at, n),
            ("entente_gravity", "gegravity_gravity"),
            None,
            "a duty brings revenue, which gegravity's cost does not",
            rounds=2,
            needs={"operations": 2 * 2 * countries**3 / 3},  # a linear step for base and duty each
        )
    for people in (1_000, 10_000, 100_000):
        yield Work(
            "queue",
            f"{people:,} arrivals, 50 desks",
            lambda at, n=people: _queue(n),
            ("entente_queue", "simpy_queue", "mesa_queue", "ciw_queue"),
            None,
            "chance; every tool is held to Erlang's mean",
            expected=(mean_wait(46.0, 1.0, 50),),
            needs={"numbers": 2 * people},
        )
    for months in (480, 960, 1_920):
        yield Work(
            "stock and flow",
            f"{months:,} steps",
            lambda at, n=months: _backlog(at, n),
            ("entente_backlog", "pysd_backlog"),
            1e-12,
            needs={"bytes": 2 * 8 * 121 * months},  # waits by age, read and written
        )
    yield Work(
        "forecast",
        "240 months, 5 groups, 6 ahead",
        _forecast,
        ("entente_forecast", "statsforecast_forecast"),
        None,
        "other models; `entente backtest` scores ours beside SARIMA and ETS",
        rounds=2,
    )
    for draws in (500, 1_000, 2_000):
        yield Work(
            "ensemble",
            f"{draws:,} draws x 18 months",
            lambda at, n=draws: {"draws": n, "months": 18},
            ("entente_ensemble",),
            None,
            "no other tool runs an accord",
            needs={"numbers": 540 * 18 * draws},  # binomials of a month that are not certain
        )
    if reference is not None:
        yield Work(
            "equilibrium",
            "31 countries x 40 sectors",
            lambda at: _equilibrium(at, reference, 1),
            ("entente_equilibrium",),
            1e-3,
            "other tools run from a folder that the user names",
            needs={
                "operations": 2 * 2 * (31 * 40) * 31 * 31
            },  # shares of prices, base and schedule
        )
        yield Work(
            "equilibrium",
            "200 random schedules of 31 x 40",
            lambda at: _equilibrium(at, reference, 200),
            ("entente_equilibrium",),
            None,
            "how many are solved",
            rounds=2,
        )
        for conflict in ("mali2012", "burundi2015"):
            yield Work(
                "displacement",
                f"{conflict}, full scale",
                lambda at, name=conflict: _displacement(reference, name),
                ("entente_displacement", "flee_displacement"),
                None,
                "chance and rules; scores against registrations are in the model's record",
                once=("flee_displacement",),
            )


def _rules(at: Path, people: int, shape: str) -> Task:
    """Make persons with an income, an age, an origin, a zone and a category, the same all year."""
    dice = np.random.default_rng(1)
    held = {
        "income": dice.lognormal(7, 0.6, people).astype(np.float32),
        "age": dice.integers(0, 90, people).astype(np.float32),
        "exempt_origin": (dice.integers(0, 5, people) == 0).astype(np.int32),
        "zone": dice.integers(0, len(ZONES), people).astype(np.int32),
        "category": dice.integers(0, len(CATEGORIES), people).astype(np.int32),
    }
    size = len(ZONES), len(CATEGORIES)
    rates = {day: dice.integers(1, 100, size) / 100 for day in ("2010-01-01", CHANGE)}
    np.savez(at / "rules.npz", **held)
    return {
        "arrays": str(at / "rules.npz"),
        "names": MONTHS,
        "rule": {"flat": FLAT, "nested": _nested(rates), "conditions": CONDITIONS}[shape],
        "shape": shape,
        "zone": ZONES,
        "category": CATEGORIES,
        "rates": {day: table.tolist() for day, table in rates.items()},
    }


def _nested(rates: Mapping[str, np.ndarray]) -> str:
    """Write the dated rates by zone and category as the language of accords writes choices."""
    before, after = rates.values()
    dated = [
        [f"({one} if month < date('{CHANGE}') else {two})" for one, two in zip(*pair, strict=True)]
        for pair in zip(before, after, strict=True)
    ]
    by_zone = [_chosen("category", CATEGORIES, row) for row in dated]
    return f"income * {_chosen('zone', ZONES, by_zone)}"


def _chosen(name: str, keys: Sequence[str], values: Sequence[str]) -> str:
    """Choose by a key, one after the other; the last key needs no question."""
    asked = (f"{value} if {name} == '{key}'" for key, value in zip(keys, values, strict=True))
    return f"({' else '.join([*list(asked)[:-1], values[-1]])})"


def _duty(at: Path, lines: int) -> Task:
    """Make an accord that sets nine dated rates on each of 2,000 tariff numbers, and lines."""
    table = gzip.decompress((folder() / "base_rates.csv.gz").read_bytes()).decode()
    rows = (row for row in DictReader(io.StringIO(table)) if row["edition"] == "2017")
    numbers = [row["hts8"] for row in rows if row["hts8"] < "98"][::5][:2000]
    days = [datetime.date(2019, month, 1) for month in range(3, 12)]
    dice = np.random.default_rng(2)
    percent = dice.integers(1, 100, (len(numbers) // 20, len(days)))
    write_whole(at / "rates.toml", _accord(numbers, days, percent))
    ends = [*days[1:], datetime.date(2020, 1, 1)]
    rates = [
        (number, begin, end, float(percent[n // 20, d]))
        for n, number in enumerate(numbers)
        for d, (begin, end) in enumerate(zip(days, ends, strict=True))
    ]
    names = ("hts", "begins", "ends", "rate")
    pq.write_table(pa.table(dict(zip(names, zip(*rates, strict=True), strict=True))), at / "rates")
    which = dice.integers(0, len(numbers), lines).astype(np.int32)
    every = [datetime.date(2019, 3, 1) + datetime.timedelta(days=n) for n in range(300)]
    held = {
        "line_id": pa.array(np.arange(lines)).cast(pa.string()),
        "hts": pa.DictionaryArray.from_arrays(which, numbers).cast(pa.string()),
        "origin": pa.array(["MEX"] * lines),
        "entry_date": pa.array(np.array(every, "datetime64[D]")[dice.integers(0, 300, lines)]),
        "value_usd": pa.array(np.round(dice.lognormal(8, 1, lines)) * 100.0).cast(
            pa.decimal128(18, 2)
        ),
        "base_rate_percent": pa.array(["0"] * lines),
    }
    pq.write_table(pa.table(held), at / "lines.parquet", row_group_size=500_000)
    return {
        "accord": str(at / "rates.toml"),
        "rates": str(at / "rates"),
        "lines": str(at / "lines.parquet"),
    }


def _accord(numbers: list[str], days: list[datetime.date], percent: np.ndarray) -> str:
    clauses = [
        f"""
[clause.goods_{n}]
kind = "schedule"
by = "USA"
on = "MEX"
sets = "duty"
unit = "percent"
goods = [{", ".join(f'"{number}"' for number in numbers[20 * n : 20 * n + 20])}]
steps = [{", ".join(f"[{day}, {rate}]" for day, rate in zip(days, row, strict=True))}]
until = 2020-01-01
combine = "add"
effective = {days[0]}
basis = "assumed"
source = "made_up"
"""
        for n, row in enumerate(percent)
    ]
    return (
        'accord = "rates"\nlanguage = 1\ntitle = "Made-up rates"\nparties = ["USA", "MEX"]\n'
        'zone = "America/New_York"\nhorizon = [2019-01-01, 2020-12-31]\n\n'
        '[source]\nmade_up = { date = 2019-01-01, title = "Made up for a benchmark" }\n'
    ) + "".join(clauses)


def _gravity(at: Path, countries: int) -> Task:
    """Make a world whose trade is a gravity model's own: output equals spending everywhere."""
    dice = np.random.default_rng(3)
    size = dice.lognormal(0, 1, countries)
    place = dice.uniform(0, 10, (countries, 2))
    far = np.hypot(*(place[:, None] - place[None]).transpose(2, 0, 1))
    closeness = -np.log1p(far) - 2.0 * (1 - np.eye(countries))
    seller = np.ones(countries)
    for _ in range(2_000):  # balance rows and columns (Sinkhorn)
        buyer = size / (seller @ np.exp(closeness))
        seller = size / (np.exp(closeness) @ buyer)
    trade = seller[:, None] * np.exp(closeness) * buyer
    names = [f"C{n:02d}" for n in range(countries)]
    np.savez(at / "world.npz", trade=trade, closeness=closeness, names=names)
    return {"arrays": str(at / "world.npz"), "theta": 4.0, "rate": 0.2}


def _equilibrium(at: Path, reference: Path, schedules: int) -> Task:
    """Lay out the world of 1993; one schedule is that of 2005, more are drawn up to 50 percent."""
    tables = reference / "trade" / "nafta-1993"
    world = Model.read(tables)
    held = world.tables
    rates = world.schedule(tables / "tariff_2005.csv.gz")[None]
    if schedules > 1:
        dice = np.random.default_rng(4)
        rates = dice.uniform(0, 0.5, (schedules, *held.trade.shape))
        rates *= (1 - np.eye(len(held.countries))) * held.traded[:, None, None]
    fields = ("trade", "tariff", "inputs", "labour", "final", "theta", "traded", "deficit")
    arrays = {name: getattr(held, name) for name in fields}
    np.savez(
        at / "world.npz", **arrays, countries=held.countries, sectors=held.sectors, rates=rates
    )
    return {
        "arrays": str(at / "world.npz"),
        "folder": str(tables),
        "schedule": "tariff_2005.csv.gz",
    }


def _queue(people: int) -> Task:
    return {"people": people, "arrivals": 46.0, "pace": 1.0, "desks": 50}


def _backlog(at: Path, months: int) -> Task:
    flows = {"pending": 500_000, "receipts": 30_000, "capacity": 29_000}
    return {"folder": str(at), "months": months, **flows}


def _forecast(at: Path) -> Task:
    counts = border_counts()
    np.savez(at / "counts.npz", counts=counts.counts[:240])
    held = {"arrays": str(at / "counts.npz"), "first": str(counts.first)}
    return {**held, "ahead": 6, "draws": 1000}


def _displacement(reference: Path, conflict: str) -> Task:
    folders = reference / "migration" / "conflicts"
    held: Mapping[str, Any] = {"conflict": str(folders / conflict)}
    return {**held, "settings": str(folders / "simsetting.yml")}
