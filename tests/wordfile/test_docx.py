"""Opening a Word file: what is read of it, and what can't be unpacked. `tests/roundtrip/test_hostile.py` has the hostile corpus."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest

from briefs.problems import Problems
from briefs.wordfile.docx import open_docx
from tests.wordfile.word import rezipped

MARK = b"a picture that is stored as it is"


@pytest.fixture(scope="module")
def data() -> bytes:
    """A Word file that python-docx made, with a part that is not XML."""
    out = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("Some words.")
    document.save(out)
    return rezipped(out.getvalue(), lambda files: files.update({"word/media/x.png": MARK}), zipfile.ZIP_STORED)


def test_media_are_read_only_if_asked_for(data: bytes) -> None:
    assert open_docx(data, "x.docx").parts["word/media/x.png"] == b""
    assert open_docx(data, "x.docx", media=True).parts["word/media/x.png"] == MARK


def test_a_damaged_picture_matters_only_if_it_is_read(data: bytes) -> None:
    damaged = data.replace(MARK, MARK.upper())
    assert open_docx(damaged, "x.docx").parts
    with pytest.raises(Problems, match=r"x\.docx: error: this is not a Word file that can be read"):
        open_docx(damaged, "x.docx", media=True)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_part_that_can_not_be_decompressed_is_refused(method: int, data: bytes) -> None:
    packed = bytearray(rezipped(data, lambda files: None, method))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        entry = archive.getinfo("word/document.xml")
    start = entry.header_offset + 30 + len(entry.filename)
    packed[start : start + entry.compress_size] = b"\xff" * entry.compress_size
    with pytest.raises(Problems, match="this is not a Word file that can be read"):
        open_docx(bytes(packed), "x.docx")
