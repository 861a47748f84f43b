"""What would flip a result, and what was learnt of it later; each is tried again."""

from datetime import date

from harbour import DUTY, accord, counted

from entente.accord.choices import Choices
from entente.accord.document import Accord
from entente.accord.explain import explain
from entente.accord.reasons import Flip
from entente.accord.text import read
from entente.accord.value import value


def flips(of: Accord, day: str, result: str, *choose: str) -> list[Flip]:
    on = date.fromisoformat(day)
    return [f for f in explain(of, on, Choices.parse(choose, of)).flips if f.result == result]


def test_the_choice_and_the_nearest_days_that_flip_a_duty_are_found() -> None:
    found = flips(accord(DUTY), "2019-03-10", "duty by USA on MEX")
    assert [(f.input, f.after, f.then) for f in found] == [
        ("day (10 days earlier)", "2019-02-28", "5 percent"),
        ("day (52 days later)", "2019-05-01", "0 percent"),
    ]
    shipped = read("us-mexico-2019")
    (first, *_) = flips(shipped, "2019-07-30", "duty by USA on MEX")
    assert str(first) == (
        "duty by USA on MEX is 10 percent, not 0 percent, if choice resumed were yes instead of no"
    )


def test_a_choice_that_is_a_number_flips_at_the_line_it_is_compared_with() -> None:
    snapback, sanctions = read("jcpoa-snapback"), "un sanctions on IRN"
    for votes, least in (("4", "9"), ("15", "8")):
        found = flips(snapback, "2025-09-28", sanctions, "notified=true", f"votes={votes}")
        assert [f.after for f in found if f.input == "choice votes"] == [least]
    bought = flips(read("us-china-phase-one"), "2021-01-05", "year_2020", "bought_2020=130")
    assert [(f.after, f.then) for f in bought if f.input == "choice bought_2020"] == [
        ("227.9", "met")
    ]


def test_what_flips_on_paper_flips_when_it_is_run_again() -> None:
    shipped = read("us-mexico-2019")
    for flip in flips(shipped, "2019-07-30", "duty by USA on MEX"):
        if flip.input.startswith("choice"):
            chosen = Choices.parse([f"{flip.input.split()[1]}={flip.after}"], shipped)
            again = value(shipped, "duty", date(2019, 7, 30), chosen, party="MEX").value
        else:
            again = value(shipped, "duty", date.fromisoformat(flip.after), party="MEX").value
        assert flip.then == f"{again:g} percent"


def test_the_figure_that_flips_a_verdict_is_the_first_past_the_line() -> None:
    found = flips(counted("persons/month"), "2019-03-10", "few")
    (figure,) = [f for f in found if f.input.startswith("figure")]
    assert (figure.input, figure.before, figure.after) == (
        "figure m@2019-01",
        "900",
        "1,000",
    )
    assert (figure.now, figure.then) == ("met", "breached")


RULING = """
[clause.ruling]
kind = "procedure"
body = "court"
decided = 2019-04-10
applied = 2019-04-20
then = ["void_ab_initio(duty)"]
source = "s"
known_on = 2019-04-10
"""


def test_a_ruling_that_reaches_back_shows_both_answers() -> None:
    found = explain(accord(DUTY + RULING), date(2019, 3, 20))
    assert [str(learnt) for learnt in found.learnt] == [
        "duty by USA on MEX (lawful): 10 percent as known on 2019-03-20, "
        "0 percent as known from 2019-04-10"
    ]
    assert explain(accord(DUTY + RULING), date(2019, 5, 1)).learnt == ()


def test_as_of_the_day_itself_nothing_was_learnt_later() -> None:
    of = accord(DUTY + RULING)
    assert explain(of, date(2019, 3, 20), as_of=date(2019, 3, 20)).learnt == ()


def test_a_duty_on_every_party_is_not_mixed_with_those_on_one() -> None:
    both = DUTY + DUTY.replace("duty]", "all]").replace('on = "MEX"\n', "").replace("5]", "3]")
    told = {f.headline() for f in explain(accord(both), date(2019, 2, 10)).findings}
    assert told == {"duty by USA on MEX: 8 percent", "duty by USA: 3 percent"}
