"""Third reading: an expression as a part of a sentence in the reader's language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import reduce
from typing import Final

from entente.accord.calendar import Duration
from entente.accord.expression.facts import BESIDE, ENTRY_PHRASES, FACTS, PHRASES
from entente.accord.expression.grammar import (
    are_several,
    comes_from,
    deny,
    so_or_not,
    without_article,
)
from entente.accord.expression.symbols import Kind, Role, Symbols
from entente.accord.expression.tree import (
    DATE_FUNCTIONS,
    STATE_FUNCTIONS,
    Arithmetic,
    Call,
    Choose,
    Compare,
    Constant,
    ListOf,
    Logic,
    Member,
    Name,
    Named,
    Negative,
    Node,
    Not,
    counts_entries,
    elements,
    plain,
)
from entente.accord.expression.types import type_of
from entente.language import counted, figures, listing, marked, marked_count, phrase
from entente.places import subdivisions, with_article

# How a number is compared, of one subject and of several.
_NUMBERS: Final = {
    "<": marked_count("{subject} is below {value}", "{subject} are below {value}"),
    "<=": marked_count("{subject} is at most {value}", "{subject} are at most {value}"),
    ">": marked_count("{subject} is above {value}", "{subject} are above {value}"),
    ">=": marked_count("{subject} is at least {value}", "{subject} are at least {value}"),
    "==": marked_count("{subject} is {value}", "{subject} are {value}"),
    "!=": marked_count("{subject} is not {value}", "{subject} are not {value}"),
}
_DATES: Final = {
    "<": marked("{subject} is before {day}"),
    "<=": marked("{subject} is on or before {day}"),
    ">": marked("{subject} is after {day}"),
    ">=": marked("{subject} is on or after {day}"),
    "==": marked("{subject} is on {day}"),
    "!=": marked("{subject} is not on {day}"),
}
_ANSWERS: Final = {
    "==": marked("'{choice}' is answered {answer}"),
    "!=": marked("'{choice}' is not answered {answer}"),
}
_ELAPSED: Final = {
    "<": marked("fewer than {count} {unit} have passed since {start}"),
    "<=": marked("at most {count} {unit} have passed since {start}"),
    ">": marked("more than {count} {unit} have passed since {start}"),
    ">=": marked("at least {count} {unit} have passed since {start}"),
    "==": marked("exactly {count} {unit} have passed since {start}"),
    "!=": marked("not exactly {count} {unit} have passed since {start}"),
}
_CONTRARY: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_KNOWN: Final = marked_count("{fact} is known", "{fact} are known")
_NOT_KNOWN: Final = marked_count("{fact} is not known", "{fact} are not known")
_SIGNS: Final = {
    "+": marked("{left} plus {right}"),
    "-": marked("{left} minus {right}"),
    "*": marked("{left} times {right}"),
    "/": marked("{left} divided by {right}"),
}


def words(tree: Node, labels: Mapping[str, str], symbols: Symbols) -> str:
    """Say a tree; `labels` gives names their phrases, `symbols` tell metrics from choices.

    >>> from entente.accord.expression import parse
    >>> from entente.problems import Place
    >>> here = Place("harbour.toml", 1, 1)
    >>> parse("arrivals < 900 and nationality in ['GTM', 'SLV']", here).words()
    'reported arrivals are below 900 and the claimant is from Guatemala or El Salvador'
    >>> parse("not in_force(ladder) or days_since(crossing_date) > 14", here).words()
    'ladder is not in force, or more than 14 days have passed since the crossing'
    """
    speaker = _Speaker(labels, symbols)
    if isinstance(plain(tree), Compare | Member | Logic | Not):
        return speaker.says(tree)
    kind = type_of(tree, symbols)[0].kind
    return speaker.says(tree) if kind is Kind.TRUTH else speaker.names(tree)


def say_whether(tree: Node, labels: Mapping[str, str], symbols: Symbols, *, so: bool) -> str:
    """Say a condition as it holds, or its contrary."""
    return _Speaker(labels, symbols).says(tree, so=so)


def say_value(value: object) -> str:
    """Say a literal: a number with thousands, a date as ISO, a country by its name.

    >>> say_value(50000.0), say_value("SLV"), say_value(True)
    ('50,000', 'El Salvador', 'yes')
    """
    match value:
        case bool():
            return phrase("yes") if value else phrase("no")
        case float() | int():
            return figures(value, 10)
        case Duration():
            return value.words()
        case datetime():
            return value.isoformat(" ", "minutes")
        case date():
            return value.isoformat()
        case str() if len(value) == 3 and value.isupper():
            return with_article(value)
        case str() if value[2:3] == "-":  # a part of a country, such as US-TX
            return subdivisions().get(value, value)
        case _:
            return phrase(str(value))


@dataclass(frozen=True, slots=True)
class _Speaker:
    labels: Mapping[str, str]
    symbols: Symbols
    entry: bool = False  # whether lists stand for one entry each

    def says(self, node: Node, *, so: bool = True) -> str:
        """Say a condition, or its contrary."""
        reader = _SAYERS.get(type(node))
        return reader(self, node, so) if reader else self._plain(node, so)

    def _plain(self, node: Node, so: bool) -> str:
        if isinstance(node, Constant):
            return phrase("always") if node.value is so else phrase("never")
        return so_or_not(self.names(node), so)

    def _named(self, node: Named, so: bool) -> str:
        if node.says:
            says = phrase(node.says)
            return says if so else deny(says)
        return self.says(node.part, so=so)

    def _name(self, node: Name, so: bool) -> str:
        if self._is_choice(node):
            asks = phrase(self.labels.get(node.id, node.id.replace("_", " ")))
            said = (
                marked("'{choice}' is answered yes") if so else marked("'{choice}' is answered no")
            )
            return phrase(said, choice=asks)
        told = self.labels.get(node.id) or PHRASES.get(node.id)
        if told is None:
            return so_or_not(node.id.replace("_", " "), so)
        return phrase(told) if so else deny(phrase(told))

    def _compare(self, node: Compare, so: bool) -> str:
        sign = node.sign if so else _CONTRARY[node.sign]
        if isinstance(node.left, Constant) and not isinstance(node.right, Constant):
            turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(sign, sign)
            return self._compared(node.right, turned, node.left)
        return self._compared(node.left, sign, node.right)

    def _compared(self, left: Node, sign: str, right: Node) -> str:
        if isinstance(left, Call) and left.function in ("days_since", "months_since"):
            return self._elapsed(left, sign, right)
        if entries := _counted(left, sign, right):
            return phrase("there are {things}", things=without_article(self.names(entries)))
        if self._is_choice(left) and sign in _ANSWERS:
            return phrase(_ANSWERS[sign], choice=self.names(left), answer=self.names(right))
        subject = self.names(left)
        if self._is_date(left) or self._is_date(right):
            return phrase(_DATES[sign], subject=subject, day=self.names(right))
        if isinstance(left, Name) and left.id == "nationality":
            return comes_from(self.names(right), sign != "!=")
        how_many = 2 if are_several(subject) else 1
        return counted(*_NUMBERS[sign], how_many, subject=subject, value=self.names(right))

    def _elapsed(self, call: Call, sign: str, right: Node) -> str:
        unit = phrase("days") if call.function == "days_since" else phrase("months")
        start = self.names(call.arguments[0])
        return phrase(_ELAPSED[sign], count=self.names(right), unit=unit, start=start)

    def _is_choice(self, node: Node) -> bool:
        symbol = self.symbols.values.get(node.id) if isinstance(node, Name) else None
        return symbol is not None and symbol.role is Role.CHOICE

    def _is_date(self, node: Node) -> bool:
        return self._kind(node) is Kind.DATE

    def _kind(self, node: Node) -> Kind:
        known = Symbols(FACTS | dict(self.symbols.values), self.symbols.clauses)
        return type_of(node, known)[0].kind

    def _member(self, node: Member, so: bool) -> str:
        if isinstance(node.items, ListOf):
            listed = listing([self.names(item) for item in node.items.items], "or")
            if isinstance(node.item, Name) and node.item.id == "nationality":
                return comes_from(listed, so)
            said = _NUMBERS["==" if so else "!="]
            return counted(*said, 1, subject=self.names(node.item), value=listed)
        among = marked("{item} is among {items}") if so else marked("{item} is not among {items}")
        whole = replace(self, entry=False)  # a list by its name is asked as a whole
        return phrase(among, item=self.names(node.item), items=whole.names(node.items))

    def _logic(self, node: Logic, so: bool) -> str:
        word = node.word if so else {"and": "or", "or": "and"}[node.word]
        parts = [self.says(part, so=so) for part in node.parts]
        joined = any(isinstance(part, Logic) for part in node.parts)
        said = marked("{before} and {then}")
        if word == "or":
            said = marked("{before}, or {then}")
        elif joined:
            said = marked("{before}, and {then}")
        return reduce(lambda before, then: phrase(said, before=before, then=then), parts)

    def _not(self, node: Not, so: bool) -> str:
        return self.says(node.part, so=not so)

    def _call(self, node: Call, so: bool) -> str:
        if node.function == "some":
            condition = node.arguments[0]
            noun = _entry_noun(condition)
            told = replace(self, entry=True).says(condition)
            said = (
                marked("for some {entry}, {condition}")
                if so
                else marked("for no {entry}, {condition}")
            )
            return phrase(said, entry=noun, condition=told)
        if node.function in STATE_FUNCTIONS:
            state = phrase(node.function.replace("_", " "))
            said = marked("{clause} is {state}") if so else marked("{clause} is not {state}")
            return phrase(said, clause=self._clause(node), state=state)
        if node.function == "within":
            start, period = map(self.names, node.arguments)
            said = (
                marked("it is within {period} of {start}")
                if so
                else marked("it is not within {period} of {start}")
            )
            return phrase(said, period=period, start=start)
        if node.function == "known":
            return self._known(node.arguments[0], so)
        return self._plain(node, so)

    def _known(self, node: Node, so: bool) -> str:
        fact = self.names(node)
        if self._kind(node) is Kind.TRUTH:
            said = marked("it is known whether {fact}")
            return phrase(said if so else marked("it is not known whether {fact}"), fact=fact)
        one, many = _KNOWN if so else _NOT_KNOWN
        return counted(one, many, 2 if are_several(fact) else 1, fact=fact)

    def _clause(self, node: Call) -> str:
        name = node.arguments[0]
        return self.labels.get(name.id, name.id) if isinstance(name, Name) else ""

    def names(self, node: Node) -> str:
        """Say a value as a noun phrase."""
        match node:
            case Constant(value=value):
                return say_value(value.replace("_", " ") if isinstance(value, str) else value)
            case Name():
                return self._noun(node)
            case ListOf(items=items):
                return listing([self.names(item) for item in items], "or")
            case Negative(part=part):
                return phrase("minus {value}", value=self.names(part))
            case Arithmetic(sign=sign, left=left, right=right):
                said = _SIGNS[sign]
                if isinstance(right, Constant) and isinstance(right.value, Duration):
                    after, before = marked("{right} after {left}"), marked("{right} before {left}")
                    said = after if sign == "+" else before
                return phrase(said, left=self.names(left), right=self.names(right))
            case Choose(condition=condition, then=then, otherwise=otherwise):
                return phrase(
                    "{value} if {condition}, else {other}",
                    value=self.names(then),
                    condition=self.says(condition),
                    other=self.names(otherwise),
                )
            case Named(says=says, part=part):
                return phrase(says) if says else self.names(part)
            case Call():
                return self._value_of(node)
            case _:
                return phrase("whether {condition}", condition=self.says(node))

    def _noun(self, node: Name) -> str:
        if self.entry and node.id in ENTRY_PHRASES:
            return phrase(ENTRY_PHRASES[node.id])
        symbol = self.symbols.values.get(node.id)
        bare = node.id.replace("_", " ")
        if symbol is not None and symbol.role is not Role.METRIC:
            return phrase(self.labels.get(node.id) or PHRASES.get(node.id, bare))
        if symbol is None and node.id in PHRASES:
            return phrase(PHRASES[node.id])
        label = self.labels.get(node.id, bare)
        if label == bare:
            return phrase("reported {metric}", metric=bare)
        return phrase("reported {metric} ({label})", metric=bare, label=phrase(label))

    def _value_of(self, node: Call) -> str:
        if node.function in DATE_FUNCTIONS:
            return phrase(_FOUR_DATES[node.function], clause=self._clause(node))
        if counts_entries(node) or node.function in ("best", "alike"):
            return self._of_entries(node)
        parts = [self.names(part) for part in node.arguments]
        form = _VALUES.get(node.function)
        if form is None:
            return phrase("the {what} of {parts}", what=node.function, parts=listing(parts))
        return phrase(form, **dict(zip(("first", "second"), parts, strict=False)))

    def _of_entries(self, node: Call) -> str:
        within = replace(self, entry=True)
        if node.function == "count":
            return phrase(
                "the number of {entry}s for which {condition}",
                entry=_entry_noun(node.arguments[0]),
                condition=within.says(node.arguments[0]),
            )
        value, condition, *keys = node.arguments
        if node.function == "alike":
            return phrase("the number that share {value}", value=within.names(value))
        told = phrase(
            "{value} where {condition}",
            value=within.names(value),
            condition=within.says(condition),
        )
        if not keys:
            return told
        ranked = [within.names(key) for key in keys]
        return phrase(
            "{value}, ranked by {keys}",
            value=told,
            keys=reduce(lambda a, b: phrase("{key}, then {next}", key=a, next=b), ranked),
        )


def _entry_noun(node: Node) -> str:
    """Name what is read entry by entry."""
    names = elements(node)
    found = (noun for noun, lists in BESIDE.items() for name in names if name in lists)
    return phrase(next(found, marked("entry")))


_FOUR_DATES: Final = {
    "announced": marked("the announcement of {clause}"),
    "signed": marked("the signature of {clause}"),
    "effective": marked("the effect of {clause}"),
    "applied": marked("the application of {clause}"),
}
_VALUES: Final = {
    "today": marked("the day"),
    "last": marked("the last {first}"),
    "lag": marked("{first} {second} before"),
    "mean": marked("the mean of {first} over {second}"),
    "sum": marked("the sum of {first} over {second}"),
    "change": marked("the relative change of {first} over {second}"),
    "share": marked("{first} as a share of {second}"),
    "min": marked("the least of {first} and {second}"),
    "max": marked("the greatest of {first} and {second}"),
    "abs": marked("the size of {first}"),
    "round_half_even": marked("{first} rounded to {second} places"),
    "days_since": marked("the days since {first}"),
    "months_since": marked("the months since {first}"),
    "date": "{first}",
    "count": marked("the number of {first}"),
    "first": marked("the first of {first}"),
}
_SAYERS: Final[Mapping[type[Node], Callable[..., str]]] = {
    Name: _Speaker._name,
    Compare: _Speaker._compare,
    Member: _Speaker._member,
    Logic: _Speaker._logic,
    Not: _Speaker._not,
    Call: _Speaker._call,
    Named: _Speaker._named,
}


def _counted(left: Node, sign: str, right: Node) -> Node | None:
    """Return what `count(x) > 0` counts."""
    none = isinstance(right, Constant) and right.value == 0.0 and sign == ">"
    counts = isinstance(left, Call) and left.function == "count"
    return left.arguments[0] if none and counts and isinstance(left, Call) else None
