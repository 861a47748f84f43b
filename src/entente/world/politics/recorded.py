"""Recorded votes decided: how many yeas each needed, whether it was called, whether it passed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

from entente.problems import InputProblemsError, Place, Problem
from entente.sheets import read
from entente.world.politics.members import CODES
from entente.world.politics.tally import Threshold

COLUMNS: Final = ("case_id", "chamber", "seated", "yea", "nay", "rule", "first_chamber_result")
_COUNTS: Final = ("seated", "yea", "nay")
_KEY: Final = ("case_id", "chamber", "rule")
_RESULTS: Final = ("passed", "failed", "")


@final
@dataclass(frozen=True, slots=True)
class Vote:
    """One recorded vote; a vote that the first chamber's failure made moot was never called."""

    case_id: str
    chamber: str
    seated: int
    yea: int
    nay: int
    rule: Threshold
    first_chamber_result: str

    @property
    def needed(self) -> int:
        """Return the yeas the rule asks for, of the base it names."""
        return self.rule.needed(self.seated if self.rule.base == "seated" else self.yea + self.nay)

    @property
    def called(self) -> bool:
        """The second chamber votes only if the first succeeded."""
        return self.first_chamber_result != "failed"

    @property
    def passed(self) -> bool:
        """A measure passes in a chamber that was called and gave the needed yeas."""
        return self.called and self.yea >= self.needed


def read_votes(path: Path) -> tuple[tuple[Vote, ...], tuple[Problem, ...]]:
    """Read votes from CSV: those that can be decided, and what is wrong with every other row.

    Raises InputProblemsError where the file cannot be read or has other columns.
    """
    sheet = read(path, CODES)
    if wrong := sheet.header_problems(COLUMNS):
        raise InputProblemsError(wrong)
    votes, problems = [], list(sheet.ragged)
    seen: dict[tuple[str, ...], int] = {}
    for line, row in sheet.rows:
        found = _row_problems(path, line, row)
        if not found:
            key = tuple(row[name].strip() for name in _KEY)
            if key in seen:
                message = f"the same vote as on line {seen[key]}"
                mend = "give each vote of a chamber under a rule once"
                found = [Problem("E111", Place(str(path), line), "case_id", message, mend)]
            seen.setdefault(key, line)
        problems += found
        votes += [] if found else [_vote(row)]
    return tuple(votes), tuple(sorted(problems, key=lambda p: p.where.line))


def _row_problems(path: Path, line: int, row: Mapping[str, str]) -> list[Problem]:
    """List what is wrong with one row, field by field."""

    def found(field: str, message: str, mend: str) -> Problem:
        return Problem("E111", Place(str(path), line), field, message, mend)

    problems = [
        Problem("E102", Place(str(path), line), field, "empty", f"name the {field}")
        for field in ("case_id", "chamber")
        if not row[field].strip()
    ]
    problems += [
        found(field, f"{row[field]!r} is not a count", "write a whole number, zero or more")
        for field in _COUNTS
        if not row[field].strip().isdecimal()
    ]
    if row["first_chamber_result"] not in _RESULTS:
        problems.append(
            found("first_chamber_result", "unknown result", "write passed, failed or nothing")
        )
    try:
        Threshold.parse(row["rule"])
    except ValueError as unclear:
        problems.append(found("rule", f"{row['rule']!r} is no threshold", str(unclear)))
    if not problems:
        problems += [
            found(field, message, "check yea, nay and seated")
            for field, message in _impossible(row)
        ]
    return problems


def _impossible(row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Say which counts cannot be, by field.

    Where the Senate is equally divided the Vice President votes (US Constitution, article I section
    3), so that one vote more than its members is possible there, on one side of a tie.
    """
    seated, yea, nay = (int(row[field]) for field in _COUNTS)
    senate = row["chamber"].strip().casefold() == "senate"
    tie_broken = senate and abs(yea - nay) == 1 and yea + nay == seated + 1
    if seated == 0:
        yield "seated", "a chamber without members"
    elif yea + nay > seated and not tie_broken:
        yield "seated", "more votes than members"


def _vote(row: Mapping[str, str]) -> Vote:
    seated, yea, nay = (int(row[field]) for field in _COUNTS)
    rule = Threshold.parse(row["rule"])
    case_id, chamber = row["case_id"].strip(), row["chamber"].strip()
    return Vote(case_id, chamber, seated, yea, nay, rule, row["first_chamber_result"])
