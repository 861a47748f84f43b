"""A section: a heading, and what stands under it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, final

from entente.report.figures.figure import Figure
from entente.report.maps import Map
from entente.report.tables import Table


@final
@dataclass(frozen=True, slots=True)
class Section:
    """A headed part of the page; `opening` is its first paragraph."""

    name: str
    heading: str
    opening: str = ""
    figures: Sequence[Figure] = ()
    tables: Sequence[Table] = ()
    remarks: Sequence[str] = ()
    maps: Sequence[Map] = ()
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """A section without anything to show is left out."""
        return not (self.figures or self.tables or self.remarks or self.maps or self.more)


def some(*items: Any) -> tuple[Any, ...]:
    """Leave out what there is nothing to show of."""
    return tuple(item for item in items if item is not None)
