"""The picture of a backtest: each model's error beside the best rival's, and how its bands held."""

from itertools import groupby
from typing import TYPE_CHECKING, Final

import altair as alt
import pandas as pd

from entente.report import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from entente.world.movement.pressure.backtest import Score

_WIDTH: Final = 460
_OURS: Final = "entente"


def scores(found: "Sequence[Score]") -> alt.FacetChart:
    """Draw CRPS over that of the best rival, a panel for each regime, group and horizon.

    Left of 1 is better than every rival; the number at a point is the share of months, in percent,
    that the 80 % band held.
    """
    table = _table(found)
    base = alt.Chart()
    x = alt.X(
        "relative:Q",
        title="CRPS over the best rival's; at the point, how often the 80 % band held",
        scale=alt.Scale(zero=False),
    )
    y = alt.Y("model:N", sort=list(dict.fromkeys(table["model"])), title=None)
    ours = alt.Color(
        "ours:N",
        scale=alt.Scale(domain=[True, False], range=[theme.BLUE, theme.MUTED]),
        legend=None,
    )
    one = base.mark_rule(strokeDash=[4, 4], color=theme.MUTED).encode(x=alt.X("one:Q"))
    point = base.mark_circle(size=90, opacity=1).encode(x=x, y=y, color=ours)
    held = base.mark_text(align="left", dx=9).encode(x=x, y=y, text=alt.Text("held:N"))
    panel = alt.layer(one, point, held, data=table).properties(width=_WIDTH, height=alt.Step(20))
    panels: alt.FacetChart = panel.facet(
        row=alt.Row(
            "case:N",
            sort=list(dict.fromkeys(table["case"])),
            header=alt.Header(labelOrient="top", labelAnchor="start"),
        )
    )
    return panels


def drawn(found: "Sequence[Score]") -> str:
    """Give the picture as an SVG file of its own."""
    told = "Errors of each model over those of the best rival; the table of scores says the same."
    return theme.standing_alone(theme.draw(scores(found), "scores", told).result())


def _table(found: "Sequence[Score]") -> pd.DataFrame:
    rows = []
    for (regime, group, horizon), cases in groupby(found, lambda s: (s.regime, s.group, s.horizon)):
        models = list(cases)
        best = min(score.crps for score in models if score.model != _OURS)
        ahead = "1 month" if horizon == 1 else f"{horizon} months"
        rows += [
            {
                "case": f"{regime}, {group}, {ahead} ahead, {score.origins} origins",
                "model": score.model,
                "relative": score.crps / best,
                "held": f"{score.coverage80:.0%}",
                "ours": score.model == _OURS,
                "one": 1.0,
            }
            for score in models
        ]
    return pd.DataFrame(rows)
