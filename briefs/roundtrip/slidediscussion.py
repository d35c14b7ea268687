"""Puts the comments of a returned presentation into the next presentation of its deck, so that a discussion goes on there.

In: the bytes of the new file, the comments with the titles of their slides. Out: the bytes with the comments. Each stands on the
slide whose words are most like those beside it; if there is none, on the first slide, with the words that it was beside. The form
is the one that all programs read, which can't mark a comment as resolved. ECMA-376 part 1, 19.4 (comments); [MS-PPTX] 2.6
(replies).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree

from briefs.roundtrip.discussion import Remark, answered, most_alike
from briefs.typeset.word import package
from briefs.typeset.word.package import Element, Package, R
from briefs.wordfile import slides

AUTHORS = "ppt/commentAuthors.xml"
MOST_AUTHORS = 8  # colours that PowerPoint has for authors
_TYPE = "application/vnd.openxmlformats-officedocument.presentationml"
_P, _POWERPOINT_2012 = (
    "http://schemas.openxmlformats.org/presentationml/2006/main",
    "http://schemas.microsoft.com/office/powerpoint/2012/main",
)
_THREAD = "{C676402C-5697-4E1C-873F-D02D1690AC5C}"  # the extension that says what a comment answers


def with_comments(data: bytes, remarks: Sequence[Remark], date: str) -> bytes:
    """The bytes of a presentation with comments. `date`: the date of the file's parts."""
    made = package.read(data)
    authors = {name: number for number, name in enumerate(dict.fromkeys(remark.comment.author for remark in remarks))}
    _add_authors(made, authors, len(remarks))
    text, names = slides.read(made), slides.slides(made)
    lists: dict[str, Element] = {}
    for number, remark in enumerate(remarks):
        nearest = most_alike(remark.beside, [p.text for p in text.paragraphs])
        slide = names[0 if nearest is None else text.paragraphs[nearest].page - 1]
        if slide not in lists:
            lists[slide] = _list_of(made, slide, len(lists) + 1)
        comment = _comment(remark, number, authors, is_certain=nearest is not None)
        if (parent := answered(remarks, number)) is not None:
            comment.append(_thread(parent, authors[remarks[parent].comment.author]))
        lists[slide].append(comment)
    return package.write(made, date)


def _add_authors(made: Package, authors: Mapping[str, int], last: int) -> None:
    root = etree.Element(f"{{{_P}}}cmAuthorLst", nsmap={"p": _P})
    for name, number in authors.items():
        initials = "".join(word[0] for word in name.split())[:9]
        own = {"id": str(number), "name": name, "initials": initials, "lastIdx": str(last), "clrIdx": str(number % MOST_AUTHORS)}
        etree.SubElement(root, f"{{{_P}}}cmAuthor", own)
    made.add(AUTHORS, b"", f"{_TYPE}.commentAuthors+xml")
    made.trees[AUTHORS] = root
    made.relate(slides.PRESENTATION, f"{R}/commentAuthors", "commentAuthors.xml")


def _list_of(made: Package, slide: str, number: int) -> Element:
    """The list of the comments of a slide, which is a part of its own."""
    name = f"ppt/comments/comment{number}.xml"
    made.add(name, b"", f"{_TYPE}.comments+xml")
    made.trees[name] = etree.Element(f"{{{_P}}}cmLst", nsmap={"p": _P})
    made.relate(slide, f"{R}/comments", f"../comments/comment{number}.xml")
    return made.trees[name]


def _comment(remark: Remark, number: int, authors: Mapping[str, int], *, is_certain: bool) -> Element:
    own = remark.comment
    made = etree.Element(f"{{{_P}}}cm", authorId=str(authors[own.author]), idx=str(number + 1))
    if own.date:
        made.set("dt", own.date.removesuffix("Z"))
    etree.SubElement(made, f"{{{_P}}}pos", x="10", y=str(10 * (number + 1)))
    resolved = "(resolved) " if own.is_resolved and not own.text.startswith("(resolved)") else ""
    etree.SubElement(made, f"{{{_P}}}text").text = f"{resolved}{remark.said(is_certain=is_certain)}"
    return made


def _thread(parent: int, author: int) -> Element:
    """The element that says that a comment answers another one. `parent`, `author`: the numbers of that comment and of its
    author."""
    made = etree.Element(f"{{{_P}}}extLst")
    extension = etree.SubElement(made, f"{{{_P}}}ext", uri=_THREAD)
    info = etree.SubElement(extension, f"{{{_POWERPOINT_2012}}}threadingInfo", nsmap={"p15": _POWERPOINT_2012}, timeZoneBias="0")
    etree.SubElement(info, f"{{{_POWERPOINT_2012}}}parentCm", authorId=str(author), idx=str(parent + 1))
    return made
