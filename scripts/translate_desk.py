"""Gather the desk's words from templates and code into its Spanish catalogue, and compile it.

    python scripts/translate_desk.py

New words come in without a translation; a test names them. Nothing but Babel and Django is needed.
"""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

DESK = Path(__file__).parents[1] / "src" / "entente" / "desk"
PO = DESK / "locale" / "es" / "LC_MESSAGES" / "django.po"
KEYWORDS = {**DEFAULT_KEYWORDS, "gettext_lazy": None, "ngettext_lazy": (1, 2), "gettext_noop": None}


def words() -> Catalog:
    """Gather every word of the desk that is marked for translation."""
    found = Catalog(locale="es")
    for file, method, text in _sources():
        taken = extract(method, io.BytesIO(text.encode()), KEYWORDS)
        for _line, message, _comments, context in taken:
            place = (str(file.relative_to(DESK)), 0)
            found.add(message, locations=[place], context=context)
    return found


def kept() -> Catalog:
    """Read the catalogue as it is kept."""
    with PO.open("rb") as file:
        return read_po(file, locale="es")


def _sources() -> Iterator[tuple[Path, str, str]]:
    for file in sorted(DESK.rglob("*.py")):
        yield file, "python", file.read_text(encoding="utf-8")
    for file in sorted((DESK / "templates").rglob("*.html")):
        yield file, "javascript", templatize(file.read_text(encoding="utf-8"))


def main() -> None:
    """Bring the catalogue up to date and compile it."""
    catalogue = kept() if PO.exists() else Catalog(locale="es")
    catalogue.update(words(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    with PO.open("wb") as file:
        write_po(
            file, catalogue, width=100, omit_header=False, sort_output=True, include_lineno=False
        )
    with PO.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)


if __name__ == "__main__":
    main()
