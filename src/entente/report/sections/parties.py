"""What the parties would choose, and which deals both prefer."""

from entente.language import decimal, phrase
from entente.report.reading import Reading
from entente.report.sections.section import Section, some


def choosing(reading: Reading) -> Section:
    """Say what the parties would choose, and why, where the run was asked to reckon it."""
    heading = phrase("What the parties would choose")
    if reading.run.played is None:
        return Section("choosing", heading)
    from entente.report.figures.choosing import tree  # needs the model; few runs are played
    from entente.report.playing import reasons, rungs_table

    opening = phrase(
        "Reckoned from what each would gain, by the stakes written in the accord; not observed, "
        "and no better than those numbers."
    )
    played = reading.run.played
    ladder = some(rungs_table(played))
    return Section("choosing", heading, opening, (tree(played),), ladder, reasons(played))


def bargaining(reading: Reading) -> Section:
    """Show what a negotiation beside the run has found: the frontier, who waits, where it ends."""
    heading = phrase("Is there a better deal for both?")
    found = reading.deals
    if found is None:
        return Section("deals", heading)
    from entente.report import dealing  # needs the model, as above
    from entente.report.figures.deals import frontier

    opening = phrase(
        "{headline}, against {text}: {deals} deals of {draws} draws each.",
        headline=dealing.headline(found),
        text=found.against,
        deals=decimal(len(found.shares)),
        draws=decimal(found.draws),
    )
    points = (dealing.points_table(found),) if found.points else ()
    tables = (*points, dealing.stakes_table(found))
    told = (*dealing.sentences(found), *dealing.error_sentences(found))
    return Section("deals", heading, opening, (frontier(found),), tables, told)
