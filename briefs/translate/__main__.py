"""`python -m briefs.translate CPU MEMORY`: reads files of translators from standard input, until the input ends.

In: for each file a line of JSON (`size`, `kind`) and its bytes (XLIFF or PO). Out: a line of JSON with `sizes` and `tag` or
`fault`, and the translations as JSON. `translate/returned.py` runs this process.
"""

from __future__ import annotations

import json
from dataclasses import astuple
from typing import Any

from briefs import limits
from briefs.translate import po, xliff
from briefs.translate.units import UnreadableTranslation

READERS = {"xliff": xliff.read, "po": po.read}


def _answer(request: dict[str, Any], data: bytes) -> limits.Answer:
    try:
        found = READERS[request["kind"]](data)
    except UnreadableTranslation as fault:
        raise ValueError(str(fault)) from None
    return {"tag": found.tag}, (json.dumps([astuple(text) for text in found.texts]).encode(),)


if __name__ == "__main__":
    limits.serve(_answer)
