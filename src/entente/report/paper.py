"""The page on paper: PDF/UA, with every picture described for readers who do not see it."""

import re
from typing import Any, Final

from entente.problems import EntenteError

# A PDF takes the description of a drawing from its title, a browser from its label.
_LABEL: Final = re.compile(r'(<svg role="img") aria-label="([^"]*)"([^>]*>)')
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
    titled = _LABEL.sub(r"\1\3<title>\2</title>", _NARROW.sub("", page))
    document = weasyprint.HTML(string=titled, url_fetcher=_closed)
    made: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    return made


def _closed(url: str, *_: Any, **__: Any) -> Any:
    """Refuse to fetch anything: a page is whole."""
    raise ValueError(f"a page loads nothing: {url}")
