"""An expression written out again, as an accord does."""

from datetime import date

from entente.accord.expression.tree import (
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
    Value,
)


def said(node: Node) -> str:
    """Write a node as an accord does."""
    match node:
        case Constant(value=value):
            return _constant(value)
        case Name(id=id_) | Named(id=id_):
            return id_
        case Call(function="today"):
            return "today"
        case Call(function=function, arguments=arguments):
            return f"{function}({', '.join(map(said, arguments))})"
        case ListOf(items=items):
            return f"[{', '.join(map(said, items))}]"
        case Negative(part=part):
            return f"-{said(part)}"
        case Arithmetic(sign=sign, left=left, right=right):
            return f"({said(left)} {sign} {said(right)})"
        case _:
            return _condition(node)


def _constant(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:.12g}"
        case date():
            return f"'{value.isoformat()}'"
        case _:
            return f"'{value}'"


def _condition(node: Node) -> str:
    match node:
        case Compare(sign=sign, left=left, right=right):
            return f"{said(left)} {sign} {said(right)}"
        case Member(item=item, items=items):
            return f"{said(item)} in {said(items)}"
        case Logic(word=word, parts=inner):
            return f"({f' {word} '.join(map(said, inner))})"
        case Not(part=part):
            return f"not {said(part)}"
        case Choose(condition=condition, then=then, otherwise=otherwise):
            return f"({said(then)} if {said(condition)} else {said(otherwise)})"
        case _:
            return ""
