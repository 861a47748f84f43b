"""The reader's language: sentences by gettext catalogues, numbers and dates by Unicode's CLDR.

Who writes for a reader says once, at the edge, in which language (`speaking`); every sentence
under it follows. A sentence is a whole template with named places, never glued from pieces, so
that a translator can give it another order, gender and number.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING, Final, final

if TYPE_CHECKING:
    from babel import Locale

# The languages in which sentences are held, each by its own name; English is that of the code.
LANGUAGES: Final = {"en": "English", "es": "Español"}
_MINUS: Final = "\N{MINUS SIGN}"
# Words that meet where a place is filled and are written as one: `de el` is `del` in Spanish.
_JOINED: Final = {"es": (re.compile(r"\b([Dd]e|[Aa]) el\b"), r"\1l")}


@final
@dataclass(frozen=True, slots=True)
class Language:
    """A language, alone or with a region for numbers: `en`, `es`, `es-MX`."""

    tag: str

    @classmethod
    def named(cls, tag: str) -> "Language":
        """Take a tag as a reader writes it (BCP 47).

        Raises ValueError for a language without sentences, or a region that nobody knows.

        >>> Language.named("ES_mx")
        Language(tag='es-MX')
        """
        from babel import Locale, UnknownLocaleError

        try:
            locale = Locale.parse(tag.replace("-", "_"))
        except (UnknownLocaleError, ValueError) as unknown:
            raise ValueError(f"'{tag}' is no language tag") from unknown
        if locale.language not in LANGUAGES:
            raise ValueError(f"no sentences are held in '{tag}', but in {' and '.join(LANGUAGES)}")
        return cls("-".join(filter(None, (locale.language, locale.territory))))

    @property
    def code(self) -> str:
        """Return the language without its region."""
        return self.tag.partition("-")[0]

    @property
    def name(self) -> str:
        """Name the language in itself."""
        return LANGUAGES[self.code]

    @property
    def locale(self) -> "Locale":
        """Return the customs of numbers and dates."""
        return _locale(self.tag)

    @property
    def catalogue(self) -> NullTranslations:
        """Return the sentences."""
        return _catalogue(self.code)

    @property
    def months(self) -> tuple[str, ...]:
        """Name the twelve months."""
        return tuple(self.locale.months["format"]["wide"].values())

    def page(self, name: str) -> str:
        """Name the file of a page: `brief.html` in English, `brief.es.html` in Spanish."""
        return f"{name}.html" if self == ENGLISH else f"{name}.{self.tag}.html"


ENGLISH: Final = Language("en")
_spoken: ContextVar[Language] = ContextVar("language", default=ENGLISH)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Write for a reader of this language inside the block; threads and tasks keep their own."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def spoken() -> Language:
    """Return the language of the reader that is written for."""
    return _spoken.get()


def phrase(template: str, /, **places: object) -> str:
    """Say a template in the reader's language with its named places filled.

    Words without named places, as an author's own, are said as they stand.

    >>> phrase("about {amount}", amount=5), phrase("{so}")
    ('about 5', '{so}')
    """
    said = spoken().catalogue.gettext(template)
    return _filled(said, places) if places else said


def phrase_for(context: str, template: str, /, **places: object) -> str:
    """Say a template that means one thing here and may mean another elsewhere."""
    said = spoken().catalogue.pgettext(context, template)
    return _filled(said, places) if places else said


def counted(one: str, many: str, count: int, /, **places: object) -> str:
    """Say a template that counts: `{count}` is the number, and gives the form of the sentence.

    >>> counted("{count} draw", "{count} draws", 1200)
    '1,200 draws'
    """
    template = spoken().catalogue.ngettext(one, many, count)
    return _filled(template, {"count": decimal(count), **places})


def _filled(template: str, places: Mapping[str, object]) -> str:
    """Fill the places of a template."""
    return joined(template.format(**places))


def joined(said: str) -> str:
    """Join the words that the reader's language never writes apart: `de el`, `del`."""
    joins = _JOINED.get(spoken().code)
    return joins[0].sub(joins[1], said) if joins else said


def marked(template: str) -> str:
    """Mark a phrase for the catalogues where it is named; `phrase` says it where it is used."""
    return template


def marked_count(one: str, many: str) -> tuple[str, str]:
    """Mark a phrase that counts, for `counted`."""
    return one, many


def marked_for(context: str, template: str) -> tuple[str, str]:
    """Mark a phrase that means one thing here, for `phrase_for`."""
    return context, template


# Conjunctions whose form hangs on the sound that follows in some languages.
_AND: Final = marked_for("before any sound but i", "{head} and {tail}")
_AND_BEFORE_I: Final = marked_for("before the sound of i", "{head} and {tail}")
_OR: Final = marked_for("before any sound but o", "{head} or {tail}")
_OR_BEFORE_O: Final = marked_for("before the sound of o", "{head} or {tail}")


def listing(items: Sequence[str], last: str = "and") -> str:
    """Join words as a sentence does, the last by `and` or `or`.

    >>> listing(["duty", "fees", "tax"]), listing(["yes", "no"], "or")
    ('duty, fees and tax', 'yes or no')
    """
    head, tail = ", ".join(items[:-1]), items[-1] if items else ""
    if not head:
        return tail
    begins = tail.lower().removeprefix("h")
    if last == "or":
        said = _OR_BEFORE_O if begins.startswith("o") else _OR
    else:
        said = _AND_BEFORE_I if begins.startswith("i") else _AND
    return phrase_for(*said, head=head, tail=tail)


def decimal(value: float, places: int = 0) -> str:
    """Write a number with the reader's separators, a true minus sign and fixed decimal places.

    >>> decimal(1234567), decimal(-4200.4), decimal(12.345, 1)
    ('1,234,567', '\N{MINUS SIGN}4,200', '12.3')
    """
    plain = f"{value:,.{places}f}"
    sign = _MINUS if plain.startswith("-") and plain.strip("-0.,") else ""
    return sign + _localised(plain.lstrip("-"))


def figures(value: float, digits: int = 6) -> str:
    """Write a number in as many figures as it needs, up to `digits`.

    >>> figures(0.0481), figures(2.5), figures(6931)
    ('0.0481', '2.5', '6,931')
    """
    if not math.isfinite(value):
        return f"{value:g}"
    plain = f"{value:,.{digits}g}"
    return (_MINUS if plain.startswith("-") else "") + _localised(plain.lstrip("-"))


def day(when: date, /) -> str:
    """Name a day.

    >>> day(date(2019, 7, 22))
    '22 July 2019'
    """
    return _dated(when, phrase_for("pattern of a date, by Unicode's CLDR", "d MMMM y"))


def month(when: date, /) -> str:
    """Name a month.

    >>> month(date(2019, 6, 1))
    'June 2019'
    """
    return _dated(when, phrase_for("pattern of a date, by Unicode's CLDR", "MMMM y"))


def short_month(when: date, /) -> str:
    """Name a month where there is little room.

    >>> short_month(date(2019, 6, 1))
    'Jun 2019'
    """
    return _dated(when, phrase_for("pattern of a date, by Unicode's CLDR", "MMM y"))


def _dated(when: date, pattern: str) -> str:
    from babel.dates import format_date

    return format_date(when, pattern, spoken().locale)


def _localised(plain: str) -> str:
    """Give an English number the reader's separators."""
    if spoken() == ENGLISH:
        return plain
    symbols = spoken().locale.number_symbols["latn"]
    return plain.translate({ord(","): symbols["group"], ord("."): symbols["decimal"]})


@cache
def _locale(tag: str) -> "Locale":
    from babel import Locale

    return Locale.parse(tag, sep="-")


@cache
def _catalogue(code: str) -> NullTranslations:
    """Read a catalogue; it is compiled in memory, so that the text alone is kept."""
    if code == ENGLISH.code:
        return NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    folder = files("entente") / "locale" / code / "LC_MESSAGES"
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO((folder / "entente.po").read_bytes()), locale=code))
    compiled.seek(0)
    return GNUTranslations(compiled)
