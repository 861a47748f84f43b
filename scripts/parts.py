"""List what a desk is made of, part by part, as a CycloneDX bill of materials.

    python scripts/parts.py parts.json

The parts are those of the lock, at its versions, with the digests that it allows. Where a part is
installed, its licence and what it needs are read from it. Nothing is asked over the network.
"""

import json
import re
import sys
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parents[1] / "requirements" / "desk.txt"
_PART = re.compile(r"^([a-z0-9.-]+)==(\S+)((?:.*\\\n)*.*)", re.M)
_DIGEST = re.compile(r"--hash=sha256:(\w{64})")
_NAME = re.compile(r"^[A-Za-z0-9._-]+", re.M)


def locked() -> list[tuple[str, str, list[str]]]:
    """Read the lock: each part with its version and the digests of its files.

    A part stands twice where Pythons need different versions of it.
    """
    parts = _PART.findall(LOCK.read_text(encoding="utf-8"))
    return [(name, number, _DIGEST.findall(rest)) for name, number, rest in parts]


def bill() -> dict[str, Any]:
    """Make the bill of materials; the same lock in the same environment gives the same."""
    parts = locked()
    here = {"type": "application", "bom-ref": "entente", "name": "entente"}
    refs: dict[str, list[str]] = {"entente": ["entente"]}
    for name, number, _ in parts:
        refs.setdefault(name, []).append(_ref(name, number))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {**here, "version": version("entente")}},
        "components": [_component(*part) for part in parts],
        "dependencies": [
            {"ref": ref, "dependsOn": sorted(r for n in _needs(name, set(refs)) for r in refs[n])}
            for name, held in refs.items()
            for ref in held
        ],
    }


def _component(name: str, number: str, digests: list[str]) -> dict[str, Any]:
    ref = _ref(name, number)
    part: dict[str, Any] = {
        "type": "library",
        "bom-ref": ref,
        "name": name,
        "version": number,
        "purl": ref,
    }
    part["hashes"] = [{"alg": "SHA-256", "content": digest} for digest in digests]
    licence = _licence(name)
    return part | ({"licenses": [{"license": {"name": licence}}]} if licence else {})


def _licence(name: str) -> str:
    """Say the licence of an installed part in a few words."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return ""
    classed = [c.rpartition("::")[2] for c in told.get_all("Classifier", []) if "License ::" in c]
    written = [told[field] for field in ("License-Expression", "License") if field in told]
    said = told["License-Expression"] if "License-Expression" in told else "; ".join(classed)
    said = said or next(iter(written), "")
    return said.strip().split("\n")[0][:80]


def _needs(name: str, known: set[str]) -> set[str]:
    """Name the locked parts that an installed part asks for."""
    try:
        asked = "\n".join(requires(name) or [])
    except PackageNotFoundError:
        return set()
    return {re.sub(r"[-_.]+", "-", told).lower() for told in _NAME.findall(asked)} & known


def _ref(name: str, number: str) -> str:
    return f"pkg:pypi/{name}@{number}"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(bill(), indent=1) + "\n", encoding="utf-8")
