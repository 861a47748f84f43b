"""What would flip a claim's answer: the least change of one column, tried again."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from entente.accord.text import read
from entente.cases.claims.flip import ClaimExplanation, explain_claim
from entente.cases.claims.responsibility import responsible
from entente.cases.claims.table import read_claims, table_of
from entente.cli import entente
from entente.problems import InputProblemsError

COLUMNS = (
    "claim_id", "application_date", "lodged_state", "age", "trafficking_victim", "place",
    "transited", "protection_denied_in",
)  # fmt: skip
CLAIMS = f"""{",".join(COLUMNS)}
a,2019-09-20,USA,30,no,US-TX,MEX;GTM,none
b,2019-08-20,USA,30,no,US-CA,MEX;GTM,none
c,2019-08-20,USA,30,no,US-TX,MEX,none
"""


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("claims") / "claims.csv"
    path.write_text(CLAIMS)
    return path


def explained(table: Path, id_: str) -> ClaimExplanation:
    return explain_claim(read_claims(table), id_, read("us-mexico-2019"))


def test_each_column_is_moved_as_little_as_will_do_and_ties_are_listed(table: Path) -> None:
    found = explained(table, "c")
    assert found.answer["state"] == "BARRED"
    moved = {(f.input, f.after): f.then for f in found.flips}
    assert moved["place", "US-CA"] == "NOT_BARRED"
    assert moved["place", "US-AZ"] == "NOT_BARRED"
    assert moved["trafficking_victim", "yes"] == "NOT_BARRED"
    assert moved["transited", "none"] == "NOT_BARRED"
    assert moved["application_date", "2019-08-15"] == "NOT_BARRED"
    assert not any(column == "age" for column, _ in moved)


def test_what_flips_is_so_when_the_claim_is_answered_anew(table: Path, tmp_path: Path) -> None:
    found = explained(table, "b")
    header, _, line, *_ = CLAIMS.splitlines()
    for flip in found.flips:
        cells = dict(zip(header.split(","), line.split(","), strict=True)) | {
            flip.input: flip.after
        }
        other = tmp_path / "other.csv"
        other.write_text(f"{','.join(cells)}\n{','.join(cells.values())}\n")
        (again,) = responsible(read_claims(other).table, read("us-mexico-2019")).arrow().to_pylist()
        assert again["state"] == flip.then


def test_earlier_rules_say_why_they_did_not_decide(table: Path) -> None:
    assert explained(table, "c").earlier == (
        "rule elsewhere: the place of entry is not known, or the place of entry is California, "
        "Arizona, New Mexico or Texas, and the way of entry is not known, or the way of entry is "
        "not sea or air",
        "rule entered_before: the first entry is not known",
        "rule denied: for no entry, a country that denied protection is among the countries "
        "crossed on the way",
        "rule trafficked: the claimant is not a victim of trafficking",
        "rule own_country: the claimant's nationality is not known",
    )


def test_the_verb_explains_a_claim_to_people_and_machines(table: Path) -> None:
    import json

    told = CliRunner().invoke(entente, ["explain", "us-mexico-2019", "--claim", f"{table}:c"])
    assert told.exit_code == 0
    assert told.stdout.startswith("claim c under us-mexico-2019: BARRED")
    read_out = CliRunner().invoke(
        entente, ["explain", "us-mexico-2019", "--claim", f"{table}:c", "--json"]
    )
    record: Any = json.loads(read_out.stdout)
    assert record["answer"]["rule"] == "transited"
    assert {flip["input"] for flip in record["flips"]} >= {"place", "transited"}


def test_a_claim_that_is_not_in_the_table_is_a_problem(table: Path) -> None:
    with pytest.raises(InputProblemsError, match="no claim is named 'z'"):
        explained(table, "z")


def test_a_claim_that_cannot_be_read_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(CLAIMS.replace("a,2019-09-20", "a,20 September"))
    with pytest.raises(InputProblemsError, match=r"bad\.csv:2: E\d+ application_date"):
        explained(bad, "a")


def test_a_table_without_the_columns_of_lists_is_answered_as_far_as_it_goes() -> None:
    facts = {"claim_id": "x", "application_date": date(2016, 5, 1), "lodged_state": "DEU"}
    (answer,) = responsible(table_of([facts]), read("dublin-iii")).arrow().to_pylist()
    assert answer["state"] == "MISSING"
