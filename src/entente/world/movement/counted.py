"""The month's events and stocks under the names of the measures, counted from the ledger."""

from collections.abc import Mapping
from typing import Final, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from entente.evidence import FloatArray, IntArray
from entente.world.movement.corridor.stages import Flow, Stage
from entente.world.movement.levers.compliance import Deployment

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

_WAITING: Final = (Stage.ASYLUM, Stage.METERED, Stage.SENT_TO_WAIT)  # in Mexico


def at_the_border(people: IntArray) -> IntArray:
    """Count those who wait in Mexico to enter: on ports' lists, or sent back [draw]."""
    waiting = people[:, Stage.METERED] + people[:, Stage.SENT_TO_WAIT]
    return added(added(added(waiting)))


def _by_demographic(people: IntArray) -> FloatArray:
    """Count the people of a stage [draw, group, demographic, met] by family status."""
    return np.asarray(added(people).sum(axis=1).astype(np.float64))


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
        "waiting_demographic": _by_demographic(people[:, _WAITING].sum(axis=1)),
        "detained_demographic": _by_demographic(people[:, Stage.DETAINED]),
        "guard_south": np.rint(deployment.personnel),
    }


def flows_counted(flows: IntArray, transferred: IntArray) -> Measures:
    """Count the events of a month.

    flows         [draw, flow, group, demographic];   transferred   people [draw, state]
    """
    events = flows.astype(np.float64)
    groups = added(events)
    total = added(groups)
    met = total[:, Flow.APPREHENDED] + total[:, Flow.AT_PORT]
    returned = events[:, Flow.RETURNED_BY_MEXICO] + events[:, Flow.RETURNED_BY_USA]
    return {
        "departures": groups[:, Flow.DEPARTED] + groups[:, Flow.TRIED_AGAIN],
        "apprehensions_demographic": events[:, Flow.APPREHENDED].sum(axis=1),
        "returned_demographic": returned.sum(axis=1),
        "returned_undecided": added(added(returned)),
        "encounters": met,
        "repeat_share": 100 * (1 - total[:, Flow.FIRST_MET] / np.maximum(met, 1.0)),
        "transferred_without_access": total[:, Flow.TRANSFERRED] - total[:, Flow.BEGAN_APPLICATION],
        "transferred": transferred.astype(np.float64),
        **{name: groups[:, flow] for name, flow in _BY_GROUP.items()},
        **{name: total[:, flow] for name, flow in _IN_ALL.items()},
    }
