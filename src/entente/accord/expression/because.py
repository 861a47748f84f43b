"""Why a condition is as it is: the part that decides it, said with the figures on both sides."""

from collections.abc import Mapping

from entente.accord.expression.arrays import answer
from entente.accord.expression.scope import Scope, missing
from entente.accord.expression.symbols import Role, Symbols
from entente.accord.expression.tree import Constant, Logic, Name, Node, Not, children, plain
from entente.accord.expression.words import say_value, say_whether
from entente.language import phrase


def because(
    tree: Node,
    scope: Scope,
    labels: Mapping[str, str],
    symbols: Symbols,
    *,
    together: bool = False,
) -> tuple[bool | None, str]:
    """Return whether a condition holds in the first case, and the part that decides it, in words.

    None where something it needs is not known; the words then say what.
    """
    found = answer(tree, scope, together=together)
    if found.fault.size and found.fault.flat[0]:
        return None, "; ".join(problem.message for problem in missing(found))
    holds = bool(found.values.flat[0])
    part, so = _deciding(plain(tree), scope, holds)
    told = say_whether(part, labels, symbols, so=so)
    figures = [
        f"{name} = {_figure(name, scope)}"
        for name in sorted(_names(part))
        if name in symbols.values and symbols.values[name].role is Role.METRIC
    ]
    if not figures:
        return holds, told
    return holds, phrase("{condition} ({figures})", condition=told, figures=", ".join(figures))


def _deciding(node: Node, scope: Scope, holds: bool) -> tuple[Node, bool]:
    """Follow `and` and `or` to the first part that settles them."""
    if isinstance(node, Not):
        return _deciding(node.part, scope, not holds)
    if isinstance(node, Logic) and (node.word == "or") is holds:
        for part in node.parts:
            found = answer(part, scope)
            if not found.fault.flat[0] and bool(found.values.flat[0]) is holds:
                return _deciding(plain(part), scope, holds)
    return node, holds


def _names(node: Node) -> set[str]:
    if isinstance(node, Name):
        return {node.id}
    if isinstance(node, Constant):
        return set()
    return set().union(*(_names(child) for child in children(node)))


def _figure(name: str, scope: Scope) -> str:
    known = scope.value(name)
    if not known.known.flat[0]:
        return phrase("not known")
    value = known.values.flat[0]
    return say_value(value.item() if hasattr(value, "item") else value)
