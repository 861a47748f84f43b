"""Where every key and value of a TOML text stands: line and column, from its syntax tree."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from entente.accord.schema import Mark, Path
from entente.problems import Place


@cache
def _parser() -> Any:
    import tree_sitter
    import tree_sitter_toml

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_toml.language()))


def syntax(raw: bytes) -> Any:
    """Return the root of a TOML text's syntax tree; it keeps every comment and space."""
    return _parser().parse(raw).root_node


def marks_of(text: str, file: str) -> dict[Path, Mark]:
    """Map the path of every value to where its key and it stand; columns count characters from 1.

    The path of a text followed by `"'"` gives the first character inside its quotes. Tables named
    by a header stand at that header's last key.
    """
    raw = text.encode()
    writer = _Marker(file, raw.split(b"\n"))
    writer.document(syntax(raw))
    return writer.marks


class _Marker:
    def __init__(self, file: str, lines: list[bytes]) -> None:
        self.file, self.lines = file, lines
        self.marks: dict[Path, Mark] = {}
        self.counts: dict[Path, int] = {}

    def place(self, node: Any, inside: int = 0) -> Place:
        row, column = node.start_point
        before = self.lines[row][:column].decode(errors="replace")
        return Place(self.file, row + 1, len(before) + 1 + inside)

    def document(self, root: Any) -> None:
        for node in root.children:
            if node.type == "pair":
                self.pair(node, ())
            elif node.type in ("table", "table_array_element"):
                self.table(node)

    def table(self, node: Any) -> None:
        header, *rest = node.named_children
        keys = list(_keys(header))
        path = self._resolve(tuple(name for name, _ in keys), node.type == "table_array_element")
        for depth, (_, key) in enumerate(keys, 1):
            self._keep(path[:depth], self.place(key), self.place(key))
        for child in rest:
            if child.type == "pair":
                self.pair(child, path)

    def _resolve(self, path: Path, element: bool) -> Path:
        """Give a table array's element its number; the documents of this project hold few."""
        if element:
            self.counts[path] = self.counts.get(path, -1) + 1
            return (*path, self.counts[path])
        return path

    def pair(self, node: Any, above: Path) -> None:
        header, *values = [child for child in node.named_children if child.type != "comment"]
        path = above
        keys = list(_keys(header))
        for name, key in keys[:-1]:
            path = (*path, name)
            self._keep(path, self.place(key), self.place(key))
        if keys and values:
            name, key = keys[-1]
            self.value(values[0], (*path, name), self.place(key))

    def value(self, node: Any, path: Path, key: Place) -> None:
        self._keep(path, key, self.place(node))
        if node.type == "string":
            quotes = 3 if node.text[:3] in (b'"""', b"'''") else 1
            inside = self.place(node, quotes)
            if quotes == 3 and node.text[3:].startswith((b"\n", b"\r\n")):
                # TOML drops a line's end right after the quotes: the text begins on the next line.
                inside = Place(self.file, inside.line + 1, 1)
            self._keep((*path, "'"), key, inside)
        elif node.type == "array":
            items = [child for child in node.named_children if child.type != "comment"]
            for index, item in enumerate(items):
                self.value(item, (*path, index), self.place(item))
        elif node.type == "inline_table":
            for child in node.named_children:
                if child.type == "pair":
                    self.pair(child, path)

    def _keep(self, path: Path, key: Place, value: Place) -> None:
        self.marks.setdefault(path, Mark(key, value))


def _keys(node: Any) -> Iterator[tuple[str, Any]]:
    """Give each part of a dotted key, however long, with the node it stands at."""
    ahead = [node]
    while ahead:
        part = ahead.pop()
        if part.type == "dotted_key":
            ahead.extend(reversed(part.named_children))
        elif part.type == "quoted_key":
            yield _unquoted(part.text.decode(errors="replace")), part
        elif part.type == "bare_key":
            yield part.text.decode(errors="replace"), part


def _unquoted(key: str) -> str:
    import tomllib

    try:
        return str(tomllib.loads(f"v = {key}")["v"])
    except tomllib.TOMLDecodeError:
        return key[1:-1]
