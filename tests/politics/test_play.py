"""What parties would choose: backward induction against every other way of choosing."""

from datetime import date
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.accord.choices import Choices, Odds, taken
from entente.accord.plan import Plan
from entente.accord.text import parse, read, write
from entente.lab.settings import Settings
from entente.luck import Luck
from entente.outcome.play import most_courses, play, reckoned
from entente.problems import InputProblemsError
from entente.report.playing import reasons
from entente.world.politics.threat import ahead, concessions
from entente.world.politics.tree import Decision, Leaf, Mind, at_home, solve

MONTHS, DAY = 4, date(2019, 6, 1)


def leaf(a, b):
    """A course in which only the last month is worth something to either party."""
    months = np.zeros(MONTHS)
    return Leaf(
        {"a": months + a * (np.arange(MONTHS) == 3), "b": months + b * (np.arange(MONTHS) == 3),
         at_home("A"): months, at_home("B"): months}
    )  # fmt: skip


def decision(party, month, *branches, audience=None):
    n = len(branches)
    return Decision(
        party, f"{party}{month}", DAY, month, (), tuple(range(n)), branches,
        audience or (0.0,) * n, (0.0,) * n,
    )  # fmt: skip


def minds(doubt=0.0, patience=12, discount=1.0):
    return {p: Mind((p.lower(), at_home(p)), discount, patience, doubt) for p in "AB"}


PAYOFF = st.integers(-50, 50)
LEAVES = st.builds(leaf, PAYOFF, PAYOFF)


def trees(depth):
    if depth == 0:
        return LEAVES
    below = st.one_of(LEAVES, trees(depth - 1))
    return st.builds(
        lambda party, branches: decision(party, 3 - depth, *branches),
        st.sampled_from("AB"),
        st.lists(below, min_size=2, max_size=2),
    )


def decisions(node):
    if isinstance(node, Leaf):
        return []
    return [node, *(d for branch in node.branches for d in decisions(branch))]


def followed(node, plan):
    """Walk a pure plan (answers by the identity of the decision) to its leaf."""
    while isinstance(node, Decision):
        node = node.branches[plan[id(node)]]
    return float(node.worths["a"].sum()), float(node.worths["b"].sum())


@given(trees(3))
def test_backward_induction_equals_exhaustive_search(tree):
    """Of all plans, keep those that no party can better by changing one answer anywhere."""
    nodes = decisions(tree)
    if not nodes:
        return
    stable = set()
    for answers in product((0, 1), repeat=len(nodes)):
        plan = {id(node): answer for node, answer in zip(nodes, answers, strict=True)}

        def better(node, plan=plan):
            mine = "AB".index(node.party)
            now = followed(node, plan)[mine]
            return followed(node, plan | {id(node): 1 - plan[id(node)]})[mine] > now

        if not any(better(node) for node in nodes):
            stable.add(followed(tree, plan))
    found = solve(tree, minds())
    reached = tuple(float(found.expected[stake].sum()) for stake in ("a", "b"))
    assert reached in stable


@given(trees(2), st.floats(0.5, 100))
def test_odds_are_a_distribution_and_follow_worth(tree, doubt):
    found = solve(tree, minds(doubt))
    if isinstance(found, Leaf):
        return
    assert found.odds.sum() == pytest.approx(1)
    assert (np.diff(found.odds[np.argsort(found.worth)]) >= -1e-12).all()


def test_a_party_without_patience_does_not_see_what_comes_later():
    tree = decision("A", 0, leaf(0, 0), leaf(10, 0), audience=(0.0, 1.0))
    assert solve(tree, minds(patience=12)).takes == 1
    assert solve(tree, minds(patience=2)).takes == 0


def test_backing_down_costs_a_party_at_home_and_earlier_decisions_foresee_it():
    later = decision("A", 1, leaf(0, 0), leaf(-3, 5), audience=(10.0, 0.0))
    assert solve(later, minds()).takes == 1
    first = decision("A", 0, leaf(-5, 0), later)
    found = solve(first, minds())
    assert found.worth.tolist() == [-5, -3]
    dearer = decision("A", 1, leaf(0, 0), leaf(-30, 5), audience=(10.0, 0.0))
    assert solve(decision("A", 0, leaf(-5, 0), dearer), minds()).worth.tolist() == [-5, -10]


def test_the_target_gives_way_at_the_first_step_whose_loss_ahead_outweighs_giving():
    loss, giving = np.array([1.0, 2.0, 4.0, 4.0, 4.0]), np.full(5, 1.0)
    steps = [(DAY, float(rate), month) for month, rate in enumerate((5, 10, 15))]
    found = concessions(steps, loss, giving, 0.3, 1.0, 3)
    assert [r.gives_way for r in found] == [False, True, True]
    assert found[0].loss == ahead(loss, 0, 1.0, 3) == 7.0


def test_a_threat_nobody_believes_moves_nobody():
    found = concessions([(DAY, 25.0, 0)], np.full(5, 1e9), np.full(5, 1.0), 0.0, 1.0, 5)
    assert not found[0].gives_way


def rules():
    first = Odds("resumed", date(2019, 9, 5), (), ((False, 0.6), (True, 0.4)), "played")
    after = [
        Odds("insufficient", date(2019, 10, 1), (("resumed", date(2019, 9, 5), answer),),
             ((False, 1.0 - p), (True, p)), "played")
        for answer, p in ((False, 0.0), (True, 1.0))
    ]  # fmt: skip
    return (first, *after)


def drawn(luck, choice, day):
    accord = read("us-mexico-2019")
    taking, choices = Plan.of(accord).takings[choice], Choices(reckoned=rules())
    now = np.datetime64(day, "s")
    return taken(accord.choices[choice], taking, now, choices, luck)


def test_reckoned_odds_follow_what_was_decided_before_draw_by_draw():
    resumed, origin = drawn(Luck(1, 500), "resumed", "2019-12-01")
    insufficient, _ = drawn(Luck(1, 500), "insufficient", "2019-12-01")
    assert origin == "played"
    assert resumed.values.mean() == pytest.approx(0.4, abs=0.06)
    assert (insufficient.values == resumed.values).all()


def test_a_block_of_draws_falls_as_it_does_in_the_whole():
    whole, _ = drawn(Luck(1, 40), "resumed", "2019-12-01")
    half, _ = drawn(Luck(1, 10, first=20), "resumed", "2019-12-01")
    assert (whole.values[20:30] == half.values).all()


def test_before_its_day_a_reckoned_choice_is_silent():
    assert drawn(Luck(1, 5), "resumed", "2019-08-01")[1] == "silence"


def test_the_ladder_as_threatened_is_played_step_by_step():
    accord = read("us-mexico-2019@2019-05-31")
    asked = Choices.parse(["alleviated=played"], accord)
    settled = Settings(10, 6, choices=asked).settled(accord)
    found = play(accord, settled, ("alleviated",))
    days = [s.decision.day for s in found.decisions]
    assert days == [date(2019, 6, 10), *(date(2019, m, 1) for m in (7, 8, 9, 10))]
    assert len(found.courses) == 6  # lifted at one of five steps, or at none
    assert most_courses(accord, settled) == 6
    last = found.decisions[-1]
    assert last.parts["usa_buyers"][0] < last.parts["usa_buyers"][1] == 0  # going on costs buyers
    assert found.rungs == {"ladder": None}
    told = " ".join(reasons(found))
    assert "10 June 2019, United States, alleviated" in told
    assert "not known" in told


def test_what_cannot_be_played_is_refused_all_at_once():
    accord = read("us-mexico-2019")
    text = write(accord).replace("[player]", "[strange]").partition("[strange]")[0]
    bare = parse(text, "bare.toml").accord
    settled = Settings(5, 3, choices=Choices.parse(["resumed=played"], bare)).settled(bare)
    with pytest.raises(InputProblemsError) as caught:
        reckoned(bare, settled)
    messages = [problem.message for problem in caught.value.problems]
    assert messages == [
        "the text does not say what USA weighs",
        "it is not taken on any day of the run",
    ]


def test_a_promise_by_the_record_of_past_promises_has_their_odds():
    accord = read("us-mexico-2019")
    asked = Choices.parse(["guard_kept=record"], accord)
    choices, played = reckoned(accord, Settings(5, 3, choices=asked).settled(accord))
    assert played is None
    (rule,) = choices.reckoned
    assert rule.origin == "record"
    told = dict(rule.odds)
    assert sum(told.values()) == pytest.approx(1)
    assert told["partly"] > told["late"]  # two of the four promises due by then came in part


def test_a_choice_that_is_no_promise_has_no_record():
    accord = read("us-mexico-2019")
    asked = Choices.parse(["resumed=record"], accord)
    with pytest.raises(InputProblemsError, match="past promises say nothing"):
        reckoned(accord, Settings(5, 3, choices=asked).settled(accord))


def test_stakes_and_players_are_read_back_as_they_were_written():
    accord = read("us-mexico-2019")
    again = parse(write(accord), "again.toml")
    assert again.accord == accord
    assert accord.stakes["usa_buyers"].worth == -1
