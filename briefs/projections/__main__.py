"""`python -m briefs.projections CPU MEMORY`: draws specifications of Vega from standard input, until the input ends.

In: for each specification a line of JSON (`size`), and the specification as JSON. Out: a line of JSON with `sizes` or `fault`, and
the SVG. `tools/projections.py` runs this process. V8 ends the process that it runs in when memory runs out, so it has its own.
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
