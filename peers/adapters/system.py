"""The rule as a tax and benefit system, for the two tools that share OpenFisca's way of writing."""

import numpy as np

CHANGE = "2019-07-01"
INPUTS = ("income", "age", "exempt_origin", "zone", "category")
WORKED_OUT = (
    "due_nested", "due_flat", "due_conditions", "rate_by_key", "base", "rate", "part", "liable",
)  # fmt: skip


def prepared(SimulationBuilder, *classes, gathered=False):  # noqa: N803 - a class
    """Return what sets every input of every month; the work forgets its answers and asks again.

    gathered   take rates by key from a plain array, which no guide of the tools shows
    """

    def prepare(task):
        system = _system(task, gathered, *classes)
        held = np.load(task["arrays"])
        simulation = SimulationBuilder().build_default_simulation(system, count=len(held["age"]))
        for month in task["names"]:
            for name in INPUTS:
                simulation.set_input(name, month, held[name])

        def work():
            return [_asked(simulation, f"due_{task['shape']}", month) for month in task["names"]]

        return work

    return prepare


def _asked(simulation, name, month):
    for forgotten in WORKED_OUT:
        simulation.delete_arrays(forgotten, month)
    return simulation.calculate(name, month).sum(dtype=np.float64)


def _system(task, gathered, Entity, Enum, ParameterNode, MONTH, TaxBenefitSystem, Variable):  # noqa: N803
    """Write the rules with one tool's classes: parameters by date, variables by month."""
    person = Entity("person", "persons", "", "")
    system = TaxBenefitSystem([person])
    zones, categories = (
        Enum(name, {key: key for key in task[name]}) for name in ("zone", "category")
    )
    system.parameters = ParameterNode(
        "",
        data={
            "allowance": {"values": {"2010-01-01": {"value": 500}, CHANGE: {"value": 520}}},
            "low": {"values": {"2010-01-01": {"value": 0.1}, CHANGE: {"value": 0.12}}},
            "high": {"values": {"2010-01-01": {"value": 0.2}}},
            "rates": _by_keys(task),
        },
    )

    def variable(variable_name, kind, rule=None, of=None):
        fields = {
            "value_type": kind,
            "entity": person,
            "definition_period": MONTH,
            "label": variable_name,
            "__module__": __name__,
        }
        if rule is not None:
            fields["formula"] = rule
        if of is not None:
            fields |= {"possible_values": of, "default_value": next(iter(of))}
        system.add_variable(type(variable_name, (Variable,), fields))

    variable("income", float)
    variable("age", float)
    variable("exempt_origin", int)
    variable("zone", Enum, of=zones)
    variable("category", Enum, of=categories)
    variable("liable", bool, liable)
    variable("rate_by_key", float, _gathering(task) if gathered else rate_by_key)
    for rule in (base, rate, part, due_nested, due_conditions, due_flat):
        variable(rule.__name__, float, rule)
    return system


def liable(persons, period):
    """Say who owes anything."""
    return persons("exempt_origin", period) == 0


def base(persons, period, parameters):
    """Take the allowance off."""
    return np.maximum(persons("income", period) - parameters(period).allowance, 0)


def rate(persons, period, parameters):
    """Take the dated rate of the income."""
    at = parameters(period)
    return np.where(persons("income", period) < 2000, at.low, at.high)


def part(persons, period):
    """Halve what the young owe."""
    return np.where(persons("age", period) < 25, 0.5, 1.0)


def rate_by_key(persons, period, parameters):
    """Index a node by what each person is in, as both tools' guides do."""
    rates = parameters(period).rates
    return rates[persons("zone", period)][persons("category", period)]


def _gathering(task):
    def gathered(persons, period, parameters):
        node = parameters(period).rates
        rates = np.array([[node[z][c] for c in task["category"]] for z in task["zone"]], np.float32)
        return rates[persons("zone", period), persons("category", period)]

    return gathered


def due_nested(persons, period):
    """Take the rate of the zone and the category."""
    return persons("income", period) * persons("rate_by_key", period)


def due_conditions(persons, period):
    """Put the conditions together."""
    due = persons("base", period) * persons("rate", period) * persons("part", period)
    return due * persons("liable", period)


def due_flat(persons, period, parameters):
    """Take one dated rate."""
    return persons("income", period) * parameters(period).low


def _by_keys(task):
    """Write the rates by zone, then category, then the day from which each holds."""
    days = list(task["rates"])
    return {
        zone: {
            category: {"values": {day: {"value": task["rates"][day][z][c]} for day in days}}
            for c, category in enumerate(task["category"])
        }
        for z, zone in enumerate(task["zone"])
    }
