"""What a Markdown text refers to: citations, names within the report, pictures. The text is not parsed completely.

In: Markdown as pandoc reads it. Out: each reference with its offset, so that a problem can name line and column. Code, comments,
escapes and addresses are first replaced by spaces, so that an `@` or `#` in them isn't a reference.
https://pandoc.org/MANUAL.html#citation-syntax, https://pandoc.org/MANUAL.html#extension-link_attributes
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice
from string import punctuation
from urllib.parse import unquote

from briefs.problems import did_you_mean, said

_UNREAD = re.compile(
    r"^ {0,3}(?P<fence>`{3,}|~{3,}).*?(?:^ {0,3}(?P=fence)[`~]*[ \t]*$|\Z)"  # fenced code
    r"|\\[^\n]"  # an escaped character
    r"|(?<!`)(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)*?(?<!`)(?P=ticks)(?!`)"  # code in a line, within its paragraph
    r"|<!--(?:(?!<!--).)*?-->",
    re.S | re.M,
)
_ADDRESS = re.compile(r"\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*|<[a-zA-Z][a-zA-Z0-9+.-]*:[^\s<>]*>|\{[^{}\n]*=[^{}\n]*\}")
_CITATION = re.compile(r"(?<![^\W_])-?@(?:\{([^{}\s]+)\}|(\w+(?:[:.#$%&\-+?<>~/]\w+)*))")
_EXAMPLE = re.compile(r"^ {0,3}\(@([\w-]*)\)\s", re.M)
_REFERENCE = re.compile(r"\]\(#([^()\s]*)\)")
_TARGET = re.compile(r"\{(?:[^{}#\n]*[ \t])?#([^\s{}]+)[^{}]*\}")
_PICTURE = re.compile(
    r"!\[(?:[^\[\]]|\[[^\[\]]*\])*\]\((?:<(figures/[^<>\n]+)>|(figures/(?:[^()\s]|\([^()\s]*\)|[ ](?![ \"'])|\\ )+))"
)

_OWN = re.compile(  # names that templates and code use
    r"appendix(-(sources|glance))?|bibliography|refs|front(-[\w-]+)?|(ref|step)[-_].*|(heading|figure|table|slide|note|call|part)-\d+"
    r"|source-[a-z]{2}-\d+|\w*_[0-9a-f]{8}"
)
_TANGLE = re.compile(r"([\[\](){}*_~^`<>|])(?:[ \t]*\1){99}")

PICTURES = frozenset({".svg", ".png", ".jpg", ".jpeg", ".webp", ".gif", ".tif", ".tiff", ".bmp", ".avif", ".pdf"})
DEEPEST = 12  # brackets that may be open at once
MOST_RUNS = 30  # different lengths of runs of backticks in a text; code ends only at a run as long as the one that began it
MOST_OPEN = 50  # tags and comments in a text that aren't closed
MOST_QUOTED = 30  # quotations within one another
_RUN = re.compile(r"`+")
_OPENED = re.compile(r"<(?:[A-Za-z/?][^<>]*(?=<|\Z)|!--(?!(?:(?!<!--).)*?-->))", re.S)
_QUOTED = re.compile(rf"^[ \t]*(?:>[ \t]*){{{MOST_QUOTED + 1}}}", re.M)
_DIVISION = re.compile(r"^[ \t>]*(:{3,})[ \t]*(\S?)", re.M)
# An item behind over 160 spaces, in which eighty lists have room, or behind over thirty signs of items.
_DEEP_ITEM = re.compile(r"^(?: {161,}(?=(?:[-*+]|\w{1,4}[.)]) )| *(?:[-*+] +){31,}(?![-*+](?:\s|\Z)))(\S)", re.M)
# A tag of HTML that holds others, or an empty line.
_TAG = re.compile(r"<(/?)(?!(?:br|hr|img|wbr|col|input|source|meta|link)\b)([A-Za-z][\w-]*)(?:\s[^<>]*)?(?<!/)>|\n[ \t]*\n", re.I)
_OPEN_LINK = re.compile(r"\]\((?!(?:[^()\[]|\[[^()\[\]]*\]|\([^()]*\))*\))")
_BRACKET = re.compile(r"[\[\]]|\n[ \t]*\n")

_EMPHASIS = re.compile(r"(?<![\w\\])([*_])(?=\S)(.+?)(?<=[^\s\\])\1(?!\w)")
_SMART = (
    (re.compile(r"(?<!-)---(?!-)"), "—"),
    (re.compile(r"(?<!-)--(?!-)"), "–"),
    (re.compile(r"\.\.\."), "…"),
    (re.compile(r"(?<=\w)'"), "’"),
)
_QUOTES = (
    (re.compile(r"(?<![^\s(\[{'–—/-])\"(?=\S)"), "“"),
    (re.compile(r"\""), "”"),
    (re.compile(r"(?<![^\s(\[{“–—/-])'(?=\S)(?=.*\S'(?!\w))"), "‘"),
    (re.compile(r"'"), "’"),
)
_MARKUP = re.compile(
    r"\*(?=\S)|(?<=\S)\*|\\[^\w\s]|`|\]\(|\[@|\^\[|\[\^|\{|</?[A-Za-z]|&#?\w+;|([~^$])\S(?:[^~^$]*\S)?\1|\"|(?<!\w)'"
)  # whatever Markdown doesn't print as it is typed
HIDDEN = "\ue004\ue005"  # two letters of Unicode's private use area, in place of a backslash and an escaped sign
Found = Iterator[tuple[int, str]]


def is_own_name(name: str) -> bool:
    """Whether a name in the report is one of the program's own, which no heading and no figure may have."""
    return _OWN.fullmatch(name) is not None


def plain(phrase: str) -> str:
    """A phrase without emphasis, with dashes, ellipses and apostrophes as pandoc prints them."""
    words = _EMPHASIS.sub(r"\2", phrase).strip("*")
    for pattern, sign in _SMART:
        words = pattern.sub(sign, words)
    return words


def typographic(words: str) -> str:
    """Plain words, on one line, with dashes, ellipses and quotation marks as pandoc prints them."""
    printed = re.sub(r"[ \t\n]+", " ", words)
    for pattern, sign in (*_QUOTES, *_SMART):
        printed = pattern.sub(sign, printed)
    return printed


def unpaired(words: str) -> bool:
    """Whether a straight double quotation mark in plain words has no partner."""
    printed = typographic(words)
    return printed.count("“") - words.count("“") != printed.count("”") - words.count("”")


def markup(phrase: str) -> str:
    """The first sign in a plain phrase that Markdown would not print as it is typed. Empty if there is none."""
    match = _MARKUP.search(phrase)
    return match[0] if match else ""


def signs(text: str) -> str:
    """The first sign of Markdown in a text that will be printed without being parsed. Quotation marks don't count. Empty if there
    is none."""
    words = re.sub("[\"']", "", " ".join(text.split()))
    emphasis = _EMPHASIS.search(words)
    return emphasis[1] if emphasis else markup(words)


def citations(text: str) -> Found:
    """The key in each citation `@key`, and the offset of its `@`. The labels of the text's example lists (`(@label)`) are no
    keys."""
    examples = set(_EXAMPLE.findall(text)) if "(@" in text else ()
    for match in _CITATION.finditer(_blank(_ADDRESS, read(text))) if "@" in text else ():
        if (match[1] or match[2]) not in examples:
            yield text.index("@", match.start()), match[1] or match[2]


def references(text: str) -> Found:
    """The name in each cross-reference `[](#name)`, and the offset of its `#`."""
    return ((m.start(1) - 1, m[1]) for m in _REFERENCE.finditer(read(text)))


def targets(text: str) -> Found:
    """Each name that `{#name …}` gives to a heading, figure or other part, and the offset of its `#`."""
    return ((m.start(1) - 1, m[1]) for m in _TARGET.finditer(read(text)))


def pictures(text: str) -> Found:
    """The path of each picture that a text shows from the folder `figures/`, and the offset of the path."""
    found = _PICTURE.finditer(read(text))
    return ((m.start(m.lastindex or 0), (m[1] or m[2]).strip()) for m in found)


def picture_named(address: str, files: Iterable[str]) -> str:
    """The file that an address means, or "". Pandoc writes a space as `%20`. In file names, an accent is a character of its own on
    some disks (Unicode's NFD), and part of its letter on others (NFC)."""
    spelled = {unicodedata.normalize("NFC", name): name for name in files}
    return next((spelled[name] for name in map(_composed, (address, unquote(address))) if name in spelled), "")


def missing_picture(address: str, files: Iterable[str]) -> tuple[str, str]:
    """What is wrong with an address that means none of the files, and what to do."""
    suffix = re.search(r"\.\w+\Z", address)
    if suffix and suffix[0].lower() not in PICTURES:
        return said("“{address}” is of a kind that isn’t read", address=address), "Save the picture as PNG, JPEG, SVG or PDF."
    hint = did_you_mean(address, files, "Put it into the folder figures/.")
    return said("there is no picture “{address}”", address=address), hint


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def markup_runs(text: str) -> Found:
    """The first character of each run of a hundred or more markup characters, and its offset."""
    return ((m.start(), m[1]) for m in _TANGLE.finditer(text))


def deep_brackets(text: str) -> Found:
    """The offset of each bracket that is the 13th open one in its paragraph, and `[`. Each open bracket doubles pandoc's time."""
    depth = 0
    for match in _BRACKET.finditer(read(text)):
        depth = {"[": depth + 1, "]": max(0, depth - 1)}.get(match[0], 0)
        if depth == DEEPEST + 1:
            yield match.start(), "["


def endless_runs(text: str) -> Found:
    """If the runs of backticks in a text have too many different lengths: the offset of the run that is one length too many, and a
    backtick. For each run that no other run closes, a reader of Markdown searches the whole rest of the text."""
    lengths: set[int] = set()
    for match in _RUN.finditer(text):
        lengths.add(len(match[0]))
        if len(lengths) > MOST_RUNS:
            yield match.start(), "`"
            return


def open_tags(text: str) -> Found:
    """The first of over fifty tags and comments that aren't closed: its offset, and `<`."""
    found = [match.start() for match in islice(_OPENED.finditer(read(text)), MOST_OPEN + 1)]
    if len(found) > MOST_OPEN:
        yield found[0], "<"


def deep_quotations(text: str) -> Found:
    """The offset of each line that is in over thirty quotations within one another, and `>`."""
    return ((match.start(), ">") for match in _QUOTED.finditer(text))


def deep_divisions(text: str) -> Found:
    """The offset of each line that begins a division in over thirty others, and `:::`."""
    depth = 0
    for match in _DIVISION.finditer(read(text)):
        depth = depth + 1 if match[2] else max(0, depth - 1)
        if depth == MOST_QUOTED + 1:
            yield match.start(1), ":::"


def deep_lists(text: str) -> Found:
    """The offset of each item that is in over thirty lists, on its line or by over 160 spaces before it, and its first sign."""
    return ((match.start(1), match[1]) for match in _DEEP_ITEM.finditer(read(text)))


def deep_tags(text: str) -> Found:
    """The offset of each tag of HTML that is in over thirty others, and `<`. Only a `div` goes on behind an empty line."""
    divisions = inline = 0
    for match in _TAG.finditer(read(text)):
        if match[2] is None:
            inline = 0
            continue
        step = -1 if match[1] else 1
        if match[2].lower() == "div":
            divisions = max(0, divisions + step)
        else:
            inline = max(0, inline + step)
        if divisions + inline == MOST_QUOTED + 1 and step == 1:
            yield match.start(), "<"


def open_links(text: str) -> Found:
    """The first of over fifty addresses of links that aren't closed: its offset, and `](`."""
    found = [match.start() for match in islice(_OPEN_LINK.finditer(read(text)), MOST_OPEN + 1)]
    if len(found) > MOST_OPEN:
        yield found[0], "]("


def own_words(text: str) -> str:
    """The text with spaces in place of code, comments, addresses, attributes and citations. What is left is prose."""
    return _blank(_CITATION, _blank(_ADDRESS, read(text)))


def read(text: str) -> str:
    """The text with spaces in place of code, comments and escapes. In a text that is refused for its backticks, all of these
    stay."""
    if not any(c in text for c in "`\\~<"):
        return text
    return _blank(_UNREAD, text) if "`" not in text or not any(endless_runs(text)) else text


def without_code(text: str) -> str:
    """The text with spaces in place of code and comments. Escapes stay."""
    return _UNREAD.sub(lambda m: m[0] if m[0][0] == "\\" else re.sub(r"[^\n]", " ", m[0]), text)


def hidden_escapes(text: str) -> str:
    """The text with the letters `HIDDEN` in place of each escaped sign and its backslash. Code stays, as nothing is escaped in
    it."""
    return _UNREAD.sub(lambda m: HIDDEN if m[0][0] == "\\" and m[0][1] in punctuation else m[0], text) if "\\" in text else text


def _blank(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)
