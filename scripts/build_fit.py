"""Learn the forecast's shipped fit from the shipped counts. Same counts in, same bytes out."""

import csv
import gzip
import io
import sys
from pathlib import Path
from typing import Final

from entente.files import write_whole
from entente.world.movement.pressure.outlook import learn
from entente.world.movement.pressure.shipped import COLUMNS, ORIGIN, table_rows
from entente.world.sources import border_counts

SHIPPED: Final = Path(__file__).parent.parent / "src" / "entente" / "data" / "forecast_fit.csv.gz"


def main() -> None:
    """Write the table."""
    known = border_counts().through(ORIGIN)
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\n")
    sheet.writerow(COLUMNS)
    sheet.writerows(table_rows(known, learn(known, ORIGIN)))
    write_whole(SHIPPED, gzip.compress(out.getvalue().encode(), 9, mtime=0))
    sys.stdout.write(f"{SHIPPED}\n")


if __name__ == "__main__":
    main()
