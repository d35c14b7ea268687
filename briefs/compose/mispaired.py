"""Signs that pandoc took for a pair or changed, though a reader of the source would hardly take them so: `2*3*4`, `~5–~6`, `'Tis`.

In: a text's Markdown and its tree. Out: what was read, what to write instead, and the words of the text that it is about.
https://pandoc.org/MANUAL.html#extension-smart, https://pandoc.org/MANUAL.html#superscripts-and-subscripts
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from briefs.compose import tree
from briefs.compose.attributes import Fault
from briefs.compose.tree import Node
from briefs.edition import markdown as source

_PAIRS = {"Emph": "*", "Strong": "**", "Subscript": "~", "Superscript": "^"}
_READ_AS = {"Emph": "italics", "Strong": "bold", "Subscript": "lowered letters", "Superscript": "raised letters"}
_CLOSING, _OPENING = ".,;:!?)]}", "([{"
_MARKS = {"SingleQuote": "'", "DoubleQuote": '"'}
_ELIDED = re.compile(r"(?:'?(?:tis|twas|twere|twill|em|til|cause|bout|n)|\d0s)\b", re.I)
_APOSTROPHE = re.compile(r"(?:^|\s)’[^\W\d]")
# A closing mark that begins a word, by the kind of the quotation whose note it stands in.
_CLOSED = {
    "DoubleQuote": re.compile(r"(?:^|[\s(\[—–])”(?=\w)([^”]*)”"),
    "SingleQuote": re.compile(r"(?:^|[\s(\[—–])’(?=\w)([^’]*)’(?!\w)"),
}
_PRIME = re.compile(r"\d(?:'(?![^\W\d]|['\"])|\"(?!['\"]))")
_DEFINED = re.compile(r"^ {0,3}\[[^\]^\n][^\]\n]*\]:[ \t]*\S+", re.M)  # the address of a link, defined apart
_LOW_QUOTE = re.compile(r"„[^“”\"\n]*\"")
_DUNDER = re.compile(r"(?<!\w)__(\w+)__(?=\.\w|\()")
_OPTION = re.compile(r"(?<![\w-])--[a-zA-Z][\w-]*")
_ADDRESS = re.compile(r"(?:\b[a-z][a-z0-9+.-]*://|\bwww\.)[^\s<>]*[^\s<>.,;:!?)\]}'\"*_~^]")


def faults(markdown: str, blocks: Sequence[Node]) -> Iterator[Fault]:
    """A fault for each pair of signs, mark, option and address of a text that is printed otherwise than it was probably meant."""
    for before, node, after in _in_context(blocks):
        if node["t"] in _PAIRS and _is_no_pair(before, node, after):
            yield _of_pair(node)
        elif node["t"] == "Quoted" and (mark := _MARKS[node["c"][0]["t"]]) in markdown and _is_no_quotation(before, node, after):
            yield _of_quotation(node, mark)
    yield from _in_notes_of_quotations(blocks)
    for table in (node for node in tree.walk(blocks) if node["t"] == "Table"):
        for code in (tree.text(node) for node in tree.walk(table) if node["t"] == "Code" and "\\|" in tree.text(node)):
            yield Fault(f"the backslash in “{code[:30]}” is printed: code has no escapes", "Write | alone; code keeps it.", code)
    yield from _changed(markdown, blocks)


def _in_context(blocks: Sequence[Node]) -> Iterator[tuple[str, Node, str]]:
    """Each inline with the character before and after it. At the ends of its text these are spaces."""
    for node in tree.walk(blocks):
        if node["t"] in tree.WITH_INLINES and not {"Str", "Space"}.issuperset(n["t"] for n in tree.inlines(node)):
            inlines = [tree.SPACE, *tree.inlines(node), tree.SPACE]
            for (before, inline), after in zip(pairwise(inlines), inlines[2:], strict=False):
                yield _edge(before, -1), inline, _edge(after, 0)


def _edge(node: Node, at: int) -> str:
    """The first or last character of an inline. A picture and a citation in a sentence stand for a letter, a note for none."""
    if node["t"] == "Note" or (node["t"] == "Cite" and tree.citations(node)[0]["citationMode"]["t"] != "AuthorInText"):
        return " "
    if node["t"] in {"Cite", "Image"}:
        return "n"
    return (tree.text_of([node]) or " ")[at]


def _is_no_pair(before: str, node: Node, after: str) -> bool:
    """Whether a pair of signs is hardly meant to set apart the words between them."""
    words = tree.text_of(tree.inlines(node)).strip()
    within = before.isalnum() and after.isalnum()
    if not words:
        return False
    if node["t"] in {"Subscript", "Superscript"}:
        return (node["t"] == "Subscript" and before.isspace()) or (within and not words.lstrip("+-−–").isalnum())
    is_product = within and (
        len(words) == 1 or " " in words or any(letter.isdigit() for letter in (before, words[0], words[-1], after))
    )
    is_half_product = (before.isdigit() and words[0].isdigit()) or (words[-1].isdigit() and after.isdigit())  # `*nix and 5*3`
    is_within_signs = words[0] in _CLOSING or words[-1] in _OPENING or (before.isalnum() and words[0] in "/=<>+")
    return is_product or is_half_product or is_within_signs


def _of_pair(node: Node) -> Fault:
    sign, words = _PAIRS[node["t"]], tree.text_of(tree.inlines(node)).strip()
    escaped = "".join("\\" + letter for letter in sign)
    return Fault(
        f"“{sign}{words[:30]}{sign}” is read as {_READ_AS[node['t']]}, and “{sign}” isn’t printed",
        f"Write `{escaped}` to print the sign.",
        sign + words.split("–")[0][:30],
    )


def _is_no_quotation(before: str, node: Node, after: str) -> bool:
    """Whether marks are hardly meant for a quotation: a letter stands outside, or an apostrophe was taken for the opening mark."""
    words = tree.text_of(tree.inlines(node))
    is_single = node["c"][0]["t"] == "SingleQuote"
    apart = not before.isalnum() and before not in _CLOSING + "”’»" and not after.isalnum()
    is_between = words[:1] in tuple(_CLOSING) and words[-1:] in tuple(_OPENING)  # as in `("_") and ("%")`
    return not apart or is_between or (is_single and bool(_ELIDED.match(words) or _APOSTROPHE.search(words)))


def _of_quotation(node: Node, mark: str) -> Fault:
    begin = mark + tree.text_of(tree.inlines(node)).split("’")[0].strip()[:30]
    hint = "Write ’ for an apostrophe and “…” or ‘…’ for a quotation."
    return Fault(f"{mark} is read as the beginning of a quotation in “{begin}”", hint, begin.split(" ")[0])


def _in_notes_of_quotations(blocks: Sequence[Node]) -> Iterator[Fault]:
    """A fault for each quotation in a note `^[…]` within a quotation: pandoc takes its first mark for a closing one."""
    for quotation in (node for node in tree.walk(blocks) if node["t"] == "Quoted"):
        kind = quotation["c"][0]["t"]
        for note in (node for node in tree.walk(tree.inlines(quotation)) if node["t"] == "Note"):
            for words in _CLOSED[kind].findall(tree.text_of(tree.blocks(note))):
                what = f"“{words[:30]}” in a note within a quotation has two closing marks"
                yield Fault(what, f"Write “{words[:30]}” with curly marks.", _MARKS[kind] + words.split(" ")[0])


def _changed(markdown: str, blocks: Sequence[Node]) -> Iterator[Fault]:
    """A fault for each straight mark, option (`--word`), `__name__` and address that isn't printed as it was written."""
    if not any(sign in markdown for sign in ("'", '"', "--", "__", "://", "www.")):
        return
    notes = [tree.text_of(tree.blocks(node)) for node in tree.walk(list(blocks)) if node["t"] == "Note"]
    plain, printed = source.own_words(_DEFINED.sub("", markdown)), " ".join([tree.text_of(list(blocks)), *notes])
    unpaired = "\n".join(tree.text(node) for node in tree.walk(blocks) if node["t"] == "Str")
    for sign in _PRIME.findall(plain):
        shown = sign.replace('"', "”").replace("'", "’")
        if unpaired.count(shown) > plain.count(shown):  # it is printed more often than it was written like this
            hint = "Write ′ for feet or minutes, ″ for inches or seconds, ’ between thousands."
            yield Fault(f"“{sign}” is printed with a quotation mark", hint, sign)
    for name in _DUNDER.findall(source.read(markdown)):
        hint = f"Write `__{name}__` in backticks for code, or **{name}** for bold."
        yield Fault(f"“__{name}__” is read as bold, and “__” isn’t printed", hint, f"__{name}__")
    for words in _LOW_QUOTE.findall(plain):
        yield Fault("the quotation that „ begins ends with a straight mark", "Write “ or ”, as its language does.", words)
    for option in _OPTION.findall(plain):
        if "–" + option[2:] in unpaired:
            yield Fault(f"“{option}” is printed with a dash", f"Write `{option}` in backticks, or a space after the dash.", option)
    for address in _ADDRESS.findall(plain):
        if html.unescape(address) not in printed:
            yield Fault(
                f"the address “{address}” isn’t printed as it stands", "Write it between < and >, from https:// on.", address
            )
