"""Who gets in: every request passes here before any route sees it.

In: a request. Out: the answer of the application, with headers that restrict what the browser does with it; or a refusal. A `Door`
says who asks. The door of one person's desk opens with a token that is good for one use; from then on the browser's cookie says who
asks. A request is refused if it is for another host (DNS rebinding), from another site, from an unknown visitor, or too large.
https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Literal, Protocol

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ADDRESS = "127.0.0.1"
ENTRY = "/enter"
SAFE = frozenset({"GET", "HEAD"})  # methods that change nothing
MOST_BYTES = 30_000_000  # bytes of a request with files
MOST_IN_PATH = 2_000  # letters of a path
MOST_TYPED = 4_000_000  # bytes of any other request; fewer, because the fields of a form take many times their bytes in memory
CSRF = "csrf"  # the field of a form that has the token
CSRF_HEADER = "X-CSRF-Token"
VISITOR = "briefs.visitor"  # where a request's scope has its `Visitor`
_REFUSED = "The desk didn’t take this request."

Role = Literal["reader", "writer", "approver", "sender"]
EVERY_ROLE: frozenset[Role] = frozenset({"reader", "writer", "approver", "sender"})


@dataclass(frozen=True)
class Visitor:
    """Who asks. On one person's desk the visitor has no name, and may do everything. `csrf` stands in every form of this visitor.

    `headers`: headers that are added to the answer, such as a cookie."""

    csrf: str = field(repr=False)
    id: str = ""
    name: str = ""
    roles: frozenset[Role] = EVERY_ROLE
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def vouches(self, csrf: str) -> bool:
        """Whether a form was made for this visitor."""
        return hmac.compare_digest(csrf.encode(errors="replace"), self.csrf.encode())


class Door(Protocol):
    """Knows who may come in. `origins`: the addresses at which the desk is opened, each a scheme, a host and its port."""

    @property
    def origins(self) -> frozenset[str]: ...

    def admit(self, scope: Scope, headers: Headers) -> Visitor | Response:
        """The visitor who asks, or the answer if the request isn't let in."""
        ...

    def is_arrival(self, scope: Scope, headers: Headers) -> bool:
        """Whether a request may come from a page of another site, as when somebody follows a link."""
        ...


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
    """The secrets of one run. `token` opens the desk once; `cookie` lets the browser in after that; `csrf` stands in every form."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    cookie: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    def opens(self, token: str) -> bool:
        """Whether this is the token. If it is, the token is used up."""
        found = bool(self.token) and hmac.compare_digest(token.encode(), self.token.encode())
        if found:
            self.token = ""
        return found

    def admits(self, cookie: str) -> bool:
        return hmac.compare_digest(cookie.encode(), self.cookie.encode())


class TokenDoor:
    """The door of one person's desk. `port`: the port that the server listens on."""

    def __init__(self, keys: Keys, port: int):
        self._keys = keys
        self._cookie = f"briefs-desk-{port}"
        self.origins = frozenset({f"http://{ADDRESS}:{port}", f"http://localhost:{port}"})

    def admit(self, scope: Scope, headers: Headers) -> Visitor | Response:
        if scope["path"] == ENTRY:
            return self._entry(scope)
        if not self._keys.admits(cookies(headers).get(self._cookie, "")):
            return refuse(HTTPStatus.FORBIDDEN, "Open it with the address that the command printed; it is good for one use.")
        return Visitor(self._keys.csrf)

    def is_arrival(self, scope: Scope, headers: Headers) -> bool:
        return bool(scope["path"] == ENTRY)

    def _entry(self, scope: Scope) -> Response:
        """The answer to the address that the command printed."""
        if scope["method"] != "GET" or not self._keys.opens(QueryParams(scope["query_string"]).get("token", "")):
            return refuse(HTTPStatus.FORBIDDEN, "The address was used before. Start the desk again for a new one.")
        answer = RedirectResponse("/", HTTPStatus.SEE_OTHER)
        answer.set_cookie(self._cookie, self._keys.cookie, httponly=True, samesite="strict")
        return answer


class RequestTooLarge(Exception):
    """A request's body has more bytes than it may have."""


class Gate:
    """The application with the checks before it."""

    def __init__(self, app: ASGIApp, door: Door, content_policy: str):
        self._app, self._door = app, door
        self._origins = {origin.partition("://")[2]: origin for origin in door.origins}  # the desk's addresses, by host and port
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
        headers = Headers(scope=scope)
        found = self._refusal(scope, headers) or self._door.admit(scope, headers)
        more: Mapping[str, str] = {}
        answer: ASGIApp = self._app
        if isinstance(found, Visitor):
            more, scope = found.headers, {**scope, VISITOR: found}
        else:
            answer = found
        with suppress(Exception):  # the fault has been answered; Starlette raises it again for logs
            await answer(scope, _bounded(receive, _most(headers)), self._with_headers(send, more))

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        if len(scope["path"]) > MOST_IN_PATH:
            return refuse(HTTPStatus.REQUEST_URI_TOO_LONG, "Its address is too long.")
        if headers.getlist("host") not in [[host] for host in self._origins]:
            return refuse(HTTPStatus.MISDIRECTED_REQUEST, "It was sent to another name than the desk’s.")
        origin = headers.get("origin", "")
        if origin != self._origins[headers["host"]] and (origin or scope["method"] not in SAFE):
            return refuse(HTTPStatus.FORBIDDEN, "It came from another site.")
        if headers.get("sec-fetch-site", "none") not in {"none", "same-origin"} and not self._door.is_arrival(scope, headers):
            return refuse(HTTPStatus.FORBIDDEN, "It came from another site.")
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length[:20]) > _most(headers):
            return too_large(headers)
        return None

    def _with_headers(self, send: Send, more: Mapping[str, str]) -> Send:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in {**self._headers, **more}.items():
                    headers[name] = value
            await send(message)

        return sent


def refuse(status: HTTPStatus, why: str) -> Response:
    """The answer to a request that no route sees."""
    return PlainTextResponse(f"{_REFUSED} {why}\n", status)


def cookies(headers: Headers) -> Mapping[str, str]:
    """The cookies of a request by name (RFC 6265, 5.4). Escapes in quoted values aren't undone: no cookie of the desk has any."""
    pairs = (part.partition("=") for part in headers.get("cookie", "").split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def _most(headers: Headers) -> int:
    """How many bytes the body of a request may have."""
    return MOST_BYTES if headers.get("content-type", "").lower().startswith("multipart/") else MOST_TYPED


def too_large(headers: Headers) -> Response:
    """The answer to a request whose body has more bytes than it may."""
    return refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"At most {_most(headers):,} bytes can be sent at once.")


def _bounded(receive: Receive, most: int) -> Receive:
    """A function that receives the messages of a request, as `receive` does. It raises RequestTooLarge if the body has more than
    `most` bytes, whatever the headers say."""
    read = 0

    async def received() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise RequestTooLarge
        return message

    return received
