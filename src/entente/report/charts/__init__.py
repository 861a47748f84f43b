"""Charts of the page: Altair specifications in the house theme, each for a given width.

Every function takes tidy tables and returns a chart; none computes a result.
"""

from entente.report.charts.axes import NARROW as NARROW
from entente.report.charts.axes import WIDE as WIDE
from entente.report.charts.axes import Picture as Picture
from entente.report.charts.axes import month_axis as month_axis
from entente.report.charts.axes import wrapped_names as wrapped_names
from entente.report.charts.bands import fan as fan
from entente.report.charts.bands import gap as gap
from entente.report.charts.bands import panels as panels
from entente.report.charts.clauses import clause_states as clause_states
from entente.report.charts.clauses import courses as courses
from entente.report.charts.months import paths as paths
from entente.report.charts.months import stacked as stacked
from entente.report.charts.months import steps as steps
from entente.report.charts.ranks import chances as chances
from entente.report.charts.ranks import ranked as ranked
from entente.report.charts.ranks import swings as swings
