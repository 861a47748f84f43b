"""A finished run, and a file of imports, that tests of the verb share."""

from datetime import date
from pathlib import Path

import pytest

from entente.accord.choices import Choices
from entente.accord.text import read
from entente.lab.settings import Settings
from entente.outcome.simulate import simulate

IMPORTS = """\
line_id,product,supplier,hts,origin,base_rate_percent,mode,need_units,stock_units,store_units,store_usd,short_usd,price_usd,freight_usd,lead_months,switch_usd
harness-mx,harness,Norte,85443000,MEX,5,truck,1000,500,3000,0.2,60,40,1,0,
harness-cn,harness,=Ost,85443000,CHN,5,vessel,,,,,,38,3,2,20000
tomato,,Campo,07020020,MEX,0,truck,5000,0,0,0,4,1.5,0.1,0,
"""


@pytest.fixture(scope="module")
def imports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("imports") / "imports.csv"
    path.write_text(IMPORTS, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a run of 40 draws over six months in which the duties may resume in September."""
    folder = tmp_path_factory.mktemp("runs") / "deal"
    simulate(read("us-mexico-2019"), Settings(40, 6, date(2019, 6, 1), 1, Choices())).save(folder)
    return folder
