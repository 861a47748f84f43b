"""Conditions on lists answered one case at a time with plain loops, and every small case there is.

A condition is nested tuples, so that it can be written out for the language and answered here. An
answer is True, False, or None where it is not known.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

STATES = ("MEX", "USA", "GTM")
RELATIONS = ("child", "parent")
AGES = (9.0, 30.0)
Relative = tuple[str, str, float]  # state, relation, age


class Case(NamedTuple):
    """A claim: where it is (None: not known), the claimant's age and the relatives."""

    lodged_state: str | None
    age: float
    relatives: tuple[Relative, ...]


def small_cases() -> Iterator[Case]:
    """Give every case with up to two relatives."""
    kinds = list(product(STATES, RELATIONS, AGES))
    for many in range(3):
        for relatives in product(kinds, repeat=many):
            for lodged, age in product((*STATES, None), (10.0, 40.0)):
                yield Case(lodged, age, relatives)


def text(node: Any) -> str:
    """Write a condition as an accord does."""
    match node:
        case ("not", part):
            return f"not ({text(part)})"
        case ("and" | "or" as word, *parts):
            return f"({f' {word} '.join(map(text, parts))})"
        case ("some", entry):
            return f"some({text(entry)})"
        case ("count", entry, sign, number):
            return f"count({text(entry)}) {sign} {number}"
        case ("length", sign, number):
            return f"count(family_state) {sign} {number}"
        case ("best", entry, key, sign, number):
            return f"count({_best(entry, key)}) {sign} {number}"
        case ("first", entry, key, state):
            return f"first({_best(entry, key)}) == '{state}'"
        case ("among", entry, key, state):
            return f"'{state}' in {_best(entry, key)}"
    return str(node)


def _best(entry: Any, key: str) -> str:
    return f"best(family_state, {text(entry)}{', ' * bool(key)}{key})"


def answer(node: Any, case: Case, own: Relative | None = None) -> bool | None:
    """Answer a condition, for one relative where it is asked of each."""
    match node:
        case ("not", part):
            found = answer(part, case, own)
            return None if found is None else not found
        case ("and" | "or" as word, *parts):
            return _joined(word, [answer(part, case, own) for part in parts])
        case ("some", entry):
            return _joined("or", [False, *(answer(entry, case, one) for one in case.relatives)])
        case ("count", entry, sign, number):
            found = [answer(entry, case, one) for one in case.relatives]
            return None if None in found else _compared(found.count(True), sign, number)
        case ("length", sign, number):
            return _compared(len(case.relatives), sign, number)
        case ("best", entry, key, sign, number):
            best = _ranked(entry, key, case)
            return None if best is None else _compared(len(set(best)), sign, number)
        case ("first", entry, key, state):
            best = _ranked(entry, key, case)
            return best[0] == state if best else None
        case ("among", entry, key, state):
            best = _ranked(entry, key, case)
            return None if best is None else state in best
    return _plain(str(node), case, own)


def _plain(node: str, case: Case, own: Relative | None) -> bool | None:
    lodged = case.lodged_state
    if "lodged_state" in node and lodged is None:
        return False if "known" in node else None
    names: dict[str, Any] = {"lodged_state": lodged, "age": case.age, "known": lambda _: True}
    if own is not None:
        names |= dict(zip(("family_state", "family_relation", "family_age"), own, strict=True))
    return bool(eval(node, names))


def _joined(word: str, parts: list[bool | None]) -> bool | None:
    settles = word == "or"
    if settles in parts:
        return settles
    return None if None in parts else not settles


def _ranked(entry: Any, key: str, case: Case) -> list[str] | None:
    """Return the states in a list made by `best`, None where one of them is not sure."""
    fits = [answer(entry, case, one) for one in case.relatives]
    best = []
    for index, one in enumerate(case.relatives):
        if fits[index] is False:
            continue
        rivals = [
            fits[other] for other, two in enumerate(case.relatives)
            if key and fits[other] is not False and two[0] != one[0] and two[2] > one[2]
        ]  # fmt: skip
        if True in rivals:
            continue
        if fits[index] is None or None in rivals:
            return None
        best.append(one[0])
    return best


def _compared(count: int, sign: str, number: int) -> bool:
    return bool(eval(f"{count} {sign} {number}"))
