"""Completes the structure tree of a PDF that WeasyPrint makes (ISO 14289-1, clause 7; ISO 32000-1, 14.7 and 14.8).

In: WeasyPrint's boxes and the structure elements that it made of them. Out: the same elements with what WeasyPrint leaves out:
language, scope, list numbering, footnotes with links both ways, contents lists, definitions as pairs. An element that a page break
cut in two is joined again, and content in no element becomes an artifact. All this happens before the objects are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from briefs.engine import patches
from briefs.engine.boxes import POINTS, Box, Page

Element = Any  # pydyf.Dictionary of Type StructElem
Object = Any  # pydyf.Dictionary, pydyf.Array or pydyf.Stream
PDF = Any  # pydyf.PDF
Document = Any  # weasyprint.document.Document
HTMLElement = Any  # xml.etree.ElementTree.Element
Finisher = Callable[[Document, PDF], None]
NUMBERING = {  # the values of ListNumbering, by the `type` of an `ol`, or by the element's name
    "1": "/Decimal", "a": "/LowerAlpha", "A": "/UpperAlpha", "i": "/LowerRoman", "I": "/UpperRoman", "ul": "/Disc",
}  # fmt: skip
GROUPS = {"/Div", "/NonStruct", "/Span", "/P", "/Sect", "/Part", "/TBody"}  # types of elements that are removed if they are empty


@contextmanager
def recorded(notes_before: int = 0, name: str = "") -> Iterator[Finisher]:
    """While a PDF is written, record the box of each structure element. Yields the `finisher` for `write_pdf`.

    For a chunk, `notes_before` is how many footnotes are in the chunks before it, and `name` makes its identifiers unique. The
    boxes are needed because a structure element as WeasyPrint makes it doesn't refer to its HTML element. Raises ToolError with
    untested versions.
    """
    from weasyprint.pdf import tags

    original = tags._build_box_tree
    boxes: dict[int, Box] = {}
    margins: dict[int, str] = {}  # the name of the margin box, by the id() of each element in one

    def build(box: Box, *rest: Any) -> Iterator[Element]:
        box = getattr(box, "_box", box)  # the box of an AbsolutePlaceholder
        margin = getattr(box, "at_keyword", "")
        before = len(rest[1].objects) if margin else 0
        for element in original(box, *rest):
            boxes.setdefault(id(element), box)
            yield element
        if margin:
            margins.update((id(element), margin) for element in rest[1].objects[before:])

    with patches.replaced("weasyprint.pdf.tags._build_box_tree", build):
        yield lambda document, pdf: StructureTree(pdf, boxes, margins, notes_before, name).complete()


def link_notes(pages: list[Page], before: int = 0) -> None:
    """Link each footnote's call to the footnote and back (14289-1, 7.9), since WeasyPrint makes no links for footnotes.

    The first footnote has the number `before` + 1.
    """
    numbers: dict[int, int] = {}
    for page in pages:
        for box in page._page_box.descendants():
            kind = str(box.element_tag or "").partition("::")[2]
            if kind in {"footnote-call", "footnote-marker"} and hasattr(box, "children") and box.children:
                number = numbers.setdefault(id(box.element), before + len(numbers) + 1)
                here, there = ("call", "note") if kind == "footnote-call" else ("note", "call")
                x, y, width, height = box.children[0].hit_area()  # of the child, because the height of the box itself is 0
                page.links.append(("internal", f"{there}-{number}", (x, y, x + width, y + height), box))
                page.anchors.setdefault(f"{here}-{number}", (x, y, x + width, y + height))


class StructureTree:
    """The structure tree of one PDF."""

    def __init__(self, pdf: PDF, boxes: dict[int, Box], margins: dict[int, str], notes_before: int, name: str):
        self.pdf = pdf
        self.boxes = boxes
        self.margins = margins
        self.notes_before, self.name = notes_before, name
        objects: list[Object] = [o for o in pdf.objects if isinstance(o, dict)]
        self.elements: dict[Any, Element] = {o.reference: o for o in objects if o.get("Type") == "/StructElem"}
        self.root = self._object(pdf.catalog["StructTreeRoot"])
        self.document = self._object(self.root["K"][0])
        self.column_heads: set[int] = set()  # header cells of columns; the other header cells are those of rows
        self.removed_links: set[int] = set()  # the keys that removed links have in the parent tree
        self.repeated_ids: dict[bytes, Any] = {}  # a header cell's ID on the first page of a table, by its ID on a later page

    def complete(self) -> None:
        """Run all passes, in the order in which they depend on each other."""
        self._remove_leaders(self.document)
        self._remove_columns(self.document)
        self._join(self.document)
        self._notes()
        self._links(self.document, False)
        elements = list(self._walk(self.document))
        self.column_heads = {id(cell) for head in elements if head["S"] == "/THead" for cell in self._walk(head)}
        for element in elements:
            self._attributes(element)
        for cell in [e for e in elements if self.name and e["S"] == "/TH"]:
            cell["ID"].string = f"{self.name} {cell['ID'].string}"  # cells that refer to this ID hold the same object
        self._prune(self.document)
        self._artifacts()

    # Reading the tree

    def _object(self, reference: Any) -> Object:
        return self.pdf.objects[int(reference.split(b" ", 1)[0])]

    def _children(self, element: Element) -> list[Element]:
        """The child elements, without marked content (numbers) and references to annotations."""
        elements = self.elements
        return [elements[kid] for kid in element["K"] if kid in elements]

    def _walk(self, element: Element) -> Iterator[Element]:
        """An element and its descendants, in reading order."""
        waiting = [element]
        while waiting:
            element = waiting.pop()
            yield element
            waiting += reversed(self._children(element))

    def _box(self, element: Element) -> Box:
        return self.boxes.get(id(element))

    def _tag(self, element: Element) -> str:
        """The name of the HTML element; for a pseudo-element with its own name after it, as in `p::before`."""
        box = self._box(element)
        return str(box.element_tag or "") if box is not None else ""

    def _html(self, element: Element) -> HTMLElement:
        box = self._box(element)
        return box.element if box is not None and self._tag(element) else None

    def _classes(self, element: Element) -> list[str]:
        html = self._html(element)
        return (html.get("class") or "").split() if html is not None and "::" not in self._tag(element) else []

    # Making elements

    def _new(self, kind: str, parent: Element, page: Any, kids: list[Element]) -> Element:
        import pydyf

        made = pydyf.Dictionary({"Type": "/StructElem", "S": f"/{kind}", "K": pydyf.Array(), "Pg": page, "P": parent.reference})
        self.pdf.add_object(made)
        self.elements[made.reference] = made
        for kid in kids:
            self._append(kid, made)
        return made

    def _append(self, kid: Element, parent: Element) -> None:
        kid["P"] = parent.reference
        parent["K"].append(kid.reference)

    def _remove(self, kid: Element, parent: Element) -> None:
        parent["K"][:] = [k for k in parent["K"] if k != kid.reference]

    def _remove_leaders(self, parent: Element) -> None:
        """Remove leaders, so that their dots aren't read out."""
        for kid in self._children(parent):
            if getattr(self._box(kid), "is_leader", False):
                self._remove(kid, parent)
            else:
                self._remove_leaders(kid)

    def _remove_columns(self, parent: Element) -> None:
        """Replace the columns of an element by what they hold, so that a list in three columns is one list."""
        for kid in self._children(parent):
            self._remove_columns(kid)
            if getattr(self._box(kid), "is_column", False) and self._html(kid) is self._html(parent):
                self._unwrap(kid, parent)

    def _unwrap(self, kid: Element, parent: Element) -> None:
        """Replace a child of an element by what it holds."""
        at = parent["K"].index(kid.reference)
        parent["K"][at : at + 1] = kid["K"]
        for inner in self._children(kid):
            inner["P"] = parent.reference

    # Elements that a page break cut in two

    def _join(self, parent: Element) -> None:
        """Join neighbours on two pages that belong to one HTML element."""
        last: Element | None = None
        for kid in self._children(parent):
            if self._tag(kid) == "":  # an element of footnotes or floats has no tag, and may stand between two to be joined
                continue
            if last is not None and self._same(last, kid):
                self._remove(kid, parent)
                self._merge(last, kid)
            else:
                last = kid

    def _same(self, one: Element, other: Element) -> bool:
        return one["Pg"] != other["Pg"] and self._are_parts(one, other)

    def _are_parts(self, one: Element, other: Element) -> bool:
        """Whether two elements are parts of one HTML element."""
        html = self._html(one)
        return (
            html is not None
            and html is self._html(other)
            and (one["S"], self._tag(one)) == (other["S"], self._tag(other))
            and not any(isinstance(k, int) for e in (one, other) for k in e["K"])
        )

    def _merge(self, first: Element, second: Element) -> None:
        """Append the children of the second element to the first. Also join the two children at the cut; in a row, the two parts of
        each cell."""
        if first["S"] == "/Table":
            self._drop_repeated(first, second)
        if first["S"] == "/TH" and "ID" in second:
            self.repeated_ids[second["ID"].data] = first["ID"]
        earlier = self._children(first) if first["S"] == "/TR" else self._children(first)[-1:]
        for kid in self._children(second):
            twin = next((e for e in earlier if self._same(e, kid)), None)
            if twin is not None:
                self._merge(twin, kid)
            else:
                self._append(kid, first)
        first["K"] += [k for k in second["K"] if not isinstance(k, int) and self._object(k).get("Type") == "/OBJR"]

    def _drop_repeated(self, first: Element, second: Element) -> None:
        """Remove from the second part of a table the head that is repeated on the next page. It becomes an artifact there."""
        ids = {id(self._html(e)): e["ID"] for e in self._walk(first) if e["S"] == "/TH"}
        for head in [k for k in self._children(second) if k["S"] == "/THead"]:
            for cell in [e for e in self._walk(head) if e["S"] == "/TH"]:
                self.repeated_ids[cell["ID"].data] = ids[id(self._html(cell))]
            self._remove(head, second)

    # Footnotes

    def _notes(self) -> None:
        """Put each footnote after its call, as a `Note` with an ID (14289-1, 7.9). `link_notes` has linked the two already."""
        elements = list(self._walk(self.document))
        calls = {id(self._html(e)): e for e in elements if self._tag(e).endswith("::footnote-call")}
        if not calls:
            return
        parents = {id(kid): e for e in elements for kid in self._children(e)}
        notes: dict[int, Element] = {}
        for note in [e for e in elements if id(self._html(e)) in calls and "footnote" in self._classes(e)]:
            if self._html(parents[id(note)]) is self._html(note):  # the element of an anonymous box in a note
                continue
            self._remove(note, parents[id(note)])
            key = id(self._html(note))
            if key in notes:  # the second part of a note that a page break divides
                self._continue(notes[key], note)
                continue
            note["S"] = "/Note"
            notes[key] = note
        for number, (key, note) in enumerate(notes.items(), self.notes_before + 1):
            self._place_note(calls[key], parents[id(calls[key])], note, number)

    def _continue(self, first: Element, second: Element) -> None:
        """Append the children of the second element to the first, also those of an element that both have a part of."""
        for kid in self._children(second):
            last = self._children(first)[-1:]
            if last and self._are_parts(last[0], kid):
                self._continue(last[0], kid)
            else:
                self._append(kid, first)

    def _place_note(self, call: Element, parent: Element, note: Element, number: int) -> None:
        import pydyf

        at = parent["K"].index(call.reference)
        call["S"] = "/Link"
        reference = self._new("Reference", parent, call["Pg"], [call])
        parent["K"][at : at + 1] = [reference.reference, note.reference]
        note["P"] = parent.reference
        note["ID"] = pydyf.String(f"note-{number}")
        for kid in self._children(note):
            if self._html(kid) is self._html(note) and "::" not in self._tag(kid):  # the words before or between a note's blocks
                self._unwrap(kid, note)
        for marker in [k for k in self._children(note) if self._tag(k).endswith("::footnote-marker")]:
            index = note["K"].index(marker.reference)
            marker["S"] = "/Link"
            note["K"][index] = self._new("Lbl", note, marker["Pg"], [marker]).reference

    # Links

    def _links(self, element: Element, inside: bool) -> None:
        """Leave one annotation for each link. WeasyPrint makes another one for each element inside the link. `inside`: whether
        `element` is inside a link."""
        if inside:
            for kid in [k for k in element["K"] if not isinstance(k, int) and self._object(k).get("Type") == "/OBJR"]:
                element["K"].remove(kid)
                self.removed_links.add(self._object(self._object(kid)["Obj"])["StructParent"])
            element["S"] = "/Span" if element["S"] == "/Link" else element["S"]
        elif element["S"] == "/Link":
            self._describe(element)
        for kid in self._children(element):
            self._links(kid, inside or element["S"] == "/Link")

    def _describe(self, link: Element) -> None:
        """Give the annotations of a link a description in words (14289-1, 7.18.5)."""
        import pydyf

        html = self._html(link)
        if html is None:
            return
        words = html.get("href", "") if "::" in self._tag(link) else " ".join("".join(html.itertext()).split())
        for kid in link["K"]:
            if words and not isinstance(kid, int) and self._object(kid).get("Type") == "/OBJR":
                self._object(self._object(kid)["Obj"])["Contents"] = pydyf.String(words)

    # One element

    def _attributes(self, element: Element) -> None:
        """Add the attributes of the HTML element that WeasyPrint doesn't pass on."""
        import pydyf

        html, kind = self._html(element), element["S"]
        names = self._classes(element)
        if html is not None and "::" not in self._tag(element) and html.get("lang") and self._tag(element) != "html":
            element["Lang"] = pydyf.String(html.get("lang"))
        if html is not None and kind == "/Span" and html.get("aria-label"):  # the words that a symbol is read as (32000-1, 14.9.4)
            element["ActualText"] = pydyf.String(html.get("aria-label"))
        if kind == "/TH":
            element["A"]["Scope"] = "/Column" if id(element) in self.column_heads else "/Row"
        if kind in {"/TH", "/TD"} and "Headers" in element.get("A", {}):
            headers = [self.repeated_ids.get(h.data, h) for h in element["A"]["Headers"]]
            element["A"]["Headers"] = pydyf.Array({h.data: h for h in headers}.values())
        if kind == "/Figure":
            self._bounds(element)
        if kind == "/L":
            self._list(element)
        if "contents" in names or "lists" in names:
            self._contents(element)

    def _bounds(self, figure: Element) -> None:
        """Convert the bounding box of a figure to points from the lower left corner of the page (32000-1, table 344)."""
        import pydyf

        height = self._object(figure["Pg"])["MediaBox"][3]
        left, top, right, bottom = (POINTS * n for n in figure["A"]["BBox"])
        figure["A"]["BBox"] = pydyf.Array((left, height - bottom, right, height - top))
        figure["A"]["Placement"] = "/Block"

    def _list(self, element: Element) -> None:
        """Say how the items of a list are numbered (32000-1, table 347). Make a label of a marker that the style sheet makes with
        `::before`."""
        import pydyf

        name, html = self._tag(element), self._html(element)
        numbering = {"ol": NUMBERING.get(html.get("type") if name == "ol" else "", "/Decimal"), "ul": "/Disc"}.get(name, "/None")
        element["A"] = pydyf.Dictionary(
            {"O": "/List", "ListNumbering": "/None" if "tasks" in self._classes(element) else numbering}
        )
        if name == "dl":
            self._definitions(element)
        for item in self._children(element):
            for body in [k for k in self._children(item) if k["S"] == "/LBody"]:
                for mark in [e for e in self._walk(body) if self._tag(e) == "li::before"][:1]:
                    holder = next(e for e in self._walk(body) if mark.reference in e["K"])
                    self._remove(mark, holder)
                    mark["S"], mark["P"] = "/Lbl", item.reference
                    item["K"].insert(0, mark.reference)
        self._bodies(element)

    def _bodies(self, element: Element) -> None:
        """Put everything in an item except its label into its body, and also inner lists, which WeasyPrint puts after the item."""
        last: Element | None = None
        for item in self._children(element):
            outside = [item] if item["S"] == "/L" else [k for k in self._children(item) if k["S"] not in {"/Lbl", "/LBody"}]
            last = last if item["S"] == "/L" else item
            if last is None or not outside:
                continue
            body = next((k for k in self._children(last) if k["S"] == "/LBody"), None)
            body = body or self._new("LBody", last, item["Pg"], [])
            for kid in outside:
                self._remove(kid, element if kid is item else item)
                self._append(kid, body)
            if body.reference not in last["K"]:
                last["K"].append(body.reference)

    def _definitions(self, element: Element) -> None:
        """Put each term and its definitions into one item: the term becomes the label, a definition the body."""
        term: Element | None = None
        for item in self._children(element):
            body = self._children(item)[0] if self._children(item) else None
            if body is not None and self._tag(body) == "dt":
                body["S"], term = "/Lbl", item
            elif body is not None and term is not None:
                self._remove(item, element)
                self._append(body, term)

    def _contents(self, element: Element) -> None:
        """Turn an element into a table of contents: each line becomes an item, and its link a reference (32000-1, 14.8.4.3)."""
        element["S"] = "/TOC"
        for line in self._children(element):
            line["S"] = "/TOCI"
            for paragraph in self._children(line):
                paragraph["S"] = "/Reference"

    def _prune(self, element: Element) -> None:
        """Remove groups that hold nothing, such as coloured bands, or groups whose elements were moved elsewhere."""
        for kid in self._children(element):
            self._prune(kid)
            if kid["S"] in GROUPS and not kid["K"]:
                self._remove(kid, element)

    # Content outside the structure tree

    def _artifacts(self) -> None:
        """Mark content that is in no element as an artifact (14289-1, 7.1 and 7.8), and remove the links in it."""
        nums = self._object(self.root["ParentTree"])["Nums"]
        kept = {id(e) for e in self._walk(self.document)}
        pages = self._pages()
        for number, page in enumerate(pages):
            holders = nums[2 * number + 1]
            lost = {n: self._object(h) for n, h in enumerate(holders) if id(self._object(h)) not in kept}
            if lost:
                _mark(self._object(page["Contents"]).stream, {n: self._artifact(e) for n, e in lost.items()})
                holders[:] = [b"null" if n in lost else h for n, h in enumerate(holders)]
        self._drop_links(nums, pages, kept)

    def _pages(self) -> list[Object]:
        return [o for o in self.pdf.objects if isinstance(o, dict) and o.get("Type") == "/Page"]

    def _artifact(self, element: Element) -> str:
        """The property list of an artifact. It distinguishes headers, footers and other artifacts (32000-1, table 330)."""
        name = self.margins.get(id(element), "")
        if name.startswith("@top"):
            return "<</Type /Pagination /Subtype /Header /Attached [/Top]>>"
        return "<</Type /Pagination /Subtype /Footer /Attached [/Bottom]>>" if name else "<</Type /Pagination>>"

    def _drop_links(self, nums: list[Any], pages: list[Object], kept: set[int]) -> None:
        """Remove links that are in no element of the tree from the parent tree and from their pages. Also remove the links without
        a tag, which WeasyPrint makes for a line in the marker of a note."""
        removed = self.removed_links
        for at in range(2 * len(pages), len(nums), 2):
            if id(self._object(nums[at + 1])) not in kept:
                removed.add(nums[at])
        objects: list[Object] = [o for o in self.pdf.objects if isinstance(o, dict)]
        loose = (o for o in objects if o.get("Subtype") == "/Link" and "StructParent" not in o)
        lost = {o.reference for o in [*loose, *(o for o in objects if o.get("StructParent") in removed)]}
        nums[:] = [n for pair in zip(nums[::2], nums[1::2], strict=True) if pair[0] not in removed for n in pair]
        for page in pages:
            if "Annots" in page:
                page["Annots"][:] = [a for a in page["Annots"] if a not in lost]


def _mark(stream: list[Any], artifacts: dict[int, str]) -> None:
    """Turn marked content into artifacts. `artifacts`: their property lists, by the number (MCID) of the content. WeasyPrint writes
    the tag, the properties and `BDC` as three items of the stream."""
    for at in range(len(stream) - 2):
        if stream[at + 2] == b"BDC" and isinstance(stream[at + 1], dict) and stream[at + 1].get("MCID") in artifacts:
            stream[at], stream[at + 1] = "/Artifact", artifacts[stream[at + 1]["MCID"]]
