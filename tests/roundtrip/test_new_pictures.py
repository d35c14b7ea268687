"""A picture that somebody put into a Word file or a presentation becomes content only if content can have it."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from briefs.roundtrip.edits import NewPicture
from briefs.roundtrip.figures import Figures
from briefs.roundtrip.structure import NotWritten

PICTURE = NewPicture("A plate", (), "sum")


def png(width: int, compress_level: int = 6) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (width, width)).save(made, "PNG", compress_level=compress_level)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.png", b"hello, I am no picture", "isn’t a PNG"),
        ("a.png", png(2700, compress_level=0), "over 20,000,000 bytes"),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>', "file:"),
        ("a.emf", b"some", "format “emf”"),
        ("a.png", b"", "can’t be content"),
    ],
    ids=["none", "too large", "from elsewhere", "format", "empty"],
)
def test_what_content_can_not_have_is_left_to_a_person(name: str, data: bytes, said: str) -> None:
    figures = Figures({}, lambda checksum: (name, data))
    with pytest.raises(NotWritten, match=said):
        figures.put(PICTURE)
    assert figures.added == {}


def test_what_it_can_have_is_put_among_the_files_once() -> None:
    data = png(20)
    figures = Figures({}, lambda checksum: ("a.png", data))
    assert [figures.put(PICTURE), figures.put(PICTURE), figures.added] == [
        "figures/a-plate.png",
        "figures/a-plate.png",
        {"figures/a-plate.png": data},
    ]
