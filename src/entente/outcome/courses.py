"""The courses of events that a run's draws took, as far as duties go: each once, with its share.

The law of a run is walked again over all draws at once, on what its parties could see. Draws in
which every duty and every exemption from it stood alike at every instant took the same course; the
accord as it went in a course is an accord again, with nothing left to chance in it, so that any
verb that reads accords can be asked what that course would cost.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from entente.accord.calendar import DateArray, as_date, as_moment, month_days
from entente.accord.clauses import KINDS, Clause, Exempt, Schedule
from entente.accord.clauses.common import plain_clause
from entente.accord.course import walk
from entente.accord.document import Accord, clause_of, expressions
from entente.accord.expression import Role
from entente.accord.plan import Plan
from entente.accord.published import Published
from entente.accord.quantities import carried, parts
from entente.accord.schema import Reading
from entente.accord.standing import Moment, Standing, World
from entente.accord.step import undone
from entente.evidence import FloatArray, IntArray
from entente.language import figures, marked, phrase
from entente.outcome.evidence import choices_of, luck_of, seen_by_the_end
from entente.outcome.run import Run
from entente.problems import InputProblemsError, NoSolutionError, Place, Problem

_RESTS: Final = -1.0  # what stands for a clause that sets nothing, among rates
_DRAWN: Final = ("begins", "from", "until", "expires", "where")  # what a course has settled
_DAY: Final = np.timedelta64(1, "D")


@final
@dataclass(frozen=True, slots=True)
class Course:
    """One course of events.

    share    in what share of draws it came about
    accord   the duties and their exemptions as they went, without conditions or chance
    choose   choices that exemptions ask, as they were drawn: `ID@DATE=VALUE`
    words    what is in force when, in a phrase
    """

    number: int
    share: float
    accord: Accord
    choose: tuple[str, ...]
    words: str


@final
@dataclass(frozen=True, eq=False)
class Courses:
    """Every course that the draws of a run took, the most frequent first.

    of         the course of each draw                             [draw]
    instants   when anything changed in some draw, in order        [instant] [s]
    states     what each clause set then; below 0 where it rested  [course, instant, clause]
    decided    choices that the draws have made, which nobody can make again
    end        the first instant after the run
    """

    courses: tuple[Course, ...]
    of: IntArray
    instants: DateArray
    states: FloatArray
    decided: frozenset[str]
    end: np.datetime64

    @property
    def shares(self) -> FloatArray:
        """Return the share of draws of each course   [course]."""
        return np.array([course.share for course in self.courses])

    def told_apart(self, through: np.datetime64) -> IntArray:
        """Tell courses apart by what has happened before an instant   [course].

        Courses with one number cannot be told apart by anyone who knows the law up to then.
        """
        before = self.states[:, self.instants < through].reshape(len(self.courses), -1)
        return np.unique(before, axis=0, return_inverse=True)[1].reshape(-1)

    def belief(self, known: np.datetime64, values: FloatArray) -> FloatArray:
        """Return what is expected of a value by those who know the law up to an instant.

        values   what each course will bring   [course]
        returns  the mean over the courses that cannot be told apart   [course]
        """
        group = self.told_apart(known)
        weight = np.bincount(group, self.shares)
        return np.asarray((np.bincount(group, self.shares * values) / weight)[group])

    def refuse(self, choose: Sequence[str]) -> None:
        """Raise InputProblemsError for choices that the draws have already made."""
        decided = [
            c for c in choose if c.partition("=")[0].partition("@")[0].strip() in self.decided
        ]
        if decided:
            said = "the draws of the run have decided this"
            mend = "choose it in entente run; here choose what the text leaves unspecified"
            raise InputProblemsError(
                [Problem("E305", Place("--choose"), text, said, mend) for text in decided]
            )

    @cached_property
    def changes(self) -> tuple[np.datetime64, ...]:
        """Return the days on which what is in force changes in some course, in order [D]."""
        differs = (self.states[:, 1:] != self.states[:, :-1]).any(axis=(0, 2))
        return tuple(np.unique(self.instants[1:][differs].astype("datetime64[D]")))


def courses(run: Run) -> Courses:
    """Return the courses of a run.

    Raises NoSolutionError where the draws do not come out as the run has them, made by another
    release or other data, and where an exemption asks for what no course can hold.
    """
    walked = _Walked.of(run)
    flat = walked.states.reshape(len(walked.states), -1)
    _, first, of, count = np.unique(
        flat, axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    order = np.lexsort((first, -count))
    place = np.argsort(order)
    states = walked.states[first[order]]
    found = [
        _course(walked, number, int(draw), float(count[order[number]] / len(flat)))
        for number, draw in enumerate(first[order])
    ]
    end = month_days(run.months[-1])[1]
    decided = frozenset(run.accord.choices) - {
        id_ for id_ in walked.asked if run.accord.choices[id_].odds is None
    }
    return Courses(tuple(found), place[of.reshape(-1)], walked.instants, states, decided, end)


def of_accord(run: Run, accord: Accord) -> None:
    """Refuse an accord that is not the one a run was made of."""
    if (accord.name, accord.text, accord.as_of) != (
        run.accord.name,
        run.accord.text,
        run.accord.as_of,
    ):
        message = f"the run was made of another text, {run.label}"
        mend = f"name that one, or make the run again with entente run {accord.label}"
        raise InputProblemsError([Problem("E304", Place("--accord"), accord.label, message, mend)])


@final
@dataclass(frozen=True, eq=False)
class _Walked:
    """The law of a run's draws at every instant.

    kept     the duties, and the exemptions that ask facts of single entries
    asked    choices that those exemptions ask
    states   what each kept clause sets, or 1 where it only stands; then each choice, as the number
             of its answer                                          [draw, instant, clause]
    answers  the answers to each choice, by number
    """

    accord: Accord
    kept: tuple[Clause, ...]
    asked: tuple[str, ...]
    instants: DateArray
    states: FloatArray
    answers: Mapping[str, list[Any]]
    supplied: tuple[str, ...]

    @classmethod
    def of(cls, run: Run) -> "_Walked":
        accord, luck = run.accord, luck_of(run)
        supplied = [f"{key}={value}" for key, value in run.record["choices"].items()]
        plan = Plan.of(accord)
        published = Published(accord, seen_by_the_end(run))
        world = World(plan, published, choices_of(run), luck.of("choices"))
        kept = tuple(clause for clause in accord.clauses.values() if _kept(clause))
        asked = tuple(_asked(accord, kept))
        visited: list[Standing] = []
        end = month_days(run.months[-1])[1]
        walk(Standing.opening(plan, luck.draws), world, plan.begin, end, visited.append)
        _same_as_run(run, visited)
        answers: dict[str, list[Any]] = {id_: [] for id_ in asked}
        states = np.stack([_states(world, s, kept, asked, answers) for s in visited], axis=1)
        changed = np.ones(len(visited), np.bool_)
        changed[1:] = (states[:, 1:] != states[:, :-1]).any(axis=(0, 2))
        instants = np.array([standing.now for standing in visited], "datetime64[s]")
        return cls(
            accord, kept, asked, instants[changed], states[:, changed], answers, tuple(supplied)
        )


def _kept(clause: Clause) -> bool:
    if isinstance(clause, Schedule):
        return clause.sets == "duty" or clause.sets.endswith("_duty")
    return isinstance(clause, Exempt) and not carried(clause)


def _asked(accord: Accord, kept: Sequence[Clause]) -> Iterator[str]:
    """Name the choices that kept clauses ask of each entry; refuse what a course cannot hold."""
    ids = {clause.common.id for clause in kept}
    for clause in kept:
        if isinstance(clause, Schedule) and carried(clause):
            continue
        for expression in expressions(clause):
            for reference in expression.names():
                lost = reference.role is Role.CLAUSE and reference.id not in ids
                if lost or reference.id in accord.metrics:
                    raise NoSolutionError(
                        f"{clause.common.id} asks of each entry how {reference.id} stands; a course"
                        " of events does not hold that"
                    )
                if reference.id in accord.choices:
                    yield reference.id


def _same_as_run(run: Run, visited: Sequence[Standing]) -> None:
    codes = run.dataset["clause_state"].to_numpy()
    for index, month in enumerate(run.months):
        last = [s for s in visited if s.now < month_days(month)[1]][-1]
        if not np.array_equal(codes[:, index], last.codes):
            raise NoSolutionError(
                f"the draws of {month} do not come out as the run has them; "
                "make the run again with this release"
            )


def _states(
    world: World,
    standing: Standing,
    kept: Sequence[Clause],
    asked: Sequence[str],
    answers: dict[str, list[Any]],
) -> FloatArray:
    """Return what each kept clause sets at an instant, and each choice   [draw, clause]."""
    plan, acts = world.plan, standing.acts()
    values = {part.id: part.values for part in parts(standing, world)}
    columns = []
    for clause in kept:
        id_ = clause.common.id
        stands = acts[:, plan.index(id_)]
        if isinstance(clause, Schedule) and carried(clause):
            columns.append(np.nan_to_num(values[id_], nan=_RESTS))
            continue
        if isinstance(clause, Exempt):
            for target in clause.from_clauses:
                gone = undone(plan, standing.fired, standing.since, acts, id_, target)
                stands = stands & ~gone
        columns.append(np.where(stands, 1.0, _RESTS))
    moment = Moment(world, standing.now, standing.codes)
    for id_ in asked:
        given = np.broadcast_to(moment.choice(id_)[0].values, len(acts))
        columns.append(_numbered(given, answers[id_]))
    return np.stack(columns, axis=1)


def _numbered(given: NDArray[Any], known: list[Any]) -> FloatArray:
    """Give each answer its place among those heard so far   [draw]."""
    for answer in dict.fromkeys(given.tolist()):
        if answer not in known:
            known.append(answer)
    return np.array([known.index(answer) for answer in given.tolist()], np.float64)


def _course(walked: _Walked, number: int, draw: int, share: float) -> Course:
    states = walked.states[draw]
    paths = {
        clause.common.id: _path(walked.instants, states[:, index])
        for index, clause in enumerate(walked.kept)
    }
    rows: dict[str, Clause] = {}
    for clause in walked.kept:
        rows |= _as_it_went(walked.accord, clause, paths[clause.common.id])
    accord = replace(
        walked.accord,
        clauses=rows,
        opens={
            id_: point
            for id_, point in walked.accord.opens.items()
            if {clause for clause, _ in point.targets()} <= rows.keys()
            and not any(_carries(rows[clause]) for clause, _ in point.targets())
        },
    )
    choose = tuple(_chosen(walked, states[:, len(walked.kept) :]))
    return Course(number + 1, share, accord, choose, _words(walked, paths))


def _carries(clause: Clause) -> bool:
    return isinstance(clause, Schedule) and carried(clause)


_Path = list[tuple[np.datetime64, float]]  # from when on, what


def _path(instants: DateArray, states: FloatArray) -> _Path:
    """Keep the instants at which one clause changes."""
    new = np.append(True, states[1:] != states[:-1])
    return list(zip(instants[new], states[new].tolist(), strict=True))


def _as_it_went(accord: Accord, clause: Clause, path: _Path) -> dict[str, Clause]:
    """Write a clause without conditions, and the stretches in which it rested as suspensions."""
    common = clause.common
    table = plain_clause(clause, KINDS[common.kind][1])
    table = {key: value for key, value in table.items() if key not in _DRAWN}
    steps = [[as_moment(when), value] for when, value in path if value != _RESTS]
    if _carries(clause):
        table = {key: value for key, value in table.items() if key not in ("formula", "cap")}
        table["steps"] = steps or [[accord.horizon[0], 0]]
    found = {common.id: _read(accord, clause, common.id, table)}
    ends = [when for when, _ in path[1:]]
    for (when, value), until in zip(path, [*ends, None], strict=True):
        if value == _RESTS:
            id_ = f"{common.id}_rests_{len(found)}"
            rest: dict[str, Any] = {
                "kind": "suspend", "what": [common.id], "effective": as_moment(when),
                "basis": common.basis or "assumed",
            }  # fmt: skip
            if until is not None:
                rest["expires"] = as_moment(until)
            found[id_] = _read(accord, clause, id_, rest)
    return found


def _read(accord: Accord, clause: Clause, id_: str, table: Mapping[str, Any]) -> Clause:
    made = clause_of(Reading(accord.file, {}), id_, table, clause.common.where)
    assert made is not None, "what was an accord's clause reads as one"
    return made


def _chosen(walked: _Walked, states: FloatArray) -> Iterator[str]:
    """Say each choice as `--choose` would; what the run itself was given comes as it was."""
    given = {text.partition("=")[0].partition("@")[0] for text in walked.supplied}
    yield from (
        text for text in walked.supplied if text.partition("=")[0].partition("@")[0] in walked.asked
    )
    for index, id_ in enumerate(walked.asked):
        if id_ in given or walked.accord.choices[id_].odds is None:
            continue
        for when, place in _path(walked.instants, states[:, index]):
            answer = walked.answers[id_][int(place)]
            told = str(answer).lower() if isinstance(answer, bool) else str(answer)
            yield f"{id_}@{as_date(when)}={told}"


def _words(walked: _Walked, paths: Mapping[str, _Path]) -> str:
    """Say what each duty sets when."""
    duties = [c for c in walked.kept if isinstance(c, Schedule)]
    told = [(c.common.id, _said(paths[c.common.id], carried(c))) for c in duties]
    if len(told) == 1:
        return told[0][1]
    nothing = phrase(_NOTHING)
    shown = [f"{id_.replace('_', ' ')}: {said}" for id_, said in told if said != nothing]
    return "; ".join(shown) or phrase(_NOTHING)


_NOTHING: Final = marked("no added duty")


def _said(path: _Path, rates: bool) -> str:
    parts_: list[str] = []
    for when, value in path:
        amount = f"{figures(value)} %" if rates else phrase("in force")
        if value == _RESTS:
            amount = phrase("none")
        if parts_ or value != _RESTS:
            parts_.append(phrase("{amount} from {day}", amount=amount, day=as_date(when)))
    return ", ".join(parts_) or phrase(_NOTHING)
