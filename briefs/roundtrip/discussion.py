"""Puts the comments of a returned Word file into the next Word file of its document, so that a discussion goes on there.

In: the bytes of the new file, the comments with the paragraphs that they stood in. Out: the bytes with the comments. A comment is
put on the words that it was about. If these are gone, it is put on the paragraph that is most like its own; if there is none, on
the first paragraph. Then its text begins with the words that it was about.
ECMA-376 part 1, 17.13.4 (comments); [MS-DOCX] 2.5.1.8 (threads).
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from briefs.typeset.word import package
from briefs.typeset.word.package import BODY, Element, Package, W, w
from briefs.wordfile.elements import WORD_2010
from briefs.wordfile.paragraphs import Comment

COMMENTS, THREADS = "word/comments.xml", "word/commentsExtended.xml"
_THREAD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.commentsExtended+xml"
_THREAD_RELATION = "http://schemas.microsoft.com/office/2011/relationships/commentsExtended"
_WORD_2012 = "http://schemas.microsoft.com/office/word/2012/wordml"
_IGNORABLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Ignorable"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
LEAST = 0.5  # the least share of a paragraph's words that must be in the paragraph to which its comments go
FIRST_PARAGRAPH = 0x10000000  # the ids of the comments' paragraphs begin there; they stay below 0x80000000


@dataclass(frozen=True)
class Remark:
    """A comment, and the text of the paragraph in which it stood."""

    comment: Comment
    beside: str

    def said(self, *, is_certain: bool) -> str:
        """The words of the comment. If its place isn’t certain, they begin with the words that the comment was about."""
        return self.comment.text if is_certain else f"(On “{self.comment.about or self.beside}”) {self.comment.text}"


def with_comments(data: bytes, remarks: Sequence[Remark], date: str) -> bytes:
    """The bytes of a Word file with comments. `date`: the date of the file's parts."""
    made = package.read(data)
    paragraphs = [p for p in made.xml(BODY).iter(w("p")) if _text(p).strip()]
    ids = [f"{FIRST_PARAGRAPH + number:08X}" for number in range(len(remarks))]
    root, threads = _roots(made)
    for number, remark in enumerate(remarks):
        target, is_certain = _target(remark, paragraphs)
        said = remark.said(is_certain=is_certain)
        root.append(_comment(number, remark.comment, said, ids[number]))
        _mark(target, remark.comment.about if is_certain else "", number)
        thread = etree.SubElement(threads, f"{{{_WORD_2012}}}commentEx", {f"{{{_WORD_2012}}}paraId": ids[number]})
        thread.set(f"{{{_WORD_2012}}}done", "1" if remark.comment.is_resolved else "0")
        if (parent := answered(remarks, number)) is not None:
            thread.set(f"{{{_WORD_2012}}}paraIdParent", ids[parent])
    return package.write(made, date)


def _roots(made: Package) -> tuple[Element, Element]:
    """The roots of the comments and of their threads. That of the comments gets the namespace of the threads' ids."""
    names = {**made.xml(COMMENTS).nsmap, "w14": WORD_2010.strip("{}"), "mc": _IGNORABLE.partition("}")[0].strip("{")}
    root = etree.Element(w("comments"), nsmap=names)
    root.set(_IGNORABLE, "w14")
    made.trees[COMMENTS] = root
    threads = etree.Element(f"{{{_WORD_2012}}}commentsEx", nsmap={"w15": _WORD_2012})
    made.add(THREADS, b"", _THREAD_TYPE)
    made.trees[THREADS] = threads
    made.relate(BODY, _THREAD_RELATION, "commentsExtended.xml")
    return root, threads


def answered(remarks: Sequence[Remark], number: int) -> int | None:
    """The number of the comment that a reply answers. Threads have one level: a reply to a reply answers the first."""
    text = remarks[number].comment.answers
    found = next((n for n in range(number - 1, -1, -1) if text and remarks[n].comment.text == text), None)
    return None if found is None else (found if (first := answered(remarks, found)) is None else first)


# Where a comment stands.


def _text(paragraph: Element) -> str:
    return "".join(_words(run) for run in _runs(paragraph))


def _runs(paragraph: Element) -> Iterator[Element]:
    return (run for run in paragraph.iter(w("r")) if next(run.iterancestors(w("p"))) is paragraph)


def _words(run: Element) -> str:
    return "".join(node.text or "" for node in run.iterchildren(w("t")))


def _target(remark: Remark, paragraphs: Sequence[Element]) -> tuple[Element, bool]:
    """The paragraph that a comment goes to, and whether it is the one in which the comment stood."""
    number = most_alike(remark.beside, [_text(p) for p in paragraphs])
    return paragraphs[number or 0], number is not None


def most_alike(text: str, others: Sequence[str]) -> int | None:
    """The number of the text that has most words of another one; None if no text has enough of them."""
    own = Counter(text.split())
    shared = [(own & Counter(other.split())).total() / max(own.total(), 1) for other in others]
    best = max(shared, default=0)
    return None if best < LEAST else shared.index(best)


def _mark(paragraph: Element, about: str, number: int) -> None:
    """Mark the range of a comment: the words that it is about, or the whole paragraph if these aren't in it."""
    id = {w("id"): str(number)}
    runs = _about(paragraph, " ".join(about.split())) or [run for run in _runs(paragraph) if _words(run)]
    first, last = (_outermost(run, paragraph) for run in (runs[0], runs[-1]))
    first.addprevious(etree.Element(w("commentRangeStart"), id))
    reference = etree.Element(w("r"))
    etree.SubElement(reference, w("commentReference"), id)
    last.addnext(reference)
    last.addnext(etree.Element(w("commentRangeEnd"), id))


def _outermost(run: Element, paragraph: Element) -> Element:
    """The child of a paragraph that holds a run, such as a link."""
    return run if run.getparent() is paragraph else next(e for e in run.iterancestors() if e.getparent() is paragraph)


def _about(paragraph: Element, about: str) -> list[Element]:
    """The runs of some words, cut out of those around them; none if the paragraph hasn't got the words."""
    start = _text(paragraph).find(about) if about else -1
    if start < 0:
        return []
    _cut(paragraph, start)
    _cut(paragraph, start + len(about))
    found, at = [], 0
    for run in _runs(paragraph):
        size = len(_words(run))
        found += [run] if size and start <= at < start + len(about) else []
        at += size
    return found


def _cut(paragraph: Element, place: int) -> None:
    """Cut a run that holds nothing but words into two at a place of the paragraph's text."""
    at = 0
    for run in list(_runs(paragraph)):
        text = _words(run)
        if at < place < at + len(text) and {child.tag for child in run} <= {w("rPr"), w("t")}:
            second = copy.deepcopy(run)
            _set(run, text[: place - at])
            _set(second, text[place - at :])
            run.addnext(second)
        at += len(text)


def _set(run: Element, text: str) -> None:
    first, *others = run.findall(w("t"))
    first.text = text
    first.set(_SPACE, "preserve")
    for other in others:
        run.remove(other)


# The parts.


def _comment(number: int, comment: Comment, said: str, id: str) -> Element:
    """A comment. Its last paragraph has the id by which threads name it."""
    made = etree.Element(w("comment"), {w("id"): str(number), w("author"): comment.author})
    if comment.date:
        made.set(w("date"), comment.date)
    made.set(w("initials"), "".join(word[0] for word in comment.author.split())[:9])
    for line in said.split("\n"):
        paragraph = etree.SubElement(made, f"{{{W}}}p")
        words = etree.SubElement(etree.SubElement(paragraph, w("r")), w("t"))
        words.text = line
        words.set(_SPACE, "preserve")
    made[-1].set(f"{WORD_2010}paraId", id)
    return made
