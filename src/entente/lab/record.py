"""What a run was made of: everything that is needed to make it again."""

import platform
import re
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.metadata import requires, version
from typing import Any, Final

import xarray as xr

from entente.accord.document import Accord
from entente.lab.blocks import by_block
from entente.lab.settings import Settings
from entente.world import sources

_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def accord_digest(text: str) -> str:
    """Return the SHA-256 of an accord's file, as hexadecimal.

    >>> accord_digest("")[:12]
    'e3b0c44298fc'
    """
    return sha256(text.encode()).hexdigest()


def outcome_digest(dataset: xr.Dataset) -> str:
    """Return one SHA-256 over every number of an outcome, whatever file holds it."""
    digest = sha256()
    for name in sorted(map(str, dataset.data_vars)):
        digest.update(name.encode())
        for draws in by_block(dataset, name):
            digest.update(draws.tobytes())
    return digest.hexdigest()


@cache
def versions() -> Mapping[str, str]:
    """Name the releases of entente, Python and every library that entente always needs."""
    needed = [line for line in requires("entente") or () if "extra ==" not in line]
    names = sorted(found[0] for line in needed if (found := _PLAIN.match(line)))
    return {
        "entente": version("entente"),
        "python": platform.python_version(),
        **{name: version(name) for name in names},
    }


def machine() -> Mapping[str, str]:
    """Name the kind of machine; another kind may round a number otherwise."""
    return {"system": platform.system(), "machine": platform.machine()}


def made_of(accord: Accord, settled: Settings) -> dict[str, Any]:
    """Return everything that moves a number of a run, as plain values; settings are settled."""
    return {
        "accord": accord.name,
        "digest": accord_digest(accord.text),
        "as_of": None if accord.as_of is None else accord.as_of.isoformat(),
        "seed": settled.seed,
        "draws": settled.draws,
        "months": settled.months,
        "start": f"{settled.first_month}-01",
        "choices": settled.choices.told(),
        "reckoned": [rule.as_json() for rule in settled.choices.reckoned],
        "feedback": settled.feedback,
        "fixed": dict(settled.fixed),
        "believed": settled.believed,
        "version": versions()["entente"],
        "versions": dict(versions()),
        "platform": dict(machine()),
        "data": dict(sources.digests()),
    }
