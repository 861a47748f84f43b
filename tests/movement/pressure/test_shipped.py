"""The fit that is shipped is the one that the shipped counts teach, and is used for no other."""

from dataclasses import fields, replace

import numpy as np

from entente.world.movement.pressure.outlook import learn
from entente.world.movement.pressure.season import Habits
from entente.world.movement.pressure.shipped import ORIGIN, held
from entente.world.sources import border_counts


def arrays(whole):
    """Give every array of a fit or an effect by name."""
    return {
        field.name: getattr(whole, field.name)
        for field in fields(whole)
        if isinstance(getattr(whole, field.name), np.ndarray)
    }


def test_the_shipped_fit_is_what_its_counts_teach():
    known = border_counts().through(ORIGIN)
    effects, fit = held(known, ORIGIN)
    fresh_effects, fresh_fit = learn(known, ORIGIN)
    assert fit.through == fresh_fit.through
    assert list(effects) == list(fresh_effects)
    np.testing.assert_equal(arrays(fit.habits), arrays(Habits.candidates()))
    pairs = [(fit, fresh_fit), *((effects[k], fresh_effects[k]) for k in effects)]
    for mine, fresh in pairs:
        for name, values in arrays(fresh).items():
            np.testing.assert_allclose(arrays(mine)[name], values, rtol=1e-9, atol=1e-12)


def test_other_counts_origins_and_eves_are_fitted_afresh():
    known = border_counts().through(ORIGIN)
    revised = known.counts.copy()
    revised[-1, 0] += 1
    assert held(replace(known, counts=revised), ORIGIN) is None
    assert held(known.through(ORIGIN - 1), ORIGIN - 1) is None
    assert held(known, ORIGIN - 1) is None
