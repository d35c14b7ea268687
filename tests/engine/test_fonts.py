"""Fonts: the subset that is made of the chunks' usage is the one that WeasyPrint embeds."""

from __future__ import annotations

import base64
import io
import json
import re

import pikepdf
import pytest

from tests.engine.pages import LINES, python

SCRIPT = """if True:
    import base64, json, logging, sys
    logging.disable()
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
    from briefs.engine import fonts
    options = {"uncompressed_pdf": True, "pdf_version": "1.7"}

    def written(*htmls):
        configuration = FontConfiguration()
        documents = [weasyprint.HTML(string=html).render(font_config=configuration) for html in htmls]
        originals = [document.write_pdf(**options) for document in documents]
        documents = [weasyprint.HTML(string=html).render(font_config=configuration) for html in htmls]
        with fonts.not_embedded():
            bare = [document.write_pdf(**options) for document in documents]
        usages = json.loads(json.dumps([fonts.usage(document.fonts.values()) for document in documents]))
        files = [*originals, *bare, fonts.subset(usages, configuration)]
        return [base64.b64encode(file).decode() for file in files]

    print(json.dumps([written(sys.argv[1]), written(sys.argv[2], sys.argv[3]), written(sys.argv[2] + sys.argv[3])]))
"""
FONTS = re.sub("[\u2028\ue123🙂]", "", LINES.replace("small-caps", "normal"))  # a letter that no font has fails the document
PAGE = '<html lang="en"><style>body {{ font: 11pt Carlito }}</style><p>{} <b>bold</b></p>'


@pytest.fixture(scope="module")
def files() -> list[list[bytes]]:
    found = json.loads(python(SCRIPT, FONTS, PAGE.format("One chunk"), PAGE.format("Another, with its letters")))
    return [[base64.b64decode(file) for file in some] for some in found]


def fonts(dictionary: pikepdf.Object) -> dict[str, object]:
    """Each font as data: widths, the text of its glyphs, and the bytes of the font file."""
    return {str(name): plain(font) for name, font in dictionary.items()}


def plain(item: pikepdf.Object) -> object:
    if isinstance(item, pikepdf.Dictionary):
        return {str(key): plain(value) for key, value in item.items()}
    if isinstance(item, pikepdf.Stream):
        return item.read_bytes()
    return [plain(part) for part in item] if isinstance(item, pikepdf.Array) else str(item)


def test_the_subset_of_one_document_is_what_weasyprint_embeds(files: list[list[bytes]]) -> None:
    original, bare, subset = files[0]
    with pikepdf.open(io.BytesIO(original)) as pdf, pikepdf.open(io.BytesIO(subset)) as shared:
        wanted = fonts(pdf.pages[0].obj.Resources.Font)
        assert fonts(shared.Root.Fonts) == wanted and len(wanted) > 5
    assert len(bare) < len(original) / 4


def test_a_file_without_fonts_names_the_same_fonts_and_draws_the_same(files: list[list[bytes]]) -> None:
    original, bare, _ = files[0]
    with pikepdf.open(io.BytesIO(original)) as pdf, pikepdf.open(io.BytesIO(bare)) as named:
        assert [page.obj.Contents.read_bytes() for page in pdf.pages] == [page.obj.Contents.read_bytes() for page in named.pages]
        assert not list(named.pages[0].obj.Resources.Font.keys())


def test_the_fonts_of_two_chunks_are_those_of_one_document_of_both(files: list[list[bytes]]) -> None:
    *_, shared = files[1]
    together, _, _ = files[2]
    with pikepdf.open(io.BytesIO(together)) as pdf, pikepdf.open(io.BytesIO(shared)) as joined:
        wanted, found = fonts(pdf.pages[0].obj.Resources.Font), fonts(joined.Root.Fonts)
        assert wanted.keys() == found.keys() and len(found) == 2
        assert found == wanted
