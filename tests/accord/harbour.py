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
RULES = """
[clause.who]
kind = "allocate"
sets = "responsibility"
rules = [
{rules}
]
source = "s"
"""
COUNTED = """count = {{ date = 2019-02-05, title = "Count", says = {{ "m@2019-01" = {figure} }} }}
[metric]
m = {{ unit = "{unit}", lag = "9d", vintage = "first", label = "{label}" }}
[clause.few]
kind = "obligation"
by = "MEX"
must = "m < {limit}"
due = "'2019-03-01'"
source = ["s", "count"]
"""


def accord(text: str, head: str = HEAD) -> Accord:
    found = parse(head + text, "harbour.toml")
    assert not found.problems, [str(problem) for problem in found.problems]
    assert found.accord is not None
    return found.accord


def counted(
    unit: str = "persons", figure: float = 900, limit: float = 1000, label: str = "M"
) -> Accord:
    """A promise to stay under a figure, which a source states."""
    return accord(COUNTED.format(unit=unit, figure=figure, limit=limit, label=label))
