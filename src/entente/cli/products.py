"""`entente products`: who sells, pays and gains under new duties, product by product."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from entente.cli.options import AS_JSON, OneOf, records

if TYPE_CHECKING:
    from entente.evidence import FloatArray
    from entente.luck import Luck
    from entente.world.trade.products import Horizon, Market


def _added(
    _context: click.Context, _option: click.Parameter, values: tuple[str, ...]
) -> dict[str, float]:
    """Read ORIGIN=PERCENT pairs as fractions."""
    added = {}
    for value in values:
        origin, _, percent = value.partition("=")
        try:
            rate = float(percent)
        except ValueError:
            rate = float("nan")
        if not (origin and 0 <= rate < 1000):
            raise click.BadParameter(f"{value!r}: write ORIGIN=PERCENT, as MEX=25")
        added[origin] = rate / 100
    return added


@click.command(epilog="Example:  entente products --duty MEX=25 --only 8703 --draws 100")
@click.argument("market", required=False, type=click.Path(path_type=Path))
@click.option(
    "--duty",
    "added",
    multiple=True,
    required=True,
    metavar="ORIGIN=PERCENT",
    callback=_added,
    help="duty added on all goods of an origin, percent of customs value",
)
@click.option("--only", default="", metavar="DIGITS", help="products whose code begins so")
@click.option(
    "--horizon",
    type=OneOf(["long", "short"]),
    default="long",
    show_default=True,
    help="short: the share of the elasticities that is reached at once",
)
@click.option(
    "--method",
    type=OneOf(["exact", "smart"]),
    default="exact",
    show_default=True,
    help="smart: trade created and diverted by the first-order formulas of WITS-SMART",
)
@click.option("--draws", type=click.IntRange(1), default=200, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="write the table here")
@AS_JSON
def command(
    market: Path | None,
    added: Mapping[str, float],
    only: str,
    horizon: "Horizon",
    method: Literal["exact", "smart"],
    draws: int,
    seed: int,
    out: Path | None,
    as_json: bool,
) -> None:
    """Answer duties product by product with an exact nest of origins; USD a year.

    MARKET is a long CSV file, gzipped or not: product (two to ten digits), origin (USA: sales at
    home), imports_usd, duty_usd. Left out, it is US imports of 2024 by six digits from Mexico,
    Canada, China and the other partners held, together. Gives product, origin, measure, mean, p05,
    p50, p95; elasticities are drawn. Origin ALL is the product as a whole, product ALL everything.
    """
    from entente.files import write_whole
    from entente.luck import Luck
    from entente.world.trade.products import read_market

    found = read_market(market).only(only)
    after = found.under(added)
    if method == "smart":
        lines = list(_smart(found, after))
    else:
        lines = list(_exact(found, after, Luck(seed, draws), horizon))
    table = "\n".join([*lines, ""])
    if out is not None:
        write_whole(out, table)
    if as_json:
        click.echo(records(table, words=("product", "origin", "measure")))
    elif out is None:
        click.echo(table, nl=False)
    click.echo(f"{len(found.products):,} products of {len(found.origins)} origins", err=True)


def _exact(
    market: "Market", after: "FloatArray", luck: "Luck", horizon: "Horizon"
) -> Iterator[str]:
    import numpy as np

    from entente.places import ALL
    from entente.world.trade.products import respond

    yield "product,origin,measure,mean,p05,p50,p95"
    whole: dict[tuple[str, str], FloatArray] = {}
    for product, origin, measure, draws in respond(market, after, luck, horizon):
        so_far = whole.get((origin, measure))
        whole[origin, measure] = draws if so_far is None else so_far + draws
        yield _line(product, origin, measure, draws)
    for (origin, measure), draws in whole.items():
        yield _line(ALL, origin, measure, np.asarray(draws))


def _line(product: str, origin: str, measure: str, draws: "FloatArray") -> str:
    import numpy as np

    low, middle, high = np.quantile(draws, [0.05, 0.5, 0.95])
    numbers = (f"{number:.0f}" for number in (draws.mean(), low, middle, high))
    return ",".join([product, origin, measure, *numbers])


def _smart(market: "Market", after: "FloatArray") -> Iterator[str]:
    from entente.world.trade.products import first_order

    yield "product,origin,measure,value"
    for product, origin, measure, value in first_order(market, after):
        yield f"{product},{origin},{measure},{value:.0f}"
