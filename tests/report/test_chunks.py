"""The report's parts: where it is cut, what a part knows of the others, and that the joined file hangs together."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pikepdf
import pytest

from briefs.compose import tables, tree
from briefs.compose.tree import Node
from briefs.typeset.page import chunks
from briefs.typeset.page.raster import FigureBox
from tests.report.conftest import Report
from tests.report.test_report import tagged


def title(id: str) -> Node:
    return {"t": "Header", "c": [1, tree.attr(id, short=id.upper()), tree.words(id)]}


def group(id: str) -> Node:
    return {"t": "Header", "c": [2, tree.attr(id, ["group"]), tree.words(id)]}


def noted(*targets: str, notes: int = 0) -> Node:
    links = [tree.link(tree.words("there"), f"#{target}") for target in targets]
    return tree.para([*links, *[tree.span(tree.words("Note."), "", ["footnote"])] * notes])


BLOCKS = [
    tree.div([], "", ["cover"]),
    tree.div([title("contents"), title("lists"), noted("b", "two")], "", ["front"]),
    tree.div([title("a"), noted("a", "b", notes=2), title("b"), noted(), title("c"), noted("a", notes=3)], "", ["body"]),
    tree.div([title("all"), noted(), group("one"), noted(), group("two"), noted("all", notes=1)], "", ["appendix-part"]),
]


@pytest.mark.parametrize(
    ("longest", "names"), [(chunks.LONGEST, ["a", "all"]), (22, ["a", "c", "all"]), (1, ["a", "b", "c", "all", "one", "two"])]
)
def test_the_front_is_one_part_then_chapters_run_on_unless_they_are_long(
    longest: int, names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "LONGEST", longest)
    found = chunks.split(BLOCKS)
    assert [part.name for part in found] == ["front", *names]
    classes = [["body" if name in "abc" else "appendix-part"] for name in names]
    assert [tree.classes(part.blocks[-1]) for part in found] == [["front"], *classes]
    kept = [inner for part in found[1:] for inner in part.blocks[0]["c"][1]]
    assert kept == [inner for block in BLOCKS[2:] for inner in block["c"][1]], "nothing is lost, and all is in order"


def test_a_part_knows_the_notes_before_its_own_and_what_it_points_at_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "LONGEST", 1)
    found = {part.name: part for part in chunks.split(BLOCKS)}
    assert {name: part.notes_before for name, part in found.items() if part.notes_before} == {"c": 2, "two": 5}
    assert {name: part.external_anchors for name, part in found.items() if part.external_anchors} == {
        "front": ("b", "two"), "a": ("b",), "c": ("a",), "two": ("all",),
    }  # fmt: skip


@pytest.mark.parametrize(("name", "parts"), [("a", ["a"]), ("b", ["b"]), ("c", ["c"]), ("all", ["all", "one", "two"])])
def test_a_chapter_alone_is_as_the_document_has_it(name: str, parts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Chapters that run on are parted for a look at one of them."""
    alone = chunks.chapter(BLOCKS, lambda blocks: any(tree.identifier(node) == name for node in tree.walk(list(blocks))))
    assert alone and chunks.divided(alone) == [alone]
    monkeypatch.setattr(chunks, "LONGEST", 1)
    made = chunks.divided(alone) if len(parts) > 1 else [alone]
    assert [replace(part, name="") for part in made] == [replace(p, name="") for p in chunks.split(BLOCKS) if p.name in parts]
    assert chunks.chapter(BLOCKS, lambda blocks: False) is None


def test_a_long_table_and_a_long_list_are_divided_between_rows_and_countries(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [tables.row([tables.words(tree.words(f"Land {n}")), tables.words(tree.words("Fact."))]) for n in range(9)]
    table = tables.table("appendix", [0.5, 0.5], rows[0], rows[1:])
    entries = [tree.div([tree.para(tree.words(f"{n}"))], "", ["source-country" if n % 2 else "list"]) for n in range(1, 9)]
    inner = [title("all"), table, tree.div(entries, "entries", ["sources"])]
    monkeypatch.setattr(chunks, "LONGEST", 44)
    _, *found = chunks.split([tree.div([], "", ["front"]), tree.div(inner, "", ["appendix-part"])])
    blocks = [block for part in found for block in tree.blocks(part.blocks[0])]
    parts = [block for block in blocks if block["t"] == "Table"]
    assert [len(part["c"][4][0][3]) for part in parts] == [3, 4, 1], "rows of at most 44 letters"
    assert [row for part in parts for row in part["c"][4][0][3]] == rows[1:]
    assert all(part["c"][3] == table["c"][3] for part in parts), "each part has the head"
    assert tree.text_of([block for block in blocks if block["t"] == "Div"]) == "12345678"
    assert len(found) == 3 and [block["t"] for block in blocks] == ["Header", "Table", "Table", "Table", "Div"]
    monkeypatch.setattr(chunks, "LONGEST", 3)
    _, *found = chunks.split([tree.div([], "", ["front"]), tree.div([inner[-1]], "", ["appendix-part"])])
    own = [tree.blocks(part.blocks[0])[0] for part in found]
    assert [tree.text_of(part) for part in own] == ["12", "34", "56", "78"], "a country stays with its sources"
    assert [tree.identifier(part) for part in own] == ["entries", "", "", ""]


def test_pages_are_numbered_on_from_part_to_part() -> None:
    sheets = [
        chunks.TypesetPages("x", ("body",) * 2, {"a": 0, "b": 1}, (), {}, {}, (), b""),
        chunks.TypesetPages("x", ("body",), {"c": 0, "a": 0}, (), {}, {}, (), b""),
    ]
    assert chunks.page_numbers(sheets) == {"a": "1", "b": "2", "c": "3"}


def test_sheets_are_told_and_read_back() -> None:
    titles, frames = ((1, "A", 0, 7.0, 8.5),), (FigureBox("m.svg", 0, 1.0, 2.5, 3.0, 4.0),)
    faces = {"X": {"glyphs": {"3": ["a", 5]}}}
    sheets = chunks.TypesetPages("x", ("body",), {"a": 0}, titles, {"p.png": 300.0}, faces, frames, b"%")
    assert chunks.TypesetPages.from_dict(json.loads(json.dumps(sheets.to_dict())), b"%") == sheets


def test_figures_stand_on_the_pages_of_the_joined_file() -> None:
    frame = FigureBox("m.svg", 1, 1.0, 2.5, 3.0, 4.0)
    sheets = chunks.TypesetPages("x", ("body",) * 2, {}, (), {}, {}, (frame,), b"")
    assert [found.page for found in chunks.figure_boxes([sheets, sheets])] == [1, 3]


# The joined file


def elements(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    for kid in node.K if isinstance(node.get("/K"), pikepdf.Array) else [node.K] if "/K" in node else []:
        if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/StructElem":
            yield kid
            yield from elements(kid)


@pytest.fixture(scope="module")
def tags(report: Report) -> list[pikepdf.Object]:
    return list(elements(report.objects.Root.StructTreeRoot))


def test_every_page_and_link_is_with_its_elements(report: Report) -> None:
    """ISO 32000-1, 14.7.4.4: what a key of the parent tree stands for is of that page, or holds that annotation."""
    nums = report.objects.Root.StructTreeRoot.ParentTree.Nums
    keys = [int(nums[at]) for at in range(0, len(nums), 2)]
    assert keys == sorted(set(keys))
    known = {int(nums[at]): nums[at + 1] for at in range(0, len(nums), 2)}
    for page in report.objects.pages:
        held = [element for element in known.pop(int(page.obj.StructParents)) if element is not None]
        assert held and {element.Pg.objgen for element in held} == {page.obj.objgen}
        for annotation in page.obj.get("/Annots", []):
            kids = known.pop(int(annotation.StructParent)).K
            assert annotation.objgen in {kid.Obj.objgen for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/Obj" in kid}
    assert not known


def test_elements_hang_under_one_document_and_their_identifiers_are_their_own(report: Report, tags: list[pikepdf.Object]) -> None:
    root = report.objects.Root.StructTreeRoot
    assert [element.S for element in root.K] == ["/Document"] and all(kid.P.objgen == root.K[0].objgen for kid in root.K[0].K)
    identifiers = Counter(str(element.ID) for element in tags if "/ID" in element)
    assert len(identifiers) > 88 and max(identifiers.values()) == 1
    parts_of = {str(element.ID).partition(" ")[0] for element in tags if element.S == "/TH"}
    assert parts_of == {"appendix", "appendix-glance"}, "each bears its part’s name"
    named = {str(header) for cell in tags if "/A" in cell and "/Headers" in cell.A for header in cell.A.Headers}
    assert named and named <= identifiers.keys()


def test_names_lead_to_pages_of_this_file_each_once(report: Report) -> None:
    held = report.objects.Root.Names.Dests.Names
    names = [bytes(held[at]) for at in range(0, len(held), 2)]
    assert names == sorted(set(names))
    pages = {page.obj.objgen for page in report.objects.pages}
    assert all(held[at][0].objgen in pages for at in range(1, len(held), 2))


def test_the_contents_lead_to_the_pages_that_they_name(report: Report) -> None:
    """Also a part's stand-in for a name of another part would be a name with a page: the wrong one."""
    held = report.objects.Root.Names.Dests.Names
    pages = {page.obj.objgen: number for number, page in enumerate(report.objects.pages)}
    there = {str(held[at]): report.pages.numbers[pages[held[at + 1][0].objgen]] for at in range(0, len(held), 2)}
    front = list(report.objects.pages)[1:3]
    links = list(dict.fromkeys(str(a.Dest) for page in front for a in page.obj.Annots if "/Dest" in a))  # one may have two lines
    links = [link for link in links if not link.startswith("country-")]  # those of the countries have no numbers
    said = [re.search(r"\S+$", element.text.strip()) for element in tagged(report, "TOCI")]
    assert len(links) == len(said) > 30
    assert [there[link] for link in links] == [match[0] for match in said if match]


def test_a_face_is_in_the_file_once(report: Report) -> None:
    fonts = {str(name): font for page in report.objects.pages for name, font in page.obj.Resources.Font.items()}
    assert len({font.objgen for font in fonts.values()}) == len(fonts)
    faces = [str(font.BaseFont) for font in fonts.values()]
    assert len(faces) == len(set(faces)) >= 6


def test_a_page_s_number_is_an_artifact(report: Report) -> None:
    for page in list(report.objects.pages)[1:]:
        last = [step for step in pikepdf.parse_content_stream(page) if str(step.operator) in {"BDC", "BMC"}][-1]
        assert str(last.operands[0]) == "/Artifact" and str(last.operands[1].Subtype) == "/Footer"
