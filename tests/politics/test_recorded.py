"""Recorded votes are decided by the rule of the house, and bad rows are all listed."""

import pytest
from click.testing import CliRunner

from entente.cli import entente
from entente.problems import InputProblemsError
from entente.world.politics.recorded import read_votes

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
    votes.write_text(HEADER + "a,House,435,-1,x,2/3,lost\n" + "b,House,10,9,9,1/2 of seated,\n")
    with pytest.raises(InputProblemsError) as caught:
        read_votes(votes)
    assert [(p.where.line, p.clause) for p in caught.value.problems] == [
        (2, "yea"), (2, "nay"), (2, "first_chamber_result"), (2, "rule"), (3, "seated"),
    ]  # fmt: skip
