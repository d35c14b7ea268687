"""Facts that were split, joined and reordered in Word: written where only one meaning is possible, and told otherwise."""

from __future__ import annotations

import copy
from collections.abc import Callable

from briefs.typeset.word.package import w
from tests.roundtrip.harness import MergeHarness, diff, unmerged
from tests.wordfile.word import Node, Word

BE = "countries/be.yaml"


def number_of(word: Word, text: str) -> Node:
    return copy.deepcopy(word.found(text).findall(w("hyperlink"))[-1])


def brief(harness: MergeHarness, change: Callable[[str], str] = lambda text: text) -> tuple[dict[str, bytes], Word]:
    files = {**harness.files, BE: change(harness.files[BE].decode()).encode()}
    return files, Word(harness.built(files, "brief"))


def outcome(harness: MergeHarness, files: dict[str, bytes], word: Word) -> tuple[list[str], list[str]]:
    store = {} if files == harness.files else {"no_base": True}
    merged = harness.merge(word.saved(), "belgium.docx", files, **store)
    return diff(files, merged.files).split("\n"), unmerged(merged)


def test_a_fact_split_in_three_keeps_the_order_of_its_parts(harness: MergeHarness) -> None:
    word = Word(harness.sent["brief"])
    own = number_of(word, "Shops in Liège take back")
    word.split("every one of them, by")
    word.split("by their own account")
    for text in ("Shops in Liège take back bottles: ", "every one of them, "):
        word.found(text).append(copy.deepcopy(own))
    changed, left = outcome(harness, harness.files, word)
    assert not left
    assert [line.strip("+ ") for line in changed if line.startswith(("+  - id", "+      "))] == [
        "- id: be-06", "every one of them,", "- id: be-07", "by their own account.",
    ]  # fmt: skip


def test_two_facts_of_one_sort_are_joined(harness: MergeHarness) -> None:
    word = Word(harness.sent["brief"])
    word.join("every one of them")
    changed, left = outcome(harness, harness.files, word)
    assert not left
    assert [line for line in changed if line.startswith("+")] == [
        '+    text: "Shops in Liège take back bottles: every one of them, by their own account. A plain line about crates, '
        'which are returned more often than bottles are."',
        "+    sources: [brewers, crates]   # of the brewers",
    ]  # fmt: skip
    assert "-  - id: be-03" in changed


def test_two_facts_of_which_one_says_more_are_told(harness: MergeHarness) -> None:
    """The first one has a date and another priority."""
    word = Word(harness.sent["brief"])
    word.join("memorandum on bottles")
    changed, left = outcome(harness, harness.files, word)
    assert changed == [""] and "two texts were joined" in left[0]


def test_joined_facts_without_the_number_of_one_are_told(harness: MergeHarness) -> None:
    word = Word(harness.sent["brief"])
    word.numbers("every one of them", "")
    word.join("every one of them")
    changed, left = outcome(harness, harness.files, word)
    assert changed == [""] and "two texts were joined" in left[0]


def with_two_more(text: str) -> str:
    """The topic has four facts: two of the first priority, then two of the second."""
    more = "  - {id: be-11, topic: market, text: Cans are sold in Namur., sources: [crates], priority: 2}\n"
    second = "[brewers]   # of the brewers\n    priority: "
    return text.replace(f"{second}2", f"{second}1").replace("\n  # Policy.", more)


def test_a_fact_moved_over_two_others_gets_the_priority_of_its_place(harness: MergeHarness) -> None:
    files, word = brief(harness, with_two_more)
    word.move("A plain line about crates", after="Cans are sold")  # in print: 1 dated, 1 undated, crates, cans
    changed, left = outcome(harness, files, word)
    assert changed == [""] and "a fact was moved" in left[0]  # over one other: either may have been moved
    word = Word(harness.built(files, "brief"))
    word.move("Shops in Liège", after="Cans are sold")
    changed, left = outcome(harness, files, word)
    assert not left and changed == [BE, "-    priority: 1", "+    priority: 3"]


def test_the_number_of_a_source_whose_formatting_was_cleared_is_no_edit(harness: MergeHarness) -> None:
    """Ctrl+Space on a fact takes the raised look and the link of its number."""
    word = Word(harness.sent["brief"])
    word.replace("the large brewers", "the small brewers")
    fact = word.found("the small brewers")
    links = list(fact.iter(w("hyperlink")))
    raised = [node for node in fact.iter(w("vertAlign"), w("rStyle"))]
    assert links and raised
    for link in links:
        for child in list(link):
            link.addprevious(child)
        link.getparent().remove(link)
    for node in raised:
        node.getparent().remove(node)
    merged = harness.merge(word.saved(), "belgium.docx")
    assert unmerged(merged) == [] and diff(harness.files, merged.files).split("\n") == [
        "countries/be.yaml",
        "-      The **Brewers’ memorandum on bottles**, signed in June 2015 by the large brewers and the shops of Ghent,",
        "+      The **Brewers’ memorandum on bottles**, signed in June 2015 by the small brewers and the shops of Ghent,",
    ]


def test_rows_of_the_appendix_in_the_table_of_another_topic_are_told(harness: MergeHarness) -> None:
    """One row is moved; then the rows of two tables change places below their heads."""
    word = Word(harness.sent["report"])
    crates, plan = (next(word.found(text).iterancestors(w("tr"))) for text in ("plain line about crates", "ministers’ bottle plan"))
    plan.addnext(crates)
    merged = harness.merge(word.saved())
    [told] = unmerged(merged)
    assert merged.files == {} and "a fact was moved" in told and "plain line about crates" in told
    word = Word(harness.sent["report"])
    tables = [next(word.found(text).iterancestors(w("tbl"))) for text in ("plain line about crates", "ministers’ bottle plan")]
    rows = [table.findall(w("tr"))[1:] for table in tables]
    for table, others in zip(tables, reversed(rows), strict=True):
        table.extend(others)
    merged = harness.merge(word.saved())
    assert merged.files == {} and any("a fact was moved" in told for told in unmerged(merged))
