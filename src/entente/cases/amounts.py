"""From answers to amounts: integers of dollars, cents and millionths of a percent."""

from collections.abc import Mapping
from typing import Any, Final

import ibis

from entente.cases.classes import Told
from entente.cases.fees import HARBOR, PROCESSING
from entente.cases.lines import MICRO
from entente.cases.table import arrow

_FORMULA: Final = r"^[=+\-@\t\r]"
_CENT: Final = "decimal(18, 2)"
OUTPUT: Final = (
    "line_id", "base_rate", "base_duty", "additional_rate", "additional_duty", "fees", "total",
    "lawful_rate", "clause", "flags", "readings", "why",
)  # fmt: skip


def output(keyed: Any, answers: Mapping[int, Told], at_home: bool) -> Any:
    """Return the output table in the order of the lines: rates in percent, amounts in USD.

    An amount is empty where a rate, the value or the mode that it needs is not known.
    """
    most = max((len(told.terms) for told in answers.values()), default=0)
    told = ibis.memtable(arrow(_columns(answers, most)))
    t = keyed.left_join(told, "key")
    at_home_ = ibis.literal(at_home) & (t.home.fill_null(0) == 0)
    originates = (t.claimed == 1) & (t.partner.fill_null(0) == 1)
    rate = ibis.coalesce(t.given, t.listed if at_home else ibis.null("int64"))
    rate = originates.ifelse(ibis.literal(0, "int64"), rate)
    base = share(t.dollars, rate)
    terms = [share(t.dollars, t[f"term{n}"]) for n in range(most)]
    added = sum(terms, ibis.literal(0, "int64"))
    added = (t.priced & t.dollars.notnull()).ifelse(added, ibis.null("int64"))
    processing = ibis.greatest(t.least, ibis.least(t.most, share(t.dollars, PROCESSING)))
    processing = originates.ifelse(ibis.literal(0, "int64"), processing)
    processing = (t.least.isnull() | t.dollars.isnull()).ifelse(ibis.null("int64"), processing)
    fees = at_home_.ifelse(processing + share(t.dollars, HARBOR) * t.vessel, ibis.null("int64"))
    flags = (
        t.told_flags
        + _flag(rate.isnull(), "base_rate_unknown")
        + _flag(fees.isnull() & t.dollars.notnull(), "fees_unknown")
        + _flag(t.dollars.isnull(), "value_unknown")
    )
    rows = t.select(
        "row",
        line_id=t.line_id,
        base_rate=_percent(rate),
        base_duty=_usd(base),
        additional_rate=t.rate,
        additional_duty=_usd(added),
        fees=_usd(fees),
        total=_usd(base + added + fees),
        lawful_rate=t.lawful,
        clause=t.clause,
        flags=flags.re_replace(";$", ""),
        readings=t.readings,
        why=t.why,
    )
    return rows.order_by("row").select(*OUTPUT)


def share(dollars: Any, rate: Any) -> Any:
    """Return a rate's share of whole dollars in cents, half a cent upward; null where either is.

    Millionths of a percent of dollars are millionths of a cent. What is divided is a whole multiple
    and the quotient far below 2 ** 53, so the engine's division, in floats, gives it exactly.
    """
    parts = dollars * rate + MICRO // 2
    return ((parts - parts % MICRO) / MICRO).round().cast("int64")


def guarded(table: Any) -> Any:
    """Put an apostrophe before cells that a spreadsheet would run as formulas."""
    text = {c: table[c] for c in OUTPUT if table[c].type().is_string()}
    return table.mutate(
        **{c: cell.re_search(_FORMULA).ifelse("'" + cell, cell) for c, cell in text.items()}
    )


def _usd(cents: Any) -> Any:
    """Write cents as dollars; the division errs by far less than the half cent it is cast to."""
    return (cents / 100).cast(_CENT)


def _percent(rate: Any) -> Any:
    """Write millionths of a percent as percent, without zeros at the end."""
    whole = (rate - rate % MICRO) / MICRO
    parts = (rate % MICRO).cast("string").lpad(6, "0")
    text = whole.round().cast("int64").cast("string") + "." + parts
    return text.re_replace(r"\.?0+$", "")


def _flag(where: Any, flag: str) -> Any:
    return where.ifelse(f"{flag};", "")


def _columns(answers: Mapping[int, Told], most: int) -> dict[str, list[Any]]:
    rows: dict[str, list[Any]] = {
        "key": list(answers),
        "rate": [told.rate for told in answers.values()],
        "lawful": [told.lawful for told in answers.values()],
        "priced": [told.priced for told in answers.values()],
        "clause": [told.clause for told in answers.values()],
        "told_flags": ["".join(f"{flag};" for flag in told.flags) for told in answers.values()],
        "readings": [told.readings for told in answers.values()],
        "why": [told.why for told in answers.values()],
    }
    for n in range(most):
        rows[f"term{n}"] = [
            told.terms[n] if n < len(told.terms) else 0 for told in answers.values()
        ]
    return rows
