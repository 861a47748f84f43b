"""A world's trade in long CSV files: read, checked row by row, and put into arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from entente.evidence import FloatArray
from entente.problems import Problem
from entente.world.trade.equilibrium.schedules import groups_of, only_traded, tariffs
from entente.world.trade.reading import (
    Column,
    Findings,
    columns,
    filled,
    located,
    numbers,
)

# Published input-output tables hold by-products as tiny negative inputs; they are kept as given.
_BY_PRODUCT: Final = -1e-3
_SHARES: Final = 1e-6
_BALANCE: Final = 1e-6


@final
@dataclass(frozen=True, slots=True)
class Tables:
    """One directory, checked. Values are in the files' unit, rates are fractions.

    trade         net of tariff, home sales included   [sector, exporter, importer]
    tariff        base rate                            [sector, exporter, importer]
    inputs        share of k in the output of j        [j, k, country]
    labour        value added in output                [sector, country]
    final         final demand shares, or None: derived from the rest   [sector, country]
    theta         trade elasticity                     [sector]
    traded        whether borders matter               [sector]
    deficit       imports less exports                 [country]
    warnings      what was accepted but should be known
    groups        the countries of each group that schedules may name
    theta_short   trade elasticity of the first year, or None: not given      [sector]
    """

    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    trade: FloatArray
    tariff: FloatArray
    inputs: FloatArray
    labour: FloatArray
    final: FloatArray | None
    theta: FloatArray
    traded: NDArray[np.bool_]
    deficit: FloatArray
    warnings: tuple[Problem, ...] = ()
    groups: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    theta_short: FloatArray | None = None


def read_tables(directory: Path) -> Tables:
    """Read and check a directory of long files (trade, tariff, input_output, value_added, ...).

    Files named groups and theta_short are read where they are there. The countries are those of
    value_added, the sectors those of theta, in the files' order.
    Raises InputProblemsError listing every problem of every file with its line.
    """
    findings = Findings()
    names = ("trade", "tariff", "input_output", "value_added", "theta", "deficit")
    paths = {name: located(directory, name) for name in names}
    for name, path in paths.items():
        if path is None:
            findings.add("E801", directory / f"{name}.csv", 0, f"no such file in {directory}")
    findings.settle()
    found = {name: path for name, path in paths.items() if path is not None}

    sectors, theta, traded = _sectors(found["theta"], findings)
    countries, labour_column = _countries(found["value_added"], sectors, findings)
    groups_path = located(directory, "groups")
    groups = groups_of(groups_path, countries, findings) if groups_path else {}
    shape = (len(sectors), len(countries))
    labour_rows = numbers(labour_column, findings, "share")
    labour = filled(shape, labour_column, labour_rows)
    inputs = _inputs(found["input_output"], countries, sectors, findings)
    trade = _trade(found["trade"], countries, sectors, traded, findings)
    _every_share(labour_column, labour, inputs, trade, countries, sectors, findings)
    final_path = located(directory, "final_demand")
    final = _final(final_path, countries, sectors, findings) if final_path else None
    tariff = tariffs(found["tariff"], countries, sectors, traded, findings, groups)
    short = located(directory, "theta_short")
    theta_short = _short_run(short, sectors, theta, traded, findings) if short else None
    deficit = _deficit(found["deficit"], countries, trade, findings)
    warnings = findings.settle()
    whole = np.where((total := labour + inputs.sum(axis=1)) > 0, total, 1.0)
    return Tables(
        countries,
        sectors,
        trade,
        tariff,
        inputs / whole[:, None],
        labour / whole,
        final,
        theta,
        traded,
        deficit,
        warnings,
        groups,
        theta_short,
    )


def _sectors(
    path: Path, findings: Findings
) -> tuple[tuple[str, ...], FloatArray, NDArray[np.bool_]]:
    column = columns(path, {"sector": None}, ["theta", "tradable"], findings)
    theta = numbers(column, findings, "theta")
    answers = [cell.strip() for cell in column.text[1]]
    for line, answer, number in zip(column.line, answers, theta, strict=True):
        if answer not in ("yes", "no"):
            findings.add("E803", path, int(line), f"tradable is {answer!r}", "write yes or no")
        if answer == "yes" and number == 0:
            findings.add("E803", path, int(line), "a traded sector needs a theta above 0")
    if "yes" not in answers:
        findings.add("E810", path, 0, "no traded sector")
        findings.settle()
    return column.labels[0], theta, np.array([answer == "yes" for answer in answers])


def _short_run(
    path: Path,
    sectors: Sequence[str],
    theta: FloatArray,
    traded: NDArray[np.bool_],
    findings: Findings,
) -> FloatArray:
    """Read the elasticities of the first year; a sector without a row keeps its long-run one."""
    column = columns(path, {"sector": sectors}, ["theta"], findings)
    values = numbers(column, findings, "theta")
    short = theta.copy()
    short[column.keys[0][column.known]] = values[column.known]
    for j in np.flatnonzero(traded & (short <= 0)).tolist():
        findings.add("E803", path, 0, f"{sectors[j]}: a traded sector needs a theta above 0")
    return short


def _countries(
    path: Path, sectors: Sequence[str], findings: Findings
) -> tuple[tuple[str, ...], Column]:
    column = columns(path, {"sector": sectors, "country": None}, ["share"], findings)
    countries = tuple(dict.fromkeys(column.labels[1]))
    if not countries:
        findings.add("E810", path, 0, "no countries")
        findings.settle()
    return countries, column


def _inputs(
    path: Path, countries: Sequence[str], sectors: Sequence[str], findings: Findings
) -> FloatArray:
    keys = {"using_sector": sectors, "supplying_sector": sectors, "country": countries}
    column = columns(path, keys, ["share"], findings)
    shares = numbers(column, findings, "share", least=_BY_PRODUCT)
    for row in np.flatnonzero(shares < 0).tolist():
        message = f"a small negative input share is kept as given: {column.text[0][row]}"
        findings.add("W804", path, int(column.line[row]), message)
    return filled((len(sectors), len(sectors), len(countries)), column, shares)


def _trade(
    path: Path,
    countries: Sequence[str],
    sectors: Sequence[str],
    traded: NDArray[np.bool_],
    findings: Findings,
) -> FloatArray:
    keys = {"sector": sectors, "exporter": countries, "importer": countries}
    column = columns(path, keys, ["value"], findings)
    values = numbers(column, findings, "value")
    only_traded(column, values, sectors, traded, findings)
    trade = filled((len(sectors), len(countries), len(countries)), column, values)
    for n in np.flatnonzero(trade.sum(axis=(0, 2)) == 0).tolist():
        findings.add("E810", path, 0, f"{countries[n]} sells nothing, not even at home")
    return trade


def _every_share(
    column: Column,
    labour: FloatArray,
    inputs: FloatArray,
    trade: FloatArray,
    countries: Sequence[str],
    sectors: Sequence[str],
    findings: Findings,
) -> None:
    """Check that value added and inputs make up gross output wherever something is made."""
    total = labour + inputs.sum(axis=1)
    sector, country = column.keys
    line = {
        (j, n): int(at) for j, n, at in zip(sector, country, column.line, strict=True) if j >= 0
    }
    wrong = (np.abs(total - 1) > _SHARES) & ((trade.sum(axis=2) > 0) | (total != 0))
    for j, n in np.argwhere(wrong).tolist():
        made_of = f"value added and inputs make up {total[j, n]:.7g} of output"
        message = f"{countries[n]} {sectors[j]}: {made_of}"
        findings.add("E808", column.path, line.get((j, n), 0), message, "they should make up 1")


def _final(
    path: Path, countries: Sequence[str], sectors: Sequence[str], findings: Findings
) -> FloatArray:
    column = columns(path, {"sector": sectors, "country": countries}, ["share"], findings)
    shares = numbers(column, findings, "share")
    final = filled((len(sectors), len(countries)), column, shares)
    total = final.sum(axis=0)
    for n in np.flatnonzero(np.abs(total - 1) > _SHARES).tolist():
        findings.add("E808", path, 0, f"{countries[n]}: shares sum to {total[n]:.7g}, not 1")
    return final / np.where(total > 0, total, 1.0)


def _deficit(
    path: Path, countries: Sequence[str], trade: FloatArray, findings: Findings
) -> FloatArray:
    column = columns(path, {"country": countries}, ["value"], findings)
    values = numbers(column, findings, "value", least=-np.inf)
    deficit = filled((len(countries),), column, values)
    flows = trade.sum(axis=0)  # [exporter, importer]
    world = flows.sum()
    if abs(deficit.sum()) > _BALANCE * world:
        findings.add("E811", path, 0, f"deficits sum to {deficit.sum():.6g}, not to 0")
    gap = deficit - (flows.sum(axis=0) - flows.sum(axis=1))
    lines = dict(zip(column.keys[0], column.line, strict=True))
    for n in np.flatnonzero(
        np.abs(gap) > _BALANCE * (flows.sum(axis=0) + flows.sum(axis=1))
    ).tolist():
        message = (
            f"{countries[n]}: off by {gap[n]:.6g} from imports less exports in the trade table"
        )
        findings.add("W811", path, int(lines.get(n, 0)), message)
    return deficit
