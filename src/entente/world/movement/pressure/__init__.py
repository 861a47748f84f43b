"""How many people come each month: what would come anyway, and what interventions change."""

from entente.world.movement.pressure.forecast import Forecast, forecast
from entente.world.movement.pressure.outlook import TRANSIT_ENFORCEMENT, Outlook, outlook

__all__ = ["TRANSIT_ENFORCEMENT", "Forecast", "Outlook", "forecast", "outlook"]
