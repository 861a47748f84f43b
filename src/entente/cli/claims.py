"""`entente claims`: published figures held against what arithmetic allows."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from entente.world.trade.claims import Claim


@click.command(epilog="Example:  entente claims")
@click.argument("claims", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="print claims and alarms for machines")
def command(claims: Path | None, as_json: bool) -> None:
    """Hold published figures against the mechanical bound, and say what to distrust.

    CLAIMS is a CSV file: estimate, who, said_on, measure (duty, cost, output, jobs, wages,
    welfare), rate_percent, value, unit, scope (goods, goods and services), covers (ISO codes joined
    by +), definition, source. Left out, it is what was published on the threat of June 2019.
    """
    import json

    from entente.world.trade.claims import read_claims

    read = read_claims(claims)
    told = [_told(claim, read) for claim in read]
    if as_json:
        click.echo(json.dumps(told, indent=1))
        return
    for claim, each in zip(read, told, strict=True):
        click.echo(_sentence(claim, each))


def _told(claim: "Claim", others: "tuple[Claim, ...]") -> dict[str, Any]:
    from dataclasses import asdict

    from entente.world.trade.claims import alarms, duty_after

    of_mexico = claim.covers == ("MEX",)
    return {
        **asdict(claim),
        "mechanical_usd": claim.mechanical,
        "after_a_year_usd": duty_after(claim.rate, "short") if of_mexico else None,
        "in_the_long_run_usd": duty_after(claim.rate) if of_mexico else None,
        "alarms": list(alarms(claim, others)),
    }


def _sentence(claim: "Claim", told: dict[str, Any]) -> str:
    """Write a claim, the duty beside it, and its alarms."""
    value = (
        f"{claim.value / 1e9:,.1f} bn USD a year"
        if claim.in_dollars
        else (f"{claim.value:,.6g} {claim.unit}")
    )
    lines = [f"{claim.who}, {claim.said_on}: {claim.measure} {value} at {claim.rate:.0%}"]
    if told["mechanical_usd"] is None:
        lines.append("  ours: not estimated for this package")
    else:
        lines.append(f"  rate times goods imported: {told['mechanical_usd'] / 1e9:,.1f} bn USD")
    if told["in_the_long_run_usd"] is not None:
        lines.append(
            f"  duty once buyers turn away: {told['after_a_year_usd'] / 1e9:,.1f} bn at once, "
            f"{told['in_the_long_run_usd'] / 1e9:,.1f} bn in the long run"
        )
    return "\n".join([*lines, *(f"  distrust: {alarm}" for alarm in told["alarms"]), ""])
