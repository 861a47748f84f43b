"""The rule as a tax and benefit system, for the two tools that share OpenFisca's way of writing."""

import numpy as np

CHANGE = "2019-07-01"
WORKED_OUT = ("due_nested", "due_flat", "base", "rate", "part", "liable")


def prepared(SimulationBuilder, *classes):  # noqa: N803 - a class
    """Return what sets every input of every month; the work forgets its answers and asks again."""
    system = _system(*classes)

    def prepare(task):
        held = np.load(task["arrays"])
        simulation = SimulationBuilder().build_default_simulation(system, count=len(held["age"]))
        for month in task["names"]:
            simulation.set_input("income", month, held["income"])
            simulation.set_input("age", month, held["age"])
            simulation.set_input("exempt_origin", month, held["exempt"])

        def work():
            return [_asked(simulation, f"due_{task['shape']}", month) for month in task["names"]]

        return work

    return prepare


def _asked(simulation, name, month):
    for forgotten in WORKED_OUT:
        simulation.delete_arrays(forgotten, month)
    return simulation.calculate(name, month).sum(dtype=np.float64)


def _system(Entity, ParameterNode, MONTH, TaxBenefitSystem, Variable):  # noqa: N803 - classes
    """Write the rule with one tool's classes: parameters by date, variables by month."""
    person = Entity("person", "persons", "", "")
    system = TaxBenefitSystem([person])
    system.parameters = ParameterNode(
        "",
        data={
            "allowance": {"values": {"2010-01-01": {"value": 500}, CHANGE: {"value": 520}}},
            "low": {"values": {"2010-01-01": {"value": 0.1}, CHANGE: {"value": 0.12}}},
            "high": {"values": {"2010-01-01": {"value": 0.2}}},
        },
    )

    def variable(variable_name, kind, rule=None):
        fields = {
            "value_type": kind,
            "entity": person,
            "definition_period": MONTH,
            "label": variable_name,
            "__module__": __name__,
        }
        if rule is not None:
            fields["formula"] = rule
        system.add_variable(type(variable_name, (Variable,), fields))

    def liable(persons, period):
        return persons("exempt_origin", period) == 0

    def base(persons, period, parameters):
        return np.maximum(persons("income", period) - parameters(period).allowance, 0)

    def rate(persons, period, parameters):
        at = parameters(period)
        return np.where(persons("income", period) < 2000, at.low, at.high)

    def part(persons, period):
        return np.where(persons("age", period) < 25, 0.5, 1.0)

    def due_nested(persons, period):
        due = persons("base", period) * persons("rate", period) * persons("part", period)
        return due * persons("liable", period)

    def due_flat(persons, period, parameters):
        return persons("income", period) * parameters(period).low

    variable("income", float)
    variable("age", float)
    variable("exempt_origin", int)
    variable("liable", bool, liable)
    for rule in (base, rate, part, due_nested, due_flat):
        variable(rule.__name__, float, rule)
    return system
