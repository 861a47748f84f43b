"""The sections of a run's page: each with its figures, tables and remarks, left out when empty."""

from entente.report.reading import Reading
from entente.report.sections.happens import (
    bearing,
    border,
    estimates,
    loop,
    outcomes,
    people,
    targets,
    tariff,
)
from entente.report.sections.method import again, assumptions, driving, record
from entente.report.sections.method import period as period
from entente.report.sections.parties import bargaining, choosing
from entente.report.sections.rests import bases as bases
from entente.report.sections.rests import law, sources
from entente.report.sections.rests import sources_of as sources_of
from entente.report.sections.section import Section


def sections(reading: Reading) -> list[Section]:
    """Return the sections that this run has something to say in."""
    every = (
        border(reading),
        targets(reading),
        tariff(reading),
        bearing(reading),
        estimates(reading),
        people(reading),
        loop(reading),
        driving(reading),
        law(reading),
        choosing(reading),
        bargaining(reading),
        outcomes(reading),
        record(reading),
        sources(reading),
        assumptions(reading),
        again(reading),
    )
    return [section for section in every if not section.is_empty]
