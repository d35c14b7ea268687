"""The parts of a document become one file.

In: `Sheets` in their order, a page of numbers for each of their pages, the fonts that they share. Out: one PDF, ready for its
finish. What a part can't know is set here: page numbers, the outline, names that other parts' links lead to.
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
def joined(sheets: Sequence[TypesetPages], faces: bytes, folios: bytes = b"") -> Iterator[pikepdf.Pdf]:
    """One file of all parts, in their order, the front matter first. `faces`: a file whose catalog has `/Fonts`, all that the parts
    use; `folios`: a page for each of theirs, with nothing on it but what numbers it, or none.

    Parts' marked content, links and tags are numbered anew (ISO 32000-1, 14.7.4.4), their elements hang under one document.
    """
    with ExitStack() as stack:  # a file's streams are read from its sources when it is saved
        sources = [stack.enter_context(pikepdf.open(io.BytesIO(part.pdf))) for part in sheets]
        fonts = stack.enter_context(pikepdf.open(io.BytesIO(faces)))
        whole = sources[0]
        names = _gather(whole, sources[1:], whole.copy_foreign(fonts.Root.Fonts), sheets)
        if folios:
            _number(whole, stack.enter_context(pikepdf.open(io.BytesIO(folios))))
        _catalog(whole, names, sheets)
        yield whole


def to_bytes(sheets: Sequence[TypesetPages], faces: bytes) -> bytes:
    """The joined file as it is, to be looked at; it has no finish."""
    out = io.BytesIO()
    with joined(sheets, faces) as whole:
        whole.save(out)
    return out.getvalue()


def _gather(
    whole: pikepdf.Pdf, others: Sequence[pikepdf.Pdf], fonts: pikepdf.Object, sheets: Sequence[TypesetPages]
) -> dict[str, pikepdf.Object]:
    """Take the pages of the others over, with their tags; all use the same fonts. Gives where each name leads."""
    names: dict[str, pikepdf.Object] = {}
    tags = _Tags(whole)
    resources = whole.pages[0].obj.Resources
    first = 0
    for part, source in zip(sheets, [whole, *others], strict=True):
        if source is not whole:
            for page in source.pages:
                whole.pages.append(page)
            tags.add(source, [page.obj for page in whole.pages[first:]])
        held = whole.pages[first].obj.Resources
        held.ColorSpace = resources.ColorSpace
        for key in fonts.keys():  # noqa: SIM118
            held.Font[key] = fonts[key]  # forms of the part have the same dictionary
        names.update(_destinations(whole, source, part.anchors.keys() - names.keys()))
        first += len(part.page_names)
    tags.close()
    return names


class _Tags:
    """The structure tree of the joined file. A file without tags is left as it is."""

    def __init__(self, whole: pikepdf.Pdf):
        self.whole = whole
        self.tagged = "/StructTreeRoot" in whole.Root
        if self.tagged:
            self.document = whole.Root.StructTreeRoot.K[0]
            self.pairs = _pairs(whole.Root.StructTreeRoot, 0)

    def add(self, source: pikepdf.Pdf, pages: Sequence[pikepdf.Object]) -> None:
        """A part whose pages have been taken over: its references lead to these, as a file's objects are copied once."""
        if not self.tagged:
            return
        root = self.whole.copy_foreign(source.Root.StructTreeRoot)
        shift = max(key for key, _ in self.pairs) + 1
        for element in root.K[0].K:
            element.P = self.document
            self.document.K.append(element)
        for page in pages:
            page.StructParents += shift
            for annotation in page.get("/Annots", Array()):
                if "/StructParent" in annotation:
                    annotation.StructParent += shift
        self.pairs += _pairs(root, shift)

    def close(self) -> None:
        """Write down what belongs to which element, by numbers that grow (32000-1, 7.9.7)."""
        if self.tagged:
            self.whole.Root.StructTreeRoot.ParentTree.Nums = Array([item for pair in self.pairs for item in pair])


def _pairs(root: pikepdf.Object, shift: int) -> list[tuple[int, pikepdf.Object]]:
    """The numbers of a parent tree and what they stand for."""
    nums = root.ParentTree.Nums
    return [(int(nums[at]) + shift, nums[at + 1]) for at in range(0, len(nums), 2)]


def _destinations(whole: pikepdf.Pdf, source: pikepdf.Pdf, own: Set[str]) -> Iterator[tuple[str, pikepdf.Object]]:
    """The named destinations of a part (32000-1, 12.3.2.3), without those that only stood in for others' names."""
    if "/Names" not in source.Root:
        return
    held = source.Root.Names.Dests.Names
    if source is not whole:
        held = whole.copy_foreign(source.make_indirect(held))
    for at in range(0, len(held), 2):
        if str(held[at]) in own:
            yield str(held[at]), held[at + 1]


def _number(whole: pikepdf.Pdf, folios: pikepdf.Pdf) -> None:
    """Each page gets its number, an artifact at its foot (14289-1, 7.8), after all else on it."""
    mark = b"/Artifact <</Type /Pagination /Subtype /Footer /Attached [/Bottom]>> BDC" if "/StructTreeRoot" in whole.Root else b""
    for page, folio in zip(whole.pages, folios.pages, strict=True):
        content = folio.obj.Contents.read_bytes()
        if b"TJ" in content or b"Tj" in content:
            own = page.obj.Contents.read_bytes()
            closed = [b"q", own, b"Q", mark, b"q", content, b"Q", b"EMC" if mark else b""]
            page.obj.Contents = whole.make_stream(b"\n".join(closed))


def _catalog(whole: pikepdf.Pdf, names: Mapping[str, pikepdf.Object], sheets: Sequence[TypesetPages]) -> None:
    """Names, page labels (12.4.2) and the outline."""
    pairs = [item for name in sorted(names, key=lambda n: bytes(String(n))) for item in (String(name), names[name])]
    whole.Root.Names = Dictionary(Dests=whole.make_indirect(Dictionary(Names=Array(pairs))))
    if before := len(sheets[0].page_names):
        whole.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.r), before, Dictionary(S=Name.D)]))
    if "/Outlines" in whole.Root:
        del whole.Root["/Outlines"]
    first = 0
    above: list[tuple[int, OutlineItem]] = []
    with whole.open_outline() as outline:
        for part in sheets:
            for level, words, page, left, top in part.bookmarks:
                place = Array([whole.pages[first + page].obj, Name.XYZ, left, top, 0])
                item = OutlineItem(words, destination=place)
                while above and above[-1][0] >= level:
                    above.pop()
                (above[-1][1].children if above else outline.root).append(item)
                above.append((level, item))
            first += len(part.page_names)
