"""A frozen page taken apart, so that the desk can frame it without changing what it says."""

import re
from base64 import b64encode
from hashlib import sha256
from typing import Final

_STYLE: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_SCRIPT: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_BODY: Final = re.compile(r"<body>(.*)</body>", re.DOTALL)
_LANGUAGE: Final = re.compile(r'<html lang="([\w-]+)"')
_SKIP: Final = re.compile(r'<a class="skip".*?</a>', re.DOTALL)


def body(page: str) -> str:
    """Return what stands between a page's body tags, without the link that the desk has too."""
    found = _BODY.search(page)
    return _SKIP.sub("", found[1], count=1) if found else ""


def language(page: str) -> str:
    """Name the language that a page is written in."""
    found = _LANGUAGE.search(page)
    return found[1] if found else "en"


def style(page: str) -> str:
    """Return a page's own style sheet."""
    found = _STYLE.search(page)
    return found[1] if found else ""


def policy(page: str, ancestors: str) -> str:
    """Write the content policy under which a whole page is served: its own style and script."""
    script = _SCRIPT.search(page)
    allowed = f"script-src 'sha256-{_digest(script[1])}'; " if script else ""
    return (
        f"default-src 'none'; img-src data:; style-src 'sha256-{_digest(style(page))}'; {allowed}"
        f"base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
    )


def _digest(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()
