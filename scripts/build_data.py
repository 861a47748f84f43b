"""Rebuild the shipped tables of entente from the files that the official sources publish.

What a table means, where it comes from and what to beware of stands in
src/entente/data/datapackage.json. Same files in, same bytes out.
"""

import argparse
import gzip
import sys
from pathlib import Path
from typing import Final

from entente.files import write_whole
from tables.recipes import FROM_MIGRATION, FROM_TRADE
from tables.rows import read, written

SHIPPED: Final = Path(__file__).parent.parent / "src" / "entente" / "data"


def build(migration: Path | None, trade: Path | None, out: Path) -> list[Path]:
    """Rebuild the tables whose source folders are given; return the files written."""
    done = []
    for folder, recipes in ((migration, FROM_MIGRATION), (trade, FROM_TRADE)):
        if folder is None:
            continue
        for name, (recipe, sources) in recipes.items():
            text = written(recipe(*(read(folder / source) for source in sources)))
            raw = text.encode()
            write_whole(out / name, gzip.compress(raw, 9, mtime=0) if name.endswith(".gz") else raw)
            done.append(out / name)
    return done


def main() -> None:
    """Read the command line and rebuild."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Example:  python scripts/build_data.py --migration M --trade T\n\n"
        "Files wanted in the folder of --migration:\n  "
        + "\n  ".join(sorted({s for _, sources in FROM_MIGRATION.values() for s in sources}))
        + "\nFiles wanted in the folder of --trade (plain or gzipped as named):\n  "
        + "\n  ".join(sorted({s for _, sources in FROM_TRADE.values() for s in sources})),
    )
    parser.add_argument("--migration", type=Path, help="folder with the border and asylum files")
    parser.add_argument("--trade", type=Path, help="folder with the import files and elasticities")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="default: the package's tables")
    chosen = parser.parse_args()
    if not (chosen.migration or chosen.trade):
        parser.error("name at least one source folder with --migration or --trade")
    for path in build(chosen.migration, chosen.trade, chosen.out):
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
