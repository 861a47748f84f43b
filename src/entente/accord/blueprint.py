"""The language of accords as JSON Schema, for editors that complete and check TOML."""

from collections.abc import Mapping
from inspect import cleandoc
from typing import Any, Final

from entente.accord.clauses import KINDS
from entente.accord.clauses.common import COMMON
from entente.accord.schema import Field, table_form
from entente.accord.tables import HEAD, TABLES

_ID: Final = "^[A-Za-z][A-Za-z0-9_]*$"
_ABOUT: Final = {
    "source": "What was published and when; `says` records its own figures.",
    "calendar": "Days of rest, by which business days and the ends of periods are counted.",
    "metric": "A measured quantity: unit, lag to publication, and which release is meant.",
    "choice": "A discretion: who decides, what is asked, and what silence means.",
    "clause": "A rule, of one of nine kinds.",
    "open": "A known ambiguity: each reading replaces that field.",
    "stake": "What a unit of a measure is worth to a party, in US dollars.",
    "player": "How a party weighs what it chooses.",
}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 7) of an accord file; dates are texts with a format.

    It says which keys stand where and what each may hold; names, units, dates against each other
    and everything else that a value alone does not show is for `check`.
    """
    head = table_form(HEAD)
    rows = {name: table_form(fields) for name, fields in TABLES.items()}
    rows["clause"] = {"oneOf": [_kind(name) for name in KINDS]}
    properties = {name: _by_id(name, rows[name]) for name in _ABOUT}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "entente accord",
        "description": "A conditional agreement between states.",
        **head,
        "properties": {**head["properties"], **properties},
    }


def _by_id(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "description": _ABOUT[table],
        "patternProperties": {_ID: row},
        "additionalProperties": False,
    }


def _kind(name: str) -> dict[str, Any]:
    made, own = KINDS[name]
    fields: Mapping[str, Field] = {**COMMON, **own}
    form = table_form(fields)
    return {
        "title": name,
        "description": cleandoc(made.__doc__).split("\n\n")[0].replace("\n", " "),
        **form,
        "properties": {"kind": {"const": name}, **form["properties"]},
        "required": ["kind", *form["required"]],
    }
