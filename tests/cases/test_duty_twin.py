"""The engine agrees to the cent with plain decimals, on lines with every column that it reads."""

# ruff: noqa: DTZ001 - local clocks

from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from lines_of import priced
from slow_duty import CARS, LISTED, STEEL
from slow_duty import priced as by_hand

EDGES = [
    datetime(2025, 2, 4, 0, 1), datetime(2025, 3, 4, 0, 1), datetime(2025, 3, 7),
    datetime(2025, 3, 7, 0, 1), datetime(2025, 3, 12, 0, 1), datetime(2025, 4, 2, 0, 1),
    datetime(2025, 4, 3, 0, 1), datetime(2025, 6, 4, 0, 1), datetime(2025, 8, 1, 0, 1),
    datetime(2025, 10, 1), datetime(2025, 11, 10, 0, 1), datetime(2026, 2, 24),
    datetime(2026, 2, 24, 0, 1), datetime(2026, 2, 28, 0, 1), datetime(2026, 4, 6),
    datetime(2026, 7, 24, 0, 1),
]  # fmt: skip
NUMBERS = (
    *CARS,
    *STEEL,
    "8544300000",
    "8411118000",
    "0102294000",
    "0402295000",
    "9903880100",
    *LISTED,
)
instants = st.one_of(
    st.datetimes(datetime(2025, 1, 1), datetime(2026, 9, 1)).map(
        lambda moment: moment.replace(microsecond=0)
    ),
    st.builds(
        lambda edge, seconds: edge + timedelta(seconds=seconds),
        st.sampled_from(EDGES),
        st.integers(-1, 1),
    ),
)
shares = st.decimals(0, 1, places=2)
entries = st.fixed_dictionaries(
    {
        "origin": st.sampled_from(("MEX", "CAN", "CHN", "DEU", "CUB", "RUS", "BRA")),
        "hts": st.sampled_from(NUMBERS),
        "entry_date": instants,
        "warehouse_withdrawal_date": st.none() | instants,
        "ftz_status": st.sampled_from(("none", "none", "nonprivileged", "privileged")),
        "ftz_admission_date": instants,
        "preference": st.sampled_from(("none", "USMCA")),
        "goods": st.sampled_from(("other", "energy", "potash")),
        "transshipped": st.booleans(),
        "mode": st.sampled_from(("truck", "vessel", "air")),
        "final_mode": st.sampled_from((None, "truck", "vessel")),
        "loaded_date": st.none() | st.dates(date(2025, 1, 29), date(2025, 2, 3))
        | st.dates(date(2026, 2, 22), date(2026, 2, 25)),
        "chapter98": st.sampled_from(("none",) * 4 + ("98020040", "98020080")),
        "us_content_share": shares,
        "steel_share": st.none() | shares,
        "value_usd": st.decimals(0, 10**9, places=2),
        "base_rate_percent": st.none() | st.decimals(0, 350, places=4),
        "quantity": st.decimals(0, 10**6, places=2),
        "unit": st.sampled_from(("kg", "no")),
    }
)  # fmt: skip


def cell(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def test_the_engine_agrees_to_the_cent_with_plain_decimals(tmp_path):
    lines = []

    @given(entries)
    @settings(max_examples=300, phases=[Phase.generate], database=None)
    def draw(line):
        lines.append(line)

    draw()
    named = [{"line_id": n} | {k: cell(v) for k, v in line.items()} for n, line in enumerate(lines)]
    rows, _ = priced(tmp_path, named, "us-section-301-232", "us-ieepa-2025-26")
    for row, line in zip(rows, lines, strict=True):
        expected = by_hand(line)
        found = {name: row[name] for name in expected} | {
            "additional_rate": Decimal(row["additional_rate"])
        }
        assert found == expected, line
