"""A Markdown text, parsed once by pandoc and cut into blocks that each have a place.

In: the text of a section or deck, and a running pandoc. Out: its blocks in order, each with its own `Text` and its part of pandoc's
tree. The tree is pandoc's tree of the whole text, so a block knows notes, links and examples that are defined in other blocks.

The text is cut at blank lines. To prove the cuts, the text is parsed again with an HTML comment at each cut: no block reaches over
a comment that stands by itself, and definitions are still known. If the new tree without its comments equals the tree of the whole
text, the cuts are right. Where the trees differ, such as inside a list, a table or fenced code, the parts on both sides stay one
block.
https://pandoc.org/MANUAL.html#ending-a-list
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise
from typing import Any

from briefs.edition.model import Text
from briefs.problems import Place
from briefs.tools.pandoc import Pandoc

ROUNDS = 5  # the most rounds of proof; a text whose cuts aren't proven then is one block

Span = tuple[int, int]  # the first line, and the line after the last one, counted from 0


@dataclass(frozen=True)
class CutBlock:
    """A block of a text. `nodes`: its part of the tree. Empty if the block only defines notes or links."""

    text: Text
    nodes: list[Any]


@dataclass(frozen=True)
class Part:
    """A part of a text between two cuts, and its nodes in the tree."""

    span: Span
    nodes: list[Any]


def cut(texts: Sequence[Text], pandoc: Pandoc, quietly: bool = False) -> list[list[CutBlock]]:
    """The blocks of each text. Block number n (from 1) has the anchor `n` and the line where it begins.

    Raises PandocError. `quietly`: messages that pandoc only logs raise nothing.
    """
    parts = parts_of([text.markdown for text in texts], pandoc, quietly)
    return [[_block(text, n, part) for n, part in enumerate(own, 1)] for text, own in zip(texts, parts, strict=True)]


def _block(text: Text, number: int, part: Part) -> CutBlock:
    first, last = part.span
    markdown = "\n".join(text.markdown.split("\n")[first:last])
    if text.parts:
        return CutBlock(_of_part(text, first, markdown), part.nodes)
    place = Place(text.place.path, f"{text.place.anchor}/{number}".lstrip("/"), text.place.line + first, 1)
    return CutBlock(Text(markdown, place), part.nodes)


def _of_part(text: Text, line: int, markdown: str) -> Text:
    """A block, as a `Text`, of a text that was put together from other texts (`Text.parts`). The block is one of these texts, a
    paragraph of one, or a list whose items are several of them. `line`: the line on which the block begins, from 0."""
    start, part = text.part_at(line)
    last = line + markdown.rstrip().count("\n")
    parts = tuple((first - line, own) for first, own in text.parts if line <= first <= last)
    if start == line and len(parts) == 1:
        return replace(part, markdown=markdown)
    if start == line:
        languages = {own.language for _, own in parts}
        return Text(markdown, part.place, language=languages.pop() if len(languages) == 1 else "", parts=parts)
    before = part.markdown.split("\n")[: line - start]
    number = 1 + sum(bool(one.strip()) and not two.strip() for one, two in pairwise([*before, ""]))
    place = part.place_at(sum(len(one) + 1 for one in before))
    return Text(markdown, replace(place, anchor=f"{part.place.anchor}/{number}"), language=part.language)


def parts_of(texts: Sequence[str], pandoc: Pandoc, quietly: bool = True) -> list[list[Part]]:
    """The parts of each Markdown text. Raises PandocError. `quietly`: messages that pandoc only logs raise nothing."""
    wholes = pandoc.parse_quietly(texts) if quietly else pandoc.parse(texts)
    proofs = [_Proof(text, whole) for text, whole in zip(texts, wholes, strict=True)]
    for round in range(ROUNDS):
        waiting = [proof for proof in proofs if not proof.is_proven]
        trees = pandoc.parse_quietly([proof.marked() for proof in waiting])
        for proof, tree in zip(waiting, trees, strict=True):
            proof.compare(tree, round)
    return [proof.parts() for proof in proofs]


class _Proof:
    """The search for those cuts of a text that don't change its tree."""

    def __init__(self, text: str, whole: list[Any]):
        self.lines, self.whole = text.split("\n"), whole
        self.sign = f"<!-- {hashlib.sha256(text.encode()).hexdigest()[:12]} "
        self.spans = list(_between_blank_lines(self.lines))
        self.keys = list(map(_key, whole))
        self.nodes: list[list[Any]] = [whole]
        self.is_proven = len(self.spans) < 2

    def parts(self) -> list[Part]:
        """The parts between the proven cuts, or the whole text as one part."""
        if not self.is_proven:
            self.spans, self.nodes = [(self.spans[0][0], self.spans[-1][1])], [self.whole]
        return [Part(span, nodes) for span, nodes in zip(self.spans, self.nodes, strict=False)]

    def marked(self) -> str:
        """The text with a comment at each cut."""
        parts = ("\n".join(self.lines[first:last]) for first, last in self.spans)
        return "".join(f"{part}\n\n{self.sign}{number} -->\n\n" for number, part in enumerate(parts))

    def compare(self, tree: list[Any], round: int) -> None:
        """Keep the cuts if the tree with comments equals the tree of the whole text. Otherwise take out the cuts where they
        differ."""
        self._join_over_hidden_cuts(tree)
        keys = [list(map(_key, nodes)) for nodes in self.nodes]
        self.is_proven = [key for own in keys for key in own] == self.keys
        if not self.is_proven:
            self.spans = [(group[0][0], group[-1][1]) for group in self._groups(keys, round)]

    def _join_over_hidden_cuts(self, tree: list[Any]) -> None:
        """Take out the cuts whose comments have landed inside a block, not between two. Sets the nodes of each part."""
        spans: list[Span] = []
        self.nodes, nodes, first = [], [], 0
        for node in tree:
            if node["t"] != "RawBlock" or not str(node["c"][1]).startswith(self.sign):
                nodes.append(node)
                continue
            last = int(str(node["c"][1]).split()[2])
            spans.append((self.spans[first][0], self.spans[last][1]))
            self.nodes.append(nodes)
            nodes, first = [], last + 1
        if first < len(self.spans):  # the comments at the last cuts are inside a block
            spans.append((self.spans[first][0], self.spans[-1][1]))
            self.nodes.append(nodes)
        self.spans = spans

    def _groups(self, keys: list[list[str]], round: int) -> Iterator[list[Span]]:
        """Groups of spans. Each group becomes one part in the next round. Only runs of parts that differ from the whole text are
        regrouped. After the first round, such a run is cut again: each new part gets about as many letters as the block of the
        whole text that stands there. After later rounds the run becomes one part, and takes in more of its neighbours each time."""
        ends = list(accumulate((len(own) for own in keys), initial=0))
        found = _matches([key for own in keys for key in own], self.keys)
        is_same = [all(at in found for at in range(a, b)) for a, b in pairwise(ends)]
        is_same = _without_edges(keys, is_same, max(0, round - 1))
        for at, end in _runs(is_same):
            groups = [(at, end)]
            if not round and end > at + 1:
                groups = self._guess(at, end, self._between(found, ends[at], ends[end]))
            yield from (self.spans[a:b] for a, b in groups)

    def _between(self, found: Mapping[int, int], first: int, last: int) -> list[Any]:
        """The blocks of the whole text that stand where the parts have the blocks from `first` to `last`. `found`: the positions of
        equal blocks in the whole text, by their positions in the parts."""
        start = found[first - 1] + 1 if first - 1 in found else 0
        return self.whole[start : found.get(last, len(self.whole))]

    def _guess(self, at: int, end: int, blocks: list[Any]) -> list[Span]:
        """Ranges of the parts from `at` to `end`. Each range probably is one of the `blocks`, judged by the number of its
        letters."""
        ours = list(accumulate((_letters(nodes) for nodes in self.nodes[at:end]), initial=0))
        theirs = list(accumulate(_letters([block]) for block in blocks))[:-1]
        scale = ours[-1] / max(1, _letters(blocks))
        cuts = {_nearest(ours, letters * scale) for letters in theirs}
        edges = [at, *sorted(at + n for n in cuts if 0 < n < end - at), end]
        return list(pairwise(edges))


def _runs(is_same: Sequence[bool]) -> Iterator[Span]:
    """The ranges of parts: each part that is the same is a range, and so is each run of parts that differ."""
    at = 0
    for same, group in groupby(is_same):
        end = at + len(list(group))
        yield from ((n, n + 1) for n in range(at, end)) if same else [(at, end)]
        at = end


def _nearest(numbers: Sequence[int], wanted: float) -> int:
    """The index of the number that is nearest to `wanted`. The numbers increase. Of equal numbers, the last one counts."""
    after = bisect_right(numbers, wanted)
    if after == len(numbers) or wanted - numbers[after - 1] <= numbers[after] - wanted:
        return after - 1
    return bisect_right(numbers, numbers[after]) - 1


def _without_edges(keys: list[list[str]], is_same: list[bool], times: int) -> list[bool]:
    """`is_same`, but a part without nodes beside a part that differs counts as different too, and so do `times` neighbours on each
    side of any part that differs."""
    for number, own in enumerate(keys):
        if not own and not all(is_same[max(0, number - 1) : number + 2]):
            is_same[number] = False
    for _ in range(times):
        is_same = [all(is_same[max(0, number - 1) : number + 2]) for number in range(len(is_same))]
    return is_same


def _matches(ours: Sequence[str], theirs: Sequence[str]) -> dict[int, int]:
    """The positions of keys in `ours`, with the positions of the same keys in `theirs`, both increasing. Keys that occur once in
    each are matched first, and then equal keys beside them."""
    counts, others = Counter(ours), Counter(theirs)
    place = {key: number for number, key in enumerate(theirs) if others[key] == 1}
    anchors = [(i, place[key]) for i, key in enumerate(ours) if counts[key] == 1 and key in place]
    found: dict[int, int] = {}
    for i, j in [(-1, -1), *_increasing(anchors), (len(ours), len(theirs))]:
        for step in (1, -1):
            a, b = i + step, j + step
            while 0 <= a < len(ours) and 0 <= b < len(theirs) and ours[a] == theirs[b] and a not in found:
                found[a] = b
                a, b = a + step, b + step
        if 0 <= i < len(ours):
            found[i] = j
    return found


def _increasing(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs in which the second numbers increase as the first ones do (patience sorting)."""
    tops: list[int] = []
    piles: list[tuple[int, int]] = []
    before: dict[tuple[int, int], tuple[int, int] | None] = {}
    for pair in pairs:
        at = bisect_left(tops, pair[1])
        before[pair] = piles[at - 1] if at else None
        tops[at : at + 1], piles[at : at + 1] = [pair[1]], [pair]
    out: list[tuple[int, int]] = []
    last = piles[-1] if piles else None
    while last:
        out.append(last)
        last = before[last]
    return out[::-1]


def _key(node: Any) -> str:
    """A node as a text to compare."""
    return json.dumps(node, ensure_ascii=False, check_circular=False)


def _letters(nodes: list[Any]) -> int:
    return sum(map(str.isalnum, _key(nodes)))


def _between_blank_lines(lines: Sequence[str]) -> Iterator[Span]:
    """The spans of lines that blank lines separate. The last span reaches to the end of the text."""
    start: int | None = None
    end = max((number for number, line in enumerate(lines) if line.strip()), default=0)
    for number, line in enumerate(lines):
        if line.strip() and start is None:
            start = number
        elif not line.strip() and start is not None and number < end:
            yield start, number
            start = None
    if start is not None:
        yield start, len(lines)
