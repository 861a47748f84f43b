"""The pen: a process beside this one that turns the specification of a chart into SVG.

The engine that draws holds Python's lock for as long as it draws, so that a thread of this process
would only take turns with the page; a process of its own draws while the page is reckoned further.
"""

import json
import os
import re
import subprocess
import sys
from atexit import register
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import Any, Final, TextIO, final

from entente.problems import EntenteError

_NOISE: Final = re.compile(
    r' (?:role|aria-[a-z]+|class|pointer-events|style|xmlns(?::xlink)?|version)="[^"]*"'
)
_ID: Final = re.compile(r'id="([^"]+)"')
_PATH: Final = re.compile(r' (?:d|transform)="[^"]*"')
_DECIMALS: Final = re.compile(r"(\d+\.\d)\d+")
_FIRST: Final = {"mark": "text", "data": {"values": [{}]}, "encoding": {"text": {"value": "0"}}}


def ready() -> None:
    """Let the engine start now: it takes half a second, in which a run can be read."""
    _hand(os.getpid()).submit(_pen(os.getpid()).begin)


def begin(
    specification: dict[str, Any], customs: dict[str, Any], name: str, alternative: str
) -> Future[str]:
    """Begin to draw a chart as one inline SVG image that scales to its column.

    specification   Vega-Lite, with its configuration
    customs         how numbers and dates are written, as vl-convert takes them
    name            makes the identifiers inside unique on a page of many charts
    alternative     names the image for readers

    Raises, when the drawing is asked for, EntenteError where the engine cannot draw it.
    """
    pen = _pen(os.getpid())
    return _hand(os.getpid()).submit(pen.draw, [specification, customs, name, alternative])


@cache
def _hand(_process: int) -> ThreadPoolExecutor:
    """Return this process's one thread that waits for the pen, which draws one chart at a time."""
    return ThreadPoolExecutor(1, "hand")


@cache
def _pen(process: int) -> "_Pen":
    return _Pen(process)


@final
class _Pen:
    """This process's end of the pen; one that has died is replaced by the next drawing."""

    def __init__(self, process: int) -> None:
        self._process = process
        self._other: subprocess.Popen[str] | None = None
        register(self.lay_down)

    def begin(self) -> subprocess.Popen[str]:
        """Return the process that draws, started where there is none."""
        if self._other is None or self._other.poll() is not None:
            self.lay_down()
            places = os.pathsep.join(filter(None, sys.path))
            self._other = subprocess.Popen(  # noqa: S603
                [sys.executable, "-P", "-m", __name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
                env=os.environ | {"PYTHONPATH": places, "PYTHONUTF8": "1"},
                start_new_session=True,  # Ctrl-C is the business of this process
            )
        return self._other

    def draw(self, wish: list[Any]) -> str:
        """Hand over a chart and wait for it."""
        other = self.begin()
        assert other.stdin is not None
        assert other.stdout is not None
        try:
            other.stdin.write(json.dumps(wish) + "\n")
            other.stdin.flush()
            answer = other.stdout.readline()
        except OSError:
            answer = ""
        if not answer:
            raise EntenteError(f"cannot draw {wish[2]}: the process that draws charts has ended")
        svg, refused = json.loads(answer)
        if refused:
            raise EntenteError(f"cannot draw {wish[2]}: {refused}")
        return str(svg)

    def lay_down(self) -> None:
        """End the process, unless this one is a fork of the process that started it."""
        if self._other is not None and self._process == os.getpid():
            self._other.kill()
            self._other.communicate()


def serve(wishes: TextIO, answers: TextIO) -> None:
    """Draw each chart that a line of `wishes` asks for, until they end.

    Each answer is a line: the drawing, or what the engine refuses.
    """
    import vl_convert

    vl_convert.vegalite_to_svg(_FIRST)  # the engine and its fonts are loaded by a first chart
    for line in wishes:
        specification, customs, name, alternative = json.loads(line)
        try:
            svg = vl_convert.vegalite_to_svg(specification, **customs)
            answer = [_inline(svg, name, alternative), None]
        except ValueError as failure:
            answer = [None, str(failure).split("\n    at ")[0]]  # without the engine's own lines
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _inline(svg: str, name: str, alternative: str) -> str:
    """Make an element of a page of the engine's file."""
    opening = re.match(r'<svg[^>]*viewBox="([^"]+)"[^>]*>', svg)
    assert opening is not None, "vl-convert writes a viewBox"
    body = _PATH.sub(_shorter, _NOISE.sub("", svg[opening.end() :]))
    body = _own_identifiers(body, name)
    width = opening[1].split()[2]
    label = alternative.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return (
        f'<svg role="img" aria-label="{label}" viewBox="{opening[1]}" width="{width}" '
        f'focusable="false">{body}'
    )


def _shorter(path: re.Match[str]) -> str:
    """Keep a tenth of a pixel."""
    return _DECIMALS.sub(r"\1", path[0])


def _own_identifiers(body: str, name: str) -> str:
    """Give the identifiers numbers in order of appearance, under the chart's own name."""
    for index, old in enumerate(dict.fromkeys(_ID.findall(body))):
        body = body.replace(f'id="{old}"', f'id="{name}-{index}"')
        body = body.replace(f"url(#{old})", f"url(#{name}-{index})")
    return body


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout)
