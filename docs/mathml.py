"""Formulas as MathML, which browsers draw themselves: no script and no network is needed."""

import re
from typing import Any

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx

_NUMBER = re.compile(r"\\tag\{(?P<number>[^}]*)\}")


def inline(writer: Any, node: nodes.math) -> None:
    """Write a formula in a line of text."""
    writer.body.append(tex2mathml(node.astext()))
    raise nodes.SkipNode


def display(writer: Any, node: nodes.math_block) -> None:
    """Write a formula of its own, with its number beside it where it has one."""
    text = node.astext()
    tag = _NUMBER.search(text)
    drawn = tex2mathml(_NUMBER.sub("", text).strip(), as_block=True)
    number = f'<span class="eqno">({tag["number"]})</span>' if tag else ""
    writer.body.append(f'<div class="math">{number}{drawn}</div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Let Sphinx write formulas so."""
    app.add_html_math_renderer("mathml", (inline, None), (display, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
