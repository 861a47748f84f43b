"""A user's table of members: chances as given, or told from party, ideal point and earlier votes.

Two layouts. Supplied chances: chamber, yea, and where known attend, members, party (a row may stand
for several members). Voteview (Lewis and others, voteview.com): chamber, icpsr, party_code,
nominate_dim1, cast_code and where there are several votes rollnumber; its other columns may stay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

import numpy as np
from scipy.special import expit

from entente.evidence import FloatArray
from entente.language import counted, marked, phrase
from entente.problems import InputProblemsError, Place, Problem
from entente.sheets import Codes, read
from entente.world.politics.bodies import Body
from entente.world.politics.precedents import brier, log_score

CODES: Final = Codes(unreadable="E300", missing="E102", unknown="E101", ragged="E102")
SUPPLIED: Final = ("chamber", "yea", "attend", "members", "party")
VOTEVIEW: Final = ("chamber", "icpsr", "party_code", "nominate_dim1", "cast_code")
_VOTEVIEW_TOO: Final = (
    "congress", "rollnumber", "prob", "state_icpsr", "district_code", "state_abbrev", "occupancy",
    "last_means", "bioname", "bioguide_id", "born", "died", "nominate_dim2",
    "nominate_log_likelihood", "nominate_geo_mean_probability", "nominate_number_of_votes",
    "nominate_number_of_errors", "conditional", "nokken_poole_dim1", "nokken_poole_dim2",
)  # fmt: skip
_YEA, _NAY = (1, 2, 3), (4, 5, 6)  # Voteview's cast codes; 7 to 9 are no vote, 0 no member
_FOLDS: Final = 5
_RIDGE: Final = 1.0  # keeps a party that voted as one from a chance of exactly 0 or 1


@final
@dataclass(frozen=True, slots=True)
class Fit:
    """How well members' recorded votes are told, each by a fit that has not seen it."""

    chamber: str
    votes: int
    brier: float
    log: float
    base_brier: float
    base_log: float


@final
@dataclass(frozen=True, slots=True)
class Members:
    """The bodies of a table, and how well its fit tells the votes in it (none where supplied)."""

    bodies: Mapping[str, Body]
    fits: tuple[Fit, ...] = ()


def read_members(path: Path) -> Members:
    """Read a table in either layout; raises InputProblemsError with every bad row and field."""
    sheet = read(path, CODES)
    voteview = "cast_code" in sheet.header or "icpsr" in sheet.header
    if voteview:
        problems = sheet.header_problems(VOTEVIEW, _VOTEVIEW_TOO)
    else:
        problems = sheet.header_problems(SUPPLIED[:2], SUPPLIED[2:])
    if not problems:
        numbers = _VOTEVIEW_NUMBERS if voteview else _SUPPLIED_NUMBERS
        problems = [p for line, row in sheet.rows for p in _row(path, line, row, numbers)]
        problems += sheet.ragged
    if not problems and not sheet.rows:
        problems = [Problem("E102", Place(str(path)), "", "no members", "add a row for each")]
    if problems:
        raise InputProblemsError(sorted(problems, key=lambda p: p.where.line))
    rows = [row for _, row in sheet.rows]
    return _told(path, rows) if voteview else _supplied(path, rows)


_VOTEVIEW_NUMBERS: Final = {
    "icpsr": (0, 1e9), "party_code": (0, 1e5), "nominate_dim1": (-1.5, 1.5), "cast_code": (0, 9),
    "rollnumber": (0, 1e6),
}  # fmt: skip
_SUPPLIED_NUMBERS: Final = {"yea": (0, 1), "attend": (0, 1), "members": (1, 10_000)}


def _row(
    path: Path, line: int, row: Mapping[str, str], numbers: Mapping[str, tuple[float, float]]
) -> list[Problem]:
    """List what is wrong with one row, field by field; an empty cell is not known."""
    where = Place(str(path), line)
    found = []
    if not row["chamber"].strip():
        found.append(Problem("E111", where, "chamber", "no chamber", "write House or Senate"))
    for name, (low, high) in numbers.items():
        text = row.get(name, "").strip()
        optional = name in ("nominate_dim1", "attend", "members", "rollnumber")
        if (text or not optional) and not _between(text, low, high):
            mend = f"write a number from {low:g} to {high:g}"
            found.append(Problem("E111", where, name, f"{text!r} is no such number", mend))
    return found


def _between(text: str, low: float, high: float) -> bool:
    try:
        return low <= float(text) <= high
    except ValueError:
        return False


def _supplied(path: Path, rows: Sequence[Mapping[str, str]]) -> Members:
    bodies = {}
    for chamber in dict.fromkeys(row["chamber"].strip() for row in rows):
        own = [row for row in rows if row["chamber"].strip() == chamber]
        count = [int(float(row.get("members", "") or 1)) for row in own]
        yea = np.repeat([float(row["yea"]) for row in own], count)
        attend = np.repeat([float(row.get("attend", "") or 1.0) for row in own], count)
        bodies[chamber] = Body(chamber, yea, attend, phrase("supplied by {file}", file=path.name))
    return Members(bodies)


def _told(path: Path, rows: Sequence[Mapping[str, str]]) -> Members:
    bodies, fits = {}, []
    rows = [row for row in rows if row["cast_code"].strip() not in ("0", "0.0")]
    for chamber in dict.fromkeys(row["chamber"].strip() for row in rows):
        own = _Record.of([row for row in rows if row["chamber"].strip() == chamber])
        bodies[chamber], fit = _from_record(path, chamber, own)
        fits.append(fit)
    return Members(bodies, tuple(fits))


@final
@dataclass(frozen=True, slots=True)
class _Record:
    """A chamber's recorded votes: +1 yea, -1 nay, 0 no vote, NaN no member  [member, roll]."""

    votes: FloatArray
    party: FloatArray  # [member]
    ideal: FloatArray  # [member]

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, str]]) -> "_Record":
        members = {name: i for i, name in enumerate(dict.fromkeys(r["icpsr"] for r in rows))}
        numbers = sorted({float(r.get("rollnumber", "") or 0) for r in rows})
        votes = np.full((len(members), len(numbers)), np.nan)
        party, ideal = np.zeros(len(members)), np.zeros(len(members))
        for row in rows:
            member, code = members[row["icpsr"]], int(float(row["cast_code"]))
            roll = numbers.index(float(row.get("rollnumber", "") or 0))
            votes[member, roll] = (code in _YEA) - (code in _NAY)
            party[member] = float(row["party_code"])
            ideal[member] = float(row["nominate_dim1"] or 0.0)
        return cls(votes, party, ideal)

    def features(self, earlier: FloatArray | None) -> FloatArray:
        """Return a constant, a mark for each party but the first, the ideal point, the last vote.

        earlier   [member]
        """
        parties = np.unique(self.party)[1:]
        columns = [np.ones(self.party.size), *(self.party == code for code in parties), self.ideal]
        columns += [] if earlier is None else [np.nan_to_num(earlier)]
        return np.stack([np.asarray(c, np.float64) for c in columns], axis=1)


def _from_record(path: Path, chamber: str, record: _Record) -> tuple[Body, Fit]:
    """Tell each member's next vote by a logit on party, ideal point and, with two votes, the last.

    Attendance is a member's own, weighed with one vote of the chamber's average.
    """
    votes = record.votes
    rolls = range(1, votes.shape[1]) if votes.shape[1] > 1 else range(1)
    past = [(record.features(votes[:, r - 1] if r else None), votes[:, r]) for r in rolls]
    seen = np.concatenate([features for features, _ in past])
    cast = np.concatenate([vote for _, vote in past])
    voted = np.nan_to_num(cast) != 0
    seen, yea = seen[voted], (cast[voted] > 0).astype(np.float64)
    now = record.features(votes[:, -1] if votes.shape[1] > 1 else None)
    present = ~np.isnan(votes)
    attended = (present & (np.nan_to_num(votes) != 0)).sum(axis=1)
    average = attended.sum() / max(present.sum(), 1)
    attend = (attended + average) / (present.sum(axis=1) + 1)
    reads = marked("party and ideal point")
    if votes.shape[1] > 1:
        reads = marked("party, ideal point and last vote")
    origin = counted(
        "logit on {facts}, fitted to {count} vote of {file}",
        "logit on {facts}, fitted to {count} votes of {file}",
        yea.size,
        facts=phrase(reads),
        file=path.name,
    )
    return Body(chamber, expit(now @ _logit(seen, yea)), attend, origin), _fit(chamber, seen, yea)


def _logit(features: FloatArray, yea: FloatArray) -> FloatArray:
    """Fit a logit by Newton's steps, with a ridge on all but the constant   [feature]."""
    ridge = _RIDGE * np.eye(features.shape[1])
    ridge[0, 0] = 1e-6
    weights = np.zeros(features.shape[1])
    for _ in range(50):
        told = expit(features @ weights)
        slope = features.T @ (yea - told) - ridge @ weights
        curve = (features * (told * (1 - told))[:, None]).T @ features + ridge
        step = np.linalg.solve(curve, slope)
        weights += step
        if np.abs(step).max() < 1e-9:
            break
    return weights


def _fit(chamber: str, features: FloatArray, yea: FloatArray) -> Fit:
    """Score each vote by a fit to the other folds, beside the share of yeas in those folds."""
    fold = np.arange(yea.size) % _FOLDS
    told, base = np.full(yea.size, 0.5), np.full(yea.size, 0.5)
    for number in range(_FOLDS):
        out, rest = fold == number, fold != number
        told[out] = expit(features[out] @ _logit(features[rest], yea[rest]))
        base[out] = (yea[rest].sum() + 1) / (rest.sum() + 2)
    return Fit(
        chamber, yea.size, brier(told, yea), log_score(told, yea),
        brier(base, yea), log_score(base, yea),
    )  # fmt: skip
