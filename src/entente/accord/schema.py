"""How tables of an accord file are read into firm values by shapes, every fault at its place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, Final, Generic, TypeAlias, TypeVar, final

from entente.accord.calendar import Duration
from entente.accord.expression import Expression
from entente.problems import Place, Problem, did_you_mean
from entente.units import Unit

Path: TypeAlias = tuple[str | int, ...]
Moment: TypeAlias = date | datetime
Scalar: TypeAlias = bool | float | str


@final
@dataclass(frozen=True, slots=True)
class Mark:
    """Where a key stands and where its value does."""

    key: Place
    value: Place


@final
@dataclass(slots=True)
class Reading:
    """A file being read: its marks, and the problems found so far."""

    file: str
    marks: Mapping[Path, Mark]
    problems: list[Problem] = field(default_factory=list)
    subject: str = ""  # the clause, or the `table.id`, being read

    def at(self, path: Path) -> Place:
        """Find the value at a path, or what stands around it."""
        return place_of(self.marks, path, self.file)

    def key(self, path: Path) -> Place:
        """Find the key at a path."""
        mark = self.marks.get(path)
        return mark.key if mark else self.at(path)

    def say(self, code: str, where: Place, message: str, mend: str = "") -> None:
        """Note a problem."""
        self.problems.append(Problem(code, where, self.subject, message, mend))

    def wrong(self, path: Path, wanted: str, value: object, mend: str = "") -> None:
        """Note that a value is not of the kind that is wanted."""
        message = f"{named(path)} must be {wanted}, not {kind_of(value)}"
        self.say("E111", self.at(path), message, mend)


Shape: TypeAlias = Callable[[Reading, Path, object], Any]
Form: TypeAlias = Mapping[str, Any]  # JSON Schema of what a shape reads
Read = TypeVar("Read")


@final
@dataclass(frozen=True, slots=True)
class Drawn(Generic[Read]):
    """A shape that also says what it reads, for editors."""

    read: Callable[[Reading, Path, object], Read]
    form: Form

    def __call__(self, reading: Reading, path: Path, value: object) -> Read:
        """Read a value."""
        return self.read(reading, path, value)


def drawn(form: Form) -> Callable[[Callable[[Reading, Path, object], Read]], Drawn[Read]]:
    """Give a shape its form."""
    return lambda read: Drawn(read, form)


def form_of(shape: Shape) -> Form:
    """Return a shape's form; anything where it has none."""
    return shape.form if isinstance(shape, Drawn) else {}


DATE_FORM: Final = {"type": "string", "format": "date"}
INSTANT_FORM: Final = {"type": "string", "format": "date-time"}
MOMENT_FORM: Final = {"anyOf": [DATE_FORM, INSTANT_FORM]}
TEXT_FORM: Final = {"type": "string", "minLength": 1}


def text_form(pattern: str) -> Form:
    """Return the form of a text that fits a pattern."""
    return {"type": "string", "pattern": f"^(?:{pattern})$"}


@final
@dataclass(frozen=True, slots=True)
class Field:
    """One key of a table: its shape, the code of its absence (empty: optional), what absence means.

    `attribute` is the Python name where the key is a Python word.
    """

    shape: Shape
    missing: str = ""
    default: Any = None
    attribute: str = ""


def table_form(fields: Mapping[str, Field]) -> Form:
    """Return the form of a table by its fields; a required key may not be absent."""
    return {
        "type": "object",
        "properties": {key: form_of(wanted.shape) for key, wanted in fields.items()},
        "required": [key for key, wanted in fields.items() if wanted.missing],
        "additionalProperties": False,
    }


def place_of(marks: Mapping[Path, Mark], path: Path, file: str) -> Place:
    """Find the value at a path, or the nearest thing around it that has a place."""
    while path:
        if path in marks:
            return marks[path].value
        path = path[:-1]
    return Place(file, 1, 1)


def named(path: Path) -> str:
    """Name the field that a path leads to.

    >>> named(("clause", "ladder", "steps", 1, 0))
    'steps[1][0]'
    """
    last = max((i for i, part in enumerate(path) if isinstance(part, str)), default=0)
    return str(path[last]) + "".join(f"[{part}]" for part in path[last + 1 :])


def kind_of(value: object) -> str:
    """Say what a TOML value is."""
    match value:
        case bool():
            return "true or false"
        case int() | float():
            return f"the number {value}"
        case str():
            return f"the text '{value}'" if len(value) < 40 else "a text"
        case datetime():
            return "a date with a time"
        case date():
            return f"the date {value}"
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return f"a {type(value).__name__}"


def fields_of(
    reading: Reading, path: Path, table: object, fields: Mapping[str, Field], header: Place
) -> dict[str, Any] | None:
    """Read a table by its fields; None where something required is absent or cannot be read."""
    if not isinstance(table, dict):
        reading.wrong(path, "a table", table, "write { key = value }")
        return None
    values, whole = parts_of(reading, path, table, fields, header)
    return values if whole else None


def parts_of(
    reading: Reading,
    path: Path,
    table: Mapping[str, object],
    fields: Mapping[str, Field],
    header: Place,
) -> tuple[dict[str, Any], bool]:
    """Read what can be read of a table, and say whether all that is required is there."""
    strange = [key for key in table if key not in fields]
    for key in strange:
        message = f"unknown key '{key}'"
        reading.say("E101", reading.key((*path, key)), message, did_you_mean(key, fields))
    values: dict[str, Any] = {}
    whole = True
    for name, wanted in fields.items():
        value = wanted.default
        if name in table:
            value = wanted.shape(reading, (*path, name), table[name])
            whole &= value is not None or not wanted.missing
            value = wanted.default if value is None else value
        elif wanted.missing:
            whole = False
            _miss(reading, name, wanted.missing, strange, header)
        values[wanted.attribute or name] = value
    return values, whole


def _miss(reading: Reading, name: str, code: str, strange: Sequence[str], header: Place) -> None:
    if not get_close_matches(name, strange, n=1):  # else it is there, misspelt, and told already
        reading.say(code, header, f"'{name}' is missing", f"add {name} = ...")


def one_or_more(shape: Shape) -> Shape:
    """Make the shape of a field that takes one value or a list of them; it becomes a tuple."""
    many = list_of(shape)

    @drawn({"anyOf": [form_of(shape), form_of(many)]})
    def read(reading: Reading, path: Path, value: object) -> tuple[Any, ...] | None:
        if isinstance(value, list):
            found: tuple[Any, ...] | None = many(reading, path, value)
            return found
        one = shape(reading, path, value)
        return None if one is None else (one,)

    return read


def list_of(shape: Shape) -> Shape:
    """Make the shape of a list that is not empty; it becomes a tuple."""

    @drawn({"type": "array", "minItems": 1, "items": form_of(shape)})
    def read(reading: Reading, path: Path, value: object) -> tuple[Any, ...] | None:
        if not isinstance(value, list):
            reading.wrong(path, "a list", value, "write [ ... ]")
            return None
        if not value:
            message = f"{named(path)} is an empty list"
            reading.say("E111", reading.at(path), message, "name at least one, or leave it out")
            return None
        items = [shape(reading, (*path, i), item) for i, item in enumerate(value)]
        return None if any(item is None for item in items) else tuple(items)

    return read


def table_of(fields: Mapping[str, Field], whole: Callable[..., Any]) -> Shape:
    """Make the shape of a table: `whole` makes the value from its fields."""

    @drawn(table_form(fields))
    def read(reading: Reading, path: Path, value: object) -> Any:
        found = fields_of(reading, path, value, fields, reading.at(path))
        return None if found is None else whole(**found)

    return read


def plain(value: object) -> Any:
    """Turn a firm value back into what TOML holds; the inverse of the shapes."""
    match value:
        case Expression(text=text):
            return text
        case Unit() | Duration():
            return str(value)
        case tuple():
            return [plain(item) for item in value]
        case Mapping():
            return {key: plain(item) for key, item in value.items()}
        case None | bool() | int() | float() | str() | date():
            return value
        case _:
            return value.plain()  # type: ignore[attr-defined]
