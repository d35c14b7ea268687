"""Editions made up at random: what always holds of a brief, whatever the words.

Every fact is in both formats, or counted as one more; one page; the same words; files that validators accept.
"""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from briefs.edition.read import read_files
from briefs.press.session import Session
from briefs.problems import Problems
from tests import small
from tests.samewords import of_docx, of_pdf, split
from tests.standards import held

Piece = tuple[str, str]  # as Markdown, as it is read
SHORT = {"FIG-012"}  # outloud doubts words for a timeline that have more figures than letters: phrases of one letter do
LETTERS = st.characters(codec="utf-8", categories=["Ll", "Lu"], min_codepoint=0x41, max_codepoint=0x17F)
WORDS = st.text(LETTERS, min_size=1, max_size=14)
SIGNS = st.text(st.sampled_from("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~–—…€§°×½"), min_size=1, max_size=4)
KNOWN = st.sampled_from([
    ("5G", "5G"), ("35 %", "35 %"), ('"so"', "“so”"), ("it's", "it’s"), ("3400--3800 MHz", "3400–3800 MHz"), ("and...", "and…"),
    ("high-risk", "high-risk"), ("H~2~O", "H2O"), ("`code`", "code"), ("\\$5", "$5"), ("a\u00a0b", "a b"), ("&amp;", "&"),
    ("2^nd^", "2nd"),
])  # fmt: skip


def escaped(text: str) -> str:
    """Markdown in which a sign is that sign."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


@st.composite
def pieces(draw: DrawFn) -> Piece:
    """A few words, or some markup with them."""
    words = " ".join(draw(st.lists(WORDS, min_size=1, max_size=5)))
    match draw(st.integers(0, 7)):
        case 0:
            return f"*{words}*", words
        case 1:
            return f"[{words}](https://example.org/{draw(st.integers(1, 99))})", words
        case 2:
            sign = draw(SIGNS)
            return f"{words} {escaped(sign)}", f"{words} {sign}"
        case 3:
            markdown, read = draw(KNOWN)
            return f"{words} {markdown}", f"{words} {read}"
        case _:
            return words, words


@st.composite
def texts(draw: DrawFn, most: int = 8) -> Piece:
    """A sentence."""
    found = [("So", "So"), *draw(st.lists(pieces(), min_size=1, max_size=most))]
    return " ".join(m for m, _ in found) + ".", " ".join(r for _, r in found) + "."


@st.composite
def editions(draw: DrawFn) -> dict[str, Any]:
    """What `small.files` takes, and under `read` how each fact is read."""
    steps = draw(st.integers(2, 4))
    colours = ["#01665e", "#d8b365", "#8c510a", "#543005"]
    scale = [
        {"id": f"s{n}", "label": escaped(draw(WORDS)), "colour": colours[n if n < steps - 1 else 3], "meaning": draw(texts(2))[0]}
        for n in range(steps)
    ]
    topics = [{"id": f"t{n}", "label": escaped(draw(WORDS))} for n in range(draw(st.integers(1, 4)))]
    number = draw(st.integers(1, 5))
    facts, read = [], []
    times = draw(st.sampled_from([1, 1, 2, 3, 4, 6]))  # the same words again and again fill a page, so that facts give way
    for n in range(draw(st.integers(1, 9))):
        markdown, as_read = draw(texts())
        when: dict[str, str] = {}
        if draw(st.booleans()):
            key = draw(WORDS)
            markdown, as_read = f"**{key}** {markdown}", f"{key} {as_read}"
            when = {"date": draw(st.sampled_from(["2018", "2019-03", "2020-02-29", "2012-11"]))}
        cites = draw(st.lists(st.integers(1, number), min_size=1, max_size=3, unique=True))
        topic, priority = draw(st.sampled_from(topics))["id"], draw(st.integers(1, 3))
        for again in range(times):
            id, dated = f"be-{n:02}-{again}", {} if again else when  # a timeline of many rows would fill the page first
            own = {"id": id, "sources": [f"n{c}" for c in cites], "priority": 3 if again else priority, **dated}
            facts.append(small.fact(f"{id} {markdown}", topic, **own))
            read.append((id, f"{id} {as_read}"))
    kinds = st.sampled_from(["webpage", "article-newspaper", "report", "book", "legislation", "post"])
    sources = [small.source(f"n{n}", type=draw(kinds), title=escaped(draw(texts(3))[1][:-1])) for n in range(1, number + 1)]
    about: dict[str, Any] = {"title": " ".join(draw(st.lists(WORDS, min_size=1, max_size=3))), "scale": scale, "topics": topics}
    # A running foot of many words looks like prose that nobody is read, to a program that sees one page.
    about |= draw(st.fixed_dictionaries({}, optional={"contact": st.just("desk@example.org"), "status": st.just("final")}))
    country = {"stance": draw(st.sampled_from(scale))["id"], "summary": draw(texts())[0]}
    return {"about": about, "facts": facts, "sources": sources, "country": country, "read": read}


def within(words: list[str], text: list[str]) -> bool:
    """Do the words stand in the text, one after the other?"""
    return any(text[n : n + len(words)] == words for n in range(len(text) - len(words) + 1))


def holds(session: Session, made_up: dict[str, Any], paper: str) -> None:
    read = made_up.pop("read")
    reading = read_files(small.files(**made_up))
    assert reading.edition, [str(p) for p in reading.errors]
    try:
        made = small.brief(session, reading.edition, "pdf", "docx", paper=paper)
    except Problems as fault:
        assert "too long for its page" in str(fault.problems[0])
        return
    pdf, docx = of_pdf(made.files["pdf"]), of_docx(made.files["docx"])
    assert pdf == docx
    for id, text in read:
        assert id in made.dropped_facts or within(split(text), pdf), text
    if made.dropped_facts:
        assert within([str(len(made.dropped_facts)), "further"], pdf)
    with pikepdf.open(io.BytesIO(made.files["pdf"])) as opened:
        assert len(opened.pages) == 1
    with tempfile.TemporaryDirectory() as folder:
        held.hold(made.files, Path(folder), SHORT)


def run(session: Session, examples: int) -> None:
    phases = (Phase.explicit, Phase.reuse, Phase.generate)  # a brief takes a second: shrinking one takes minutes

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, phases=phases)
    @given(editions(), st.sampled_from(["a4", "letter"]))
    def always(made_up: dict[str, Any], paper: str) -> None:
        holds(session, made_up, paper)

    always()


def test_what_always_holds_of_a_brief(session: Session) -> None:
    run(session, 6)


@pytest.mark.long
def test_what_always_holds_of_many_briefs(session: Session) -> None:
    run(session, 300)
