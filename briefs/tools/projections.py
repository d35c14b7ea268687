"""Asks the process that projects places on the globe (`python -m briefs.projections`).

In: a specification of Vega. Out: its drawing as SVG. Drawings are kept in the cache under the hash of their specification, so the
process is seldom started.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from briefs.problems import ToolError
from briefs.tools.limited import KeptAnswers, LimitedProcess, LimitReached

_KEPT = KeptAnswers("projections", ("projections",), ("vl-convert-python",), most=200)
_PROCESS = LimitedProcess("briefs.projections")  # started for the first drawing that isn't kept


def svg(specification: Mapping[str, Any]) -> bytes:
    """The SVG that Vega draws. Raises ToolError if it isn't drawn within the limits."""
    data = json.dumps(specification, ensure_ascii=False).encode()
    head, drawing = _KEPT.answer(data, _ask)
    if "fault" in head:
        fault = str(head["fault"]).partition("\n")[0].rstrip(":.")
        hint = "Look at the limits of open files, processes and memory (ulimit -a)"
        raise ToolError(f"the map can’t be projected: {fault}. {hint}.")
    return drawing


def close() -> None:
    """End the process. The next drawing would start a new one."""
    _PROCESS.close()


def _ask(key: str, request: bytes) -> bytes:
    try:
        return _PROCESS.ask(request)
    except LimitReached as fault:
        hint = "The machine is busy: try again" if fault.is_late else "Give the program more memory"
        raise ToolError(f"the map can’t be projected within {fault}. {hint}.") from None
