"""Deals: terms that move, points that bargaining theory names, and a zone that may be empty."""

import json
from datetime import date

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from entente.accord.checks import check
from entente.accord.choices import Choices
from entente.accord.text import parse, read
from entente.advice.deals import bargain
from entente.advice.deals.emulator import Emulator, _krige
from entente.advice.deals.kept import beside, kept_in
from entente.advice.deals.negotiation import before_signature, settled_for, sides_of
from entente.advice.deals.terms import deal, read_terms
from entente.advice.deals.trials import Bench, shelf_in
from entente.cli import entente
from entente.lab.blocks import world_of
from entente.lab.crew import Hands
from entente.lab.ensemble import unroll
from entente.lab.settings import Settings
from entente.luck import Luck
from entente.outcome.play import reckoned
from entente.outcome.played import as_json, from_json
from entente.outcome.simulate import simulate
from entente.outcome.stakes import gains
from entente.problems import InputProblemsError
from entente.report.pages import deals_page

GAINS = st.lists(st.tuples(st.floats(-10, 10), st.floats(-10, 10)), min_size=1, max_size=12).map(
    np.array
)


def line(corners=2001):
    """Every way to divide a sum of 1."""
    first = np.linspace(0, 1, corners)[1:-1]
    return np.column_stack([first, 1 - first])


def by_alternating_offers(gains, discounts, rounds):
    """The slow twin: a plain game of `rounds` offers, solved from the last one back.

    In the last round the proposer takes all that the other would accept over nothing; in each
    round before, what the other would get by waiting a round, discounted.
    """
    corners = bargain.concave_frontier(gains)
    ours, theirs = corners.T
    proposer, value = (rounds - 1) % 2, None
    for turn in range(rounds - 1, -1, -1):
        proposer = turn % 2
        if value is None:
            best = (ours[-1], theirs[-1]) if proposer == 0 else (0.0, theirs[0])
        elif proposer == 0:
            keep = discounts[1] * value[1]  # what the second could have by refusing
            tried = np.linspace(0, ours[-1], 1001)
            x = tried[np.interp(tried, ours, theirs) >= keep - 1e-12].max()
            best = (x, float(np.interp(x, ours, theirs)))
        else:
            keep = discounts[0] * value[0]
            best = (keep, float(np.interp(keep, ours, theirs)))
        value = best
    return value


@pytest.mark.parametrize("discounts", [(0.9, 0.9), (0.5, 0.8), (0.95, 0.6)])
def test_rubinstein_s_closed_form_is_the_limit_of_a_plain_game_of_many_rounds(discounts):
    first, second = discounts
    split = bargain.rubinstein(line(), discounts)
    assert split.first == pytest.approx((1 - second) / (1 - first * second), abs=1e-3)
    twin = by_alternating_offers(line(101), discounts, 40)
    assert split.first == pytest.approx(twin[0], abs=0.02)


def test_rubinstein_holds_on_a_frontier_that_bends():
    angle = np.linspace(0.01, np.pi / 2 - 0.01, 60)
    gains = np.column_stack([np.cos(angle) * 2, np.sin(angle)])
    split = bargain.rubinstein(gains, (0.9, 0.9))
    twin = by_alternating_offers(gains, (0.9, 0.9), 40)
    assert (split.first, split.second) == pytest.approx(twin, abs=0.02)


@given(GAINS)
def test_nash_is_what_a_plain_search_over_every_deal_finds(gains):
    best, product = None, 0.0
    for number, (first, second) in enumerate(gains):
        if first > 0 and second > 0 and first * second > product * (1 + 1e-12):
            best, product = number, first * second
    found = bargain.nash(gains)
    assert (found is None) == (best is None)
    if best is not None:
        assert gains[found].prod() == pytest.approx(product)


@given(GAINS)
def test_no_deal_on_the_frontier_is_bettered_by_another(gains):
    for row in gains[bargain.undominated(gains)]:
        assert not any((other >= row).all() and (other > row).any() for other in gains)


@given(GAINS)
def test_every_point_gives_both_sides_something_or_the_zone_is_empty(gains):
    inside = bargain.acceptable(gains).any()
    for found in (bargain.nash(gains), bargain.kalai_smorodinsky(gains)):
        assert (found is not None) == inside
        assert found is None or (gains[found] > 0).all()
    split = bargain.rubinstein(gains, (0.9, 0.9))
    assert (split is not None) == inside


def test_kalai_and_smorodinsky_give_equal_shares_of_the_most_each_could_have():
    gains = np.column_stack([line()[:, 0] * 4, line()[:, 1]])
    first, second = gains[bargain.kalai_smorodinsky(gains)]
    assert first / 4 == pytest.approx(second, abs=1e-3)


def test_an_emulator_of_a_smooth_outcome_says_truly_how_far_it_is_off():
    generator = np.random.default_rng(4)
    shares = generator.uniform(size=(80, 2))
    noise = generator.normal(0, 0.1, 80)
    truth = 3 * shares[:, 0] ** 2 - shares[:, 0] * shares[:, 1]
    found = Emulator.fit(shares, np.column_stack([truth + noise]))
    assert found.error[0] == pytest.approx(0.1, abs=0.03)
    assert found.spread[0] > 0.5
    fresh = generator.uniform(size=(50, 2))
    miss = found.at(fresh)[:, 0] - (3 * fresh[:, 0] ** 2 - fresh[:, 0] * fresh[:, 1])
    assert np.sqrt(np.mean(miss**2)) < found.error[0]


def test_the_error_told_is_that_of_fitting_again_without_each_deal():
    """The slow twin fits anew for every deal left out, with the same reach and noise."""
    generator = np.random.default_rng(2)
    shares = generator.uniform(size=(12, 2))
    outcome = np.sin(3 * shares[:, 0]) + generator.normal(0, 0.1, 12)
    reach, nugget = np.array([0.5, 2.0]), 1e-1
    _, whole = _krige(shares, outcome, 1, reach, nugget)
    missed = []
    for out in range(12):
        rest = np.arange(12) != out
        _, fit = _krige(shares[rest], outcome[rest], 1, reach, nugget)
        missed.append(outcome[out] - fit.at(shares[rest], shares[out][None])[0])
    assert whole.error == pytest.approx(np.sqrt(np.mean(np.square(missed))), rel=1e-4)


TERMS = (
    "ladder.steps=0:30",
    "enforce_6000.must=3000:12000",
    "enforce_6000.due=30:120",
    "review45.at=30:60",
    "activate.within=10:90",
    "enjoined.expires=2019-08-01:2019-09-01",
)


def test_every_kind_of_term_is_set_as_the_accord_writes_it():
    accord = read("us-mexico-2019")
    terms = read_terms(TERMS, accord)
    middle = deal(accord, terms, np.full(len(terms), 0.5), "middle")
    clauses = middle.clauses
    assert [step.value for step in clauses["ladder"].steps] == [3, 6, 9, 12, 15]
    assert clauses["enforce_6000"].must.text == "guard_south >= 7500"
    assert clauses["enforce_6000"].due.text == "signed(standstill) + '75d'"
    assert clauses["review45"].at.text == "signed(standstill) + '45d'"
    assert str(clauses["activate"].within) == "50d"
    assert clauses["enjoined"].common.expires in (date(2019, 8, 16), date(2019, 8, 17))
    assert not [problem for problem in check(middle) if problem.is_error]
    unchanged = set(clauses) - {term.clause for term in terms}
    assert all(clauses[id_] == accord.clauses[id_] for id_ in unchanged)


def test_terms_that_cannot_be_varied_are_all_listed():
    accord = read("us-mexico-2019")
    texts = ["ladr.steps=0:1", "ladder.stps=0:1", "ladder.steps=9:1", "ladder.basis=0:1", "what"]
    with pytest.raises(InputProblemsError) as caught:
        read_terms([*texts, "review45.at=30:60", "review45.at=30:60"], accord)
    found = [(problem.code, problem.clause) for problem in caught.value.problems]
    assert found == [
        ("E103", "ladr"), ("E103", "ladder"), ("E111", "ladder"), ("E111", "ladder"), ("E111", ""),
        ("E111", "review45.at"),
    ]  # fmt: skip


def test_no_deal_is_the_text_on_the_eve_of_its_signature():
    before = before_signature(read("us-mexico-2019"))
    assert before.label == "us-mexico-2019@2019-06-06"
    assert "ladder" in before.clauses
    assert "standstill" not in before.clauses


def negotiate(folder, *more):
    settings = "--vary enforce_6000.must=4500:12000 --months 4 --deals 5 --draws 6 --json"
    args = ["negotiate", "us-mexico-2019", *settings.split(), "--out", str(folder), *more]
    return CliRunner().invoke(entente, args)


def test_a_negotiation_gives_deals_that_run_and_goes_on_where_it_stopped(tmp_path):
    first = negotiate(tmp_path / "deals")
    assert first.exit_code == 0, first.output
    told = json.loads(first.stdout)
    assert told["against"] == "us-mexico-2019@2019-06-06"
    assert set(told["points"]) == {"nash", "kalai-smorodinsky", "rubinstein"}
    found = read(tmp_path / "deals" / "deals" / "nash.toml")
    wanted = told["points"]["nash"]["terms"]["enforce_6000.must"].replace(",", "")
    assert found.clauses["enforce_6000"].must.text == f"guard_south >= {wanted}"
    page = (tmp_path / "deals" / "deals.html").read_text()
    assert "person-months" in page
    assert "<script src" not in page
    tried = sorted((tmp_path / "deals" / "deals" / "tried").glob("*.npy"))
    tried[0].unlink()  # as if it had been cut short
    stamps = {path.name: path.stat().st_mtime_ns for path in tried[1:]}
    again = negotiate(tmp_path / "deals")
    assert json.loads(again.stdout) == told
    assert stamps == {path.name: path.stat().st_mtime_ns for path in tried[1:]}


def test_an_empty_zone_is_said_to_be_empty(tmp_path):
    """Against the accord itself, more Guard is better for one side and dearer for the other."""
    result = negotiate(tmp_path / "deals", "--against", "us-mexico-2019")
    told = json.loads(result.stdout)
    assert (told["empty"], told["points"], told["frontier"]) == (True, {}, [])
    assert result.exception.exit_code == 4
    assert "the bargaining zone is empty" in str(result.exception)
    assert "zone is empty" in (tmp_path / "deals" / "deals.html").read_text()


@pytest.fixture(scope="module")
def talks(tmp_path_factory):
    """A folder in which a negotiation has ended, with a choice played in every deal."""
    folder = tmp_path_factory.mktemp("talks")
    result = negotiate(folder, "--choose", "resumed=played", "--deals", "4")
    assert result.exit_code == 0, result.output
    assert "playing resumed anew in every deal: up to 2 more runs of 6 draws" in result.stderr
    return folder


def test_choices_are_played_anew_in_every_deal_and_the_page_draws_their_tree(talks):
    found = kept_in(talks)
    assert list(found.played) == ["in the Nash deal"]  # no standstill to end without a deal
    page = (talks / "deals.html").read_text()
    assert 'id="decisions-1"' in page
    assert page == deals_page(found)
    for play in found.played.values():
        assert as_json(from_json(play.accord, as_json(play))) == as_json(play)


def test_a_deal_is_worth_what_a_run_of_it_with_the_odds_played_is_worth(tmp_path):
    """The slow twin solves the tree and runs the text by hand, with the same luck."""
    accord = read("us-mexico-2019")
    choices = Choices.parse(["resumed=played"], accord)
    settled = settled_for(accord, Settings(8, 4, date(2019, 6, 1), 3, choices))
    sides = sides_of(accord)
    text = deal(accord, read_terms(TERMS[:2], accord), np.array([0.9, 0.2]), "tried")
    trial, without = Bench(accord, sides, settled, shelf_in(tmp_path)).trials(
        [text, before_signature(accord)], Hands()
    )
    odds, _ = reckoned(text, settled)
    for made, played, tried in (
        (text, odds, trial),
        (before_signature(accord), Choices(), without),
    ):
        world = world_of(settled, Luck(settled.seed, settled.draws))
        worth = gains(accord, unroll(made, world, 4, played, ahead=False).dataset)
        assert np.array_equal(tried.worth, np.stack([worth[side] for side in sides], axis=1))


def test_choices_that_no_party_can_weigh_or_that_never_come_up_are_refused(tmp_path):
    result = negotiate(
        tmp_path / "deals", "--choose", "resumed=played", "--choose", "satisfied=played",
        "--start", "2019-10-01",
    )  # fmt: skip
    assert result.exception.exit_code == 3
    assert str(result.exception).count("it is not taken on any day of the run") == 2
    assert not (tmp_path / "deals").exists()


def test_the_brief_of_a_run_shows_the_deals_found_for_its_text_and_no_others(talks, tmp_path):
    accord = read("us-mexico-2019")
    simulate(accord, Settings(draws=4, months=2)).save(tmp_path)
    for more, shown in (((), False), (("--deals", str(talks)), True)):
        result = CliRunner().invoke(entente, ["brief", str(tmp_path), *more])
        assert result.exit_code == 0, result.output
        page = (tmp_path / "brief.html").read_text()
        assert ('id="frontier"' in page and "person-months waiting" in page) == shown
    assert beside(accord, talks) is not None  # a run in the negotiation's own folder
    other = parse(accord.text + "# mine\n", "x").accord
    assert beside(other, talks) is None
    with pytest.raises(InputProblemsError, match="not about the text of this run"):
        beside(other, tmp_path, talks)
    with pytest.raises(InputProblemsError, match="holds no finished negotiation"):
        beside(other, talks, tmp_path)


def test_a_negotiation_that_was_kept_otherwise_is_refused(tmp_path):
    file = tmp_path / "deals" / "negotiation.json"
    file.parent.mkdir()
    file.write_text("{}")
    with pytest.raises(InputProblemsError, match="not a negotiation"):
        kept_in(tmp_path)
