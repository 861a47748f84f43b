"""A finished negotiation, kept in its folder and read again: what a page of it or a brief needs."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np

from entente.accord.document import Accord
from entente.accord.text import parse
from entente.advice.deals.negotiation import Concession, Negotiation, Point
from entente.advice.deals.terms import Term
from entente.files import write_whole
from entente.outcome import played
from entente.outcome.play import Play
from entente.problems import InputProblemsError, Place, Problem

_FILE: Final = Path("deals") / "negotiation.json"
_ARRAYS: Final = ("shares", "outcomes", "better", "error", "spread", "base")


def keep(found: Negotiation, folder: Path) -> None:
    """Write the table of deals, each deal found as an accord file, and last the record of all.

    Raises OutputError, with every file whole or untouched.
    """
    table = found.table().to_csv(index=False, lineterminator="\n")
    write_whole(folder / "tables" / "deals.csv", table)
    for point in found.points:
        write_whole(folder / "deals" / f"{point.name}.toml", point.accord.text)
    write_whole(folder / _FILE, json.dumps(_written(found)) + "\n")


def kept_in(folder: Path) -> Negotiation | None:
    """Return the finished negotiation of a folder; None where it holds none.

    Raises InputProblemsError where what it holds cannot be read.
    """
    file = folder / _FILE
    if not file.is_file():
        return None
    try:
        return _read(json.loads(file.read_text(encoding="utf-8")), str(file))
    except (OSError, ValueError, KeyError, TypeError) as failure:
        mend = "make it again with entente negotiate"
        problem = Problem("E300", Place(str(file)), "", f"not a negotiation: {failure}", mend)
        raise InputProblemsError([problem]) from failure


def beside(accord: Accord, folder: Path, given: Path | None = None) -> Negotiation | None:
    """Return the negotiation to show beside a run of an accord: that of `given`, else of `folder`.

    One that lies in the run's own folder and is about another text is left out. Raises
    InputProblemsError where `given` holds none, or one about another text.
    """
    found = kept_in(given or folder)
    if found is not None and _about(found, accord):
        return found
    if given is None:
        return None
    message = "holds no finished negotiation"
    if found is not None:
        message = f"its deals are about {found.accord.label}, not about the text of this run"
    mend = f"make them with entente negotiate {accord.name} --vary ... --out {given}"
    raise InputProblemsError([Problem("E300", Place(str(given)), "", message, mend)])


def _about(found: Negotiation, accord: Accord) -> bool:
    """Tell whether a negotiation is over the terms of an accord, or found it."""
    texts = {found.accord.text, *(point.accord.text for point in found.points)}
    return accord.text in texts


def _written(found: Negotiation) -> dict[str, Any]:
    return {
        "accord": _text(found.accord),
        "against": found.against,
        "sides": found.sides,
        "terms": [asdict(term) for term in found.terms],
        **{name: getattr(found, name).tolist() for name in (*_ARRAYS, "frontier")},
        "points": [_point(point) for point in found.points],
        "concessions": [list(concession) for concession in found.concessions],
        "draws": found.draws,
        "played": {
            told: {"accord": _text(play.accord), **played.as_json(play)}
            for told, play in found.played.items()
        },
    }


def _point(point: Point) -> dict[str, Any]:
    return {
        "name": point.name,
        "accord": _text(point.accord),
        "terms": dict(point.terms),
        "gains": point.gains.tolist(),
        "better": point.better.tolist(),
        "waiting": point.waiting,
        "protected": point.protected,
        "foreseen": point.foreseen.tolist(),
    }


def _text(accord: Accord) -> dict[str, str | None]:
    as_of = None if accord.as_of is None else accord.as_of.isoformat()
    return {"text": accord.text, "as_of": as_of}


def _read(kept: Mapping[str, Any], file: str) -> Negotiation:
    first, second = kept["sides"]
    accord = _accord(kept["accord"], file)
    table = {name: np.array(kept[name]) for name in _ARRAYS}
    return Negotiation(
        accord=accord,
        against=kept["against"],
        sides=(first, second),
        terms=tuple(Term(**term) for term in kept["terms"]),
        frontier=np.array(kept["frontier"]).reshape(-1, table["error"].size),
        points=tuple(_read_point(point, file) for point in kept["points"]),
        concessions=tuple(Concession(*row) for row in kept["concessions"]),
        draws=kept["draws"],
        played={told: _read_play(play, accord, file) for told, play in kept["played"].items()},
        **table,
    )


def _read_point(kept: Mapping[str, Any], file: str) -> Point:
    gains, better, foreseen = (np.array(kept[name]) for name in ("gains", "better", "foreseen"))
    return Point(
        kept["name"], _accord(kept["accord"], file), kept["terms"], gains, better,
        kept["waiting"], kept["protected"], foreseen,
    )  # fmt: skip


def _read_play(kept: Mapping[str, Any], by: Accord, file: str) -> Play:
    """Read what was played in a text, weighed by the stakes of the accord that is negotiated."""
    text = _accord(kept["accord"], file)
    return played.from_json(replace(text, stakes=by.stakes, players=by.players), kept)


def _accord(kept: Mapping[str, str | None], file: str) -> Accord:
    accord = parse(kept["text"] or "", file).accord
    if accord is None:
        raise ValueError("an accord in it cannot be read")
    return accord if kept["as_of"] is None else accord.known(date.fromisoformat(kept["as_of"]))
