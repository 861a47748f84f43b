"""The parameters of the model: one table with title, unit, plausible range and source of each.

Pages, checks and sensitivity runs are made from this table; no other number of the model is free.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal, TypeAlias, get_args

import numpy as np

from entente.evidence import FloatArray
from entente.luck import Luck
from entente.problems import InputProblemsError, Place, Problem, did_you_mean

Distribution: TypeAlias = Literal["fixed", "uniform", "triangular", "loguniform"]
Basis: TypeAlias = Literal["reported", "derived", "assumed"]

_FILE: Final = "parameters.toml"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of the model, with what is known of it.

    name           chapter and word, as "movement.detention_odds"
    value          the central value, in `unit`
    low, high      the plausible range; equal to the value where it is not in doubt
    distribution   how a draw picks within the range; "triangular" peaks at the value
    basis          "reported" as it stands, "derived" from reported figures, or "assumed"
    source         the publication or table; for a derived value also how it was derived
    """

    name: str
    title: str
    unit: str
    value: float
    low: float
    high: float
    distribution: Distribution
    basis: Basis
    source: str

    def at(self, uniform: FloatArray) -> FloatArray:
        """Turn uniforms in (0, 1) into values of this parameter; the shape stays.

        >>> one = Parameter("a.b", "", "", 2.0, 1.0, 4.0, "loguniform", "assumed", "")
        >>> float(one.at(np.array([0.5]))[0])
        2.0
        """
        width = self.high - self.low
        if self.distribution == "fixed" or width == 0:
            return np.full_like(uniform, self.value)
        if self.distribution == "uniform":
            return np.asarray(self.low + width * uniform)
        if self.distribution == "loguniform":
            return np.asarray(self.low * (self.high / self.low) ** uniform)
        peak = (self.value - self.low) / width
        rising = self.low + np.sqrt(uniform * width * (self.value - self.low))
        falling = self.high - np.sqrt((1 - uniform) * width * (self.high - self.value))
        return np.where(uniform < peak, rising, falling)


@cache
def table() -> Mapping[str, Parameter]:
    """Return every parameter by name, in the order of the file."""
    chapters = tomllib.loads((files("entente.world") / _FILE).read_text(encoding="utf-8"))
    read = {
        f"{chapter}.{word}": _parameter(f"{chapter}.{word}", row)
        for chapter, rows in chapters.items()
        for word, row in rows.items()
    }
    problems = [problem for parameter in read.values() for problem in _problems(parameter)]
    if problems:
        raise InputProblemsError(problems)
    return read


def parameters(luck: Luck, fixed: Mapping[str, float] | None = None) -> Mapping[str, FloatArray]:
    """Draw every parameter within its range, each under its own name; name -> [draw].

    A parameter's luck is that of the run's seed and its own name alone, so a new parameter leaves
    every old one as it was, and two accords meet the same world.

    fixed   parameters held at one value in every draw; the others are drawn as without it
    """
    base = Luck(luck.seed, luck.draws, luck.first)
    drawn = {
        name: parameter.at(base.of("parameter", name).uniform())
        for name, parameter in table().items()
    }
    return drawn | {name: np.full(luck.draws, value) for name, value in (fixed or {}).items()}


def _parameter(name: str, row: Mapping[str, object]) -> Parameter:
    low, high = row.get("range", (row["value"], row["value"]))  # type: ignore[misc]
    return Parameter(
        name=name,
        title=str(row["title"]),
        unit=str(row["unit"]),
        value=float(row["value"]),  # type: ignore[arg-type]
        low=float(low),  # type: ignore[has-type]
        high=float(high),  # type: ignore[has-type]
        distribution=row.get("distribution", "fixed"),  # type: ignore[arg-type]
        basis=row["basis"],  # type: ignore[arg-type]
        source=str(row["source"]),
    )


def _problems(parameter: Parameter) -> list[Problem]:
    """List what is wrong with a row of the table."""
    found = []
    if parameter.distribution not in get_args(Distribution):
        found.append(did_you_mean(parameter.distribution, get_args(Distribution)))
    if parameter.basis not in get_args(Basis):
        found.append(did_you_mean(parameter.basis, get_args(Basis)))
    if not parameter.low <= parameter.value <= parameter.high:
        found.append(f"{parameter.value} lies outside [{parameter.low}, {parameter.high}]")
    if parameter.distribution == "loguniform" and parameter.low <= 0:
        found.append("a loguniform range lies above zero")
    if not parameter.source:
        found.append("name the source")
    return [Problem("E701", Place(_FILE), parameter.name, text) for text in found]
