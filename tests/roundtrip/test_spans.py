"""Words in another language keep their span, and no other words get it."""

from __future__ import annotations

from briefs.compose import tree
from briefs.roundtrip import rewrite
from briefs.roundtrip.edits import TextEdit
from briefs.wordfile.pieces import Piece, of_inlines, tidy
from tests.roundtrip.harness import MergeHarness

SOURCE = """He said “[c’est la vie]{lang=fr}” to *them*, and [ça va]{lang=fr} to [us](https://example.org), [玻璃瓶]{lang=zh}, and
the **strongest** word."""


def languages(text: str, harness: MergeHarness) -> list[tuple[str, tuple[str, ...]]]:
    """The words of a text of one paragraph, and the spans around each."""
    (leaf,) = rewrite.leaves(rewrite.parsed(text, harness.pandoc))
    return [(p.text, p.spans) for p in of_inlines(tree.inlines(leaf)) if p.kind == "word"]


def moved(words: str, behind: str, harness: MergeHarness) -> list[Piece]:
    """The pieces of the source, of which some that follow one another were moved."""
    (leaf,) = rewrite.leaves(rewrite.parsed(SOURCE, harness.pandoc))
    pieces = of_inlines(tree.inlines(leaf))
    texts = [p.text for p in pieces]
    start = next(n for n in range(len(texts)) if "".join(texts[n:]).startswith(words))
    end = next(n for n in range(start, len(texts)) if "".join(texts[start:n]) == words)
    own = pieces[start:end]
    del pieces[start:end]
    at = [p.text for p in pieces].index(behind) + 1
    pieces[at:at] = own
    return tidy(pieces)


def test_a_span_goes_with_its_words_and_with_no_others(harness: MergeHarness) -> None:
    for words, behind in [("“c’est", "玻璃瓶"), (" 玻璃瓶", "said"), ("the ", "vie")]:
        wanted = moved(words, behind, harness)
        out = rewrite.rewritten(SOURCE, TextEdit(leaves={1: wanted}), harness.pandoc)
        assert languages(out, harness) == [(p.text, p.spans) for p in wanted if p.kind == "word"]
