"""Keeps a file that holds only a part of its document from deleting the rest of the content.

In: the edits of a file. Out: the names of texts that the file lacks and that aren't deleted, and what a person is told of them. A
section is deleted whole or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from itertools import takewhile

from briefs.edition.model import Text
from briefs.edition.textnames import file_of, is_block, is_fact
from briefs.roundtrip.edits import Edits, Unmerged

MOST_MISSING = 0.2  # share of a document’s texts: a file that lacks more is taken for a part of the document
MOST_COUNTRIES = 2  # countries of which one file may delete facts
FEW = 5  # texts that may be missing of any document


def guarded(edits: Edits, allowed: bool) -> tuple[Collection[str], list[Unmerged]]:
    """The names of the missing texts that are not deleted, and what a person is told. If too many are missing, none is deleted, and
    there is one report. Otherwise facts stay if their country would lose all its facts, or if facts of too many countries are
    missing; there is a report for each country, and the reports of `edits.deleted`. `allowed`: all missing texts are deleted."""
    missing = {name for name in edits.missing if is_fact(name) or is_block(name)} - _moved(edits)
    printed = {name for name in edits.printed if is_fact(name) or is_block(name)}
    if allowed:
        return (), edits.deleted
    if len(missing) > FEW and len(missing) > MOST_MISSING * len(printed):
        reason = f"{_share(missing, printed)}, so nothing was deleted; --allow-deletions deletes what is missing"
        return missing, [Unmerged(reason)]
    facts = {name for name in missing if is_fact(name)}
    emptied = {path for path in map(file_of, facts) if not any(file_of(n) == path for n in printed - missing if is_fact(n))}
    if len({file_of(name) for name in facts}) > MOST_COUNTRIES:
        emptied = {file_of(name) for name in facts}
    kept = {name for name in facts if file_of(name) in emptied}
    told = [Unmerged(_reason(path, sum(file_of(n) == path for n in kept)), page="") for path in sorted(emptied)]
    return kept, [*edits.deleted, *told]


def half_sections(removed: Collection[str], stay: Collection[str], known: Mapping[str, Text]) -> dict[str, list[str]]:
    """The headings that would be deleted although a text under them has to stay, each with all that would be deleted with it.

    `removed`: the blocks that would be deleted; `stay`: blocks whose deletion was refused; `known`: the content’s texts in order.
    """
    blocks = [name for name in known if is_block(name)]
    found: dict[str, list[str]] = {}
    for n, name in enumerate(blocks):
        under = _under(name, blocks[n + 1 :], known) if name in removed else []
        if any(own in stay for own in under):
            found[name] = [name, *(own for own in under if own in removed)]
    return found


def _under(heading: str, blocks: Iterable[str], known: Mapping[str, Text]) -> list[str]:
    """The blocks under a heading, among those that follow it (`blocks`). None if `heading` names no heading."""
    level = _level(known[heading])

    def is_under(name: str) -> bool:
        return file_of(name) == file_of(heading) and not 0 < _level(known[name]) <= level

    return list(takewhile(is_under, blocks)) if level else []


def _level(text: Text) -> int:
    """The level of a heading; 0 for any other text."""
    heading = re.match(r"(#+)\s", text.markdown)
    return len(heading[1]) if heading else 0


def _moved(edits: Edits) -> set[str]:
    return {block.moved_from for block in edits.blocks if block.moved_from}


def _reason(path: str, count: int) -> str:
    if count == 1:
        return f"a fact of {path} is missing in this file, and stays in the content: --allow-deletions deletes it"
    return f"{count} facts of {path} are missing in this file, and stay in the content: --allow-deletions deletes them"


def _share(missing: Collection[str], printed: Collection[str]) -> str:
    """How much of the document came back, in words: “this file has 1 of 9 sections; 180 of 230 texts are missing”."""
    sections = {file_of(name) for name in printed if is_block(name)}
    here = {file_of(name) for name in printed if is_block(name) and name not in missing}
    of_sections = f"this file has {len(here)} of {len(sections)} sections; " if len(sections) > 1 else ""
    return f"{of_sections}{len(missing)} of {len(printed)} texts of the document are missing"
