"""Try the reader of accords on broken texts for some minutes; say what was found.

Texts are cut, doubled, mixed up and written over, from random valid accords and from the shipped
ones; each must give located problems or run, and never a traceback. The text that fails is made
small and left in `fuzz-failure.toml`.

    python scripts/fuzz.py [MINUTES]
"""

import sys
import time
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "accord"))

from random_accords import broken, tried, valid  # noqa: E402

from entente.accord.text import shipped, text_of  # noqa: E402

BATCH = 100
TEXTS = st.one_of(valid(), st.sampled_from([text_of(name) for name in shipped()]))


def main() -> int:
    """Run batch after batch until the time is up; 1 where something failed."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    began, count = time.monotonic(), Counter[str]()
    batch = 0
    while time.monotonic() - began < 60 * minutes:
        batch += 1

        @seed(batch)
        @settings(max_examples=BATCH, deadline=None, database=None,
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(TEXTS.flatmap(broken))
        def once(text: str) -> None:
            count["texts"] += 1
            try:
                tried(text)
            except BaseException:
                Path("fuzz-failure.toml").write_text(text, encoding="utf-8", newline="")
                raise

        once()
    print(f"{count['texts']:,} texts in {time.monotonic() - began:.0f} s, no failure")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
