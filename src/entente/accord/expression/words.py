"""Third reading: an expression as a plain English sentence part."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from entente.accord.calendar import Duration
from entente.accord.expression.facts import BESIDE, ENTRY_PHRASES, FACTS, PHRASES
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
from entente.places import countries

_NUMBERS: Final = {
    "<": "below", "<=": "at most", ">": "above", ">=": "at least", "==": "", "!=": "not"
}  # fmt: skip
_DATES: Final = {
    "<": "before", "<=": "on or before", ">": "after", ">=": "on or after", "==": "on",
    "!=": "not on",
}  # fmt: skip
_CONTRARY: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_SIGNS: Final = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}


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
            return "yes" if value else "no"
        case float() | int():
            return f"{value:,.10g}"
        case Duration():
            return value.words()
        case datetime():
            return value.isoformat(" ", "minutes")
        case date():
            return value.isoformat()
        case str() if len(value) == 3 and value.isupper():
            return countries().get(value, value)
        case _:
            return str(value)


def one_of(items: Sequence[str], word: str = "or") -> str:
    """Join phrases: `a, b or c`."""
    return f" {word} ".join(filter(None, [", ".join(items[:-1]), items[-1] if items else ""]))


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
            return "always" if node.value is so else "never"
        return f"{self.names(node)} is {'so' if so else 'not so'}"

    def _named(self, node: Named, so: bool) -> str:
        if node.says:
            return node.says if so else _deny(node.says)
        return self.says(node.part, so=so)

    def _name(self, node: Name, so: bool) -> str:
        symbol = self.symbols.values.get(node.id)
        if symbol is not None and symbol.role is Role.CHOICE:
            asks = self.labels.get(node.id, node.id.replace("_", " "))
            return f"'{asks}' is answered {'yes' if so else 'no'}"
        phrase = self.labels.get(node.id) or PHRASES.get(node.id)
        if phrase is None:
            return f"{node.id.replace('_', ' ')} is {'so' if so else 'not so'}"
        return phrase if so else _deny(phrase)

    def _compare(self, node: Compare, so: bool) -> str:
        sign = node.sign if so else _CONTRARY[node.sign]
        if isinstance(node.left, Constant) and not isinstance(node.right, Constant):
            turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(sign, sign)
            return self._compared(node.right, turned, node.left)
        return self._compared(node.left, sign, node.right)

    def _compared(self, left: Node, sign: str, right: Node) -> str:
        if isinstance(left, Call) and left.function in ("days_since", "months_since"):
            return self._elapsed(left, sign, right)
        if counted := _counted(left, sign, right):
            return f"there are {self.names(counted)}".replace("are the ", "are ")
        subject = self.names(left)
        if self._is_date(left) or self._is_date(right):
            return f"{subject} is {_DATES[sign]} {self.names(right)}"
        if isinstance(left, Name) and left.id == "nationality":
            return f"the claimant is {'not ' if sign == '!=' else ''}from {self.names(right)}"
        return " ".join(filter(None, [subject, _verb(subject), _NUMBERS[sign], self.names(right)]))

    def _elapsed(self, call: Call, sign: str, right: Node) -> str:
        unit = call.function.split("_")[0]
        amount = {"<": "fewer than", "<=": "at most", ">": "more than", ">=": "at least"}
        how = amount.get(sign, "exactly" if sign == "==" else "not exactly")
        return f"{how} {self.names(right)} {unit} have passed since {self.names(call.arguments[0])}"

    def _is_date(self, node: Node) -> bool:
        known = Symbols(FACTS | dict(self.symbols.values), self.symbols.clauses)
        return type_of(node, known)[0].kind is Kind.DATE

    def _member(self, node: Member, so: bool) -> str:
        no = "" if so else "not "
        if isinstance(node.items, ListOf):
            listed = one_of([self.names(item) for item in node.items.items])
            if isinstance(node.item, Name) and node.item.id == "nationality":
                return f"the claimant is {no}from {listed}"
            return f"{self.names(node.item)} is {no}{listed}"
        return f"{self.names(node.item)} is {no}among {self.names(node.items)}"

    def _logic(self, node: Logic, so: bool) -> str:
        word = node.word if so else {"and": "or", "or": "and"}[node.word]
        parts = [self.says(part, so=so) for part in node.parts]
        joined = any(isinstance(part, Logic) for part in node.parts)
        return (f", {word} " if joined or word == "or" else f" {word} ").join(parts)

    def _not(self, node: Not, so: bool) -> str:
        return self.says(node.part, so=not so)

    def _call(self, node: Call, so: bool) -> str:
        if node.function == "some":
            condition = node.arguments[0]
            noun = _entry_noun(condition)
            told = replace(self, entry=True).says(condition)
            return f"for {'some' if so else 'no'} {noun}, {told}"
        if node.function in STATE_FUNCTIONS:
            state = node.function.replace("_", " ")
            return f"{self._clause(node)} is {'' if so else 'not '}{state}"
        if node.function == "within":
            start, period = node.arguments
            no = "" if so else "not "
            return f"it is {no}within {self.names(period)} of {self.names(start)}"
        if node.function == "known":
            return f"{self.names(node.arguments[0])} is {'' if so else 'not '}known"
        return self._plain(node, so)

    def _clause(self, node: Call) -> str:
        name = node.arguments[0]
        return self.labels.get(name.id, name.id) if isinstance(name, Name) else ""

    def names(self, node: Node) -> str:
        """Say a value as a noun phrase."""
        match node:
            case Constant(value=value):
                return say_value(value)
            case Name():
                return self._noun(node)
            case ListOf(items=items):
                return one_of([self.names(item) for item in items])
            case Negative(part=part):
                return f"minus {self.names(part)}"
            case Arithmetic(sign=sign, left=left, right=right):
                if isinstance(right, Constant) and isinstance(right.value, Duration):
                    side = "after" if sign == "+" else "before"
                    return f"{self.names(right)} {side} {self.names(left)}"
                return f"{self.names(left)} {_SIGNS[sign]} {self.names(right)}"
            case Choose(condition=condition, then=then, otherwise=otherwise):
                sides = self.names(then), self.names(otherwise)
                return f"{sides[0]} if {self.says(condition)}, else {sides[1]}"
            case Named(says=says, part=part):
                return says or self.names(part)
            case Call():
                return self._value_of(node)
            case _:
                return f"whether {self.says(node)}"

    def _noun(self, node: Name) -> str:
        if self.entry and node.id in ENTRY_PHRASES:
            return ENTRY_PHRASES[node.id]
        symbol = self.symbols.values.get(node.id)
        bare = node.id.replace("_", " ")
        if symbol is not None and symbol.role is not Role.METRIC:
            return self.labels.get(node.id) or PHRASES.get(node.id, bare)
        if symbol is None and node.id in PHRASES:
            return PHRASES[node.id]
        label = self.labels.get(node.id, bare)
        return f"reported {bare}" if label == bare else f"reported {bare} ({label})"

    def _value_of(self, node: Call) -> str:
        if node.function in DATE_FUNCTIONS:
            noun = {"announced": "announcement", "signed": "signature", "effective": "effect",
                    "applied": "application"}[node.function]  # fmt: skip
            return f"the {noun} of {self._clause(node)}"
        if counts_entries(node) or node.function in ("best", "alike"):
            return self._of_entries(node)
        parts = [self.names(part) for part in node.arguments]
        form = _VALUES.get(node.function)
        return form.format(*parts) if form else f"the {node.function} of {one_of(parts, 'and')}"

    def _of_entries(self, node: Call) -> str:
        within = replace(self, entry=True)
        if node.function == "count":
            told = within.says(node.arguments[0])
            return f"the number of {_entry_noun(node.arguments[0])}s for which {told}"
        value, condition, *keys = node.arguments
        if node.function == "alike":
            return f"the number that share {within.names(value)}"
        noun = _entry_noun(value)
        ranked = ", then ".join(within.names(key) for key in keys)
        how = f", ranked by {ranked}" if ranked else ""
        return f"{within.names(value)} of the {noun} for which {within.says(condition)}{how}"


def _entry_noun(node: Node) -> str:
    """Name what is read entry by entry."""
    names = elements(node)
    found = (noun for noun, lists in BESIDE.items() for name in names if name in lists)
    return next(found, "entry")


_VALUES: Final = {
    "today": "the day",
    "last": "the last {0}",
    "lag": "{0} {1} before",
    "mean": "the mean of {0} over {1}",
    "sum": "the sum of {0} over {1}",
    "change": "the relative change of {0} over {1}",
    "share": "{0} as a share of {1}",
    "min": "the least of {0} and {1}",
    "max": "the greatest of {0} and {1}",
    "abs": "the size of {0}",
    "round_half_even": "{0} rounded to {1} places",
    "days_since": "the days since {0}",
    "months_since": "the months since {0}",
    "date": "{0}",
    "count": "the number of {0}",
    "first": "the first of {0}",
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


def _verb(subject: str) -> str:
    if subject.startswith("the number of "):
        return "is"
    last = subject.split(" (")[0].split()[-1]
    plural = last.endswith("s") and not last.endswith(("ss", "us", "is"))
    return "are" if plural else "is"


def _deny(phrase: str) -> str:
    for verb in (" is ", " was ", " can ", " has "):
        if verb in phrase:
            return phrase.replace(verb, f"{verb}not ", 1)
    return f"it is not so that {phrase}"
