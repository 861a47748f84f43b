"""Gather every sentence that a reader may meet, and bring the translations up to date with them.

    python scripts/catalogue.py            writes src/entente/locale/*/LC_MESSAGES/entente.po

Sentences come from the code (`phrase`, `phrase_for`, `counted`, `marked`), from the templates and
from the tables of names that the code reads: measures, parameters, chapters, shipped accords (their
notes and the titles of sources stay in their authors' words). A sentence that is new has an empty
translation until somebody writes one; one that is gone goes.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from entente.accord.document import expressions
from entente.accord.expression.tree import Constant, Node, children

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "entente"
# Which arguments of a call are its sentence; a context, if any, comes first.
KEYWORDS: dict[str, tuple[int, ...]] = {
    "phrase": (0,),
    "marked": (0,),
    "phrase_for": (0, 1),
    "marked_for": (0, 1),
    "counted": (0, 1),
    "marked_count": (0, 1),
}
CONTEXT = ("phrase_for", "marked_for")
TEMPLATES = [("desk/**", "ignore"), ("**.html", "jinja2"), ("**.md", "jinja2")]
# A word of a condition, unlike the code of a country, a place, a document or a tariff number.
_WORD = re.compile(r"[a-z][a-z _]+")
# The header of a catalogue holds no clock, so that the same sentences give the same bytes.
DATE = datetime(2026, 1, 1, tzinfo=UTC)


def gathered() -> Catalog:
    """Gather every sentence, in the order of the files, each with where it stands."""
    found = Catalog(project="entente", charset="utf-8")
    for path in sorted(PACKAGE.rglob("*.py")):
        for context, sentence in in_code(path.read_text(encoding="utf-8")):
            found.add(sentence, locations=[(str(path.relative_to(PACKAGE)), 0)], context=context)
    for place, _, sentence, *_ in extract_from_dir(
        str(PACKAGE), TEMPLATES, keywords={"phrase": None}
    ):
        found.add(sentence, locations=[(place, 0)])
    for place, text in named():
        found.add(text, locations=[(place, 0)])
    return found


def in_code(text: str) -> Iterator[tuple[str | None, Any]]:
    """Give the sentences of a module with their contexts, those inside other calls too.

    >>> list(in_code('phrase("{a} is {b}", a=marked("so"), b=phrase_for("gender", "it"))'))
    [(None, '{a} is {b}'), (None, 'so'), ('gender', 'it')]
    """
    for node in ast.walk(ast.parse(text)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        places = KEYWORDS.get(name, ())
        said = [node.args[i] for i in places if i < len(node.args)]
        texts = [a.value for a in said if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if places and len(texts) == len(places):
            yield (
                (texts[0], texts[1])
                if name in CONTEXT
                else (
                    None,
                    texts[0] if len(texts) == 1 else tuple(texts),
                )
            )


def named() -> Iterator[tuple[str, str]]:
    """Give the names that tables hold, each with where it stands."""
    from entente.accord.clauses import KINDS
    from entente.accord.clauses.common import BASES, STATES
    from entente.accord.clauses.procedure import BASES as MAJORITIES
    from entente.accord.expression.facts import BESIDE, ENTRY_PHRASES, PHRASES
    from entente.report.goods import CHAPTER_NAMES
    from entente.world.measures import MEASURES
    from entente.world.parameters import table
    from entente.world.sources import rows
    from entente.world.trade.claims import MEASURES as CLAIMED
    from entente.world.trade.prices import responses

    yield from (("world/measures.py", measure.title) for measure in MEASURES)
    for parameter in table().values():
        yield "world/parameters.toml", parameter.title
        yield "world/parameters.toml", parameter.unit
        yield "world/parameters.toml", parameter.basis
    yield from (("report/goods.py", name) for name in CHAPTER_NAMES.values())
    yield from (("world/trade/claims.py", measure) for measure in CLAIMED)
    yield from (("data", category) for category in responses().categories)
    yield from (("data", row["goods"]) for row in rows("retaliation-lists"))
    yield from (("accord/clauses", kind) for kind in KINDS)
    yield from (("accord/clauses", basis) for basis in (*BASES, *MAJORITIES))
    yield from (("accord/clauses", state.replace("_", " ")) for state in STATES)
    for phrases in (PHRASES, ENTRY_PHRASES):
        yield from (("accord/expression/facts.py", said) for said in phrases.values())
    yield from (("accord/expression/facts.py", entry) for entry in BESIDE)
    for path in sorted((PACKAGE / "accords").glob("*.toml")):
        yield from ((f"accords/{path.name}", said) for said in _of_accord(path))


def _of_accord(path: Path) -> Iterator[str]:
    """Give what a shipped accord says to a reader, and the words that its clauses name."""
    from entente.accord.text import read

    accord = read(path)
    yield accord.title
    for clause in tomllib.loads(accord.text).get("clause", {}).values():
        yield from _of_clause(clause)
    yield from (metric.label for metric in accord.metrics.values())
    for choice in accord.choices.values():
        yield choice.asks
        yield from (_spaced(option) for option in choice.options if isinstance(option, str))
    yield from (point.about for point in accord.opens.values())
    for clause in accord.clauses.values():
        for expression in expressions(clause):
            yield from _of_expression(expression.tree)


def _of_clause(clause: dict[str, Any]) -> Iterator[str]:
    """Give the names in a clause that its sentence says: what it sets, its unit, who decides."""
    if "sets" in clause:
        yield _spaced(clause["sets"])
        yield _spaced(clause["sets"]).capitalize()
    yield from (clause[key] for key in ("unit", "body", "veto") if key in clause)
    if "quota" in clause:
        yield clause["quota"]["unit"]
    yield from clause.get("chambers", ())
    yield from (term["says"] for term in clause.get("terms", {}).values() if "says" in term)


def _of_expression(node: Node) -> Iterator[str]:
    """Give the words that a condition compares with: kinds of relatives, ways of entry, answers."""
    if isinstance(node, Constant) and isinstance(node.value, str) and _WORD.fullmatch(node.value):
        yield _spaced(node.value)
    for part in children(node):
        yield from _of_expression(part)


def _spaced(word: str) -> str:
    return word.replace("_", " ")


def held(code: str) -> Catalog:
    """Read a language's catalogue."""
    return read_po(BytesIO(_file(code).read_bytes()), locale=code)


def _file(code: str) -> Path:
    return PACKAGE / "locale" / code / "LC_MESSAGES" / "entente.po"


def main() -> None:
    """Bring every catalogue up to date; a translation is never guessed."""
    found = gathered()
    for folder in sorted((PACKAGE / "locale").iterdir()):
        code = folder.name
        file = _file(code)
        catalogue = held(code) if file.exists() else Catalog(locale=code)
        catalogue.update(found, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        catalogue.fuzzy = False
        catalogue.creation_date = catalogue.revision_date = DATE
        catalogue.header_comment = "# Translations of entente; see scripts/catalogue.py."
        written = BytesIO()
        write_po(written, catalogue, width=100, omit_header=False, include_lineno=False)
        file.write_bytes(written.getvalue())
        missing = sum(1 for message in catalogue if message.id and not message.string)
        print(f"{file.relative_to(ROOT)}: {len(catalogue)} sentences, {missing} to translate")  # noqa: T201


if __name__ == "__main__":
    main()
