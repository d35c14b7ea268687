"""Edits of tables, headings, lists and pictures in Word files of the small edition. They are added to `CASES`."""

from __future__ import annotations

import copy
import io

from briefs.typeset.word.package import w
from tests.roundtrip.cases import case
from tests.wordfile.word import PNG, Node, Word, make, run

IMAGE = "http://schemas.openxmlformats.org/drawingml/2006/main"
CELLS = ("a lot", "a little")


def cell(text: str) -> Node:
    return make("tc", make("tcPr", make("tcW", w="2000", type="dxa")), make("p", run(text)))


def add_column(d: Word, beside: str, *texts: str) -> None:
    rows = next(d.found(beside).iterancestors(w("tbl"))).findall(w("tr"))
    for row, text in zip(rows, texts, strict=True):
        row.append(cell(text))


def remove_column(d: Word, number: int) -> None:
    for row in next(d.found("a lot").iterancestors(w("tbl"))).findall(w("tr")):
        row.remove(row.findall(w("tc"))[number])


def swap_rows(d: Word) -> None:
    first, second = (next(d.found(text).iterancestors(w("tr"))) for text in CELLS)
    second.addnext(first)


def retype_row(d: Word, *texts: str) -> None:
    row = next(d.found("a lot").iterancestors(w("tr")))
    for own, text in zip(row.findall(w("tc")), texts, strict=True):
        row.replace(own, cell(text))


def track_row(d: Word, beside: str, tag: str, *texts: str) -> None:
    """Insert (`ins`) a row below another one, or delete (`del`) it, with tracking on."""
    row = next(d.found(beside).iterancestors(w("tr")))
    if tag == "ins":
        row.addnext(row := make("tr", *map(cell, texts)))
    row.insert(0, make("trPr", d._change(tag)))
    for each in list(row.iter(w("r"))):
        mark = d._change(tag)
        each.addprevious(mark)
        mark.append(each)
        for told in each.findall(w("t")) if tag == "del" else ():
            told.tag = w("delText")


def merge_cells(d: Word) -> None:
    first, second, *_ = next(d.found("a lot").iterancestors(w("tr"))).findall(w("tc"))
    first.extend(second.findall(w("p")))
    first.find(w("tcPr")).append(make("gridSpan", val="2"))
    second.getparent().remove(second)


def large_table(d: Word) -> None:
    rows = [make("tr", *map(cell, texts)) for texts in (("Charge", "Year"), ("Fraud", "2019"), ("Theft", "2020"))]
    d.found("Nobody counts").addnext(make("tbl", make("tblPr"), *rows))


def add_picture(d: Word, alternative: str, caption: str = "") -> None:
    """Insert Picture, and perhaps Insert Caption."""
    paragraph = d.document.add_paragraph()
    paragraph.add_run().add_picture(io.BytesIO(PNG))
    node = paragraph._p
    next(node.iter("{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr")).set("descr", alternative)
    d.found("Nobody counts").addnext(node)
    if caption:
        node.addnext(make("p", make("pPr", make("pStyle", val=d._style("caption"))), run("Figure 9. "), run(caption)))


def picture(d: Word) -> Node:
    return next(d.alternative("A tall pile").iterancestors(w("p")))


def deeper(d: Word, text: str) -> None:
    """Press Tab in an item."""
    d.found(text).find(f"{w('pPr')}/{w('numPr')}/{w('ilvl')}").set(w("val"), "1")


def deeper_copy(d: Word, text: str, new: str) -> None:
    node = d.found(text)
    fresh = make("p", copy.deepcopy(node.find(w("pPr"))), run(new))
    node.addnext(fresh)
    deeper(d, new)


def refer_to_table(d: Word) -> None:
    d.refer("The towns pay least", "ref_tbl_towns", (", as in ", "Table 1"))


def join_with_space(d: Word) -> None:
    d.insert_after("counts the crates.", " ")
    d.join("Nobody counts")


# Tables.
case("a row in the middle", "report", lambda d: d.new_row("a lot", "Bruges", "77", "nothing"), """
report/01-opening.md
+| Bruges |      77 | nothing  |
""")  # fmt: skip
case("rows swapped", "report", swap_rows, """
report/01-opening.md
-| Ghent |     120 | a lot   |
+| Ghent |     120 | a lot |
""")  # fmt: skip
case("a column added", "report", lambda d: add_column(d, "a lot", "Year", "2019", "2020"), """
report/01-opening.md
-| Town  | Bottles | Saved   |
-|:------|--------:|:--------|
-| Ghent |     120 | a lot   |
-| Liège |      95 | a little |
+| Town  | Bottles | Saved   | Year |
+|:------|--------:|:---------|--------|
+| Ghent |     120 | a lot   | 2019 |
+| Liège |      95 | a little | 2020 |
""")  # fmt: skip
case("a column deleted", "report", lambda d: remove_column(d, 1), """
report/01-opening.md
-| Town  | Bottles | Saved   |
-|:------|--------:|:--------|
-| Ghent |     120 | a lot   |
-| Liège |      95 | a little |
+| Town  | Saved   |
+|:------|:--------|
+| Ghent | a lot   |
+| Liège | a little |
""")  # fmt: skip
case("a row typed anew", "report", lambda d: retype_row(d, "Bruges", "77", "some"), """
report/01-opening.md
-| Ghent |     120 | a lot   |
+| Bruges |     77 | some   |
""")  # fmt: skip
case("a row inserted with tracking on", "report", lambda d: track_row(d, "a little", "ins", "Bruges", "77", "some"), """
report/01-opening.md
+| Bruges |      77 | some     |
""")  # fmt: skip
case("a row deleted with tracking on", "report", lambda d: track_row(d, "a lot", "del"), """
report/01-opening.md
-| Ghent |     120 | a lot   |
""")  # fmt: skip
case("a cell emptied", "report", lambda d: d.delete("a little"), """
report/01-opening.md
-| Liège |      95 | a little |
+| Liège |      95 | |
""")  # fmt: skip
case("a word changed in a table with a new row", "report", lambda d: (d.new_row("a lot", "Bruges", "77", "nothing"), d.replace("a little", "little")), """
report/01-opening.md
-| Liège |      95 | a little |
+| Bruges |      77 | nothing |
+| Liège |      95 | little |
""")  # fmt: skip
case("cells merged", "report", merge_cells, "",
     "report/01-opening.md:27: these words were put into a cell that was merged with others: Markdown can’t say that: → “Ghent” (page 1, under “Who pays for the trucks”)",
     "report/01-opening.md:27: these words were put into a cell that was merged with others: Markdown can’t say that: → “120” (page 1, under “Who pays for the trucks”)")  # fmt: skip
case("a paragraph added to a cell", "report", lambda d: d.new("a lot", "and more"), "",
     "report/01-opening.md:27: this change can’t be written into the source: a cell of its table has several paragraphs: “| Town | Bottles | Saved | |:------|--------:|:--------| | Ghent | 120 | …” → “Town / Bottles / Saved / Ghent / 120 / a lot and more / Liège / 95 / a little” (page 1)")  # fmt: skip
case("a new table of three rows", "report", large_table, """
report/01-opening.md
+
+| Charge | Year |
+|--------|------|
+| Fraud  | 2019 |
+| Theft  | 2020 |
""")  # fmt: skip
# Headings, paragraphs, quotations.
case("a heading made smaller keeps its name", "report", lambda d: d.restyle("heading 2: Who pays", "heading 3"), """
report/01-opening.md
-## Who pays for the trucks {#sec-trucks}
+### Who pays for the trucks {#sec-trucks}
""")  # fmt: skip
case("a paragraph made a heading", "report", lambda d: d.restyle("The towns pay least", "heading 2"), """
report/01-opening.md
-The towns pay least. What they save is told in a table:
+## The towns pay least. What they save is told in a table:
""")  # fmt: skip
case("a quotation made a paragraph", "report", lambda d: d.restyle("Block Text: A deposit is a promise", "Body Text"), """
report/01-opening.md
-> A deposit is a promise, and a promise is kept.
+A deposit is a promise, and a promise is kept.
""")  # fmt: skip
case("a new heading of level 1", "report", lambda d: d.new("Nobody counts", "A new section", style="heading 1"), "",
     "a new heading 1 begins a section, which is a file of its own in report/: → “A new section” (page 1, under “A new section”)")  # fmt: skip
# Lists.
case("an item put lower", "report", lambda d: deeper(d, "the shops, which"), """
report/01-opening.md
-- the shops, which would rather not;
+  - the shops, which would rather not;
""")  # fmt: skip
case("a new item below another one", "report", lambda d: deeper_copy(d, "the shops, which", "some of them;"), """
report/01-opening.md
+  - some of them;
""")  # fmt: skip
case("the last item made a paragraph", "report", lambda d: d.restyle("the towns, where", "Body Text"), """
report/01-opening.md
-- the towns, where a bottle left lying costs more than a bottle fetched.
+
+the towns, where a bottle left lying costs more than a bottle fetched.
""")  # fmt: skip
case("an item moved to the top of its list", "report", lambda d: d.move("the towns, where", before="the brewers, who"), """
report/01-opening.md
+- the towns, where a bottle left lying costs more than a bottle fetched.
-- the towns, where a bottle left lying costs more than a bottle fetched.
""")  # fmt: skip
# Pictures.
case("a picture added", "report", lambda d: add_picture(d, "A photo of crates"), """
figures/a-photo-of-crates.png (70 bytes)
report/01-opening.md
+
+![](figures/a-photo-of-crates.png){alt="A photo of crates"}
""")  # fmt: skip
case("a picture added with a caption", "report", lambda d: add_picture(d, "A photo of crates", "Crates in Ghent"), """
figures/crates-in-ghent.png (70 bytes)
report/01-opening.md
+
+![Crates in Ghent](figures/crates-in-ghent.png){#fig-crates-in-ghent alt="A photo of crates"}
""")  # fmt: skip
case("a picture added without alternative text", "report", lambda d: add_picture(d, ""), """
figures/picture.png (70 bytes)
""",
     'report/01-opening.md:10: a picture was added: it is saved as figures/picture.png, and needs an alternative text: put ![](figures/picture.png){alt="…"} here: (page 1, under “How bottles come back”)')  # fmt: skip
case("a picture moved with its caption", "report", lambda d: (d.move("Image Caption: A mast", after="What is not returned"), d.found("Image Caption: A mast").addprevious(picture(d))), """
report/02-money.md
-![A mast of bottles](figures/mast.svg){#fig-mast alt="A tall pile of bottles"}
-
+
+![A mast of bottles](figures/mast.svg){#fig-mast alt="A tall pile of bottles"}
""")  # fmt: skip
case("a picture deleted with its caption", "report", lambda d: (picture(d).getparent().remove(picture(d)), d.remove("Image Caption: A mast")), """
report/02-money.md
-![A mast of bottles](figures/mast.svg){#fig-mast alt="A tall pile of bottles"}
-
""")  # fmt: skip
case("the caption and the alternative text of a picture", "report", lambda d: (d.alternative("A tall pile").set("descr", "A mast"), d.replace("Image Caption: A mast of bottles", "A tower")), """
report/02-money.md
-![A mast of bottles](figures/mast.svg){#fig-mast alt="A tall pile of bottles"}
+![A tower](figures/mast.svg){#fig-mast alt="A mast"}
""")  # fmt: skip
# Words between.
case("two paragraphs joined with a space", "report", join_with_space, """
report/01-opening.md
-promise”.[See @gazette, p. 3] Nobody counts the crates.
-
-The second paragraph speaks of shops. It says that shops in Ghent and Liège take bottles back, as
+promise”.[See @gazette, p. 3] Nobody counts the crates. The second paragraph speaks of shops. It says that shops in
+Ghent and Liège take bottles back, as
""")  # fmt: skip
case("a reference to a table", "report", refer_to_table, """
report/01-opening.md
-The towns pay least. What they save is told in a table:
+The towns pay least, as in [](#tbl-towns). What they save is told in a table:
""")  # fmt: skip
case("brackets that would be a link", "report", lambda d: d.insert_after("Nobody counts", " [x](y)"), """
report/01-opening.md
-promise”.[See @gazette, p. 3] Nobody counts the crates.
+promise”.[See @gazette, p. 3] Nobody counts [x]\\(y) the crates.
""")  # fmt: skip


# Facts.
def split_fact(d: Word, *, with_number: bool) -> None:
    """Press Enter in a fact, and perhaps copy its number to the end of the first half."""
    d.split("every one of them")
    first, second = d.found("Shops in Liège take back"), d.found("every one of them")
    if with_number:
        first.append(copy.deepcopy(second.findall(w("hyperlink"))[-1]))


def add_number(d: Word, text: str, of: str) -> None:
    """Copy the number of another fact behind that of a fact."""
    link = d.found(text).findall(w("hyperlink"))[-1]
    link.addnext(copy.deepcopy(d.found(of).findall(w("hyperlink"))[-1]))
    link.addnext(make("r", make("rPr", make("vertAlign", val="superscript")), make("t")))
    link.getnext().find(w("t")).text = ","


case("a fact split in two, each half with its number", "brief", lambda d: split_fact(d, with_number=True), """
countries/be.yaml
-    text: "Shops in Liège take back bottles: every one of them, by their own account."
+    text: "Shops in Liège take back bottles:"
+  - id: be-06
+    topic: market
+    text: >-
+      every one of them, by their own account.
+    sources: [brewers]
""")  # fmt: skip
case("a fact split in two, one half without number", "brief", lambda d: split_fact(d, with_number=False), "",
     "countries/be.yaml:20: a fact was split in two: give each half its sources: “Shops in Liège take back bottles: every one of them, by their own account.” → “Shops in Liège take back bottles: every one of them, by their own account.” (page 1, under “The market”)")  # fmt: skip
case("a fact moved to another topic and reworded", "brief", lambda d: (d.move("Shops in Liège", after="The ministers’ bottle plan"), d.replace("take back bottles", "accept bottles")), """
countries/be.yaml
-    topic: market
-    text: "Shops in Liège take back bottles: every one of them, by their own account."
+    topic: policy
+    text: "Shops in Liège accept bottles: every one of them, by their own account."
""")  # fmt: skip
case("a fact moved to another topic in the report", "report", lambda d: d.move("Shops in Liège", after="The ministers’ bottle plan"), """
countries/be.yaml
-    topic: market
+    topic: policy
""")  # fmt: skip
case("a second number put behind a fact", "brief", lambda d: add_number(d, "Shops in Liège", "The ministers’ bottle plan"), """
countries/be.yaml
-    sources: [brewers]   # of the brewers
+    sources: [brewers, plan]   # of the brewers
""")  # fmt: skip
