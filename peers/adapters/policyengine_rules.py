"""PolicyEngine-Core: the same rule as monthly variables of persons with dated parameters."""

from clock import timed
from policyengine_core.entities import Entity
from policyengine_core.enums import Enum
from policyengine_core.parameters import ParameterNode
from policyengine_core.periods import MONTH
from policyengine_core.simulations import SimulationBuilder
from policyengine_core.taxbenefitsystems import TaxBenefitSystem
from policyengine_core.variables import Variable
from system import prepared

timed(prepared(SimulationBuilder, Entity, Enum, ParameterNode, MONTH, TaxBenefitSystem, Variable))
