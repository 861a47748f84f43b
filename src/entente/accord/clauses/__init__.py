"""The nine kinds of clause, one file a kind."""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from entente.accord.clauses import (
    allocate,
    exempt,
    obligation,
    procedure,
    restore,
    review,
    schedule,
    suspend,
    trigger,
)
from entente.accord.clauses.allocate import Allocate
from entente.accord.clauses.common import Common, Either
from entente.accord.clauses.exempt import Exempt
from entente.accord.clauses.obligation import Obligation
from entente.accord.clauses.procedure import Procedure
from entente.accord.clauses.restore import Restore
from entente.accord.clauses.review import Review
from entente.accord.clauses.schedule import Schedule
from entente.accord.clauses.suspend import Suspend
from entente.accord.clauses.trigger import Trigger
from entente.accord.schema import Field

Clause: TypeAlias = (
    Schedule | Trigger | Obligation | Review | Suspend | Restore | Allocate | Exempt | Procedure
)

# kind -> how it is made, and its own fields
KINDS: Final[Mapping[str, tuple[Any, Mapping[str, Field]]]] = {
    "schedule": (Schedule, schedule.FIELDS),
    "trigger": (Trigger, trigger.FIELDS),
    "obligation": (Obligation, obligation.FIELDS),
    "review": (Review, review.FIELDS),
    "suspend": (Suspend, suspend.FIELDS),
    "restore": (Restore, restore.FIELDS),
    "allocate": (allocate.allocate, allocate.FIELDS),
    "exempt": (Exempt, exempt.FIELDS),
    "procedure": (Procedure, procedure.FIELDS),
}

# kind -> the keys of which it must have one
EITHER: Final[Mapping[str, Either]] = {
    "obligation": obligation.MEASURE,
    "review": review.MOMENT,
}

__all__ = [
    "EITHER",
    "KINDS",
    "Allocate",
    "Clause",
    "Common",
    "Exempt",
    "Obligation",
    "Procedure",
    "Restore",
    "Review",
    "Schedule",
    "Suspend",
    "Trigger",
]
