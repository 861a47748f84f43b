"""Random accords: valid ones made clause by clause, and broken ones made from any text."""

import random
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from entente.accord.text import parse

HEAD = """accord = "random"
language = 1
parties = ["USA", "MEX", "GTM"]
zone = "{zone}"
horizon = [2019-01-01, 2019-12-31]
[source]
s = {{ date = 2018-12-01, title = "A statement", says = {{ "m@2019-02" = {first} }} }}
late = {{ date = 2019-06-15, title = "A revision", says = {{ "m@2019-02" = {second} }} }}
[metric]
m = {{ unit = "persons/month", lag = "9d", vintage = "{vintage}", label = "M" }}
[choice]
c = {{ by = "USA", asks = "C?", silence = {silence}, odds = 0.3 }}
d = {{ by = "MEX", asks = "How?", silence = "no", options = ["no", "part", "all"] }}
"""
days = st.dates(date(2019, 1, 1), date(2019, 12, 1))
amounts = st.integers(0, 50)
truths = st.sampled_from([
    "c", "not c", "d == 'all'", "m < 500", "c or m > 900", "last(m) >= 100 and not c",
    "days_since(s) > 200", "today > '2019-07-01'", "in_force(a0)", "not suspended(a0)",
    "triggered(t0) and c", "known(m) and m < 700", "met(o0) or c",
])  # fmt: skip
facts = st.sampled_from([
    "age < 18", "unaccompanied and age < 18", "entry_state != lodged_state",
    "count(transited) > 0", "nationality in ['GTM', 'HND']", "known(age) and age > 60",
    "days_since(entry_date) > 365", "'MEX' in transited",
])  # fmt: skip


GOODS = [["*"], ["0702"], ["87", "01"]]


def steps(days: list[date], values: list[int]) -> str:
    rows = [f"[{day}, {value}]" for day, value in zip(sorted(set(days)), values, strict=False)]
    return f"[{', '.join(rows)}]"


@st.composite
def schedules(draw: Any, id_: str) -> str:
    when = draw(st.lists(days, min_size=1, max_size=4))
    values = draw(st.lists(amounts, min_size=4, max_size=4))
    ends = draw(st.sampled_from(["", f'until = "{draw(truths)}"\n', "expires = 2019-12-20\n"]))
    by = draw(st.sampled_from(["USA", "MEX"]))
    return (f'[clause.{id_}]\nkind = "schedule"\nby = "{by}"\nsets = "duty"\nunit = "percent"\n'
            f"goods = {draw(st.sampled_from(GOODS))}\n"
            f'steps = {steps(when, values)}\ncombine = "add"\n{ends}'
            f'effective = {min(when)}\nbasis = "text"\nsource = "s"\n')  # fmt: skip


@st.composite
def clauses(draw: Any, id_: str) -> str:
    kind = draw(st.sampled_from(["schedule", "suspend", "restore", "trigger", "obligation",
                                 "review", "exempt", "allocate", "procedure"]))  # fmt: skip
    day, head = draw(days), f'[clause.{id_}]\nkind = "{kind}"\nsource = "s"\nbasis = "text"\n'
    if kind == "schedule":
        return draw(schedules(id_))
    body = {
        "suspend": lambda: f'what = ["a0"]\nclock = "{draw(st.sampled_from(["runs", "stops"]))}"\n'
                           f"effective = {day}\nexpires = {day + timedelta(20)}\n",
        "restore": lambda: f'what = ["a0"]\nwhen = "{draw(truths)}"\neffective = {day}\n',
        "trigger": lambda: f'when = "{draw(truths)}"\nlatch = true\nthen = ["'
                           f'{draw(st.sampled_from(["suspended", "lapsed", "void_from"]))}(a0)"]\n',
        "obligation": lambda: f'by = "MEX"\nmust = "{draw(truths)}"\ndue = "\'{day}\'"\n',
        "review": lambda: f'by = "USA"\nevery = "{draw(st.integers(1, 6))}m"\nreads = ["m"]\n'
                          'decides = ["c"]\neffective = 2019-01-01\n',
        "exempt": lambda: f'from_clauses = ["a0"]\nif = "value_usd < {draw(amounts)}"\n',
        "allocate": lambda: f'sets = "q_{id_}"\nrules = [\n  {{ id = "one", if = "{draw(facts)}", '
                            'to = "MEX" },\n'
                            '  { id = "else", if = "true", to = "lodged_state" },\n]\n',
        "procedure": lambda: f'body = "court"\ndecided = {day}\nthen = ["void_ab_initio(a0)"]\n',
    }  # fmt: skip
    return head + body[kind]()


@st.composite
def valid(draw: Any) -> str:
    """Return the text of an accord that reads without a problem."""
    head = HEAD.format(
        zone=draw(st.sampled_from(["America/New_York", "Europe/Brussels", "UTC"])),
        first=draw(st.integers(0, 2000)), second=draw(st.integers(0, 2000)),
        vintage=draw(st.sampled_from(["first", "final", "as_known"])),
        silence=draw(st.sampled_from(["true", "false"])),
    )  # fmt: skip
    fixed = [
        draw(schedules("a0")),
        '[clause.t0]\nkind = "trigger"\nwhen = "c"\nthen = ["suspended(a0)"]\nlatch = true\n'
        'source = "s"\n',
        '[clause.o0]\nkind = "obligation"\nby = "MEX"\nmust = "m < 600"\ndue = "\'2019-08-01\'"\n'
        'source = ["s", "late"]\n',
    ]
    more = [draw(clauses(f"x{index}")) for index in range(draw(st.integers(0, 5)))]
    order = draw(st.permutations([*fixed, *more]))
    return head + "".join(order)


def broken(text: str, luck: random.Random) -> str:
    """Return a text cut, doubled, mixed up or written over in some places."""
    for _ in range(luck.randint(1, 4)):
        at, size = luck.randint(0, max(len(text) - 1, 0)), luck.randint(0, 40)
        match luck.choice(["cut", "write", "double", "swap"]):
            case "cut":
                text = text[:at] + text[at + size :]
            case "write":
                text = (
                    text[:at]
                    + luck.choice([*PIECES, *ODD])
                    + text[at + size * luck.randint(0, 1) :]
                )
            case "double":
                text = text[: at + size] + text[at : at + size] + text[at + size :]
            case _:
                lines = text.split("\n")
                one, other = luck.randrange(len(lines)), luck.randrange(len(lines))
                lines[one], lines[other] = lines[other], lines[one]
                text = "\n".join(lines)
    return text


ODD = [chr(code) for code in (0, 9, 13, 34, 39, 92, 127, 160, 0x3B1, 0xFEFF, 0xFFFF, 0x1F600)]
PIECES = [
    '"', "'", "[", "]", "{", "}", "=", "\n", "[clause.z]\n", "true", "-1", "1e400", "nan", "0",
    "9999-12-31", "0001-01-01", "2019-02-30", "2019-01-01T00:00:00+14:00", "99999y", '"0d"', "\\",
    "in_force(a0)", "not ", "(((", "a if b else ", "last(m)", "/ 0", "* 1e308", "over = ['a0']\n",
    "sunset = 2019-01-01\n", "\u202e", "begins = 'reserved'\n", "roll = 'next_working_day'\n",
    "\x00",
    "some(", "best(", "count(", "term = {", "@2019-05", "expires = 1500-01-01\n", "every = '0m'\n",
]  # fmt: skip


def tried(text: str) -> bool:
    """Read, check and, where it is usable, run a text; every fault must be a located problem.

    Returns whether it was usable.
    """
    from entente.accord.checks import check_text
    from entente.accord.text import write
    from entente.accord.timeline import timeline
    from entente.problems import EntenteError

    lines = text.split("\n")
    problems = check_text(text, "a.toml")
    for problem in problems:
        assert 1 <= problem.where.line <= len(lines), str(problem)
        assert 1 <= problem.where.col <= len(lines[problem.where.line - 1]) + 2, str(problem)
    if any(problem.is_error for problem in problems):
        return False
    read = parse(text, "a.toml").accord
    assert read is not None
    again = parse(write(read), "a.toml").accord
    assert again == read
    with suppress(EntenteError):
        timeline(read)
    return True
