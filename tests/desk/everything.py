"""Every page of the desk by its name, and the words that its address holds."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


def pages(patterns=None, space="", words=()) -> Iterator[tuple[str, list[str]]]:
    """Name every page of the desk with the words that its address holds."""
    for found in patterns or get_resolver().url_patterns:
        held = [*words, *found.pattern.converters]
        if isinstance(found, URLResolver):
            inner = f"{space}{found.namespace}:" if found.namespace else space
            yield from pages(found.url_patterns, inner, held)
        elif isinstance(found, URLPattern) and found.name:
            yield f"{space}{found.name}", held


def known_to(everything: dict[str, Any], name: str, words: list[str]) -> dict[str, Any]:
    """Give the words of a page's address for somebody who has one of everything."""
    of_room = {**everything, "key": everything["key"].get(name.split(":")[0])}
    return {word: of_room[word] for word in words}
