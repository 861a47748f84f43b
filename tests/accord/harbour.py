"""A small accord between two states, for worked examples."""

from entente.accord.document import Accord
from entente.accord.text import parse

HEAD = """
accord = "harbour"
language = 1
parties = ["USA", "MEX"]
zone = "America/New_York"
horizon = [2019-01-01, 2020-12-31]
[source]
s = { date = 2018-12-01, title = "A statement" }
"""
DUTY = """
[clause.duty]
kind = "schedule"
by = "USA"
on = "MEX"
sets = "duty"
unit = "percent"
steps = [[2019-02-01, 5], [2019-03-01, 2019-04-30, 10]]
combine = "add"
effective = 2019-02-01
source = "s"
"""


def accord(text: str, head: str = HEAD) -> Accord:
    found = parse(head + text, "harbour.toml")
    assert not found.problems, [str(problem) for problem in found.problems]
    assert found.accord is not None
    return found.accord
