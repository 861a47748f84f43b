"""What is known of classes of entries, as expressions read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, final

import numpy as np

from entente.accord.expression.scope import Known

_OF_KIND: Final[Mapping[str, type[Any]]] = {
    "transshipped": np.bool_, "value_usd": np.float64, "base_rate_percent": np.float64,
    "quantity": np.float64, "trigger_price": np.float64, "price": np.float64,
    "us_content_share": np.float64, "steel_share": np.float64, "aluminum_share": np.float64,
    "copper_share": np.float64,
}  # fmt: skip
_DATES: Final = ("entry_date", "loaded_date", "export_date", "final_mode_date")


@final
@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of each class of entries; None is not known.

    columns   fact -> values   [class]
    size      how many classes
    """

    columns: Mapping[str, Sequence[Any]]
    size: int

    def known(self, name: str) -> Known:
        """Return a fact as expressions read it   [class]."""
        given = self.columns.get(name, (None,) * self.size)
        known = np.array([value is not None for value in given], np.bool_)
        if name in _DATES:
            filled = [np.datetime64("1970-01-01") if value is None else value for value in given]
            return Known(np.array(filled, "datetime64[D]"), known)
        kind = _OF_KIND.get(name)
        if kind is not None:
            filled = [kind() if value is None else value for value in given]
            return Known(np.array(filled, kind), known)
        values = np.empty(self.size, object)
        values[:] = ["" if value is None else value for value in given]
        return Known(values, known)

    def take(self, places: Sequence[int]) -> "Facts":
        """Return some of the classes."""
        if len(places) == self.size:
            return self
        return Facts({k: [v[i] for i in places] for k, v in self.columns.items()}, len(places))
