"""The door of a team's desk: a reverse proxy says who asks.

In: a request over the desk's Unix socket, with the header that the proxy sets. Out: the member of the team, or a refusal. A header
that comes by another way, or twice, is refused. A session binds forms to their writer; its cookie alone lets nobody in.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from http import HTTPStatus
from http.cookies import SimpleCookie

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from briefs.desk.access import SAFE, Role, Visitor, cookies, refuse
from briefs.desk.activity import IDLE, ActivityLog
from briefs.desk.team import TeamFile

# The prefix makes browsers take the cookie from this host alone, and only if it is Secure.
# https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes
HOST_COOKIE, PLAIN_COOKIE = "__Host-briefs-desk", "briefs-desk"


class ProxyDoor:
    """Lets in the member whom the proxy names in a header. The file of the team is read again when it changes, but for its address,
    socket and header, which are those of the start."""

    def __init__(self, team: TeamFile, log: ActivityLog):
        first = team.now()
        self._team, self._log = team, log
        self._header = first.header
        self._is_secure = first.address.startswith("https:")
        self._cookie = HOST_COOKIE if self._is_secure else PLAIN_COOKIE
        self.origins = frozenset({first.address})

    def admit(self, scope: Scope, headers: Headers) -> Visitor | Response:
        if scope.get("client"):
            return refuse(HTTPStatus.FORBIDDEN, "Nobody’s name is believed that doesn’t come over the desk’s own socket.")
        named = headers.getlist(self._header)
        if len(named) != 1:
            return refuse(HTTPStatus.FORBIDDEN, f"The proxy has to set the header {self._header} once.")
        found = self._team.now().member(named[0].strip(" \t"))  # RFC 9110, 5.5: no other space may stand around a value
        if found is None:
            return refuse(HTTPStatus.FORBIDDEN, "You aren’t in this desk’s team. Whoever keeps the desk can add you.")
        id, member = found
        roles: frozenset[Role] = frozenset({"reader", *member.roles})
        try:
            return self._visitor(scope, headers, id, member.name, roles)
        except OSError as fault:
            return refuse(HTTPStatus.SERVICE_UNAVAILABLE, f"{fault.strerror}.")

    def is_arrival(self, scope: Scope, headers: Headers) -> bool:
        """A link in a mail, and the way back from signing on, lead to any page."""
        wanted = ("navigate", "document")
        return scope["method"] in SAFE and (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) == wanted

    def _visitor(self, scope: Scope, headers: Headers, id: str, name: str, roles: frozenset[Role]) -> Visitor | Response:
        """The visitor in this session, or in a new one if there is none."""
        cookie = cookies(headers).get(self._cookie, "")
        if cookie and self._log.has_session(cookie, id):
            return Visitor(_csrf(cookie), id, name, roles)
        if scope["method"] not in SAFE:
            return refuse(HTTPStatus.FORBIDDEN, "Your session is over. Open the page again; what you wrote is kept as a draft.")
        cookie = secrets.token_urlsafe(32)
        self._log.open_session(cookie, id)
        return Visitor(_csrf(cookie), id, name, roles, {"set-cookie": self._set(cookie)})

    def _set(self, cookie: str) -> str:
        made = SimpleCookie({self._cookie: cookie})[self._cookie]
        made["path"], made["samesite"], made["httponly"] = "/", "Lax", True
        made["secure"], made["max-age"] = self._is_secure, int(IDLE.total_seconds())
        return made.OutputString()


def _csrf(cookie: str) -> str:
    """The token of a session's forms: the cookie can't be computed from it."""
    return hmac.new(cookie.encode(), b"csrf", hashlib.sha256).hexdigest()
