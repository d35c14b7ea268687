"""Lists with numbers, letters and boxes of their own come back from Word as they were."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest

from briefs.typeset.word.package import w
from tests.roundtrip.cases_structure import add_column
from tests.roundtrip.harness import MergeHarness, diff, unmerged
from tests.wordfile.word import Word

SECTION = """---
title: Lists
id: sec-lists
---

(b) point two
(c) point three

iv) case four
v) case five

99. paragraph before
100. paragraph hundred

(@) example one

- [ ] undone
- [x] done
"""


def test_only_the_edited_word_of_a_list_changes(harness: MergeHarness) -> None:
    files = {**harness.files, "report/99-lists.md": SECTION.encode()}
    sent = harness.built(files, "report")
    unedited = harness.merge(sent, files=files)
    assert (unedited.files, unmerged(unedited)) == ({}, [])
    word = Word(sent)
    for old, new in (("point three", "point drei"), ("case four", "case vier"), ("hundred", "hundert"), ("undone", "unmade")):
        word.replace(old, new)
    merged = harness.merge(word.saved(), files=files)
    assert unmerged(merged) == []
    changed = diff(files, merged.files).split("\n")[1:]
    assert [line for line in changed if line.startswith("+")] == [
        "+(c) point drei", "+iv) case vier", "+100. paragraph hundert", "+- [ ] unmade",
    ]  # fmt: skip


PRICES = """---
title: Prices
id: sec-prices
---

* It sold crates for US$14.4 million and
  lent *US$3* more.
* It bought cans for US$9 -- as was
  said in 5*5 places.
    * It kept US$1
      or so.
* It took US$2.

Then came the prices:

1. Eins for US$5
2. Zwei for US$6
3. Drei for US$7

| Town  | Cost |
|-------|------|
| Ghent | US$8 |
"""


@dataclass(frozen=True)
class Prices:
    """`PRICES` as built, and what edits of the Word file make of them."""

    harness: MergeHarness
    files: Mapping[str, bytes]
    sent: bytes

    def after(self, edit: Callable[[Word], object]) -> list[str]:
        """The lines that an edit adds."""
        word = Word(self.sent)
        edit(word)
        merged = self.harness.merge(word.saved(), files=self.files)
        assert unmerged(merged) == []
        return [line[1:] for line in diff(self.files, merged.files).split("\n") if line.startswith("+")]


@pytest.fixture(scope="module")
def prices(harness: MergeHarness) -> Prices:
    files = {**harness.files, "report/99-prices.md": PRICES.encode()}
    return Prices(harness, files, harness.built(files, "report"))


def put_at(word: Word, text: str, level: int) -> None:
    """Press Tab or Shift+Tab in an item."""
    word.found(text).find(f"{w('pPr')}/{w('numPr')}/{w('ilvl')}").set(w("val"), str(level))


def test_an_item_put_lower_changes_no_letter(prices: Prices) -> None:
    """Prices, stars and line breaks that pandoc would print otherwise stay as they were typed."""
    assert prices.after(lambda d: put_at(d, "It took", 1)) == ["  * It took US$2."]
    assert prices.after(lambda d: put_at(d, "It bought", 1)) == [
        "  * It bought cans for US$9 -- as was", "    said in 5*5 places.", "  * It kept US$1", "    or so.",
    ]  # fmt: skip


def test_what_was_moved_or_added_is_typed_as_the_rest(prices: Prices) -> None:
    assert prices.after(lambda d: d.move("Drei", before="Eins")) == ["1. Drei for US$7", "2. Eins for US$5", "3. Zwei for US$6"]
    assert prices.after(lambda d: d.new("It took", "And US$0 for 3*3*3")) == ["- And US$0 for 3\\*3\\*3"]
    assert "| Ghent | US$8 | 1" in "\n".join(prices.after(lambda d: add_column(d, "US$8", "Year", "1")))


def test_joined_items_keep_the_spaces_of_their_words(prices: Prices) -> None:
    """Also where the join makes one word of two."""

    def without(*texts: str) -> list[str]:
        def edit(word: Word) -> None:
            for text in texts:
                word.delete(text)
            word.join("Zwei")

        return prices.after(edit)

    assert without() == ["2. Zwei for US$6Drei for US$7"]
    assert without("for US$6", "Drei ") == without(" US$6", "Drei for") == without(" for US$6", "Drei") == ["2. Zwei for US$7"]
    assert without(" for US$6", "Drei ") == ["2. Zweifor US$7"]


def test_a_paragraph_joined_with_a_heading_is_told(harness: MergeHarness) -> None:
    """Which of the two it would be, Word's versions decide each in another way."""
    word = Word(harness.sent["report"])
    word.track_merge("The second paragraph speaks of shops")
    merged = harness.merge(word.saved())
    (told,) = unmerged(merged)
    assert merged.files == {} and "two texts were joined that are separate in the content" in told


def test_a_list_that_was_moved_with_the_paragraphs_around_it_stays_between_them(harness: MergeHarness) -> None:
    word = Word(harness.sent["report"])
    texts = ["Three sides pay", "the brewers, who own", "the shops, which would", "the towns, where", "The towns pay least."]
    nodes = [word.found(text) for text in texts]
    behind = word.found("nobody plans for this")
    for node in reversed(nodes):
        behind.addnext(node)
    merged = harness.merge(word.saved())
    text = merged.files["report/02-money.md"].decode()
    assert unmerged(merged) == [] and sorted(map(text.index, texts)) == list(map(text.index, texts))


def test_a_heading_put_between_the_halves_of_a_paragraph_stays_there(harness: MergeHarness) -> None:
    word = Word(harness.sent["report"])
    word.split(" It says that shops in Ghent")
    word.new("The second paragraph speaks of shops.", "What shops say", style="Heading 2")
    merged = harness.merge(word.saved())
    text = merged.files["report/01-opening.md"].decode()
    order = ["The second paragraph speaks of shops.\n\n", "## What shops say\n\n", "It says that shops in Ghent", "[@brewers]"]
    assert unmerged(merged) == [] and sorted(map(text.index, order)) == list(map(text.index, order))
