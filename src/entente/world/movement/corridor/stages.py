"""Where a person can be, and what can happen to a person in a month.

Everyone in the ledger at a month's end was there at its start or set out for the first time in it;
trying again moves a person within the ledger. For each group and demographic, to the integer,

    people(0) + departures so far = people over all stages, absorbing ones included.         (3)

Arrays of people have the axes [draw, stage, group, demographic, met]; `met` is 0 for people whom US
officers have never encountered and 1 for those whom they have.
"""

from enum import IntEnum
from typing import Final


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
