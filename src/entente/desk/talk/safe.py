"""Markdown of a stranger made safe: no markup of theirs passes, and few tags of ours."""

from typing import Final

import nh3
from markdown_it import MarkdownIt

_TAGS: Final = {"p", "br", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr"}
_READER: Final = MarkdownIt("commonmark", {"html": False, "linkify": False}).disable(
    ["image", "heading", "lheading", "html_block", "html_inline"]
)


def html(text: str) -> str:
    r"""Turn Markdown into a few safe tags; links go nowhere on our word.

    >>> html("*yes*, <b>no</b>")
    '<p><em>yes</em>, &lt;b&gt;no&lt;/b&gt;</p>\n'
    >>> html("[x](javascript:alert(1))")
    '<p>[x](javascript:alert(1))</p>\n'
    """
    return nh3.clean(
        _READER.render(text),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow ugc noopener",
    )
