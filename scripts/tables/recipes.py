"""Which table is made how, and from which official files."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from tables import migration, prices, sample, tariff, trade
from tables.rows import Table, same_columns

_WORLD: Final = {
    "trade.csv.gz": ("exporter", "importer", "sector", "value"),
    "tariff.csv": ("importer", "exporter", "sector", "rate"),
    "tariff_ustr_2025.csv": ("importer", "exporter", "sector", "rate"),
    "tariff_ustr_2025_mirror.csv": ("importer", "exporter", "sector", "rate"),
    "input_output.csv": ("country", "using_sector", "supplying_sector", "share"),
    "value_added.csv": ("country", "sector", "share"),
    "theta.csv": ("sector", "theta", "tradable"),
    "deficit.csv": ("country", "value"),
}

Recipe: TypeAlias = tuple[Callable[..., Table], tuple[str, ...]]  # how, and from which source files

FROM_MIGRATION: Final[Mapping[str, Recipe]] = {
    "border_counts.csv": (migration.border_counts, ("observations.csv",)),
    "border_sectors.csv": (migration.border_sectors, ("usbp_sw_monthly_sector.csv",)),
    "return_to_wait.csv": (migration.return_to_wait, ("mpp_monthly.csv",)),
    "court_backlog.csv": (migration.court_backlog, ("eoir_backlog_annual.csv",)),
    "asylum.csv": (
        migration.asylum,
        (
            "unhcr_asylum_applications_corridor_annual.csv",
            "unhcr_asylum_decisions_corridor_annual.csv",
        ),
    ),
    "corridor_nodes.csv": (migration.corridor_nodes, ("corridor_nodes.csv",)),
    "corridor_links.csv": (migration.corridor_links, ("corridor_links.csv",)),
}
_TARIFFS: Final = (
    "usitc_tariff_database_2017_extract.csv.gz",
    "hts_2025_basic_edition.csv.gz",
)
_SAMPLE: Final = (
    "us_imports_mexico_2024_hts10.csv.gz",
    "usmca_claim_share_mexico_hts10_2024.csv.gz",
    *_TARIFFS,
)
_IMPORTS: Final = "us_imports_monthly_hs2_by_partner_2013_2019.csv.gz"
_BEA: Final = "bea_io_2024_summary"
FROM_TRADE: Final[Mapping[str, Recipe]] = {
    "us_imports_mexico.csv.gz": (trade.imports_from_mexico, (_IMPORTS,)),
    "us_imports_by_origin.csv": (trade.imports_by_origin, (_IMPORTS,)),
    "us_state_imports_mexico.csv": (
        trade.state_imports,
        ("us_state_imports_from_mexico_2018_partial.csv",),
    ),
    "us_imports_hs6.csv.gz": (trade.imports_by_product, ("us_imports_2024_hs6_by_partner.csv.gz",)),
    "consumer_spending.csv": (prices.consumer_spending, (f"{_BEA}/pce_bridge.csv",)),
    "consumer_prices.csv.gz": (
        prices.consumer_prices,
        (
            f"{_BEA}/pce_bridge.csv",
            f"{_BEA}/bea_use_import.csv",
            f"{_BEA}/bea_commodity_use_totals.csv",
            f"{_BEA}/bea_industry_output.csv",
            f"{_BEA}/bea_requirements_domestic.csv",
            "us_imports_2024_hs6_by_partner.csv.gz",
        ),
    ),
    "goods_words.csv": (tariff.goods_words, ("fentanyl_carveout_products.csv",)),
    "base_rates.csv.gz": (tariff.base_rates, _TARIFFS),
    "preference_claims.csv": (tariff.preference_claims, _SAMPLE),
    "sample_imports.csv": (sample.sample_imports, _SAMPLE),
    "sample_lines.csv": (sample.sample_lines, _SAMPLE),
    "sigma_by_chapter.csv": (
        trade.sigma_by_chapter,
        ("elasticities/broda_weinstein_us_median_sigma_by_hs2.csv",),
    ),
    **{
        f"world-2023/{name}": (
            lambda table, columns=columns: same_columns(table, columns),
            (f"world-2023/{name}",),
        )
        for name, columns in _WORLD.items()
    },
}
