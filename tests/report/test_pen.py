"""The pen: charts are drawn by a process beside the one that reckons the page."""

import os
import signal

import pytest

from entente.problems import EntenteError
from entente.report import pen

_DOT = {"mark": "point", "data": {"values": [{}]}, "encoding": {}}


def test_a_drawing_is_named_for_its_readers_and_its_parts_for_its_page():
    drawing = pen.begin({**_DOT, "mark": {"type": "area", "clip": True}}, {}, "dot", 'a "dot" < 1')
    assert 'aria-label="a &quot;dot&quot; &lt; 1"' in drawing.result()
    assert 'id="dot-0"' in drawing.result()


def test_a_pen_that_died_is_replaced():
    first = pen.begin(_DOT, {}, "dot", "a dot").result()
    other = pen._pen(os.getpid()).begin()
    other.send_signal(signal.SIGKILL)
    other.wait()
    assert pen.begin(_DOT, {}, "dot", "a dot").result() == first


def test_a_chart_that_cannot_be_drawn_says_its_name():
    with pytest.raises(EntenteError, match="cannot draw crooked: "):
        pen.begin({"mark": "no such mark"}, {}, "crooked", "").result()
    assert "<svg" in pen.begin(_DOT, {}, "dot", "a dot").result()
