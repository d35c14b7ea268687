"""Pages of our own PDFs as pictures.

In: the bytes of a PDF, the number of a page. Out: a PNG. PDFium may be used by one thread at a time.
https://pypdfium2.readthedocs.io/
"""

from __future__ import annotations

import io
from threading import Lock

import pypdfium2

_lock = Lock()
SCALES = (1.0, 1.5, 2.0, 3.0)  # dots per point


def png(pdf: bytes, number: int, scale: float) -> bytes:
    """The page `number`, from 1, at one of `SCALES`. Raises IndexError if there is no such page."""
    with _lock:
        document = pypdfium2.PdfDocument(pdf)
        try:
            if not 1 <= number <= len(document):
                raise IndexError(number)
            image = document[number - 1].render(scale=scale).to_pil()
        finally:
            document.close()
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def sizes(pdf: bytes) -> list[tuple[float, float]]:
    """The width and height of each page in points."""
    with _lock:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return [document.get_page_size(number) for number in range(len(document))]
        finally:
            document.close()
