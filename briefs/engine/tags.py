"""The tag tree of a PDF, said in full (ISO 14289-1, clause 7; ISO 32000-1, 14.7 and 14.8).

In: WeasyPrint's boxes and the structure elements that it made of them. Out: the same elements with what WeasyPrint leaves out:
language, scope, list numbering, notes with links both ways, contents lists, definitions as pairs; what a page break cut in
two is one element again; what stands in no element is an artifact. Works on WeasyPrint's objects before they are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Element = Any  # a pydyf.Dictionary of Type StructElem
POINTS = 0.75  # a CSS pixel in points
GROUPS = {"/Div", "/NonStruct", "/Span", "/P", "/Sect", "/Part", "/TBody"}  # mean nothing when empty


@contextmanager
def recorded(notes: int = 0, name: str = "") -> Iterator[Callable[[Any, Any], None]]:
    """While a PDF is written, keep which box each structure element is made of; gives the finisher of `write_pdf`.

    Of a part: `notes` stand before it, and `name` makes its identifiers its own.

    WeasyPrint's elements know the name of their HTML element only, and it has no hook for more: its recursive function is wrapped.
    """
    from weasyprint.pdf import tags

    original = tags._build_box_tree
    boxes: dict[int, Any] = {}
    margins: dict[int, str] = {}  # the margin box that an element stands in

    def build(box: Any, *rest: Any) -> Iterator[Element]:
        box = getattr(box, "_box", box)  # an absolute box in its place's stead
        name = getattr(box, "at_keyword", "")
        before = len(rest[1].objects) if name else 0
        for element in original(box, *rest):
            boxes.setdefault(id(element), box)
            yield element
        if name:
            margins.update((id(element), name) for element in rest[1].objects[before:])

    tags._build_box_tree = build
    try:
        yield lambda document, pdf: Tree(pdf, boxes, margins, notes, name).complete()
    finally:
        tags._build_box_tree = original


def link_notes(pages: list[Any], before: int = 0) -> None:
    """Links from each note's call to the note and back (14289-1, 7.9): WeasyPrint makes none for what floats to the foot.

    Notes are counted from those that stand `before`, in other parts.
    """
    numbers: dict[int, int] = {}
    for page in pages:
        for box in page._page_box.descendants():
            kind = str(box.element_tag or "").partition("::")[2]
            if kind in {"footnote-call", "footnote-marker"} and hasattr(box, "children") and box.children:
                number = numbers.setdefault(id(box.element), before + len(numbers) + 1)
                here, there = ("call", "note") if kind == "footnote-call" else ("note", "call")
                x, y, width, height = box.children[0].hit_area()  # its own box is as high as its line, which is nothing
                page.links.append(("internal", f"{there}-{number}", (x, y, x + width, y + height), box))
                page.anchors.setdefault(f"{here}-{number}", (x, y, x + width, y + height))


class Tree:
    """The structure tree of one PDF."""

    def __init__(self, pdf: Any, boxes: dict[int, Any], margins: dict[int, str], notes: int, name: str):
        self.pdf = pdf
        self.boxes = boxes
        self.margins = margins
        self.before, self.name = notes, name
        objects: list[Any] = [o for o in pdf.objects if isinstance(o, dict)]
        self.elements: dict[Any, Element] = {o.reference: o for o in objects if o.get("Type") == "/StructElem"}
        self.root = self._object(pdf.catalog["StructTreeRoot"])
        self.document = self._object(self.root["K"][0])
        self.heads: dict[int, Any] = {}  # the ID of a header cell, by its HTML element
        self.columns: set[int] = set()  # header cells that head a column; the others head a row
        self.gone: set[int] = set()  # keys in the parent tree of links that were taken away
        self.same_id: dict[bytes, Any] = {}  # IDs of header cells that a page break repeated, and the one that stays

    def complete(self) -> None:
        """Everything, in the order that the steps need."""
        self._without_leaders(self.document)
        self._without_columns(self.document)
        self._join(self.document)
        self._notes()
        self._links(self.document, False)
        elements = list(self._walk(self.document))
        self.columns = {id(cell) for head in elements if head["S"] == "/THead" for cell in self._walk(head)}
        for element in elements:
            self._dress(element)
        for cell in [e for e in elements if self.name and e["S"] == "/TH"]:
            cell["ID"].string = f"{self.name} {cell['ID'].string}"  # what its cells name is the same object
        self._prune(self.document)
        self._artifacts()

    # Reading the tree

    def _object(self, reference: Any) -> Any:
        return self.pdf.objects[int(reference.split(b" ", 1)[0])]

    def _kids(self, element: Element) -> list[Element]:
        """The elements below: not marked content (numbers), not references to annotations."""
        elements = self.elements
        return [elements[kid] for kid in element["K"] if kid in elements]

    def _walk(self, element: Element) -> Iterator[Element]:
        """An element and all below it, in the order of reading."""
        waiting = [element]
        while waiting:
            element = waiting.pop()
            yield element
            waiting += reversed(self._kids(element))

    def _box(self, element: Element) -> Any:
        return self.boxes.get(id(element))

    def _tag(self, element: Element) -> str:
        """The HTML element's name, with `::before` and the like."""
        box = self._box(element)
        return str(box.element_tag or "") if box is not None else ""

    def _html(self, element: Element) -> Any:
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
            self._hang(kid, made)
        return made

    def _hang(self, kid: Element, parent: Element) -> None:
        kid["P"] = parent.reference
        parent["K"].append(kid.reference)

    def _unhang(self, kid: Element, parent: Element) -> None:
        parent["K"][:] = [k for k in parent["K"] if k != kid.reference]

    def _without_leaders(self, parent: Element) -> None:
        """The dots that lead the eye to a page's number aren't read out."""
        for kid in self._kids(parent):
            if getattr(self._box(kid), "is_leader", False):
                self._unhang(kid, parent)
            else:
                self._without_leaders(kid)

    def _without_columns(self, parent: Element) -> None:
        """The columns that an element is laid out in are no elements: what stands in them is its own, a list one list."""
        for kid in self._kids(parent):
            self._without_columns(kid)
            if getattr(self._box(kid), "is_column", False) and self._html(kid) is self._html(parent):
                at = parent["K"].index(kid.reference)
                parent["K"][at : at + 1] = kid["K"]
                for inner in self._kids(kid):
                    inner["P"] = parent.reference

    # What a page break cut in two

    def _join(self, parent: Element) -> None:
        """Neighbours on two pages that are one HTML element become one element."""
        last: Element | None = None
        for kid in self._kids(parent):
            if self._tag(kid) == "":  # the foot's notes and floats stand between two pages' flow
                continue
            if last is not None and self._same(last, kid):
                self._unhang(kid, parent)
                self._merge(last, kid)
            else:
                last = kid

    def _same(self, one: Element, other: Element) -> bool:
        html = self._html(one)
        return (
            html is not None
            and html is self._html(other)
            and (one["S"], self._tag(one)) == (other["S"], self._tag(other))
            and one["Pg"] != other["Pg"]
            and not any(isinstance(k, int) for e in (one, other) for k in e["K"])
        )

    def _merge(self, first: Element, second: Element) -> None:
        """Hang the second's kids under the first; at the joint, and in a row cell by cell, they may be one too."""
        if first["S"] == "/Table":
            self._drop_repeated(first, second)
        if first["S"] == "/TH" and "ID" in second:
            self.same_id[second["ID"].data] = first["ID"]
        earlier = self._kids(first) if first["S"] == "/TR" else self._kids(first)[-1:]
        for kid in self._kids(second):
            twin = next((e for e in earlier if self._same(e, kid)), None)
            if twin is not None:
                self._merge(twin, kid)
            else:
                self._hang(kid, first)
        first["K"] += [k for k in second["K"] if not isinstance(k, int) and self._object(k).get("Type") == "/OBJR"]

    def _drop_repeated(self, first: Element, second: Element) -> None:
        """A table's head is said once; on its next page it is an artifact."""
        ids = {id(self._html(e)): e["ID"] for e in self._walk(first) if e["S"] == "/TH"}
        for head in [k for k in self._kids(second) if k["S"] == "/THead"]:
            for cell in [e for e in self._walk(head) if e["S"] == "/TH"]:
                self.same_id[cell["ID"].data] = ids[id(self._html(cell))]
            self._unhang(head, second)

    # Notes

    def _notes(self) -> None:
        """Each note follows its call as `Note` with an ID (14289-1, 7.9); call and note link to each other (by the style sheet)."""
        elements = list(self._walk(self.document))
        calls = {id(self._html(e)): e for e in elements if self._tag(e).endswith("::footnote-call")}
        if not calls:
            return
        parents = {id(kid): e for e in elements for kid in self._kids(e)}
        notes: dict[int, Element] = {}
        for note in [e for e in elements if id(self._html(e)) in calls and "footnote" in self._classes(e)]:
            if parents[id(note)]["S"] == "/Note":  # an anonymous box in it
                continue
            self._unhang(note, parents[id(note)])
            key = id(self._html(note))
            if key in notes:  # its end, on the next page
                for kid in self._kids(note):
                    self._hang(kid, notes[key])
                continue
            note["S"] = "/Note"
            notes[key] = note
        for number, (key, note) in enumerate(notes.items(), self.before + 1):
            self._place_note(calls[key], parents[id(calls[key])], note, number)

    def _place_note(self, call: Element, parent: Element, note: Element, number: int) -> None:
        import pydyf

        at = parent["K"].index(call.reference)
        call["S"] = "/Link"
        reference = self._new("Reference", parent, call["Pg"], [call])
        parent["K"][at : at + 1] = [reference.reference, note.reference]
        note["P"] = parent.reference
        note["ID"] = pydyf.String(f"note-{number}")
        for marker in [k for k in self._kids(note) if self._tag(k).endswith("::footnote-marker")]:
            place = note["K"].index(marker.reference)
            marker["S"] = "/Link"
            note["K"][place] = self._new("Lbl", note, marker["Pg"], [marker]).reference

    # Links

    def _links(self, element: Element, inside: bool) -> None:
        """One link, one annotation: WeasyPrint makes another for each element inside a link, in tags that are no links."""
        if inside:
            for kid in [k for k in element["K"] if not isinstance(k, int) and self._object(k).get("Type") == "/OBJR"]:
                element["K"].remove(kid)
                self.gone.add(self._object(self._object(kid)["Obj"])["StructParent"])
            element["S"] = "/Span" if element["S"] == "/Link" else element["S"]
        elif element["S"] == "/Link":
            self._say(element)
        for kid in self._kids(element):
            self._links(kid, inside or element["S"] == "/Link")

    def _say(self, link: Element) -> None:
        """A link says in words where it leads (14289-1, 7.18.5)."""
        import pydyf

        html = self._html(link)
        if html is None:
            return
        words = html.get("href", "") if "::" in self._tag(link) else " ".join("".join(html.itertext()).split())
        for kid in link["K"]:
            if words and not isinstance(kid, int) and self._object(kid).get("Type") == "/OBJR":
                self._object(self._object(kid)["Obj"])["Contents"] = pydyf.String(words)

    # One element

    def _dress(self, element: Element) -> None:
        """What the HTML element says and WeasyPrint doesn't pass on."""
        import pydyf

        html, kind = self._html(element), element["S"]
        names = self._classes(element)
        if html is not None and "::" not in self._tag(element) and html.get("lang") and self._tag(element) != "html":
            element["Lang"] = pydyf.String(html.get("lang"))
        if kind == "/TH":
            element["A"]["Scope"] = "/Column" if id(element) in self.columns else "/Row"
        if kind in {"/TH", "/TD"} and "Headers" in element.get("A", {}):
            headers = [self.same_id.get(h.data, h) for h in element["A"]["Headers"]]
            element["A"]["Headers"] = pydyf.Array({h.data: h for h in headers}.values())
        if kind == "/Figure":
            self._bounds(element)
        if kind == "/L":
            self._list(element)
        if "contents" in names or "lists" in names:
            self._contents(element)

    def _bounds(self, figure: Element) -> None:
        """The box in the page's own units, from below (32000-1, table 344)."""
        import pydyf

        height = self._object(figure["Pg"])["MediaBox"][3]
        left, top, right, bottom = (POINTS * n for n in figure["A"]["BBox"])
        figure["A"]["BBox"] = pydyf.Array((left, height - bottom, right, height - top))
        figure["A"]["Placement"] = "/Block"

    def _list(self, element: Element) -> None:
        """How items are marked (32000-1, table 347); a mark of the style sheet’s is a label; terms stand with their meanings."""
        import pydyf

        name = self._tag(element)
        element["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": {"ol": "/Decimal", "ul": "/Disc"}.get(name, "/None")})
        if name == "dl":
            self._definitions(element)
        for item in self._kids(element):
            for body in [k for k in self._kids(item) if k["S"] == "/LBody"]:
                for mark in [e for e in self._walk(body) if self._tag(e) == "li::before"][:1]:
                    holder = next(e for e in self._walk(body) if mark.reference in e["K"])
                    self._unhang(mark, holder)
                    mark["S"], mark["P"] = "/Lbl", item.reference
                    item["K"].insert(0, mark.reference)

    def _definitions(self, element: Element) -> None:
        """A term is the label of the item whose body is its meaning."""
        term: Element | None = None
        for item in self._kids(element):
            body = self._kids(item)[0] if self._kids(item) else None
            if body is not None and self._tag(body) == "dt":
                body["S"], term = "/Lbl", item
            elif body is not None and term is not None:
                self._unhang(item, element)
                self._hang(body, term)

    def _contents(self, element: Element) -> None:
        """A contents list: an item a line, in it the link (32000-1, 14.8.4.3)."""
        element["S"] = "/TOC"
        for line in self._kids(element):
            line["S"] = "/TOCI"
            for paragraph in self._kids(line):
                paragraph["S"] = "/Reference"

    def _prune(self, element: Element) -> None:
        """Empty groups say nothing: bands, and what was moved elsewhere."""
        for kid in self._kids(element):
            self._prune(kid)
            if kid["S"] in GROUPS and not kid["K"]:
                self._unhang(kid, element)

    # What stands in no element

    def _artifacts(self) -> None:
        """Marked content that no element holds is an artifact (14289-1, 7.1 and 7.8); a link in it is no link."""
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

    def _pages(self) -> list[Any]:
        return [o for o in self.pdf.objects if isinstance(o, dict) and o.get("Type") == "/Page"]

    def _artifact(self, element: Element) -> str:
        """The property list of an artifact: running heads and feet are named (32000-1, table 330)."""
        name = self.margins.get(id(element), "")
        if name.startswith("@top"):
            return "<</Type /Pagination /Subtype /Header /Attached [/Top]>>"
        return "<</Type /Pagination /Subtype /Footer /Attached [/Bottom]>>" if name else "<</Type /Pagination>>"

    def _drop_links(self, nums: list[Any], pages: list[Any], kept: set[int]) -> None:
        """Links that no element holds, out of the parent tree and off their pages."""
        gone = self.gone
        for at in range(2 * len(pages), len(nums), 2):
            if id(self._object(nums[at + 1])) not in kept:
                gone.add(nums[at])
        objects: list[Any] = [o for o in self.pdf.objects if isinstance(o, dict)]
        lost = {o.reference for o in objects if o.get("StructParent") in gone}
        nums[:] = [n for pair in zip(nums[::2], nums[1::2], strict=True) if pair[0] not in gone for n in pair]
        for page in pages:
            if "Annots" in page:
                page["Annots"][:] = [a for a in page["Annots"] if a not in lost]


def _mark(stream: list[Any], artifacts: dict[int, str]) -> None:
    """Turn the marked content of these numbers into artifacts; WeasyPrint writes tag, properties and `BDC` as three parts."""
    for at in range(len(stream) - 2):
        if stream[at + 2] == b"BDC" and isinstance(stream[at + 1], dict) and stream[at + 1].get("MCID") in artifacts:
            stream[at], stream[at + 1] = "/Artifact", artifacts[stream[at + 1]["MCID"]]
