"""A clause as a page says it: in a sentence, or rule by rule where an allocation has many."""

from typing import TYPE_CHECKING, Final, NamedTuple

from entente.language import phrase
from entente.report import words

if TYPE_CHECKING:
    from entente.accord.document import Accord

_MANY: Final = 4  # rules that a sentence would bury


class Said(NamedTuple):
    """A clause in a sentence; or what it settles, and `rules` in their order, a sentence each."""

    sentence: str
    rules: tuple[str, ...] = ()


def said(accord: "Accord", name: str) -> Said:
    """Say one clause of an accord."""
    from entente.accord.clauses import Allocate

    clause = accord.clauses[name]
    if not isinstance(clause, Allocate) or len(clause.rules) < _MANY:
        return Said(_as_read(accord.sentence(name)))
    labels, symbols = accord.labels(), accord.symbols()
    rules = clause.said_rules(lambda expression: expression.words(labels, symbols))
    begins = clause.common.begins
    if begins:
        rules.append(phrase("It begins {state}.", state=phrase(begins)))
    head = phrase("{quantity}, by the first of these that fits:", quantity=clause.quantity())
    return Said(head, tuple(map(_as_read, rules)))


def _as_read(sentence: str) -> str:
    """Write a sentence with its days as a reader writes them."""
    return words.sentence(words.days(sentence))
