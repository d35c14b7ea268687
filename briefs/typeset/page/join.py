"""Joins the pages of all chunks into one PDF.

In: `TypesetPages` in their order, a PDF with the printed number for each of their pages, and the fonts that they share. Out: one
PDF, ready for `pdfa.py` or `pdfx.py`. Parts that depend on several chunks are set here: page numbers, the outline, destinations of
links between chunks.
https://pikepdf.readthedocs.io/en/latest/
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import ExitStack, contextmanager

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, String

from briefs.typeset.page.chunks import TypesetPages


@contextmanager
def joined(chunks: Sequence[TypesetPages], fonts: bytes, folios: bytes = b"", *, has_front: bool = True) -> Iterator[pikepdf.Pdf]:
    """One PDF of all chunks in their order. `has_front`: whether the first chunk is front matter.

    `fonts`: a PDF whose catalog has `/Fonts`, with all fonts that the chunks use. `folios`: a PDF with a page for each page of the
    document, on which only the printed number stands; empty if there are no numbers. Marked content, links and tags of the chunks
    are renumbered (ISO 32000-1, 14.7.4.4), and the structure elements become children of one document element. If a chunk is in
    another language than the first chunk, its elements name that language.
    """
    with ExitStack() as stack:  # the sources stay open, because streams are read from them when the file is saved
        sources = [stack.enter_context(pikepdf.open(io.BytesIO(chunk.pdf))) for chunk in chunks]
        shared = stack.enter_context(pikepdf.open(io.BytesIO(fonts)))
        whole = sources[0]
        names = _gather(whole, sources[1:], whole.copy_foreign(shared.Root.Fonts), chunks)
        if folios:
            _number(whole, stack.enter_context(pikepdf.open(io.BytesIO(folios))))
        _catalog(whole, names, chunks, len(chunks[0].page_names) if has_front else 0)
        yield whole


def to_bytes(chunks: Sequence[TypesetPages], fonts: bytes) -> bytes:
    """The joined PDF without further changes. The figures for Word are drawn from it."""
    out = io.BytesIO()
    with joined(chunks, fonts) as whole:
        whole.save(out)
    return out.getvalue()


def _gather(
    whole: pikepdf.Pdf, others: Sequence[pikepdf.Pdf], fonts: pikepdf.Object, chunks: Sequence[TypesetPages]
) -> dict[str, pikepdf.Object]:
    """Move the pages and tags of the other files into the first. Returns the destination of each anchor."""
    names: dict[str, pikepdf.Object] = {}
    tags = _Tags(whole)
    resources = whole.pages[0].obj.Resources
    first = 0
    for chunk, source in zip(chunks, [whole, *others], strict=True):
        if source is not whole:
            for page in source.pages:
                whole.pages.append(page)
            tags.add(source, [page.obj for page in whole.pages[first:]])
        held = whole.pages[first].obj.Resources
        held.ColorSpace = resources.ColorSpace
        for key in fonts.keys():  # noqa: SIM118
            held.Font[key] = fonts[key]  # form XObjects of the chunk share this dictionary
        names.update(_destinations(whole, source, chunk.anchors.keys() - names.keys()))
        first += len(chunk.page_names)
    tags.close()
    return names


class _Tags:
    """The structure tree of the joined file. The methods do nothing if the file has no tags."""

    def __init__(self, whole: pikepdf.Pdf):
        self.whole = whole
        self.tagged = "/StructTreeRoot" in whole.Root
        if self.tagged:
            self.document = whole.Root.StructTreeRoot.K[0]
            self.pairs = _pairs(whole.Root.StructTreeRoot, 0)

    def add(self, source: pikepdf.Pdf, pages: Sequence[pikepdf.Object]) -> None:
        """Add the structure tree of a chunk whose pages are in the joined file already. The references to pages in the copied tree
        lead to these pages, because pikepdf copies an object only once."""
        if not self.tagged:
            return
        root = self.whole.copy_foreign(source.Root.StructTreeRoot)
        shift = max(key for key, _ in self.pairs) + 1
        foreign = source.Root.get("/Lang") != self.whole.Root.get("/Lang")
        for element in root.K[0].K:
            element.P = self.document
            if foreign and "/Lang" not in element:  # 32000-1, 14.9.2.2
                element.Lang = String(str(source.Root.Lang))
            self.document.K.append(element)
        for page in pages:
            page.StructParents += shift
            for annotation in page.get("/Annots", Array()):
                if "/StructParent" in annotation:
                    annotation.StructParent += shift
        self.pairs += _pairs(root, shift)

    def close(self) -> None:
        """Write the parent tree, in ascending order of its keys (32000-1, 7.9.7)."""
        if self.tagged:
            self.whole.Root.StructTreeRoot.ParentTree.Nums = Array([item for pair in self.pairs for item in pair])


def _pairs(root: pikepdf.Object, shift: int) -> list[tuple[int, pikepdf.Object]]:
    """The keys and values of a parent tree, each key plus `shift`."""
    nums = root.ParentTree.Nums
    return [(int(nums[at]) + shift, nums[at + 1]) for at in range(0, len(nums), 2)]


def _destinations(whole: pikepdf.Pdf, source: pikepdf.Pdf, own: Set[str]) -> Iterator[tuple[str, pikepdf.Object]]:
    """The named destinations of a chunk (32000-1, 12.3.2.3) whose names are in `own`. The destinations that stand in for anchors of
    other chunks are left out."""
    if "/Names" not in source.Root:
        return
    held = source.Root.Names.Dests.Names
    if source is not whole:
        held = whole.copy_foreign(source.make_indirect(held))
    for at in range(0, len(held), 2):
        if str(held[at]) in own:
            yield str(held[at]), held[at + 1]


def _number(whole: pikepdf.Pdf, folios: pikepdf.Pdf) -> None:
    """Add the printed number to the end of each page's content, as an artifact at the foot (14289-1, 7.8)."""
    mark = b"/Artifact <</Type /Pagination /Subtype /Footer /Attached [/Bottom]>> BDC" if "/StructTreeRoot" in whole.Root else b""
    for page, folio in zip(whole.pages, folios.pages, strict=True):
        content = folio.obj.Contents.read_bytes()
        if b"TJ" in content or b"Tj" in content:
            own = page.obj.Contents.read_bytes()
            closed = [b"q", own, b"Q", mark, b"q", content, b"Q", b"EMC" if mark else b""]
            page.obj.Contents = whole.make_stream(b"\n".join(closed))


def _catalog(whole: pikepdf.Pdf, names: Mapping[str, pikepdf.Object], chunks: Sequence[TypesetPages], before: int) -> None:
    """Write destinations, page labels (32000-1, 12.4.2) and the outline. `before`: how many pages are front matter."""
    pairs = [item for name in sorted(names, key=lambda n: bytes(String(n))) for item in (String(name), names[name])]
    whole.Root.Names = Dictionary(Dests=whole.make_indirect(Dictionary(Names=Array(pairs))))
    if before:
        whole.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.r), before, Dictionary(S=Name.D)]))
    if "/Outlines" in whole.Root:
        del whole.Root["/Outlines"]
    first = 0
    above: list[tuple[int, OutlineItem]] = []
    with whole.open_outline() as outline:
        for chunk in chunks:
            for level, words, page, left, top in chunk.bookmarks:
                place = Array([whole.pages[first + page].obj, Name.XYZ, left, top, 0])
                item = OutlineItem(words, destination=place)
                while above and above[-1][0] >= level:
                    above.pop()
                (above[-1][1].children if above else outline.root).append(item)
                above.append((level, item))
            first += len(chunk.page_names)
