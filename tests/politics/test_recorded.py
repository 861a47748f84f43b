"""Recorded votes are decided by the rule of the house, and bad rows are all listed."""

import pytest
from click.testing import CliRunner

from entente.cli import entente
from entente.world.politics.recorded import _impossible, read_votes

HEADER = "case_id,chamber,seated,yea,nay,rule,first_chamber_result\n"


def test_the_overrides_of_2019_failed_in_the_chamber_of_origin(tmp_path):
    """H.J.Res.46, House 248-181 on 26 March 2019; S.J.Res.54, Senate 53-36 on 17 October 2019."""
    votes = tmp_path / "votes.csv"
    votes.write_text(
        HEADER
        + "hj46,House,435,248,181,2/3 of votes cast,\n"
        + "hj46,Senate,100,60,29,2/3 of votes cast,failed\n"
        + "sj54,Senate,100,53,36,2/3 of votes cast,\n"
    )
    result = CliRunner().invoke(entente, ["legislature", "--votes", str(votes)])
    assert result.output.splitlines() == [
        "case_id,chamber,needed,passed,called",
        "hj46,House,286,no,yes",
        "hj46,Senate,60,no,no",
        "sj54,Senate,60,no,yes",
    ]


def test_every_bad_field_is_listed_with_its_row(tmp_path):
    votes = tmp_path / "votes.csv"
    votes.write_text(
        HEADER + "a,House,435,-1,x,2/3,lost\n" + "b,House,10,9,9,1/2 of seated,\n"
        ",Senate,0,0,0,1/2 of votes cast,\n" + "c,,9,1,1,1/2 of votes cast,\n"
        "d,Senate,0,0,0,1/2 of votes cast,\n" + "e,House,9,1\n"
    )
    _, problems = read_votes(votes)
    assert [(p.where.line, p.clause) for p in problems] == [
        (2, "yea"), (2, "nay"), (2, "first_chamber_result"), (2, "rule"), (3, "seated"),
        (4, "case_id"), (5, "chamber"), (6, "seated"), (7, ""),
    ]  # fmt: skip


def test_good_rows_are_decided_beside_bad_ones_and_the_exit_says_so(tmp_path):
    votes, out = tmp_path / "votes.csv", tmp_path / "out.csv"
    votes.write_bytes(
        b"\xef\xbb\xbf" + HEADER.encode() + b"a,House,435,248,181,2/3 of votes cast,\n"
        b"b,House,435,300,181,2/3 of votes cast,\n" + b"a,House,435,1,1,2/3 of votes cast,\n"
        b"a,House,435,245,182,1/2 of votes cast,\n"
    )
    result = CliRunner().invoke(entente, ["legislature", "--votes", str(votes), "--out", str(out)])
    assert result.exception.exit_code == 3
    assert [line.split(" ")[0] for line in str(result.exception).splitlines()] == [
        f"{votes}:3:", f"{votes}:4:",
    ]  # fmt: skip
    assert out.read_text().splitlines()[1:] == ["a,House,286,no,yes", "a,House,214,yes,yes"]


@pytest.mark.parametrize(
    ("yea", "nay", "passed"),
    [(50, 50, "no"), (51, 50, "yes"), (50, 51, "no"), (50, 49, "yes"), (49, 49, "no")],
)
def test_a_tied_senate_passes_nothing_unless_the_vice_president_votes(tmp_path, yea, nay, passed):
    """US Constitution, article I section 3; S.J.Res.49 fell by 49 to 49 on 30 April 2025."""
    votes = tmp_path / "votes.csv"
    votes.write_text(HEADER + f"a,Senate,100,{yea},{nay},1/2 of votes cast,\n")
    result = CliRunner().invoke(entente, ["legislature", "--votes", str(votes)])
    assert result.output.splitlines()[1] == f"a,Senate,{(yea + nay) // 2 + 1},{passed},yes"


def test_no_other_body_has_more_votes_than_members():
    for chamber, yea, nay in (("House", 218, 218), ("Senate", 52, 49), ("Senate", 51, 51)):
        row = {"chamber": chamber, "seated": "435" if chamber == "House" else "100"}
        assert list(_impossible(row | {"yea": str(yea), "nay": str(nay)}))


@pytest.mark.parametrize(
    ("rule", "seated", "yea", "nay", "needed"),
    [
        ("3/5 of seated", 100, 59, 41, 60),  # cloture, Senate rule XXII: duly chosen and sworn
        ("3/5 of seated", 99, 60, 39, 60),
        ("2/3 of votes cast", 100, 60, 29, 60),  # an override
        ("2/3 of seated", 100, 60, 29, 67),
        ("1/2 of seated", 705, 353, 300, 353),
        ("55/100 of seated", 27, 15, 12, 15),  # the Council's states: TEU article 16(4)
    ],
)
def test_each_rule_counts_the_base_that_it_names(tmp_path, rule, seated, yea, nay, needed):
    votes = tmp_path / "votes.csv"
    votes.write_text(HEADER + f"a,body,{seated},{yea},{nay},{rule},passed\n")
    ((vote,), problems) = read_votes(votes)
    assert (vote.needed, vote.passed, problems) == (needed, yea >= needed, ())


@pytest.mark.parametrize(
    "header", ["", "case_id,chamber\n", HEADER.replace("yea", "ayes"), "yea," + HEADER]
)
def test_a_table_with_other_columns_is_refused_and_nothing_is_written(tmp_path, header):
    votes, out = tmp_path / "votes.csv", tmp_path / "out.csv"
    votes.write_text(header)
    result = CliRunner().invoke(entente, ["legislature", "--votes", str(votes), "--out", str(out)])
    assert result.exception.exit_code == 3
    assert not out.exists()
