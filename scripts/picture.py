"""Make docs/_static/brief.png: two parts of a real brief, side by side, as Chromium shows them.

Usage: python scripts/picture.py us-mexico-2019-run/brief.html
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PICTURE = Path(__file__).parents[1] / "docs" / "_static" / "brief.png"
PARTS = ("", "#border")
WIDTH, HEIGHT = 800, 800
FRAME = '<iframe src="{}" width="{}" height="{}" scrolling="no" style="border:0"></iframe>'


def main(page: Path) -> None:
    """Photograph the top of a page beside its first chart; no network, a light background."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("chromium is missing: apt-get install chromium")
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    address = page.resolve().as_uri()
    with tempfile.TemporaryDirectory() as scratch:
        both = Path(scratch) / "both.html"
        frames = (FRAME.format(f"{address}{part}", WIDTH, HEIGHT) for part in PARTS)
        both.write_text(f'<body style="margin:0;display:flex">{"".join(frames)}</body>')
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        size = f"--window-size={WIDTH * len(PARTS)},{HEIGHT}"
        subprocess.run(  # noqa: S603
            [
                chromium, *options, f"--user-data-dir={scratch}/profile", size,
                f"--screenshot={PICTURE}", both.as_uri(),
            ],
            check=True,
        )  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
