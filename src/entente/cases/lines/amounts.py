"""From answers to amounts: integers of dollars, cents and millionths of a percent."""

from functools import reduce
from typing import Any, Final, TypeAlias

import ibis

from entente.cases.customs.fees import HARBOR, PROCESSING
from entente.cases.lines.book import LACKS, QUANTITY_UNKNOWN, VALUE_UNKNOWN, Book
from entente.cases.lines.columns import MICRO
from entente.cases.lines.table import EntryTable
from entente.cases.store import Columns
from entente.files import RUNS

Expr: TypeAlias = Any  # an Ibis table or value; Ibis gives no types to check against

OUTPUT: Final = (
    "line_id", "base_rate", "base_duty", "additional_rate", "additional_duty", "fees", "total",
    "lawful_rate", "lawful_duty", "refundable_duty", "clause", "flags", "readings", "why",
)  # fmt: skip
USD: Final = ("base_duty", "additional_duty", "fees", "total", "lawful_duty", "refundable_duty")

_CENT: Final = "decimal(18, 2)"
_PART: Final = 10_000  # of a value, and of the last digit of a rate
_UNITS: Final = 10**8  # quantities below it stay exact


def reckoned(lines: EntryTable, table: Expr, book: Book) -> Expr:
    """Return the lines with what they pay, in whole cents, and the numbers of what they are told.

    table   good lines with their key, and what their cells mean for the tariff

    An amount is empty where a rate, the value, the quantity or the mode that it needs is not known.
    """
    t = _joined(lines, table, book.classes(), "key", "class_key")
    t = t.mutate(rate=_rate_number(t, book))
    t = _joined(lines, t, book.rates(), "rate", "rate_number")
    t = _valued(lines, t, book)
    t = t.mutate(base=_base(lines, t, book))
    t = t.mutate(flag=_flag(t, book))
    if {"entry", "invoice"} & set(lines.columns):
        t = _entries(lines, t, book)
    return t.mutate(
        added=_added(lines, t, book, "asked"),
        lawful=_added(lines, t, book, "legal"),
        collected=_added(lines, t, book, "charged"),
        fees=_fees(lines, t, book),
    )


def charged(lines: EntryTable, cents: Expr, book: Book) -> Expr:
    """Return the output table, its rows in any order: rates in percent, amounts in USD.

    cents   as `reckoned` gives them
    """
    t = _joined(lines, cents, book.flags(), "flag", "flag_number")
    return t.select(
        *lines.store.order(t),
        line_id=t.line_id.cast("string"),
        base_rate=t.rate_text,
        base_duty=_usd(t.base),
        additional_rate=t.rate_told,
        additional_duty=_usd(t.added),
        fees=_usd(t.fees),
        total=_usd(_total(t)),
        lawful_rate=t.lawful_told,
        lawful_duty=_usd(t.lawful),
        refundable_duty=_usd(t.collected - t.lawful),
        clause=t.clause_told,
        flags=t.flags_told,
        readings=t.readings_told,
        why=t.why_told,
    )


def summed(cents: Expr) -> Expr:
    """Sum what lines pay: how many lines, how many without a total, and cents by column."""
    total, refundable = _total(cents), cents.collected - cents.lawful
    amounts = (cents.base, cents.added, cents.fees, total, cents.lawful, refundable)
    parts = dict(zip(USD, amounts, strict=True))
    return cents.aggregate(
        lines=cents.count(),
        unpriced=total.isnull().sum().fill_null(0),
        **{name: part.sum().fill_null(0) for name, part in parts.items()},
    )


def _total(cents: Expr) -> Expr:
    return cents.base + cents.added + cents.fees


def guarded(table: Expr) -> Expr:
    """Put an apostrophe before cells that a spreadsheet would run as formulas.

    Only what stands in the file of lines can begin so; the other texts are the project's own.
    """
    cell = table.line_id
    runs = cell.left(1).isin(RUNS)
    return table.mutate(line_id=runs.ifelse(ibis.literal("'") + cell, cell))


def share(dollars: Expr, rate: Expr, below: Expr | None = None, *, floats: bool = False) -> Expr:
    """Return a rate's share of whole dollars in cents, half a cent upward; null where either is.

    rate     millionths of a percent
    below    what a rate has beyond them, in ten-thousandths of a millionth
    floats   whether every share is exact in floats

    Millionths of a percent of dollars are millionths of a cent.
    """
    parts = dollars * rate
    if below is not None:
        parts = parts + _quotient(dollars * below, _PART)
    if floats and below is None:
        return (parts + MICRO // 2) // MICRO
    return _half_up(parts, MICRO)


def _half_up(parts: Expr, whole: int) -> Expr:
    return _quotient(parts + whole // 2, whole)


def _quotient(parts: Expr, whole: int | Expr) -> Expr:
    """Divide without the rest.

    What is divided is a whole multiple and the quotient far below 2 ** 53, so the engine's
    division, in floats, gives it exactly after rounding.
    """
    return ((parts - parts % whole) / whole).round().cast("int64")


def _joined(lines: EntryTable, table: Expr, columns: Columns, left: str, right: str) -> Expr:
    """Join rows to what a number of theirs means; each number has its row, so none is lost."""
    words = [name for name in columns if name.endswith("_told") or name == "rate_text"]
    told = lines.store.lookup(columns, words)
    return table.inner_join(told, table[left] == told[right])


def _rate_number(t: Expr, book: Book) -> Expr:
    """Return the number of the ordinary rate: the one given, unless a preference stands over it."""
    number, preferred = ibis.literal(0, "int64"), ibis.literal(0, "int64")
    columns = book.columns()
    for column in columns:
        here = t.tariff_column == column
        alone = len(columns) == 1
        number = t[f"rate{column}"] if alone else here.ifelse(t[f"rate{column}"], number)
        preferred = here.ifelse(t[f"preferred{column}"], preferred)
    if "given" not in t.columns:
        return number
    return (t.given.notnull() & (preferred == 0)).ifelse(t.given, number)


def _valued(lines: EntryTable, t: Expr, book: Book) -> Expr:
    """Add whole dollars, half a dollar upward (19 CFR 159.3), and those that pay duty."""
    value = lines.amount(t, "value_usd")
    dollars = _whole(value)
    if "invoice" in lines.columns:
        dollars = _by_invoice(lines, t, value, dollars)
    t = t.mutate(dollars=dollars)
    t = lines.store.keep(t) if "invoice" in lines.columns else t
    if not book.foreign_parts():
        return t.mutate(dutiable=t.dollars)
    parts = (value.cast("float64") * _PART).round().cast("int64")
    foreign = _half_up(parts * t.foreign, _PART * _PART)
    return t.mutate(dutiable=(t.foreign == _PART).ifelse(t.dollars, foreign))


def _whole(number: Expr) -> Expr:
    return number.cast("decimal(18, 0)").cast("int64")


def _by_invoice(lines: EntryTable, t: Expr, value: Expr, dollars: Expr) -> Expr:
    """Let lines at one rate on one invoice be rounded as a unit: their dollars sum to its own."""
    group = [_text(t.invoice), t.key, t.rate]
    so_far = value.sum().over(
        ibis.cumulative_window(group_by=group, order_by=list(lines.store.order(t)))
    )
    unit = _whole(so_far) - _whole(so_far - value)
    return (_text(t.invoice) == "").ifelse(dollars, unit)


def _text(cell: Expr) -> Expr:
    return cell.cast("string").fill_null("").strip()


def _base(lines: EntryTable, t: Expr, book: Book) -> Expr:
    """Return the ordinary duty in cents: a share of the value, and an amount by quantity."""
    by_value = share(t.dutiable, t.percent, floats=book.in_floats(book.highest_ordinary()))
    if not book.by_quantity():
        return by_value
    # Rates of a dollar or less take whole units (19 CFR 159.3).
    quantity = lines.amount(t, "quantity")
    small = _half_up(_whole(quantity) * t.dollars_by, MICRO // 100)
    large = _half_up(_hundredths(quantity) * t.dollars_by, MICRO)
    fits = (t.unit_held == t.unit_by) & (quantity < _UNITS)
    by_unit = fits.ifelse((t.dollars_by > MICRO).ifelse(large, small), ibis.null("int64"))
    return by_value + (t.dollars_by == 0).ifelse(ibis.literal(0, "int64"), by_unit)


def _hundredths(quantity: Expr) -> Expr:
    return (quantity.cast("float64") * 100).round().cast("int64")


def _added(lines: EntryTable, t: Expr, book: Book, basis: str) -> Expr:
    """Return what accords add in cents, each rate rounded by itself; null where not priced."""
    told = book.basis(basis)
    floats = book.in_floats(book.highest(told))
    parts = [
        share(t.dutiable, t[f"{told}{n}"], t[f"{told}{n}_below"] if book.fine else None,
              floats=floats)
        for n in range(book.count(told))
    ]  # fmt: skip
    whole = reduce(lambda a, b: a + b, parts)
    if not book.money():
        return whole
    quantity = ibis.null("int64")
    if book.counted:
        amount = lines.amount(t, "quantity")
        quantity = (amount < _UNITS).ifelse(_hundredths(amount), ibis.null("int64"))
    return t.money.ifelse(_half_up(quantity * t[f"{told}_by_unit"], MICRO), whole)


def _portion(t: Expr, book: Book) -> Expr:
    """Return the dollars on which the processing fee is due."""
    return t.on_foreign.ifelse(t.dutiable, t.dollars) if book.foreign_parts() else t.dollars


def _fees(lines: EntryTable, t: Expr, book: Book) -> Expr:
    """Return the processing fee, which an entry pays within limits, and the harbor fee."""
    fee = share(_portion(t, book), t.processing, floats=book.in_floats(PROCESSING))
    fee = _limited(t.least, t.most, fee)
    if "entry_total" in t.columns:
        fee = _by_entry(lines, t, fee)
    if not book.vessels():
        return fee
    return fee + share(t.dollars, t.harbor, floats=book.in_floats(HARBOR))


def _limited(least: Expr, most: Expr, fee: Expr) -> Expr:
    """Keep a fee within the limits of an entry; where it is not known, neither are they."""
    within = ibis.greatest(least, ibis.least(most, fee))
    return fee.isnull().ifelse(ibis.null("int64"), within)


def _entries(lines: EntryTable, t: Expr, book: Book) -> Expr:
    """Join to each line the dollars, the paying lines and the fee's limits of its entry.

    A line without an entry is of the entry that its invoice is, and without either by itself.
    """
    names = [_text(t[name]) for name in ("entry", "invoice") if name in lines.columns]
    t = t.mutate(entry_name=reduce(lambda a, b: (a == "").ifelse(b, a), names))
    due = (t.processing > 0).ifelse(1, 0).cast("int64")
    t = t.mutate(due=due, portion=_portion(t, book) * due)
    sums = t.group_by(entry_key=t.entry_name).aggregate(
        entry_total=t.portion.sum(), entry_due=t.due.sum(), entry_rate=t.processing.max(),
        entry_least=t.least.max(), entry_most=t.most.max(),
    )  # fmt: skip
    sums = lines.store.keep(sums)
    return t.left_join(sums, t.entry_name == sums.entry_key)


def _by_entry(lines: EntryTable, t: Expr, alone: Expr) -> Expr:
    """Share the fee of an entry among its lines by value, so that the cents add up."""
    fee = _limited(t.entry_least, t.entry_most, share(t.entry_total, t.entry_rate))
    weight = (t.entry_total == 0).ifelse(t.due, t.portion)
    of_all = ibis.greatest((t.entry_total == 0).ifelse(t.entry_due, t.entry_total), 1)
    rows = ibis.cumulative_window(group_by="entry_name", order_by=list(lines.store.order(t)))
    so_far = weight.sum().over(rows)
    upto, before = (
        _quotient(fee * part * 2 + of_all, of_all * 2) for part in (so_far, so_far - weight)
    )
    shared = alone.isnull().ifelse(ibis.null("int64"), upto - before)
    return (t.entry_name == "").ifelse(alone, shared)


def _flag(t: Expr, book: Book) -> Expr:
    """Return the number of a line's flags: its class's, and a bit for all that it lacks."""
    flag = t.flagset * 2 ** len(LACKS) + t.lacks
    flag = flag + t.dollars.isnull().ifelse(VALUE_UNKNOWN, 0)
    if not book.by_quantity():
        return flag
    lacking = t.percent.notnull() & t.dutiable.notnull() & t.base.isnull()
    return flag + lacking.ifelse(QUANTITY_UNKNOWN, 0)


def _usd(cents: Expr) -> Expr:
    """Write cents as dollars; the division errs by far less than the half cent it is cast to."""
    return (cents / 100).cast(_CENT)
