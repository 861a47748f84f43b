"""The month's events and stocks under the names of the measures, counted from the ledger."""

from collections.abc import Mapping
from typing import Final, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from entente.evidence import FloatArray, IntArray
from entente.world.movement.compliance import Deployment
from entente.world.movement.stages import Flow, Stage

Measures: TypeAlias = Mapping[str, FloatArray]
Number = TypeVar("Number", np.float64, np.int64)

_BY_GROUP: Final[Mapping[str, Flow]] = {
    "detentions_mexico": Flow.DETAINED,
    "returns_mexico": Flow.RETURNED_BY_MEXICO,
    "asylum_claims_mexico": Flow.CLAIMED,
    "apprehensions": Flow.APPREHENDED,
    "return_to_wait": Flow.SENT_TO_WAIT,
    "released": Flow.RELEASED,
    "returned_usa": Flow.RETURNED_BY_USA,
}

_IN_ALL: Final[Mapping[str, Flow]] = {
    "port_encounters": Flow.AT_PORT,
    "distinct_persons": Flow.FIRST_MET,
    "transfer_shortfall": Flow.TRANSFER_SHORTFALL,
    "transfer_access": Flow.BEGAN_APPLICATION,
    "protected_mexico": Flow.PROTECTED_MEXICO,
    "protected_usa": Flow.PROTECTED_USA,
}


def added(counts: NDArray[Number]) -> NDArray[Number]:
    """Add over the last axis, a short one: slice by slice, which is several times sooner."""
    total = counts[..., 0].copy()
    for index in range(1, counts.shape[-1]):
        total += counts[..., index]
    return total


def stocks_counted(
    people: IntArray, deployment: Deployment, given: Mapping[str, FloatArray]
) -> Measures:
    """Count the stocks at a month's end.

    people   [draw, stage, group, demographic, met]
    """
    groups = added(added(people)).astype(np.float64)
    total = added(groups)  # [draw, stage]
    held = total[:, Stage.DETAINED]
    return {
        "in_transit": groups[:, Stage.IN_TRANSIT],
        "detained_mexico": held,
        "detention_occupancy": 100 * held / given["movement.detention_places"],
        "asylum_pending_mexico": total[:, Stage.ASYLUM],
        "waiting_metered": total[:, Stage.METERED],
        "waiting_returned": total[:, Stage.SENT_TO_WAIT],
        "guard_south": np.rint(deployment.personnel),
    }


def flows_counted(flows: IntArray, transferred: IntArray, by_sector: IntArray) -> Measures:
    """Count the events of a month.

    flows         [draw, flow, group, demographic]
    transferred   people [draw, state];   by_sector   apprehensions [draw, sector]
    """
    events = flows.astype(np.float64)
    groups = added(events)
    total = added(groups)
    return {
        "departures": groups[:, Flow.DEPARTED] + groups[:, Flow.TRIED_AGAIN],
        "apprehensions_sector": by_sector.astype(np.float64),
        "apprehensions_demographic": events[:, Flow.APPREHENDED].sum(axis=1),
        "encounters": total[:, Flow.APPREHENDED] + total[:, Flow.AT_PORT],
        "transferred": transferred.astype(np.float64),
        **{name: groups[:, flow] for name, flow in _BY_GROUP.items()},
        **{name: total[:, flow] for name, flow in _IN_ALL.items()},
    }
