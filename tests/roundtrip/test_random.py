"""Random edits of random documents are merged exactly: a file that is built again says what the edited one said."""

from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefs.delivery.store import File, Store
from briefs.edition.read import read_files
from briefs.typeset.word import origin
from briefs.typeset.word.package import w
from briefs.wordfile import docx, paragraphs
from tests import small
from tests.conftest import ROOT
from tests.roundtrip.harness import WHEN, MergeHarness, unmerged
from tests.wordfile.word import Node, Word

POOL = sorted({*re.findall(r"\b[a-z]{2,}\b", (ROOT / "content/report/05-strategy.md").read_text())})
NEW = [
    "bottle",
    "Ghent’s",
    "naïve",
    "玻璃",
    "زجاج",
    "2020",
    "35.5%",
    "*",
    "_x_",
    "[y]",
    "$5",
    "@z",
    "#1",
    "<b>",
    "\\",
    "{q}",
    "a/b",
    "—",
    "£",
    "so:",
    "(e.g.)",
]
DOCUMENTS = ["report", "brief"]


def words(random: Random, least: int, most: int) -> str:
    return " ".join(random.choice(POOL) for _ in range(random.randint(least, most)))


def sentence(random: Random) -> str:
    """A sentence, perhaps with formatting, a link, a note, a quotation or a passage in another language."""
    marked = words(random, 1, 3)
    looks = ["{}", "{}", "*{}*", "**{}**", "[{}](https://example.org/a)", "“{}”", "[{}]{{lang=fr}}", "***{}***", "~~{}~~"]
    middle = random.choice(looks).format(marked)
    note = random.choice(["", "", "", " [@one]", "[@two]", "[see @one; @two]"])
    return f"{words(random, 2, 9).capitalize()} {middle} {words(random, 1, 8)}.{note}"


def paragraph(random: Random) -> str:
    """A few sentences, wrapped at some width."""
    width = random.choice([60, 90, 110, 10_000])
    lines, line = [], ""
    for word in " ".join(sentence(random) for _ in range(random.randint(1, 4))).split(" "):
        if line and len(line) + len(word) > width:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return "\n".join([*lines, line])


def block(random: Random) -> str:
    kind = random.choice(["paragraph"] * 5 + ["bullets", "numbers", "nested", "quotation", "heading", "table"])
    if kind == "bullets":
        return "\n".join(f"- {sentence(random)}" for _ in range(random.randint(1, 4)))
    if kind == "numbers":
        return "\n".join(f"{n}. {words(random, 3, 9)}" for n in range(1, random.randint(2, 5)))
    if kind == "nested":
        return f"- {words(random, 3, 6)}\n  - {words(random, 3, 6)}\n- {words(random, 3, 6)}"
    if kind == "quotation":
        return "\n".join(f"> {line}" for line in paragraph(random).split("\n"))
    if kind == "heading":
        return f"## {words(random, 3, 6).capitalize()}"
    if kind == "table":
        cells = [[words(random, 1, 3) for _ in range(2)] for _ in range(3)]
        rows = [f"| {one} | {two} |" for one, two in cells]
        return "\n".join([rows[0], "|---|---|", *rows[1:], "", ": Of the cells"])
    return paragraph(random)


def joined(blocks: list[str]) -> str:
    """The blocks, with a comment between two lists of numbers, which would be one list otherwise."""
    pairs = zip(["", *blocks], blocks, strict=False)
    return "\n\n".join(f"<!-- -->\n\n{own}" if own[:2] == above[:2] == "1." else own for above, own in pairs)


def content(random: Random) -> dict[str, bytes]:
    """The files of a random edition."""
    sections = {
        f"report/{n:02}-s.md": f"---\ntitle: {words(random, 2, 5)}\nid: sec-{n}\n---\n\n"
        + joined([paragraph(random), *(block(random) for _ in range(random.randint(2, 7)))])
        + "\n"
        for n in range(1, random.randint(2, 4))
    }
    facts = [
        small.fact(re.sub(r" ?\[(see )?@.*?\]", "", sentence(random)), random.choice(["market", "policy"]), sources=["one", "two"])
        for _ in range(random.randint(2, 6))
    ]
    return small.files(facts=facts, more=dict(sections))


def editable(word: Word, known: set[str]) -> list[Node]:
    """The text elements that hold words of the content and are not part of a field."""
    found = []
    for node in word.body.iter(w("p")):
        inside, depth = False, 0
        for child in node.iter(w("bookmarkStart"), w("bookmarkEnd"), w("fldChar"), w("t")):
            if child.tag == w("bookmarkStart"):
                inside = inside or child.get(w("name")) in known
            elif child.tag == w("bookmarkEnd"):
                inside = False
            elif child.tag == w("fldChar"):
                depth += {"begin": 1, "end": -1}.get(child.get(w("fldCharType")), 0)
            elif inside and not depth and len((child.text or "").split()) > 2:
                found.append(child)
    return found


def edit(random: Random, text: Node) -> None:
    """Replace, add or remove a word, but not the first or last one, so that no space is left at an edge."""
    own = text.text.split(" ")
    places = [n for n in range(1, len(own) - 1) if own[n].isalpha()]
    if not places:
        return
    place = random.choice(places)
    how = random.choice(["other", "more", "less"])
    own[place : place + 1] = {"other": [random.choice(NEW)], "more": [own[place], random.choice(NEW)], "less": []}[how]
    text.text = " ".join(own)


def shown(data: bytes, known: set[str]) -> list[tuple[str, list[tuple[str, frozenset[str]]]]]:
    """What a file's content paragraphs say: their role, and each word with its formatting."""
    paper = paragraphs.read(docx.open_docx(data, "x.docx"))
    own = [p for p in paper.paragraphs if p.bookmarks.keys() & known]
    return [(p.role, [(x.text if x.kind == "word" else x.kind, x.identity[2]) for x in p.pieces]) for p in own]


def round_trip(harness: MergeHarness, store: Store, document: str, seed: int) -> None:
    random = Random(seed)
    files = content(random)
    reading = read_files(files)
    assert reading.edition, [str(p) for p in reading.errors]
    kind, subject = {"report": ("report", ""), "brief": ("brief", "be")}[document]
    sent = harness.built_from(reading.edition, kind, subject)
    store.record_export([File(f"{document}.docx", kind, subject, "a4", sent)], files, WHEN)
    known = set(origin.read(docx.open_docx(sent, "x.docx")).blocks or ())
    word = Word(sent)
    texts = editable(word, known)
    for text in random.sample(texts, min(len(texts), random.randint(1, 6))):
        edit(random, text)
    data = word.saved()
    merged = harness.merge(data, f"{document}.docx", files, store=store)
    assert unmerged(merged) == []
    now = {**files, **merged.files}
    again = read_files(now)
    assert again.edition
    assert shown(harness.built_from(again.edition, kind, subject), known) == shown(data, known)
    once_more = harness.merge(data, f"{document}.docx", now, store=store)
    assert (once_more.files, unmerged(once_more)) == ({}, [])


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_few_random_edits_are_merged(document: str, harness: MergeHarness, tmp_path_factory: pytest.TempPathFactory) -> None:
    store = Store(tmp_path_factory.mktemp("random") / "exchange")
    for seed in range(3):
        round_trip(harness, store, document, seed)


@pytest.mark.long
@pytest.mark.parametrize("document", DOCUMENTS)
def test_random_edits_of_random_documents_are_merged(
    document: str, harness: MergeHarness, tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = Store(tmp_path_factory.mktemp("random") / "exchange")

    @settings(max_examples=120, deadline=None, derandomize=True, database=None)
    @given(st.integers(3, 1_000_000))
    def holds(seed: int) -> None:
        round_trip(harness, store, document, seed)

    holds()
