"""Entry lines for tests: written to a file, priced, read back."""

import csv
from functools import cache

from entente.accord.usable import usable
from entente.cases.lines.duty import duty
from entente.cases.lines.table import EntryTable

known = cache(usable)


def written(folder, lines, name="lines.csv"):
    path = folder / name
    with path.open("w", newline="") as file:
        columns = list(dict.fromkeys(key for line in lines for key in line))
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(lines)
    return path


def priced(folder, lines, *accords, **options):
    table = EntryTable.read(written(folder, lines))
    found = duty(table, [known(name) for name in accords], **options)
    return found.table.to_pyarrow().to_pylist(), found


def rates(folder, lines, *accords, **options):
    """Return the added rate of each line."""
    named = [{"line_id": str(n)} | line for n, line in enumerate(lines)]
    return [row["additional_rate"] for row in priced(folder, named, *accords, **options)[0]]
