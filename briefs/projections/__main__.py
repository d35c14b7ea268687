"""`python -m briefs.projections CPU MEMORY`: draws specifications of Vega from standard input, until it ends.

In: for each a line of JSON (`size`) and the specification as JSON. Out: a line of JSON with `sizes` or `fault`, and the SVG.
`tools/projections.py` is the other side. V8 ends its process when memory runs out, so it has one of its own.
"""

from __future__ import annotations

import json
from typing import Any

import vl_convert

from briefs import limits


def _answer(request: dict[str, Any], data: bytes) -> limits.Answer:
    return {}, (vl_convert.vega_to_svg(json.loads(data)).encode(),)


if __name__ == "__main__":
    limits.serve(_answer)
