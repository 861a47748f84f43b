"""The page on paper: PDF/UA, with every picture described for readers who do not see it."""

import re
from typing import Any, Final

from entente.problems import EntenteError

# A PDF takes the description of a drawing from its title, a browser from its label.
_LABEL: Final = re.compile(r'(<svg role="img") aria-label="([^"]*)"([^>]*>)')
# What several drawings share stands on a page by itself; on paper no drawing sees another.
_SHARED: Final = re.compile(r'<svg class="unseen"[^>]*>(.*?)</svg>', re.DOTALL)
_SYMBOL: Final = re.compile(r'<symbol id="([^"]+)".*?</symbol>', re.DOTALL)
_NARROW: Final = re.compile(r'<div class="narrow">.*?</svg></div>', re.DOTALL)


def pdf(page: str) -> bytes:
    """Lay a page out on A4 as tagged PDF (PDF/UA-1); the tables behind the charts stay on screen.

    Raises EntenteError where WeasyPrint or the Pango library that it needs is not installed.
    """
    try:
        import weasyprint
    except (ImportError, OSError) as failure:
        message = "a PDF needs WeasyPrint and Pango: pip install 'entente[pdf]'; Debian: libpango"
        raise EntenteError(message) from failure
    titled = _LABEL.sub(r"\1\3<title>\2</title>", _whole(_NARROW.sub("", page)))
    document = weasyprint.HTML(string=titled, url_fetcher=_closed)
    made: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    return made


def _whole(page: str) -> str:
    """Draw what several drawings share, as the land of a map, in each of them."""
    for shared in _SHARED.findall(page):
        for symbol in _SYMBOL.finditer(shared):
            page = page.replace(f'<use href="#{symbol[1]}"/>', _as_group(symbol[0]))
    return _SHARED.sub("", page)


def _as_group(symbol: str) -> str:
    """Take the parts of a symbol out of it; a symbol here has the measures of its drawing."""
    return re.sub(r"</?symbol[^>]*>", "", symbol)


def _closed(url: str, *_: Any, **__: Any) -> Any:
    """Refuse to fetch anything: a page is whole."""
    raise ValueError(f"a page loads nothing: {url}")
