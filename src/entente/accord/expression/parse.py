"""One line of an accord's text into a tree: Python's grammar, cut to the language of accords."""

import ast
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from entente.accord.calendar import parse_duration
from entente.accord.expression.tree import (
    FUNCTIONS,
    Arithmetic,
    Call,
    Choose,
    Compare,
    Constant,
    ListOf,
    Logic,
    Member,
    Name,
    Negative,
    Node,
    Not,
    Value,
    role_of,
)
from entente.problems import Place, Problem, did_you_mean

LONGEST: Final = 4000  # characters; nobody reads a longer condition
DEEPEST: Final = 40  # nodes above one another
_COMPARE: Final[dict[type[ast.cmpop], Literal["==", "!=", "<", "<=", ">", ">="]]] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_ARITHMETIC: Final[dict[type[ast.operator], Literal["+", "-", "*", "/"]]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}
_ISO_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?")
_BARE_DATE: Final = re.compile(r"(?<![\w'\"])\d{4}-\d{2}-\d{2}(?![\w'\"])")


def tree_of(text: str, place: Place) -> tuple[Node | None, list[Problem]]:
    """Parse a text whose first character stands at `place`; give the tree or every problem in it.

    Codes: E100 for what is not in the language, E103 for a function it does not have, E111 for
    wrong arguments or a date that does not exist.
    """
    parser = _Parser(text, place)
    node = parser.read()
    return (None if parser.problems else node), parser.problems


class _Unreadable(Exception):  # noqa: N818 - caught where it is raised, never seen outside
    """A part that gives no node; its problem is already on the list."""


@dataclass(slots=True)
class _Parser:
    text: str
    place: Place
    problems: list[Problem] = field(default_factory=list)
    depth: int = 0

    def read(self) -> Node | None:
        body = self._python()
        if body is None:
            return None
        try:
            return self._node(body)
        except _Unreadable:
            return None

    def _python(self) -> ast.expr | None:
        text = self.text.replace("\n", " ").replace("\r", " ").replace("\t", " ")
        if not text.strip():
            self._say("E100", self.place, "the expression is empty", "write a condition")
        elif len(text) > LONGEST:
            self._say("E100", self.place, f"longer than {LONGEST} characters", "cut it in clauses")
        elif "#" in text:
            self._say("E100", self._at(text.index("#")), "'#' has no meaning here", "remove it")
        elif bare := _BARE_DATE.search(text):
            mend = f"write '{bare[0]}' in quotes"
            self._say("E100", self._at(bare.start()), "a date stands without quotes", mend)
        else:
            return self._parsed(text)
        return None

    def _parsed(self, text: str) -> ast.expr | None:
        spaces = len(text) - len(text.lstrip())
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                return ast.parse(text[spaces:], mode="eval").body
        except SyntaxError as wrong:
            where = self._at(spaces + max((wrong.offset or 1) - 1, 0))
            if wrong.msg.startswith("expected 'else'"):
                sides = text[spaces:][(wrong.offset or 1) - 1 : (wrong.end_offset or 0) - 1]
                message = f"no value where '{sides.split(' if ')[-1].strip()}' does not hold"
                self._say(
                    "E108", where, message, "say what else it is: VALUE if CONDITION else VALUE"
                )
            else:
                self._say("E100", where, f"not an expression: {wrong.msg}", _mend_of(text))
        except (ValueError, RecursionError, MemoryError, Warning) as wrong:
            self._say("E100", self.place, f"not an expression: {wrong}", _mend_of(text))
        return None

    def _at(self, index: int) -> Place:
        """Find the place of a character; an escape in the file may shift later columns."""
        index = min(index, len(self.text))
        before = self.text[:index]
        line = before.count("\n")
        col = index - before.rfind("\n") if line else self.place.col + index
        return Place(self.place.file, self.place.line + line if self.place.line else 0, col)

    def _of(self, node: ast.expr) -> Place:
        stripped = self.text.lstrip()
        spaces = len(self.text) - len(stripped)
        column = len(stripped.encode()[: node.col_offset].decode(errors="ignore"))
        return self._at(spaces + column)

    def _say(self, code: str, where: Place, message: str, mend: str) -> None:
        self.problems.append(Problem(code, where, "", message, mend))

    def _node(self, node: ast.expr) -> Node:
        reader = _READERS.get(type(node))
        if reader is None:
            words = _FOREIGN.get(type(node), type(node).__name__.lower())
            self._say("E100", self._of(node), f"{words} is not in the language", _mend_of(""))
            raise _Unreadable
        if self.depth == DEEPEST:
            self._say("E100", self._of(node), "nested too deeply", "cut it in clauses")
            raise _Unreadable
        self.depth += 1
        try:
            return reader(self, node)
        finally:
            self.depth -= 1

    def _nodes(self, nodes: Sequence[ast.expr]) -> tuple[Node, ...]:
        """Read every part before giving up, so that all problems are found at once."""
        found, failed = [], False
        for node in nodes:
            try:
                found.append(self._node(node))
            except _Unreadable:
                failed = True
        if failed:
            raise _Unreadable
        return tuple(found)

    def constant(self, node: ast.Constant) -> Node:
        at = self._of(node)
        if isinstance(node.value, bool):
            self._say("E100", at, f"'{node.value}' is not in the language", "write true or false")
            raise _Unreadable
        if isinstance(node.value, int | float):
            return Constant(float(node.value), at)
        if isinstance(node.value, str):
            return Constant(self._text(node.value, at), at)
        self._say("E100", at, "this literal is not in the language", _mend_of(""))
        raise _Unreadable

    def _text(self, text: str, at: Place) -> Value:
        if _ISO_DATE.fullmatch(text):
            try:
                whole = datetime.fromisoformat(text)
            except ValueError:
                self._say("E111", at, f"'{text}' is no date", "write an existing day")
                raise _Unreadable from None
            return whole if len(text) > len("2019-07-22") else whole.date()
        return parse_duration(text) or text

    def name(self, node: ast.Name) -> Node:
        at = self._of(node)
        if node.id in ("true", "false"):
            return Constant(node.id == "true", at)
        if node.id == "today":
            return Call("today", (), at)
        return Name(node.id, at)

    def compare(self, node: ast.Compare) -> Node:
        operands = self._nodes([node.left, *node.comparators])
        links = [
            self._link(sign, left, right)
            for sign, left, right in zip(node.ops, operands[:-1], operands[1:], strict=True)
        ]
        return links[0] if len(links) == 1 else Logic("and", tuple(links), self._of(node))

    def _link(self, sign: ast.cmpop, left: Node, right: Node) -> Node:
        if isinstance(sign, ast.In):
            return Member(left, right, left.at)
        if isinstance(sign, ast.NotIn):
            return Not(Member(left, right, left.at), left.at)
        if type(sign) not in _COMPARE:
            self._say("E100", left.at, "'is' is not in the language", "write == or !=")
            raise _Unreadable
        return Compare(_COMPARE[type(sign)], left, right, left.at)

    def logic(self, node: ast.BoolOp) -> Node:
        word: Literal["and", "or"] = "and" if isinstance(node.op, ast.And) else "or"
        return Logic(word, self._nodes(node.values), self._of(node))

    def unary(self, node: ast.UnaryOp) -> Node:
        part = self._node(node.operand)
        if isinstance(node.op, ast.Not):
            return Not(part, self._of(node))
        if isinstance(node.op, ast.USub):
            return Negative(part, self._of(node))
        self._say("E100", self._of(node), "this sign is not in the language", _mend_of(""))
        raise _Unreadable

    def arithmetic(self, node: ast.BinOp) -> Node:
        if type(node.op) not in _ARITHMETIC:
            self._say("E100", self._of(node), "this sign is not in the language", "use + - * /")
            raise _Unreadable
        left, right = self._nodes([node.left, node.right])
        return Arithmetic(_ARITHMETIC[type(node.op)], left, right, self._of(node))

    def choose(self, node: ast.IfExp) -> Node:
        condition, then, otherwise = self._nodes([node.test, node.body, node.orelse])
        return Choose(condition, then, otherwise, self._of(node))

    def listing(self, node: ast.List | ast.Tuple) -> Node:
        return ListOf(self._nodes(node.elts), self._of(node))

    def call(self, node: ast.Call) -> Node:
        at = self._of(node)
        if not isinstance(node.func, ast.Name) or node.keywords:
            self._say("E100", at, "this call is not in the language", "write name(value, ...)")
            raise _Unreadable
        name = node.func.id
        if name not in FUNCTIONS:
            self._say("E103", at, f"no function named '{name}'", did_you_mean(name, FUNCTIONS))
            self._nodes(node.args)
            raise _Unreadable
        arguments = self._nodes(node.args)
        self._check_arguments(name, arguments, at)
        return Call(name, arguments, at)

    def _check_arguments(self, name: str, arguments: tuple[Node, ...], at: Place) -> None:
        roles = FUNCTIONS[name]
        if len(arguments) < len(roles) or (
            len(arguments) > len(roles) and not roles[-1].endswith("*")
        ):
            form = f"{name}({', '.join(role.rstrip('*') for role in roles)})"
            self._say("E111", at, f"{name} has {len(arguments)} arguments", f"write {form}")
            return
        for index, argument in enumerate(arguments):
            if role_of(name, index) in ("clause", "metric", "name") and not isinstance(
                argument, Name
            ):
                self._say("E111", argument.at, f"{name} asks for a name", "write an id, unquoted")


_READERS: Final[dict[type[ast.expr], Callable[..., Node]]] = {
    ast.Constant: _Parser.constant,
    ast.Name: _Parser.name,
    ast.Compare: _Parser.compare,
    ast.BoolOp: _Parser.logic,
    ast.UnaryOp: _Parser.unary,
    ast.BinOp: _Parser.arithmetic,
    ast.IfExp: _Parser.choose,
    ast.List: _Parser.listing,
    ast.Tuple: _Parser.listing,
    ast.Call: _Parser.call,
}
_FOREIGN: Final[dict[type[ast.expr], str]] = {
    ast.Attribute: "an attribute (a.b)",
    ast.Subscript: "a subscript (a[b])",
    ast.Lambda: "a lambda",
    ast.JoinedStr: "a joined string",
    ast.ListComp: "a loop",
    ast.GeneratorExp: "a loop",
    ast.Dict: "a table",
    ast.Set: "a set",
    ast.NamedExpr: "an assignment",
}


def _mend_of(text: str) -> str:
    if "=" in text and not re.search(r"[=!<>]=", text):
        return "compare with =="
    if "&&" in text or "||" in text:
        return "join with 'and' or 'or'"
    return "write names, numbers, quoted codes, comparisons, and, or, not"
