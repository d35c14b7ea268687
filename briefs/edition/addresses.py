"""Which addresses may be links in documents: those of the web, of mail and of DOIs.

In: an address from a field, a Markdown link, a template or a Word file. Out: the address as documents have it, or
None if no document may link to it. A link to a file, a script or a program is never written, because a click would open it on the
reader's machine. RFC 3986 (web), RFC 6068 (mail), https://www.doi.org/doi-handbook/HTML/ (DOI).
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from briefs.edition.files import CONTROL

LONGEST = 2_000  # characters
RESOLVER = "https://doi.org/"
CONTACT = r"[\w.+'-]+@[\w-]+(\.[\w-]+)+"  # a mail address that needs no escapes in a link
_LETTER = r"[^\s\"<>\\^`{|}]"
_WEB = re.compile(rf"https?://(?![/?#]){_LETTER}+", re.I)
_FIELD = r"(subject|body|cc)=[^\s\"<>&]*"  # other fields, such as `attach`, make some mail programs read a file
_MAIL = re.compile(rf"mailto:{CONTACT}(,{CONTACT})*(\?{_FIELD}(&{_FIELD})*)?", re.I)
_SCHEME = re.compile(r"\W*(?!doi:)[a-z][a-z0-9+.-]*:", re.I | re.A)
_DOI = re.compile(r"(?:(?:https?://)?(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}(?:\.\d+)*/[^\s\"\\^`{|}]+)", re.I | re.A)


def link_target(address: str) -> str | None:
    """The address as a document links to it. `doi:10.1000/182` becomes the address at the DOI resolver. None if it may not be a
    link."""
    if len(address) > LONGEST or CONTROL.search(address):
        return None
    if address[:4].lower() == "doi:":
        name = doi(address)
        return name and RESOLVER + name
    is_address = (_WEB.fullmatch(address) and _has_host(address)) or _MAIL.fullmatch(address)
    return address if is_address else None


def _has_host(address: str) -> bool:
    """Whether the host and port of an address can be read. They can't in `https://[::1` and `https://example.org:99999`."""
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def is_web(address: str) -> bool:
    """Whether an address is one of the web, and may be a link."""
    return link_target(address) == address and address[:4].lower() == "http"


def is_contact(text: str) -> bool:
    """Whether a text is a mail address or an address of the web."""
    return is_web(text) or bool(re.fullmatch(CONTACT, text) and link_target(f"mailto:{text}"))


def is_other(address: str) -> bool:
    """Whether a text begins like an address (`file:…`), but may not be a link."""
    return _SCHEME.match(address) is not None and link_target(address) is None


def doi(text: str) -> str | None:
    """The DOI in `10.1000/182`, `doi:10.1000/182` or `https://doi.org/10.1000/182`, written so that it can be part of
    an address. None if the text is no DOI."""
    found = _DOI.fullmatch(text.strip())
    if not found or len(text) > LONGEST or CONTROL.search(text):
        return None
    return found[1].replace("<", "%3C").replace(">", "%3E")
