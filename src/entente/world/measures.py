"""What the world reports of each month: every measure with its title, unit and axes."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from entente.places import ALL, CHAPTERS, DEMOGRAPHICS, GROUPS, SECTORS

Axis: TypeAlias = Literal["group", "demographic", "sector", "chapter", "state"]
Kind: TypeAlias = Literal["flow", "stock", "rate"]
Subject: TypeAlias = Literal["people", "states", "trade"]

# States that can receive people under an accord, in array order [state].
RECEIVING: Final = ("MEX", "GTM", "HND", "SLV")

AXES: Final[dict[Axis, tuple[str, ...]]] = {
    "group": GROUPS,
    "demographic": DEMOGRAPHICS,
    "sector": SECTORS,
    "chapter": CHAPTERS,
    "state": RECEIVING,
}


@dataclass(frozen=True, slots=True)
class Measure:
    """One measured quantity of a month; arrays of it are [draw, *axes].

    `place` is where it is counted when no axis says so. `subject` says whose outcome it is:
    reports set outcomes for people beside outcomes for states. `breaks_down` names the measure, if
    any, whose total this one repeats by finer cells.
    """

    name: str
    title: str
    unit: str
    axes: tuple[Axis, ...]
    kind: Kind
    subject: Subject
    place: str
    breaks_down: str = ""

    @property
    def counts_people(self) -> bool:
        """Counts of people or of events are published with a minimum cell; others are not."""
        return self.unit in ("persons", "events")

    def cells(self) -> list[tuple[str, str]]:
        """Name the published cells (place, group) in array order, without the total."""
        if not self.axes:
            return [(self.place, ALL)]
        (axis,) = self.axes
        in_place = axis in ("sector", "state")
        return [(label, ALL) if in_place else (self.place, label) for label in AXES[axis]]


def _people(name: str, title: str, place: str, *axes: Axis, unit: str = "persons") -> Measure:
    return Measure(name, title, unit, axes, "flow", "people", place)


def _stock(name: str, title: str, place: str, *axes: Axis, unit: str = "persons") -> Measure:
    return Measure(name, title, unit, axes, "stock", "people", place)


def _wait(name: str, title: str, place: str = "MEX") -> Measure:
    return Measure(name, title, "months", (), "rate", "people", place)


def _dollars(name: str, title: str) -> Measure:
    return Measure(name, title, "USD", ("chapter",), "flow", "trade", "USA")


def _percent(name: str, title: str, place: str) -> Measure:
    return Measure(name, title, "percent", (), "rate", "trade", place)


MEASURES: Final = (
    _people("departures", "People who set out north", ALL, "group"),
    _stock("in_transit", "People on the way through Mexico", "MEX", "group"),
    _people("detentions_mexico", "Detentions in Mexico", "MEX", "group", unit="events"),
    _stock("detained_mexico", "People held in Mexican detention", "MEX"),
    Measure(
        "detention_occupancy",
        "Mexican detention, people held per 100 places",
        "percent",
        (),
        "rate",
        "people",
        "MEX",
    ),
    Measure(
        "detained_demographic",
        "People held in Mexican detention, by family status",
        "persons",
        ("demographic",),
        "stock",
        "people",
        "MEX",
        "detained_mexico",
    ),
    _people("returns_mexico", "People returned to their country by Mexico", "MEX", "group"),
    _people("asylum_claims_mexico", "Asylum claims in Mexico", "MEX", "group"),
    _stock("asylum_pending_mexico", "Asylum claims waiting in Mexico", "MEX"),
    _wait("asylum_wait_mexico", "Wait for an asylum decision in Mexico, for the last in line"),
    _wait("asylum_waited_median", "Time waited for asylum in Mexico so far, half of those in line"),
    _wait(
        "asylum_waited_p90", "Time waited for asylum in Mexico so far, nine in ten of those in line"
    ),
    _people("protected_mexico", "People granted protection in Mexico", "MEX"),
    Measure(
        "apprehensions",
        "Border Patrol apprehensions, south-west border",
        "events",
        ("group",),
        "flow",
        "states",
        "USA",
    ),
    Measure(
        "apprehensions_sector",
        "Border Patrol apprehensions by sector",
        "events",
        ("sector",),
        "flow",
        "states",
        "USA",
        "apprehensions",
    ),
    Measure(
        "apprehensions_demographic",
        "Border Patrol apprehensions by family status",
        "events",
        ("demographic",),
        "flow",
        "states",
        "USA",
        "apprehensions",
    ),
    Measure(
        "port_encounters",
        "People found inadmissible at ports of entry",
        "events",
        (),
        "flow",
        "states",
        "USA",
    ),
    Measure(
        "encounters",
        "Encounters, between ports and at ports",
        "events",
        (),
        "flow",
        "states",
        "USA",
    ),
    _people("distinct_persons", "Persons behind the encounters, never met before", "USA"),
    Measure(
        "repeat_share",
        "Encounters of people met before",
        "percent",
        (),
        "rate",
        "people",
        "USA",
    ),
    _stock("deaths_border", "Deaths on record at the border since the run began, at least", "USA"),
    _people("return_to_wait", "People sent to wait in Mexico", "MEX", "group"),
    _stock("waiting_returned", "People sent back who wait in Mexico for a US hearing", "MEX"),
    _wait("returned_wait", "Time that people sent back have waited, average"),
    _stock("waiting_metered", "People on waiting lists at ports of entry", "MEX"),
    _stock(
        "stranded",
        "People who wait in Mexico to enter, by the sector on their way",
        "MEX",
        "sector",
    ),
    Measure(
        "waiting_demographic",
        "People waiting in Mexico for asylum, a port or a US hearing, by family status",
        "persons",
        ("demographic",),
        "stock",
        "people",
        "MEX",
    ),
    Measure(
        "waiting_days",
        "Days that people waited in Mexico for asylum, a port or a US hearing, together",
        "person-days",
        (),
        "flow",
        "people",
        "MEX",
    ),
    _wait("metered_wait", "Wait for admission at a port of entry, for the last in line"),
    _people("transferred", "People transferred to another state for asylum", ALL, "state"),
    _people("transfer_access", "People transferred who began an asylum application", ALL),
    _people("transferred_without_access", "People transferred who began none", ALL),
    _people("transfer_shortfall", "People whose agreed transfer had no place", "USA"),
    _people("released", "People released into the US court queue", "USA", "group"),
    _stock("court_queue", "Cases waiting in US immigration court", "USA", unit="cases"),
    _wait("court_wait", "Wait for a US court decision, for the last in line", "USA"),
    _wait("court_waited_median", "Time that US cases have waited so far, half of them", "USA"),
    _wait("court_waited_p90", "Time that US cases have waited so far, nine in ten of them", "USA"),
    _people("protected_usa", "People granted protection in the United States", "USA"),
    _people("returned_usa", "People returned to their country by the US", "USA", "group"),
    _people("returned_undecided", "People returned before any decision on a claim", ALL),
    Measure(
        "returned_demographic",
        "The same, by family status",
        "persons",
        ("demographic",),
        "flow",
        "people",
        ALL,
        "returned_undecided",
    ),
    Measure(
        "guard_south",
        "Mexican forces at the southern border",
        "personnel",
        (),
        "stock",
        "states",
        "MEX",
    ),
    Measure(
        "duty_rate",
        "Added duty, average over imports from Mexico",
        "percent",
        (),
        "rate",
        "trade",
        "USA",
    ),
    _dollars("imports", "US imports from Mexico, customs value"),
    _dollars("duty_revenue", "Added duty collected"),
    _dollars("buyers_cost", "Cost to American buyers"),
    _dollars("deadweight", "Loss beyond what is transferred"),
    _dollars("diverted", "Bought from other countries in Mexico's place"),
    _dollars("consumers_cost", "Part of it that reaches American consumers"),
    _percent("shop_prices", "Rise of shop prices over the usual cost of goods from Mexico", "USA"),
    _percent("activity_mexico", "Mexican activity, change through goods and people", "MEX"),
    _percent("real_income_usa", "Long run, if this month's duty lasts: US real income", "USA"),
    _percent("real_income_mexico", "Long run, if it lasts: Mexican real income", "MEX"),
)

BY_NAME: Final = {measure.name: measure for measure in MEASURES}
