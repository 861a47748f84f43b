"""A solved tree of decisions as a record that is kept beside a run, and read again."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np

from entente.accord.document import Accord
from entente.outcome.play import Play, minds
from entente.world.politics.threat import Rung
from entente.world.politics.tree import Decision, Leaf, Made, Node, Solved, Worths, solve


def as_json(play: Play) -> dict[str, Any]:
    """Write down what a tree was solved from; `from_json` solves it again to the same numbers."""
    return {
        "tree": _written(play.tree),
        "rungs": {
            ladder: rungs and [asdict(rung) | {"day": rung.day.isoformat()} for rung in rungs]
            for ladder, rungs in play.rungs.items()
        },
        "draws": play.draws,
        "void": play.void,
        "void_origin": play.void_origin,
    }


def from_json(accord: Accord, kept: Mapping[str, Any]) -> Play:
    """Read a record that `as_json` wrote; raises KeyError or TypeError where it is none."""
    node = _read(kept["tree"], ())
    tree = solve(node, minds(accord))
    if not isinstance(tree, Solved):
        raise TypeError("a record of played choices holds a decision")
    rungs = {
        ladder: rungs and tuple(_rung(rung) for rung in rungs)
        for ladder, rungs in kept["rungs"].items()
    }
    courses = dict(_ends(node, ()))
    return Play(accord, tree, courses, rungs, kept["draws"], kept["void"], kept["void_origin"])


def _written(node: Solved | Leaf) -> dict[str, Any]:
    if isinstance(node, Leaf):
        return {"worths": {stake: months.tolist() for stake, months in node.worths.items()}}
    decision = node.decision
    return {
        "party": decision.party,
        "choice": decision.choice,
        "day": decision.day.isoformat(),
        "month": decision.month,
        "answers": list(decision.answers),
        "audience": list(decision.audience),
        "undone": list(decision.undone),
        "branches": [_written(branch) for branch in node.branches],
    }


def _read(kept: Mapping[str, Any], after: Made) -> Node:
    if "worths" in kept:
        return Leaf({stake: np.array(months) for stake, months in kept["worths"].items()})
    choice, day = kept["choice"], date.fromisoformat(kept["day"])
    answers = tuple(kept["answers"])
    branches = tuple(
        _read(branch, (*after, (choice, day, answer)))
        for answer, branch in zip(answers, kept["branches"], strict=True)
    )
    return Decision(
        kept["party"], choice, day, kept["month"], after, answers, branches,
        tuple(kept["audience"]), tuple(kept["undone"]),
    )  # fmt: skip


def _ends(node: Node, made: Made) -> Iterator[tuple[Made, Worths]]:
    if isinstance(node, Leaf):
        yield made, node.worths
        return
    for answer, branch in zip(node.answers, node.branches, strict=True):
        yield from _ends(branch, (*made, (node.choice, node.day, answer)))


def _rung(kept: Mapping[str, Any]) -> Rung:
    return Rung(**{**kept, "day": date.fromisoformat(kept["day"])})
