"""Ends connections to the desk that send no request.

In: connections, as uvicorn takes them from the socket. Out: a protocol for uvicorn's server, in which a connection has so many
seconds to send a request, and only so many may be silent at once. Whoever reaches the port can open connections; each holds a
descriptor.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

LONGEST = 60.0  # seconds in which a request must come with its whole body, from the opening or the last answer on
MOST_SILENT = 100  # connections at once that have sent no request; one more ends the oldest


class DeskConnection(H11Protocol):
    """A connection that is ended if its request doesn't come in time. uvicorn itself bounds only the silence after an answer."""

    _end: asyncio.TimerHandle

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._end = self._timer()
        silent = [one for one in self.connections if isinstance(one, DeskConnection) and one._is_silent]
        if len(silent) > MOST_SILENT:
            min(silent, key=lambda one: one._end.when()).transport.abort()

    def on_response_complete(self) -> None:
        self._end.cancel()
        self._end = self._timer()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end.cancel()
        super().connection_lost(exc)

    @property
    def _is_silent(self) -> bool:
        """Whether no request is being received or answered."""
        return not self.transport.is_closing() and (self._cycle is None or self._cycle.response_complete)

    @property
    def _cycle(self) -> Any:
        """The last request of which all headers have come. uvicorn declares no type for “none yet”."""
        return self.cycle

    def _timer(self) -> asyncio.TimerHandle:
        return self.loop.call_later(LONGEST, self._end_unless_asked)

    def _end_unless_asked(self) -> None:
        if self._is_silent or self._cycle.more_body:
            self.transport.abort()
