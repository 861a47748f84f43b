"""Try the reader of accords on broken texts for some minutes; say what was found.

Texts are cut, doubled, mixed up and written over, from random valid accords and from the shipped
ones; each must give located problems or run, and never a traceback. A text that fails is left in
`fuzz-failure.toml`, with the number that makes it again.

    python scripts/fuzz.py [MINUTES]
"""

import random
import sys
import time
import traceback
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "accord"))

from random_accords import broken, tried, valid  # noqa: E402

from entente.accord.text import shipped, text_of  # noqa: E402

BASES = 60  # random accords to break, beside the shipped ones


def bases() -> list[str]:
    """Return the texts that are broken: the same each time."""
    made: list[str] = []

    @settings(max_examples=BASES, derandomize=True, database=None, deadline=None,
              phases=[Phase.generate], suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(valid())
    def gather(text: str) -> None:
        made.append(text)

    gather()
    return [*made, *(text_of(name) for name in shipped())]


def main() -> int:
    """Break and try text after text until the time is up; 1 where something failed."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    texts, began, usable, number = bases(), time.monotonic(), 0, 0
    while time.monotonic() - began < 60 * minutes:
        number += 1
        luck = random.Random(number)  # noqa: S311 - no secret
        text = broken(luck.choice(texts), luck)
        try:
            usable += tried(text)
        except Exception:
            Path("fuzz-failure.toml").write_text(text, encoding="utf-8", newline="")
            traceback.print_exc()
            print(f"text {number} failed; it is in fuzz-failure.toml")  # noqa: T201
            return 1
    spent = time.monotonic() - began
    print(f"{number:,} texts in {spent:.0f} s, {usable:,} of them usable; no failure")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
