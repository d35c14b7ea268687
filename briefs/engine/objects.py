"""pydyf's objects of a PDF, written in half of the time.

In: its classes, changed in place. A report has a quarter of a million numbers, names and references, and pydyf asks of each
what it is in the most general way. https://doc.courtbouillon.org/pydyf/stable/api_reference.html
"""

from __future__ import annotations

from typing import Any


def quicken() -> None:
    """For this process, once."""
    import pydyf

    slowly = pydyf._to_bytes
    names: dict[Any, bytes] = {}

    def written(item: Any) -> bytes:
        kind = item.__class__
        if kind is bytes:
            return item
        if kind is str:
            return item.encode("ascii")
        if kind is int:
            return b"%d" % item
        if kind is float:
            return b"%d" % item if item.is_integer() else (b"%f" % item).rstrip(b"0")
        return slowly(item)

    def name(key: Any) -> bytes:
        found = names[key] = b"/" + written(key) + b" "
        return found

    def dictionary(held: Any) -> bytes:
        return b"<<" + b"".join([(names.get(key) or name(key)) + written(value) for key, value in held.items()]) + b">>"

    def array(held: Any) -> bytes:
        return b"[" + b" ".join([written(item) for item in held]) + b"]"

    def reference(held: Any) -> bytes:
        return b"%d %d R" % (held.number, held.generation)

    def indirect(held: Any) -> bytes:
        return b"%d %d obj\n%b\nendobj" % (held.number, held.generation, held.data)

    def page_references(pdf: Any) -> list[bytes]:
        pages = pdf.pages["Kids"][::3]
        known = pdf.__dict__.setdefault("known_references", [])
        known += (b"%d 0 R" % number for number in pages[len(known) :])
        return known

    pydyf._to_bytes = written
    pydyf.Dictionary.data, pydyf.Array.data = property(dictionary), property(array)
    pydyf.Object.reference, pydyf.Object.indirect = property(reference), property(indirect)
    pydyf.PDF.page_references = property(page_references)
