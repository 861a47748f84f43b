"""The slow twin of duties: one line at a time, in decimals, written by hand from the facts."""

# ruff: noqa: DTZ001 - local clocks

import csv
import gzip
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files

D = Decimal
LISTED = ("0901110000",)  # in US note 2(aa)(ii): coffee
CARS, STEEL = ("8703230100", "8703800000"), ("7208101500", "7304110000")
# Section 301 by six digits in 2025: lists 1 to 3 at 25 percent, list 4A at 7.5.
CHINA = dict.fromkeys(("8703230100", "8703800000", "8544300000", "8411118000"), D(25))
CHINA |= dict.fromkeys(("7208101500", "7304110000", "0102294000", "0402295000", *LISTED), D("7.5"))
BANDS = [(date(2018, 1, 1), "25.67", "497.99"), (date(2018, 10, 1), "26.22", "508.70"),
         (date(2019, 10, 1), "26.79", "519.76"), (date(2020, 10, 1), "27.23", "528.33"),
         (date(2021, 10, 1), "27.75", "538.40"), (date(2022, 10, 1), "29.66", "575.35"),
         (date(2023, 10, 1), "31.67", "614.35"), (date(2024, 10, 1), "32.71", "634.62"),
         (date(2025, 10, 1), "33.58", "651.50")]  # fmt: skip


def half_up(amount, unit="0.01"):
    return D(amount).quantize(D(unit), ROUND_HALF_UP)


@cache
def tariff():
    raw = (files("entente") / "data" / "base_rates.csv.gz").read_bytes()
    rows = csv.DictReader(gzip.decompress(raw).decode().splitlines())
    return {(row["edition"], row["hts8"]): row for row in rows}


def ordinary(line, day):
    """Return percent, dollars, unit of the ordinary duty; None where it is not known."""
    edition = "2025" if day >= date(2022, 1, 27) else "2017"
    row = tariff().get((edition, line["hts"][:8]))
    originates = line["preference"] != "none" and line["origin"] in ("CAN", "MEX")
    column = "general"
    if originates:
        column = {"CAN": "canada", "MEX": "mexico"}[line["origin"]]
    elif line["origin"] in ("CUB", "PRK") or (
        line["origin"] in ("RUS", "BLR") and day >= date(2022, 4, 9)
    ):
        column = "column_2"
    special = originates and (row is None or row[column] != row["general"])
    if line.get("base_rate_percent") is not None and not special:
        return D(line["base_rate_percent"]), D(0), ""
    if row is None:
        return (D(0), D(0), "") if originates else None
    return formula(row[column])


def formula(text):
    if text in ("", "?"):
        return None
    percent, dollars, unit = D(0), D(0), ""
    for part in text.split("+"):
        if "/" in part:
            dollars, unit = D(part.split("/")[0]), part.split("/")[1]
        else:
            percent = D(part)
    return percent, dollars, unit


def governing(line):
    if line["ftz_status"] == "privileged":
        return line["ftz_admission_date"]
    return line["warehouse_withdrawal_date"] or line["entry_date"]


def neighbour(line, when):
    """Return percent of the orders on Canada and Mexico."""
    origin, goods, originates = line["origin"], line["goods"], line["preference"] == "USMCA"
    relieved = when >= datetime(2025, 3, 7, 0, 1)
    if relieved and originates:
        return []
    if goods == "energy" and origin == "CAN":
        return [D(10)]
    if goods == "potash" and relieved:
        return [D(10)]
    more = origin == "CAN" and when >= datetime(2025, 8, 1, 0, 1)
    if more and goods not in ("energy", "potash") and not originates:
        return [D(25), D(15) if line["transshipped"] else D(10)]
    return [D(25)]


def emergency(line, when, lawful=False):
    """Return the duties of the orders of 2025 and 2026: rank, percent and share each."""
    origin, loaded, found = line["origin"], line["loaded_date"], []
    collected = when < datetime(2026, 2, 24) and not lawful
    early = loaded is not None and loaded < date(2025, 2, 1) and when < datetime(2025, 3, 7, 0, 1)
    if origin == "CHN" and collected:
        if when >= datetime(2025, 2, 4, 0, 1) and not early:
            found.append((None, D(10), D(1)))
        if datetime(2025, 3, 4, 0, 1) <= when < datetime(2025, 11, 10, 0, 1) and not early:
            found.append((None, D(10), D(1)))
    begun = when >= datetime(2025, 3, 4, 0, 1)
    if origin in ("MEX", "CAN") and collected and begun and not early:
        found += [(2, rate, D(1)) for rate in neighbour(line, when)]
    if datetime(2026, 2, 24, 0, 1) <= when < datetime(2026, 7, 24, 0, 1):
        afloat = line["mode"] == "vessel" and line["final_mode"] in (None, "vessel")
        spared = loaded is not None and loaded < date(2026, 2, 24) and afloat
        spared = spared and when < datetime(2026, 2, 28, 0, 1)
        if line["preference"] != "USMCA" and line["hts"] not in LISTED and not spared:
            found.append((9, D(10), D(1)))
    return found


def metals(line, when):
    """Return the duties under sections 232 and 301 from 2025 on: rank, percent, share."""
    found, originates = [], line["preference"] == "USMCA"
    risen = when >= datetime(2025, 6, 4, 0, 1)
    if line["hts"] in CARS and when >= datetime(2025, 4, 3, 0, 1):
        rate = D(25) * (1 - line["us_content_share"]) if originates else D(25)
        found.append((1, rate, D(1)))
    if line["hts"] in STEEL and not (
        line["origin"] in ("CAN", "MEX", "BRA") and when < datetime(2025, 3, 12, 0, 1)
    ):
        found.append((3, D(50) if risen else D(25), D(1)))
    share = line["steel_share"]
    if share and when >= datetime(2025, 3, 12, 0, 1):
        whole = when >= datetime(2026, 4, 6)
        found.append((3, D(50) if risen else D(25), D(1) if whole else share))
    if line["origin"] == "CHN" and line["chapter98"] == "none":
        found += [(None, rate, D(1)) for rate in [CHINA.get(line["hts"], D(0))] if rate]
    return found


def stacked(duties):
    """Return percent of the whole value for each duty, by rank on what is left."""
    left, rates = D(1), []
    for rank in sorted({duty[0] for duty in duties if duty[0] is not None}):
        group = [(rate, min(share, left)) for r, rate, share in duties if r == rank]
        rates += [rate * share for rate, share in group]
        left = max(D(0), left - sum(share for rate, share in group if rate))
    return rates + [rate * share for rank, rate, share in duties if rank is None]


def priced(line):
    """Price a line: what the engine's columns say, amounts in dollars."""
    when = governing(line)
    value = half_up(line["value_usd"], "1")
    foreign = value
    if line["chapter98"] != "none":
        foreign = half_up(line["value_usd"] * (1 - line["us_content_share"]), "1")
    rate = ordinary(line, when.date())
    base = None
    if rate is not None:
        percent, dollars, unit = rate
        base = half_up(foreign * percent / 100)
        if dollars:
            quantity = half_up(line["quantity"], "1" if dollars <= 1 else "0.01")
            base = base + half_up(dollars * quantity) if line["unit"] == unit else None
    collected = stacked([*metals(line, when), *emergency(line, when)])
    lawful = stacked([*metals(line, when), *emergency(line, when, lawful=True)])
    added = sum((half_up(foreign * r / 100) for r in collected), D(0))
    legal = sum((half_up(foreign * r / 100) for r in lawful), D(0))
    fees = processing(line, when.date(), value, foreign)
    fees += half_up(value * D("0.125") / 100) if line["mode"] == "vessel" else D(0)
    return {
        "base_duty": base,
        "additional_rate": sum(collected),
        "additional_duty": added,
        "fees": fees,
        "total": None if base is None else base + added + fees,
        "lawful_duty": legal,
        "refundable_duty": added - legal,
    }


def processing(line, day, value, foreign):
    if line["preference"] != "none" and line["origin"] in ("CAN", "MEX"):
        return D(0)
    if line["chapter98"] in ("98020040", "98020050"):
        return D(0)
    due = foreign if line["chapter98"] != "none" else value
    least, most = next((D(a), D(b)) for first, a, b in reversed(BANDS) if day >= first)
    return min(most, max(least, half_up(due * D("0.3464") / 100)))
