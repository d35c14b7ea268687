"""`python -m briefs.lint CPU MEMORY`: looks at finished files from standard input, until the input ends.

In: for each file a line of JSON (`size`, `suffix`) and its bytes. Out: a line of JSON with `sizes` or `fault`, and the findings as
JSON: for each the page, the rule, what is wrong, its measure and the limit. `lint/folder.py` runs this process.
"""

from __future__ import annotations

import json
from typing import Any

from briefs import limits
from briefs.lint import documents, slides

RULES = {".pdf": documents.findings, ".pptx": slides.findings}
MOST = 10_000  # the most findings in one file


def _answer(request: dict[str, Any], data: bytes) -> limits.Answer:
    try:
        found = RULES[request["suffix"]]("", data)
    except (RecursionError, MemoryError):
        raise
    except Exception as fault:  # raised by PDFium, zipfile or lxml, or because an element is missing
        raise ValueError(f"it is damaged ({type(fault).__name__})") from None
    if len(found) > MOST:
        raise ValueError(f"more than {MOST:,} findings")
    listed = [(one.page, one.rule, one.what, one.measure, one.limit) for one in found]
    return {}, (json.dumps(listed).encode(),)


if __name__ == "__main__":
    limits.serve(_answer)
