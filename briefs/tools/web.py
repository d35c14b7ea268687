"""Asks web addresses what they answer: once each, one after the other, within a time.

In: an address. Out: `WebAnswer`: the status, where it led, and the beginning of what came. Only http and https are asked, also
after a redirect; nothing is sent but the request. https://www.rfc-editor.org/rfc/rfc9110
"""

from __future__ import annotations

import http.client
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from briefs import __version__

SECONDS = 15.0  # for one address, whatever its server does
PAUSE = 1.0  # seconds between two requests to one host
MOST_BYTES = 200_000  # the most bytes of an answer that are read
MOST_REDIRECTS = 5
AGENT = f"briefs/{__version__} (looks whether cited pages are still there)"


@dataclass(frozen=True)
class WebAnswer:
    """What an address answered. `status`: the status of HTTP, or 0 if there was no answer. `moved`: the address to which it
    redirected, or empty. `fault`: why there was no answer, or empty. `body`: the beginning of the content, and `media_type` its
    type. `stands_at`: the address that the answer gives for its content (RFC 9110, Content-Location), or empty."""

    url: str
    status: int
    moved: str = ""
    fault: str = ""
    body: bytes = b""
    media_type: str = ""
    stands_at: str = ""


class _Redirects(urllib.request.HTTPRedirectHandler):
    max_redirections = MOST_REDIRECTS

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        if urlsplit(newurl).scheme not in {"http", "https"}:
            raise urllib.error.URLError(f"it leads to an address that isn’t one of the web ({urlsplit(newurl).scheme})")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class PoliteClient:
    """Asks addresses; waits between two requests to the same host."""

    def __init__(self, seconds: float | None = None, pause: float | None = None):
        """`seconds`: for one address; `pause`: between two requests to a host. By default `SECONDS` and `PAUSE`."""
        self._seconds = SECONDS if seconds is None else seconds
        self._pause = PAUSE if pause is None else pause
        self._asked: dict[str, float] = {}
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler(), _Redirects())

    def ask(self, url: str) -> WebAnswer:
        """The answer of an address. It raises nothing: what goes wrong is in `WebAnswer.fault`."""
        try:
            scheme, host = urlsplit(url).scheme, urlsplit(url).netloc
        except ValueError:
            return WebAnswer(url, 0, fault="it is no address")
        if scheme not in {"http", "https"}:
            return WebAnswer(url, 0, fault="it is no address of the web")
        time.sleep(max(0.0, self._asked.get(host, -self._pause) + self._pause - time.monotonic()) if host in self._asked else 0)
        answers: list[WebAnswer] = []
        asking = threading.Thread(target=lambda: answers.append(self._answer(url)), daemon=True)  # a server may send for ever
        asking.start()
        asking.join(self._seconds)
        self._asked[host] = time.monotonic()
        return answers[0] if answers else WebAnswer(url, 0, fault=f"no whole answer within {self._seconds:.0f} s")

    def _answer(self, url: str) -> WebAnswer:
        try:
            asked = quote(url, safe="%/:=&?~#+!$,;'@()*[]")
            request = urllib.request.Request(asked, headers={"User-Agent": AGENT, "Accept": "*/*"})
            with self._opener.open(request, timeout=self._seconds) as got:
                moved = got.geturl() if got.geturl() != asked else ""
                named = got.headers.get("Content-Location", "")
                stands_at = urljoin(got.geturl(), named) if named else ""
                return WebAnswer(url, got.status, moved, "", got.read(MOST_BYTES), got.headers.get_content_type(), stands_at)
        except urllib.error.HTTPError as fault:
            fault.close()
            return WebAnswer(url, fault.code, fault.geturl() if fault.geturl() != asked else "")
        except (OSError, http.client.HTTPException, ValueError) as fault:
            reason = getattr(fault, "reason", None) or fault
            return WebAnswer(url, 0, fault=" ".join(str(reason).split())[:200] or type(fault).__name__)
