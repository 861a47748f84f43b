"""Many duties on few goods each: what reaches a line, and what gives way, as plain loops say it."""

import random
from datetime import date
from decimal import Decimal

from lines_of import priced

from entente.problems import InputProblemsError

HEAD = """
accord = "many"
language = 1
title = "Made-up duties"
parties = ["USA", "MEX", "CAN"]
zone = "America/New_York"
horizon = [2019-01-01, 2020-12-31]

[source]
made_up = { date = 2019-01-01, title = "Made up" }
"""
NUMBERS = ("07020020", "07031020", "72081015", "72081060", "85443000", "85444290")
PREFIXES = ("*", "07", "0702", "072", "72", "7208", "720810", "85", "8544", "854430", "07020020")
DAYS = [date(2019, month, 1) for month in (2, 5, 8)]


def duty_at(dice, place):
    adds = dice.random() < 0.6
    return {
        "id": f"duty_{place}",
        "on": dice.sample(("MEX", "CAN"), dice.choice((1, 2))),
        "goods": dice.sample(PREFIXES, dice.choice((1, 2))),
        "rates": [dice.randint(0, 40) for _ in DAYS],
        "combine": "add" if adds else "replace",
        "sets": "duty" if adds else "safeguard_duty",
        "over": [f"duty_{other}" for other in range(place) if dice.random() < 0.2],
    }


def text(duty):
    steps = ", ".join(f"[{day}, {rate}]" for day, rate in zip(DAYS, duty["rates"], strict=True))
    quoted = {name: str(duty[name]).replace("'", '"') for name in ("on", "goods", "over")}
    over = f"over = {quoted['over']}" if duty["over"] else ""
    return f"""
[clause.{duty["id"]}]
kind = "schedule"
by = "USA"
on = {quoted["on"]}
sets = "{duty["sets"]}"
unit = "percent"
goods = {quoted["goods"]}
steps = [{steps}]
combine = "{duty["combine"]}"
{over}
effective = 2019-02-01
basis = "text"
source = "made_up"
"""


def length(duty, number):
    return max((len(p.strip("*")) for p in duty["goods"] if p == "*" or number.startswith(p)),
               default=-1)  # fmt: skip


def by_loops(duties, line):
    """Return the added percent; None where duties stand together that cannot."""
    step = sum(day <= date.fromisoformat(line["entry_date"]) for day in DAYS) - 1
    beats = {duty["id"]: set(duty["over"]) for duty in duties}
    for duty in duties:  # those before are complete: a duty stands over earlier ones only
        beats[duty["id"]] |= {b for o in duty["over"] for b in beats[o]}
    here = [d for d in duties if line["origin"] in d["on"] and length(d, line["hts"]) >= 0]
    total = 0
    for quantity in {d["sets"] for d in here}:
        same = [d for d in here if d["sets"] == quantity]
        finest = max(length(d, line["hts"]) for d in same)
        stand = [d for d in same if d["combine"] == "add" or length(d, line["hts"]) == finest]
        stand = [d for d in stand if not any(d["id"] in beats[o["id"]] for o in stand)]
        if len(stand) > 1 and any(d["combine"] == "replace" for d in stand):
            return None
        total += sum(d["rates"][step] for d in stand)
    return total


def test_what_reaches_a_line_and_what_gives_way_is_what_plain_loops_say(tmp_path):
    tried = 0
    for seed in range(12):
        dice = random.Random(seed)
        duties = [duty_at(dice, place) for place in range(9)]
        lines = [
            {"line_id": f"{n}", "hts": dice.choice(NUMBERS), "origin": dice.choice(("MEX", "CAN")),
             "entry_date": f"2019-{dice.randint(2, 12):02d}-15", "value_usd": "100"}
            for n in range(30)
        ]  # fmt: skip
        expected = [by_loops(duties, line) for line in lines]
        if None in expected:
            continue
        file = tmp_path / f"many_{seed}.toml"
        file.write_text(HEAD + "".join(map(text, duties)))
        try:
            rows, _ = priced(tmp_path, lines, str(file))
        except InputProblemsError:  # two that replace are on the same goods at some time
            continue
        assert [Decimal(row["additional_rate"]) for row in rows] == expected
        tried += 1
    assert tried > 2
