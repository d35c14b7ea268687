"""Structure tree: recording changes no byte, and completing it changes nothing that is drawn."""

from __future__ import annotations

import io
import re

import pikepdf
import pypdfium2

from briefs.engine.render import Renderer
from briefs.theme import Theme
from tests.engine.pages import BOXES, LINES, python

RECORDED = """if True:
    import hashlib, logging, sys
    logging.disable()
    import weasyprint
    from briefs.engine import tags
    recorded = 0
    for html in sys.argv[1:]:
        document = weasyprint.HTML(string=html).render()
        options = {"pdf_variant": "pdf/ua-1", "uncompressed_pdf": True}
        original = document.write_pdf(**options)
        document = weasyprint.HTML(string=html).render()
        with tags.recorded() as finisher:
            assert document.write_pdf(**options) == original
            boxes = finisher.__closure__
        recorded += sum(len(cell.cell_contents) for cell in boxes if isinstance(cell.cell_contents, dict))
    print(recorded)
"""


def test_recording_the_boxes_of_elements_changes_no_byte() -> None:
    assert int(python(RECORDED, BOXES, LINES)) > 99


def test_completing_the_tree_changes_nothing_that_is_drawn(theme: Theme) -> None:
    """The page's operators but for the artifacts that it marks, and each picture of a page."""
    document = Renderer().render(f'<html lang="en">{BOXES.replace("margin: var(--nothing)", "")}', [], {}, "figure:")
    original: bytes = document.document.write_pdf(pdf_variant="pdf/a-3a", pdf_identifier=False, uncompressed_pdf=True)
    completed = document.write_pdf(tagged=True)
    assert original != completed
    with pikepdf.open(io.BytesIO(original)) as one, pikepdf.open(io.BytesIO(completed)) as other:
        for page, same in zip(one.pages, other.pages, strict=True):
            assert unmarked(page) == unmarked(same)
    with pypdfium2.PdfDocument(original) as one, pypdfium2.PdfDocument(completed) as other:
        assert [page.render().to_numpy().tobytes() for page in one] == [page.render().to_numpy().tobytes() for page in other]


def test_a_sign_with_words_is_read_as_them() -> None:
    signs = '<p><span aria-label="not recorded">–</span> <span>–</span>'
    document = Renderer().render(f'<html lang="en"><title>A</title>{signs}', [], {}, "figure:")
    with pikepdf.open(io.BytesIO(document.write_pdf(tagged=True))) as pdf:
        elements = [node for node in pdf.objects if isinstance(node, pikepdf.Dictionary) and node.get("/S") == "/Span"]
        assert [str(node.ActualText) for node in elements if "/ActualText" in node] == ["not recorded"] and len(elements) > 1


def unmarked(page: pikepdf.Page) -> list[bytes]:
    """The operators of a page without those that begin marked content: WeasyPrint writes their three parts on three lines."""
    return [line for line in page.obj.Contents.read_bytes().splitlines() if not re.fullmatch(rb"/\w+|<<.*>>|BDC", line)]
