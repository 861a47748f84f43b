"""The tree of played choices: read by eye, by ear and as a table."""

import json
from datetime import date

import numpy as np
import pytest

from entente.accord.text import read
from entente.outcome.play import Play
from entente.report.figures.choosing import _laid_out, tree
from entente.report.playing import reasons, rungs_table
from entente.world.politics.threat import concessions
from entente.world.politics.tree import Decision, Leaf, Mind, at_home, solve

DAY, MONTHS = date(2019, 9, 5), 6


def made_up(answers=("unsaid", "on time", "not")):
    """A promise kept in one of several ways, then a threat carried out or not."""
    accord = read("us-mexico-2019")
    courses, branches = {}, []
    for number, answer in enumerate(answers):
        kept = (("guard_kept", date(2019, 6, 7), answer),)
        ends = []
        for resumed in (False, True):
            months = {stake: np.zeros(MONTHS) for stake in accord.stakes}
            months |= {at_home(code): np.zeros(MONTHS) for code in accord.players}
            months["usa_buyers"] -= 4e8 * resumed
            months["mex_exports"] -= 1e9 * resumed
            months["mex_guard"] -= 1e6 * number
            made = (*kept, ("resumed", DAY, resumed))
            courses[made] = months
            ends.append(Leaf(months))
        branches.append(
            Decision(
                "USA", "resumed", DAY, 3, kept, (False, True), tuple(ends), (2e9, 0.0), (0.0, 0.0)
            )
        )
    root = Decision(
        "MEX", "guard_kept", date(2019, 6, 7), 0, (), tuple(answers), tuple(branches),
        (0.0,) * len(answers), (0.0,) * len(answers),
    )  # fmt: skip
    minds = {
        code: Mind(
            (*(s.id for s in accord.stakes.values() if s.by == code), at_home(code)), 0.98, 12, 2e9
        )
        for code in accord.players
    }
    rungs = concessions(
        [(date(2019, 6, 10), 5.0, 0)], np.full(6, 1e9), np.full(6, 1e7), 0.5, 0.98, 12
    )
    return Play(accord, solve(root, minds), courses, {"ladder": rungs}, 200, 0.3, "made up")


def test_decisions_that_fall_alike_are_said_once():
    told = reasons(made_up())
    assert sum("United States, resumed" in sentence for sentence in told) == 1
    assert "whatever was decided before" in next(s for s in told if "resumed, " in s)
    assert any("its target gives way on 10 June 2019, at 5 %" in sentence for sentence in told)
    assert any("not in any text" in sentence for sentence in told)


def test_the_tree_tells_every_course_to_those_who_do_not_see_it():
    figure = tree(made_up())
    assert "aria-label" in figure.wide
    assert figure.wide.count("guard kept on time, resumed no") == 1
    assert len(figure.table.rows) == 6
    chances = [row[1].middle for row in figure.table.rows]
    assert sum(chances) == pytest.approx(1)


def test_the_branches_are_drawn_in_the_order_of_the_tree():
    """Not in that of a set, which differs from one process to the next."""
    play = made_up()
    shown = list(play.courses)
    places, _ = _laid_out(play, shown)
    assert list(places) == [(), *dict.fromkeys(made[:1] for made in shown), *shown]


def test_a_tree_of_many_ends_shows_the_likeliest():
    figure = tree(made_up([f"a{number}" for number in range(20)]))
    assert "The 16 least likely ends are left out." in figure.note
    assert len(figure.table.rows) == 40


def test_the_table_of_a_ladder_is_the_concession_rule():
    table = rungs_table(made_up())
    assert table.rows[0][:2] == ("ladder, 10 June 2019", "gives way")
    assert table.rows[0][4].middle == 0.5


def test_reckoned_odds_are_kept_whole_in_the_record():
    rule = made_up().rules()[0]
    again = json.loads(json.dumps(rule.as_json()))
    assert list(again["odds"].values()) == [p for _, p in rule.odds]
