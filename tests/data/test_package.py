"""The shipped tables are what their descriptions say."""

import csv
import io
import re
from datetime import date
from typing import Any

import numpy as np
import pytest

from entente.world.sources import digests, folder, resources, rows, text

NAMES = tuple(resources())
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
READ = {
    "string": str,
    "integer": int,
    "number": float,
    "year": int,
    "date": date.fromisoformat,
    "yearmonth": lambda word: np.datetime64(word, "M") if MONTH.fullmatch(word) else 1 / 0,
}
MONTHLY = tuple(n for n in NAMES if "month" in resources()[n]["schema"]["primaryKey"])
TESTS_ONLY = ("yes", "verify")  # the mark of a curated row that may not be shipped


def mistakes(field: dict[str, Any], word: str) -> list[str]:
    """Hold one cell against the description of its field."""
    limits = field.get("constraints", {})
    if word == "":
        return ["empty"] if limits.get("required") else []
    value = READ[field["type"]](word)
    found = [
        ("below minimum", "minimum" in limits and value < limits["minimum"]),
        ("above maximum", "maximum" in limits and value > limits["maximum"]),
        ("unknown word", "enum" in limits and value not in limits["enum"]),
        ("odd form", "pattern" in limits and not re.fullmatch(limits["pattern"], word)),
    ]
    return [what for what, wrong in found if wrong]


@pytest.mark.parametrize("name", NAMES)
def test_every_table_has_the_fields_types_and_limits_of_its_description(name):
    schema = resources()[name]["schema"]
    header = next(csv.reader(io.StringIO(text(name))))
    assert header == [field["name"] for field in schema["fields"]]
    wrong = [
        (line, field["name"], row[field["name"]], what)
        for line, row in enumerate(rows(name), 2)
        for field in schema["fields"]
        for what in mistakes(field, row[field["name"]])
    ]
    assert wrong == []


@pytest.mark.parametrize("name", NAMES)
def test_every_key_is_unique(name):
    key = resources()[name]["schema"]["primaryKey"]
    keys = [tuple(row[column] for column in key) for row in rows(name)]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("name", NAMES)
def test_every_table_names_source_licence_vintage_and_caveats(name):
    resource = resources()[name]
    for word in ("title", "description", "vintage", "kept"):
        assert resource[word].strip()
    for word in ("sources", "licenses", "caveats"):
        assert resource[word]


@pytest.mark.parametrize("name", NAMES)
def test_every_number_of_an_amount_has_a_unit(name):
    free = {"latitude", "longitude", "sigma", "theta", "products"}
    for field in resources()[name]["schema"]["fields"]:
        if field["type"] in ("integer", "number") and field["name"] not in free:
            assert field.get("unit"), field["name"]


@pytest.mark.parametrize(
    "name",
    [n for n in NAMES if any(f["name"] == "month" for f in resources()[n]["schema"]["fields"])],
)
def test_no_month_is_missing(name):
    others = [c for c in resources()[name]["schema"]["primaryKey"] if c != "month"]
    months: dict[tuple[str, ...], set[np.datetime64]] = {}
    for row in rows(name):
        key = tuple(row[column] for column in others)
        months.setdefault(key, set()).add(np.datetime64(row["month"], "M"))
    gaps = {
        key: sorted(set(np.arange(min(held), max(held) + 1)) - held)
        for key, held in months.items()
        if len(held) != int((max(held) - min(held)).astype(int)) + 1
    }
    if name == "return-to-wait":
        assert list(gaps) == [("fear_referrals",)]  # as its description says
    else:
        assert gaps == {}


def test_every_file_of_the_folder_is_described():
    described = {resource["path"] for resource in resources().values()}
    held = {
        f"{part.name}/{file.name}" if part.is_dir() else part.name
        for part in folder().iterdir()
        for file in (part.iterdir() if part.is_dir() else [part])
    }
    assert held - {"datapackage.json", "__init__.py"} == described


def test_links_join_known_places():
    places = {row["id"] for row in rows("corridor-nodes")}
    for row in rows("corridor-links"):
        assert {row["from"], row["to"]} <= places


def test_the_tables_stay_small():
    size = sum(len((folder() / r["path"]).read_bytes()) for r in resources().values())
    assert size < 3_000_000


def test_digests_name_every_table_and_tell_them_apart():
    held = digests()
    assert set(held) == set(NAMES)
    assert len(set(held.values())) == len(NAMES)
    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in held.values())


def test_no_shipped_table_carries_the_marks_of_a_curated_one():
    for name in NAMES:
        assert not set(TESTS_ONLY) & set(next(csv.reader(io.StringIO(text(name)))))
