"""OpenFisca-Core: the same rule as monthly variables of persons with dated parameters."""

from clock import timed
from openfisca_core.entities import Entity
from openfisca_core.indexed_enums import Enum
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import MONTH
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable
from system import prepared

CLASSES = (SimulationBuilder, Entity, Enum, ParameterNode, MONTH, TaxBenefitSystem, Variable)

if __name__ == "__main__":
    timed(prepared(*CLASSES))
