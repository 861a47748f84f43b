"""`entente claims`: published figures held against what arithmetic allows."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from entente.cli.options import LANGUAGE
from entente.cli.telling import tell

if TYPE_CHECKING:
    from entente.world.trade.claims import Claim


@click.command(epilog="Example:  entente claims")
@click.argument("claims", required=False, type=click.Path(path_type=Path))
@LANGUAGE
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
        tell(_sentences(claim, each))


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


def _sentences(claim: "Claim", told: dict[str, Any]) -> list[str]:
    """Write a claim, the duty beside it, and its alarms."""
    from entente.language import figures, phrase
    from entente.report.amounts import percentage

    value = f"{figures(claim.value)} {phrase(claim.unit)}"
    if claim.in_dollars:
        value = phrase("{amount} bn USD a year", amount=_billions(claim.value))
    said = phrase(
        "{who}, {day}: {measure} {value} at {rate}",
        who=claim.who,
        day=claim.said_on,
        measure=phrase(claim.measure),
        value=value,
        rate=percentage(claim.rate),
    )
    lines = [said, "  " + _bound(told["mechanical_usd"])]
    if told["in_the_long_run_usd"] is not None:
        turned = phrase(
            "duty once buyers turn away: {soon} bn at once, {late} bn in the long run",
            soon=_billions(told["after_a_year_usd"]),
            late=_billions(told["in_the_long_run_usd"]),
        )
        lines.append("  " + turned)
    alarms = (phrase("distrust: {alarm}", alarm=alarm) for alarm in told["alarms"])
    return [*lines, *("  " + alarm for alarm in alarms), ""]


def _bound(mechanical: float | None) -> str:
    from entente.language import phrase

    if mechanical is None:
        return phrase("ours: not estimated for this package")
    return phrase("rate times goods imported: {amount} bn USD", amount=_billions(mechanical))


def _billions(dollars: float) -> str:
    from entente.language import decimal

    return decimal(dollars / 1e9, 1)
