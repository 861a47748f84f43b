"""A laboratory for conditional agreements between states on trade and migration.

The front door: the verbs of the command line and the nouns they take and give. Each name is
imported when it is first asked for, so that `import entente` stays fast.
"""

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from entente.accord.checks import check
    from entente.accord.choices import Choices
    from entente.accord.document import Accord
    from entente.accord.explain import explain
    from entente.accord.law_difference import Difference, difference
    from entente.accord.text import read, shipped
    from entente.accord.timeline import timeline
    from entente.advice.contingency import Plan, plan
    from entente.advice.costs import Taste
    from entente.advice.deals.negotiation import Negotiation
    from entente.advice.deals.talks import negotiate
    from entente.advice.imports import read as read_imports
    from entente.cases.claims.flip import explain_claim
    from entente.cases.claims.responsibility import responsible
    from entente.cases.claims.table import read_claims
    from entente.cases.lines.duty import duty
    from entente.cases.lines.flip import explain_line
    from entente.cases.lines.table import EntryTable
    from entente.lab.crew import Hands
    from entente.lab.experiment import read_plan as read_experiment
    from entente.lab.settings import Settings
    from entente.luck import Luck
    from entente.outcome.compare import Comparison, compare
    from entente.outcome.experiment import Experiment, experiment
    from entente.outcome.legislature import legislature
    from entente.outcome.run import Run
    from entente.outcome.simulate import simulate
    from entente.problems import (
        EntenteError,
        InputProblemsError,
        NoSolutionError,
        OutputError,
        Problem,
    )
    from entente.report.notebook import chart
    from entente.report.pages import brief, compare_page, deals_page, plan_page, text_page
    from entente.world.movement.displacement.displace import displace
    from entente.world.movement.displacement.folder import read as read_folder
    from entente.world.movement.pressure.backtest import backtest
    from entente.world.movement.pressure.forecast import forecast
    from entente.world.sources import border_counts, read_observations
    from entente.world.trade.equilibrium import equilibrium

__all__ = [
    "Accord",
    "Choices",
    "Comparison",
    "Difference",
    "EntenteError",
    "EntryTable",
    "Experiment",
    "Hands",
    "InputProblemsError",
    "Luck",
    "Negotiation",
    "NoSolutionError",
    "OutputError",
    "Plan",
    "Problem",
    "Run",
    "Settings",
    "Taste",
    "backtest",
    "border_counts",
    "brief",
    "chart",
    "check",
    "compare",
    "compare_page",
    "deals_page",
    "difference",
    "displace",
    "duty",
    "equilibrium",
    "experiment",
    "explain",
    "explain_claim",
    "explain_line",
    "forecast",
    "legislature",
    "negotiate",
    "plan",
    "plan_page",
    "read",
    "read_claims",
    "read_experiment",
    "read_folder",
    "read_imports",
    "read_observations",
    "responsible",
    "shipped",
    "simulate",
    "text_page",
    "timeline",
]

# name -> module, or module:name where the name there is another
_HOMES: Final = {
    "Accord": "accord.document",
    "Choices": "accord.choices",
    "Comparison": "outcome.compare",
    "Difference": "accord.law_difference",
    "EntenteError": "problems",
    "EntryTable": "cases.lines.table",
    "Experiment": "outcome.experiment",
    "Hands": "lab.crew",
    "InputProblemsError": "problems",
    "Luck": "luck",
    "Negotiation": "advice.deals.negotiation",
    "NoSolutionError": "problems",
    "OutputError": "problems",
    "Plan": "advice.contingency",
    "Problem": "problems",
    "Run": "outcome.run",
    "Settings": "lab.settings",
    "Taste": "advice.costs",
    "backtest": "world.movement.pressure.backtest",
    "border_counts": "world.sources",
    "brief": "report.pages",
    "chart": "report.notebook",
    "check": "accord.checks",
    "compare": "outcome.compare",
    "compare_page": "report.pages",
    "deals_page": "report.pages",
    "difference": "accord.law_difference",
    "displace": "world.movement.displacement.displace",
    "duty": "cases.lines.duty",
    "equilibrium": "world.trade.equilibrium",
    "experiment": "outcome.experiment",
    "explain": "accord.explain",
    "explain_claim": "cases.claims.flip",
    "explain_line": "cases.lines.flip",
    "forecast": "world.movement.pressure.forecast",
    "legislature": "outcome.legislature",
    "negotiate": "advice.deals.talks",
    "plan": "advice.contingency",
    "plan_page": "report.pages",
    "read": "accord.text",
    "read_claims": "cases.claims.table",
    "read_experiment": "lab.experiment:read_plan",
    "read_folder": "world.movement.displacement.folder:read",
    "read_imports": "advice.imports:read",
    "read_observations": "world.sources",
    "responsible": "cases.claims.responsibility",
    "shipped": "accord.text",
    "simulate": "outcome.simulate",
    "text_page": "report.pages",
    "timeline": "accord.timeline",
}


def __getattr__(name: str) -> Any:
    """Import a name of the front door when it is first asked for."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'entente' has no attribute '{name}'")
    module, _, other = _HOMES[name].partition(":")
    value = getattr(import_module(f"entente.{module}"), other or name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Name what the front door gives."""
    return sorted([*globals(), *__all__])
