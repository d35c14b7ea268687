"""Reviewers' comments: threads, what is resolved, and the words that they are about."""

from __future__ import annotations

from typing import Any

from lxml import etree

from briefs.typeset.word.package import w
from tests.roundtrip.harness import MergeHarness, unmerged
from tests.wordfile.word import Word, rezipped

W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}paraId"
W15 = "http://schemas.microsoft.com/office/word/2012/wordml"


def with_threads(data: bytes, threads: str) -> bytes:
    """The file with ids at its comments' paragraphs (1, 2, …) and the part that says how they hang together."""

    def change(files: dict[str, bytes]) -> None:
        root: Any = etree.fromstring(files["word/comments.xml"])
        for number, paragraph in enumerate(root.iter(w("p")), 1):
            paragraph.set(W14, f"{number:08X}")
        files["word/comments.xml"] = etree.tostring(root)
        files["word/commentsExtended.xml"] = f'<w15:commentsEx xmlns:w15="{W15}">{threads}</w15:commentsEx>'.encode()

    return rezipped(data, change)


def test_a_reply_names_what_it_answers_and_a_resolved_thread_is_ticked_off(harness: MergeHarness) -> None:
    word = Word(harness.sent["report"])
    word.comment("Nobody counts", "Is this so?")
    word.comment("Nobody counts", "It is.")
    threads = (
        '<w15:commentEx w15:paraId="00000001" w15:done="1"/><w15:commentEx w15:paraId="00000002" w15:paraIdParent="00000001"/>'
    )
    told = unmerged(harness.merge(with_threads(word.saved(), threads)))
    assert told == [
        "report/01-opening.md:10: comment by Ann, 2026-03-04 on “Nobody counts”, resolved: Is this so?",
        "report/01-opening.md:10: comment by Ann, 2026-03-04 on “Nobody counts”, in reply to “Is this so?”, resolved: It is.",
    ]


def test_a_comment_on_several_paragraphs_has_the_words_of_all(harness: MergeHarness) -> None:
    word = Word(harness.sent["report"])
    word.comment("Nobody counts the crates.", "All of this.")
    end = next(word.body.iter(w("commentRangeEnd")))
    word.runs("The second paragraph speaks of shops.")[-1].addnext(end)
    [located] = harness.merge(word.saved()).comments
    about = located.comment.about
    assert about == "Nobody counts the crates. The second paragraph speaks of shops."
