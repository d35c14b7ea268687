"""Who gets in: every request passes here before any route sees it.

In: a request. Out: the answer of the application with headers that bind the browser, or a refusal. One person opens the desk with a
token that is good for one use; from then on the browser's cookie says who asks. A request for another host (DNS rebinding), from
another site, or without the cookie is refused, and so is a body that is too large.
https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ADDRESS = "127.0.0.1"
ENTRY = "/enter"
SAFE = frozenset({"GET", "HEAD"})  # methods that change nothing
MOST_BYTES = 30_000_000  # of what a request may send
CSRF = "csrf"  # the field of a form that has the token
CSRF_HEADER = "X-CSRF-Token"
_REFUSED = "The desk didn’t take this request."


def policy(import_map: str) -> str:
    """The content security policy of every page: nothing from elsewhere, no script but the program's files and this import map.

    https://www.w3.org/TR/CSP3/
    """
    digest = base64.b64encode(hashlib.sha256(import_map.encode()).digest()).decode()
    rules = {
        "default-src": "'none'",
        "script-src": f"'self' 'sha256-{digest}'",
        "style-src": "'self'",
        "img-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


@dataclass
class Keys:
    """The secrets of one run. `token` opens the desk once; `cookie` is what the browser then has; `csrf` stands in every form."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    cookie: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    def opens(self, token: str) -> bool:
        """Whether this is the token. It is then used up."""
        found = bool(self.token) and hmac.compare_digest(token.encode(), self.token.encode())
        if found:
            self.token = ""
        return found

    def admits(self, cookie: str) -> bool:
        return hmac.compare_digest(cookie.encode(), self.cookie.encode())

    def vouches(self, csrf: str) -> bool:
        """Whether a form was made by this run."""
        return hmac.compare_digest(csrf.encode(), self.csrf.encode())


class _TooLarge(Exception):
    """A body has more than `MOST_BYTES`."""


class Gate:
    """The application behind the checks. `port`: the one that the server listens on."""

    def __init__(self, app: ASGIApp, keys: Keys, port: int, content_policy: str):
        self._app, self._keys = app, keys
        self._hosts = frozenset({f"{ADDRESS}:{port}", f"localhost:{port}"})
        self._cookie = f"briefs-desk-{port}"
        self._headers = {
            "content-security-policy": content_policy,
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "referrer-policy": "same-origin",  # with no-referrer, a form would be sent with the origin `null`
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "cache-control": "no-store",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":  # there are no web sockets
            return
        answer = self._refusal(scope) or self._entry(scope) or self._app
        try:
            await answer(scope, _bounded(receive), self._with_headers(send))
        except _TooLarge:
            refused = _refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"At most {MOST_BYTES:,} bytes can be sent at once.")
            await refused(scope, receive, self._with_headers(send))

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if headers.getlist("host") not in [[host] for host in self._hosts]:
            return _refuse(HTTPStatus.MISDIRECTED_REQUEST, "It was sent to another name than this machine’s.")
        origin = headers.get("origin", "")
        if origin != f"http://{headers['host']}" and (origin or scope["method"] not in SAFE):
            return _refuse(HTTPStatus.FORBIDDEN, "It came from another site.")
        if headers.get("sec-fetch-site", "none") not in {"none", "same-origin"} and scope["path"] != ENTRY:
            return _refuse(HTTPStatus.FORBIDDEN, "It came from another site.")
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length[:20]) > MOST_BYTES:
            return _refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"At most {MOST_BYTES:,} bytes can be sent at once.")
        if scope["path"] != ENTRY and not self._keys.admits(_cookies(headers).get(self._cookie, "")):
            return _refuse(HTTPStatus.FORBIDDEN, "Open it with the address that the command printed; it is good for one use.")
        return None

    def _entry(self, scope: Scope) -> Response | None:
        """The answer to the address that the command printed."""
        if scope["path"] != ENTRY:
            return None
        if scope["method"] != "GET" or not self._keys.opens(QueryParams(scope["query_string"]).get("token", "")):
            return _refuse(HTTPStatus.FORBIDDEN, "The address was used before. Start the desk again for a new one.")
        answer = RedirectResponse("/", HTTPStatus.SEE_OTHER)
        answer.set_cookie(self._cookie, self._keys.cookie, httponly=True, samesite="strict")
        return answer

    def _with_headers(self, send: Send) -> Send:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
            await send(message)

        return sent


def _refuse(status: HTTPStatus, why: str) -> Response:
    return PlainTextResponse(f"{_REFUSED} {why}\n", status)


def _cookies(headers: Headers) -> Mapping[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


def _bounded(receive: Receive) -> Receive:
    """The same body, of which no more than `MOST_BYTES` are read, whatever its headers promise."""
    read = 0

    async def received() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > MOST_BYTES:
            raise _TooLarge
        return message

    return received
