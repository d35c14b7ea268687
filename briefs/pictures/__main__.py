"""`python -m briefs.pictures CPU MEMORY`: normalises pictures from standard input, until the input ends.

In: for each picture a line of JSON (`suffix`, `fonts`, `families`, `size`) and its bytes. Out: a line of JSON (`kind`, `width`,
`height`, `words`, `unprinted`, `sizes`, or `fault`), the bytes of the picture, and for an SVG the bytes of its PNG.
`tools/pictures.py` runs this process.
"""

from __future__ import annotations

from typing import Any

from briefs import limits
from briefs.pictures import pixels, vectors


def _answer(request: dict[str, Any], data: bytes) -> limits.Answer:
    found = _normalised(request, data)
    head = {name: getattr(found, name) for name in ("kind", "width", "height", "words", "unprinted")}
    return head, (found.data, found.png)


def _normalised(request: dict[str, Any], data: bytes) -> pixels.SafePicture:
    suffix = request["suffix"]
    if suffix == ".svg":
        return vectors.normalised(data, request["fonts"], request["families"])
    if suffix == ".pdf":
        return pixels.of_pdf(data)
    return pixels.normalised(data, suffix)


if __name__ == "__main__":
    limits.serve(_answer)
