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


def test_a_file_of_word_for_the_web_is_opened(data: bytes) -> None:
    """It names its text `document2.xml`, and says so in the relationships of the package."""

    def rename(files: dict[str, bytes]) -> None:
        files["word/document2.xml"] = files.pop("word/document.xml")
        files["word/_rels/document2.xml.rels"] = files.pop("word/_rels/document.xml.rels")
        for name in ("_rels/.rels", "[Content_Types].xml"):
            files[name] = files[name].replace(b"word/document.xml", b"word/document2.xml")

    package = open_docx(rezipped(data, rename), "x.docx")
    assert b"Some words." in package.parts["word/document.xml"] and "word/_rels/document.xml.rels" in package.parts


def test_what_the_archiver_of_a_mac_adds_is_left_out(data: bytes) -> None:
    made = rezipped(data, lambda files: files.update({"__MACOSX/word/._document.xml": b"\x00\x05\x16\x07"}))
    assert not [name for name in open_docx(made, "x.docx").parts if name.startswith("__MACOSX")]


def test_relationships_with_a_comment_among_them_are_read(data: bytes) -> None:
    made = rezipped(
        data,
        lambda files: files.update(
            {"_rels/.rels": files["_rels/.rels"].replace(b"<Relationship ", b"<!-- x --><Relationship ", 1)}
        ),
    )
    assert open_docx(made, "x.docx").parts
