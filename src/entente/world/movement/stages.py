"""Where a person can be, and the account that proves nobody was lost between two months."""

from enum import IntEnum
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

IntArray: TypeAlias = NDArray[np.int64]


class Stage(IntEnum):
    """Places in the ledger, in array order [stage]; those from `PROTECTED_MEXICO` on absorb."""

    TRIES_NEXT = 0  # returned, sets out again next month
    TRIES_IN_TWO = 1
    TRIES_IN_THREE = 2
    IN_TRANSIT = 3  # on the way through Mexico
    DETAINED = 4  # held by Mexico
    ASYLUM = 5  # claim pending in Mexico
    METERED = 6  # on a waiting list at a port of entry
    SENT_TO_WAIT = 7  # returned to Mexico for the length of a US case
    IN_COURT = 8  # released, US case pending
    IN_COURT_BARRED = 9  # the same, not eligible for asylum
    PROTECTED_MEXICO = 10
    RETURNED_BY_MEXICO = 11
    RETURNED_BY_USA = 12
    REFUSED = 13  # a case ended without protection, in either state
    PROTECTED_USA = 14
    TRANSFERRED = 15  # to another state under an accord


class Flow(IntEnum):
    """What happened to people within one month, in array order [flow]."""

    DEPARTED = 0  # set out for the first time
    TRIED_AGAIN = 1
    DETAINED = 2
    RETURNED_BY_MEXICO = 3
    CLAIMED = 4
    PROTECTED_MEXICO = 5
    APPREHENDED = 6
    AT_PORT = 7
    FIRST_MET = 8  # encountered, never encountered before
    SENT_TO_WAIT = 9
    TRANSFERRED = 10
    TRANSFER_SHORTFALL = 11
    RELEASED = 12
    RETURNED_BY_USA = 13
    PROTECTED_USA = 14
    REFUSED = 15  # by a US court
    BEGAN_APPLICATION = 16  # of those transferred
    CLOSED_IN_COURT = 17  # of those released, whatever the outcome


STAGES: Final = len(Stage)
FLOWS: Final = len(Flow)
FIRST_ABSORBING: Final = Stage.PROTECTED_MEXICO
MET: Final = ("never met", "met before")  # [met]: encountered by US officers before, or not


def lost(before: IntArray, after: IntArray, flows: IntArray) -> IntArray:
    """Count people missing from the ledger after a month: zero everywhere, or the model is wrong.

    Everyone in the ledger at the end was there at the start or set out for the first time; trying
    again moves a person within it.

    before, after   people by stage               [draw, stage, group, demographic, met]
    flows           events of the month           [draw, flow, group, demographic]
    returns         people missing                [draw, group, demographic]
    """
    stood = before.sum(axis=(1, 4), dtype=np.int64)
    stands = after.sum(axis=(1, 4), dtype=np.int64)
    return np.asarray(stood + flows[:, Flow.DEPARTED] - stands)
