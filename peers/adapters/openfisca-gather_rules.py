"""OpenFisca-Core where a rule's author takes rates by key from a plain array."""

from clock import timed
from openfisca_rules import CLASSES
from system import prepared

timed(prepared(*CLASSES, gathered=True))
