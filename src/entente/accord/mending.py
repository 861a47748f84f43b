"""Mends that are safe: another spelling of what plainly was meant, comments and all else kept.

A mend is tried for each error and kept only where that error is gone and no other has come.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, final

from entente.accord.checks import check_text
from entente.accord.marks import syntax
from entente.accord.text import toml_problem
from entente.problems import Problem

_NEAR: Final = re.compile(r"did you mean '(.+)'\?")
_DATE: Final = re.compile(r"(?<![\w'\"])(\d{4}-\d{2}-\d{2})(?![\w'\"])")
_WORDS: Final = (
    (re.compile(r"\bTrue\b"), "true"),
    (re.compile(r"\bFalse\b"), "false"),
    (re.compile(r"\s*&&\s*"), " and "),
    (re.compile(r"\s*\|\|\s*"), " or "),
    (re.compile(r"(?<![=!<>])=(?!=)"), "=="),
    (_DATE, r"'\1'"),
)
_TRUTHS: Final = ("true", "false")
_BARE: Final = re.compile(r"[A-Za-z0-9_][\w.+*-]*")


@final
@dataclass(frozen=True, slots=True)
class Mend:
    """One mend: which error it took away, and what stands instead of what."""

    problem: Problem
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.problem.where}: {self.problem.code} {self.before} -> {self.after}"


def mended(text: str, file: str) -> tuple[str, tuple[Mend, ...]]:
    """Return a text with its safe mends made, and the mends in order.

    Made are: quotes put around or taken off a value, a code in capitals, the spelling of a key, and
    in expressions quoted dates, `true`, `and`, `==`. Spaces that end a line go. A bare word, which
    keeps a text from being TOML at all, is quoted first.
    """
    done: list[Mend] = []
    text = _trimmed(text)
    while (quoted := _quoted(text, file)) is not None:
        text, mend = quoted
        done.append(mend)
    passed: set[tuple[str, str]] = set()
    while True:
        found = check_text(text, file)
        fresh = [p for p in found if p.is_error and _key(p) not in passed]
        if not fresh:
            return text, tuple(done)
        better = _mend(text, file, fresh[0], found)
        if better is None:
            passed.add(_key(fresh[0]))
        else:
            text, mend = better
            done.append(mend)


def _quoted(text: str, file: str) -> tuple[str, Mend] | None:
    """Quote the bare word at which a text stops being TOML, if it then is, or stops later on."""
    stop = _stop(text, file)
    if stop is None:
        return None
    lines = text.split("\n")
    row, col = stop.where.line - 1, stop.where.col - 1
    line = lines[row] if row < len(lines) else ""
    for word in _BARE.finditer(line):
        if word.start() <= col < word.end():
            bare = word[0]
            for new in (bare.lower(), f'"{bare}"') if bare.lower() in _TRUTHS else (f'"{bare}"',):
                lines[row] = f"{line[: word.start()]}{new}{line[word.end() :]}"
                changed = "\n".join(lines)
                after = _stop(changed, file)
                end = word.start() + len(new)
                if after is None or (after.where.line - 1, after.where.col - 1) >= (row, end + 1):
                    return changed, Mend(stop, bare, new)
    return None


def _stop(text: str, file: str) -> Problem | None:
    """Say where a text stops being TOML."""
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        return toml_problem(text, file, wrong)
    return None


def _key(problem: Problem) -> tuple[str, str]:
    return (str(problem.where), problem.message)


def _mend(
    text: str, file: str, problem: Problem, before: tuple[Problem, ...]
) -> tuple[str, Mend] | None:
    """Return the text with the first mend that takes a problem away and brings none."""
    raw = text.encode()
    node = _node_at(raw, problem)
    if node is None:
        return None
    old = node.text.decode()
    for new in dict.fromkeys(_instead(node.type, old, problem)):
        if new == old:
            continue
        changed = (raw[: node.start_byte] + new.encode() + raw[node.end_byte :]).decode()
        left, had = _told(check_text(changed, file)), _told(before)
        if not left - had and had - left:
            return changed, Mend(problem, old, new)
    return None


def _told(problems: tuple[Problem, ...]) -> Counter[tuple[str, str]]:
    """Count errors by what they say, wherever they stand."""
    return Counter((p.code, p.clause + p.message) for p in problems if p.is_error)


def _node_at(raw: bytes, problem: Problem) -> Any:
    """Find the key or the value at a problem's place."""
    lines = raw.decode().split("\n")
    if not 1 <= problem.where.line <= len(lines):
        return None
    row, line = problem.where.line - 1, lines[problem.where.line - 1]
    point = (row, len(line[: max(problem.where.col - 1, 0)].encode()))
    node = syntax(raw).descendant_for_point_range(point, point)
    while node is not None and node.type not in _VALUES:
        node = node.parent
    return node


_VALUES: Final = (
    "string", "integer", "float", "boolean", "bare_key", "quoted_key", "local_date",
    "local_date_time", "offset_date_time",
)  # fmt: skip


def _instead(kind: str, old: str, problem: Problem) -> Iterator[str]:
    """Give what may have been meant, the likeliest first."""
    near = _NEAR.search(problem.mend)
    if kind in ("bare_key", "quoted_key"):
        if near and problem.code == "E101":
            yield near[1]
        return
    if kind != "string":
        yield f'"{old}"'
        return
    inner = old.strip("\"'")
    if _plain(inner) or inner in _TRUTHS:
        yield inner
    if problem.code == "E119":
        yield f'"{inner.upper()}"'
    changed = inner
    for pattern, word in _WORDS:
        changed = pattern.sub(word, changed)
        yield f'"{changed}"'


def _plain(text: str) -> bool:
    """Whether a text is a TOML number or date without its quotes."""
    try:
        value = tomllib.loads(f"v = {text}")["v"]
    except (tomllib.TOMLDecodeError, KeyError):
        return False
    return not isinstance(value, str | list | dict)


def _trimmed(text: str) -> str:
    """Drop spaces that end lines, outside texts of several lines, and end with a line's end."""
    kept = _inside_texts(syntax(text.encode()))
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    whole = [line if row in kept else line.rstrip(" \t") for row, line in enumerate(lines)]
    return "\n".join(whole) + "\n"


def _inside_texts(node: Any) -> set[int]:
    """Return the lines on which a text goes on to the next."""
    if node.type == "string":
        return set(range(node.start_point[0], node.end_point[0]))
    return set().union(*(_inside_texts(child) for child in node.children))
