"""The slow twin of the Dublin III rules: one claim whose facts are all known, in plain Python."""

import calendar
from datetime import date, timedelta
from typing import Any

NEVER = date(9000, 1, 1)
Claim = dict[str, Any]


def months(day: date, count: int) -> date:
    """Add months, cut to the last day of a shorter month."""
    if day >= NEVER:
        return day
    whole = day.year * 12 + day.month - 1 + count
    year, month = whole // 12, whole % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def relatives(c: Claim) -> list[tuple[str, str, str, float]]:
    names = ("family_state", "family_relation", "family_status", "family_age")
    return list(zip(*(c[name] for name in names), strict=True))


def documents(c: Claim, kind: str) -> list[tuple[str, date, date, str]]:
    types = c.get(f"{kind}_type") or [""] * len(c[f"{kind}_state"])
    parts = (c[f"{kind}_state"], c[f"{kind}_from"], c[f"{kind}_expiry"], types)
    return list(zip(*parts, strict=True))


def answer(c: Claim) -> set[str]:
    """Return every state that the text may mean; one where it is plain."""
    shifted = clock(c)
    return {shifted} if shifted else criteria(c)


def tacit(c: Claim) -> date:
    if c["request_kind"] == "take_back":
        if c["hit_date"] <= c["request_date"]:
            return c["request_date"] + timedelta(days=14) if c["request_date"] < NEVER else NEVER
        return months(c["request_date"], 1)
    return months(c["request_date"], 2)


def may_ask_again(c: Claim) -> bool:
    asked, hit, app = c["asked_on"], c["hit_date"], c["application_date"]
    if c["request_kind"] == "take_back":
        here = max(claims_here(c))
        return bool(asked <= (months(hit, 2) if hit <= asked else months(here, 3)))
    last = min(months(app, 3), max(months(hit, 2), months(app, 2)))
    return bool(asked <= last)


def claims_here(c: Claim) -> list[date]:
    pairs = zip(c["claims_in"], c["claimed_on"], strict=True)
    return [day for state, day in pairs if state == c["lodged_state"]]


def clock(c: Claim) -> str | None:
    asked = c["asked_on"]
    if asked is None:
        return None
    in_time = c["reply_date"] <= asked and c["reply"] == "accept"
    accepted = c["accepted_date"] <= asked or in_time
    if asked_late(c) or moved_late(c, accepted):
        return str(c["lodged_state"])
    if c["requested_state"] in c["systemic_flaws"]:
        return None
    answered = c["reply"] in ("accept", "refuse") and c["reply_date"] <= tacit(c)
    silent = c["request_date"] < NEVER and asked > tacit(c) and not answered
    if accepted or (silent and c["accepted_date"] > asked):
        return str(c["requested_state"])
    return None


def asked_late(c: Claim) -> bool:
    asked, back = c["asked_on"], c["request_kind"] == "take_back"
    app, request, hit = c["application_date"], c["request_date"], c["hit_date"]
    if not back and asked > months(app, 3) and request > months(app, 3):
        return True
    late = request > months(app, 2) and request > months(hit, 2) and asked > months(app, 2)
    if late and asked > months(hit, 2):
        return True
    last = months(max(claims_here(c)), 3)
    return bool(back and hit > asked and asked > last and request > last)


def moved_late(c: Claim, accepted: bool) -> bool:
    asked = c["asked_on"]
    refused = c["reply"] == "refuse" and c["reply_date"] <= tacit(c)
    early = asked <= months(c["application_date"], 6) or c["request_date"] >= asked
    start = c["final_appeal_date"]
    if start == NEVER:
        start = c["accepted_date"]
        if start > asked:
            start = c["reply_date"] if c["reply"] == "accept" else tacit(c)
    limit = 18 if c["absconded"] else 12 if c["imprisoned"] else 6
    if (accepted or not (early or refused)) and asked > months(start, limit):
        return True
    over = refused and not accepted and asked > c["reply_date"] + timedelta(days=35)
    return bool(over and not may_ask_again(c))


def criteria(c: Claim) -> set[str]:
    for part in (of_a_minor, of_a_family, of_papers, of_entry):
        found = part(c)
        if found:
            return found
    return {c["lodged_state"] if c["claims_in"][0] in c["systemic_flaws"] else c["claims_in"][0]}


def of_a_minor(c: Claim) -> set[str]:
    if not (c["unaccompanied"] and c["age"] < 18 and c["best_interests"]):
        return set()
    present = [r for r in relatives(c) if r[0] not in c["systemic_flaws"] and r[2] != "irregular"]
    spouse = any(r[1] in ("spouse", "partner") for r in present)
    parents = () if c["married"] and spouse else ("parent", "guardian")
    near = {r[0] for r in present if r[1] in ("sibling", "spouse", "partner", "child", *parents)}
    wider = {
        r[0] for r in present if r[1] == "grandparent" or (r[1] == "uncle_aunt" and r[3] >= 18)
    }
    return near or (wider if c["family_can_care"] else set()) or {c["lodged_state"]}


def of_a_family(c: Claim) -> set[str]:
    kin = [r for r in relatives(c) if r[0] not in c["systemic_flaws"]]

    def family(r: tuple[str, str, str, float]) -> bool:
        grown = c["age"] >= 18 or c["married"]
        child = r[1] == "child" and r[3] < 18
        return (
            r[1] in ("spouse", "partner") or child or (r[1] in ("parent", "guardian") and not grown)
        )

    protected = {r[0] for r in kin if r[2] == "beneficiary" and family(r)}
    waiting = [r for r in kin if r[2] == "applicant_pending" and family(r)]
    young = [r for r in kin if r[2] == "applicant_pending" and r[1] == "sibling" and r[3] < 18]
    if c["wish_written"] and (protected or waiting):
        return protected or most(waiting)
    joint = [*waiting, *young]
    return most(joint) if len(joint) >= 2 else set()


def of_papers(c: Claim) -> set[str]:
    app, enabled = c["application_date"], c["visa_enabled_entry"]
    permits = documents(c, "residence")
    visas = documents(c, "visa")
    open_permits = [d for d in permits if d[0] not in c["systemic_flaws"]]
    open_visas = [d for d in visas if d[0] not in c["systemic_flaws"]]
    if good := [d for d in open_permits if d[1] <= app <= d[2]]:
        return longest(good)
    if good := [d for d in open_visas if d[1] <= app <= d[2]]:
        return ranked(good)
    if c["left_territory"]:
        return set()
    if late := [d for d in open_permits if d[2] < app < months(d[2], 24)]:
        return longest(late)
    if enabled and (late := [d for d in open_visas if d[2] < app < months(d[2], 6)]):
        return ranked(late)
    if day := {d[0] for d in open_permits if months(d[2], 24) == app}:
        return {*day, c["lodged_state"]}
    if enabled and (day := {d[0] for d in open_visas if months(d[2], 6) == app}):
        return {*day, c["lodged_state"]}
    old = any(months(d[2], 24) < app for d in permits)
    old = old or (enabled and any(months(d[2], 6) < app for d in visas))
    return {c["lodged_state"]} if old else set()


def of_entry(c: Claim) -> set[str]:
    entered = c["entry_state"] != "none" and c["entry_state"] not in c["systemic_flaws"]
    in_time = c["application_date"] <= months(c["entry_date"], 12)
    if entered and not c["entry_regular"] and in_time:
        return {c["entry_state"]}
    stayed = c["stay_state"] != "none" and c["stay_state"] not in c["systemic_flaws"]
    if stayed and c["stay_months"] >= 5 and not c["entry_regular"]:
        return {c["stay_state"]}
    if c["entry_mode"] == "visa_free":
        if c["entry_state"] == c["lodged_state"] or c["visa_free_receiving"]:
            return {c["lodged_state"]}
        if entered:
            return {c["entry_state"]}
    return {c["lodged_state"]} if c["airport_transit"] else set()


def ranked(visas: list[tuple[str, date, date, str]]) -> set[str]:
    """Return the issuers of visas that rank first: by type, art. 12(3)(b) and (c)."""
    return latest(visas) if len({d[3] for d in visas}) == 1 else longest(visas)


def most(kin: list[tuple[str, str, str, float]]) -> set[str]:
    """Return the state of most of them, else of the oldest."""
    states = [r[0] for r in kin]
    count = max(states.count(state) for state in states)
    tied = [r for r in kin if states.count(r[0]) == count]
    oldest = max(r[3] for r in tied)
    return {r[0] for r in tied if r[3] == oldest}


def longest(papers: list[tuple[str, date, date, str]]) -> set[str]:
    """Return the issuers of the longest right, then of the latest expiry."""
    best = max((d[2] - d[1], d[2]) for d in papers)
    return {d[0] for d in papers if (d[2] - d[1], d[2]) == best}


def latest(papers: list[tuple[str, date, date, str]]) -> set[str]:
    best = max(d[2] for d in papers)
    return {d[0] for d in papers if d[2] == best}
