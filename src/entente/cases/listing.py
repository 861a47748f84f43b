"""What is wrong with the rows of a table: of each column the first are listed, the rest counted."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final, final

from entente.problems import Problem

MOST_LISTED: Final = 10_000  # rows told one by one for a column; of more, how many they are


@final
class Listing:
    """Problems by column, gathered in the order of the rows, which are told by their numbers."""

    def __init__(self) -> None:
        self.rejected = 0
        self._listed: dict[str, list[Problem]] = {}
        self._first: dict[str, Problem] = {}
        self._more: Counter[str] = Counter()

    def add(self, problems: Iterable[Problem], more: Mapping[str, int], rejected: int) -> None:
        """Add what is wrong with later rows; `more` counts what is not told one by one."""
        self.rejected += rejected
        for problem in sorted(problems, key=lambda each: each.where):
            column = problem.clause
            listed = self._listed.setdefault(column, [])
            if len(listed) < MOST_LISTED:
                listed.append(problem)
            else:
                self._first.setdefault(column, problem)
                self._more[column] += 1
        self._more.update(more)

    def problems(self) -> tuple[Problem, ...]:
        """Return what is listed and how many more there are, in reading order."""
        listed = [problem for column in self._listed.values() for problem in column]
        rest = [not_listed(first, self._more[column]) for column, first in self._first.items()]
        return tuple(sorted(listed + rest, key=lambda problem: problem.where))


def not_listed(first: Problem, count: int) -> Problem:
    """Say how many rows are wrong from the first that is not listed."""
    said = f"this row and {count - 1:,} more are wrong too, and not listed"
    return replace(first, message=said, mend="mend the listed ones first")
