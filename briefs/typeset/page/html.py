"""Writes a page as HTML: pandoc's HTML of the manuscript's tree, in a document with the theme's numbers as CSS properties.

In: a manuscript, the theme, a paper, a step of the ladder. Out: HTML that refers to figures by name, not by path.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from functools import partial
from html import escape
from itertools import groupby

from briefs.colours import text_on, tint
from briefs.compose import bidi, spacing, tree
from briefs.compose.headlines import balanced, has_several_lines
from briefs.compose.identity import PATTERN
from briefs.compose.manuscript import Manuscript
from briefs.compose.sources import WORD_JOINER
from briefs.edition import digits
from briefs.theme import LadderStep, Theme
from briefs.tools.pandoc import Pandoc
from briefs.typeset.page import lists, notes
from briefs.typeset.page.columns import breaks
from briefs.typeset.points import label_width

LONG = 40  # letters; a longer word may break anywhere
SHORT, IN_CELLS = 10, 6  # characters; a last word of a paragraph, or in a table, that isn't longer is never alone on a line
MANY = 6  # columns; in a table with so many, a line may be too short for words that are tied
TITLE, HEADING = (28, 16), (56, 22)  # letters, of a title and of other headings: what a line has room for; its last line's least
_SERVER = re.compile(r"https?://[^/\s]+")
FIGURE = "figure:"  # the URL scheme of a page's own figures


def body(manuscript: Manuscript, pandoc: Pandoc) -> str:
    """The manuscript's body as HTML. It is the same for every paper and step."""
    return pandoc.html(tree.document(blocks(manuscript)))


def blocks(manuscript: Manuscript, part: Sequence[tree.Node] | None = None) -> list[tree.Node]:
    """The manuscript's tree, or a part of it, adapted to HTML: footnotes become spans, figures get their URLs, lists get their
    markers, and a short last word is tied to the word before it."""
    whole = list(manuscript.blocks if part is None else part)
    wanted = {tree.target(n)[1:] for n in tree.walk(manuscript.blocks) if n["t"] == "Link" and tree.target(n).startswith("#")}
    wanted |= manuscript.places.keys()  # the Word file has the page of each block of content (`word/origin.py`)
    changes: dict[str, Callable[[tree.Node], list[tree.Node] | None]] = {
        "Image": _named_figure,
        "Div": _without_anchors,
        "Note": notes.span,
        "Str": _long_word,
        "Code": _long_code,
        "Span": partial(_bookmark, wanted),
        "Link": partial(_to_document, manuscript.documents),
        "OrderedList": partial(lists.ordered, manuscript.numerals),
        "BulletList": lists.tasks,
        "DefinitionList": _paragraphs,
    }
    whole = tree.transform(whole, _small_capitals, "SmallCaps")
    whole = tree.transform(whole, _bookmark_words, "Header")
    changed = tree.transform(whole, lambda node: changes[node["t"]](node), *changes)
    changed = tree.transform(changed, _balanced, "Header")
    changed = _in_wide_columns(changed, partial(spacing.with_dates_kept, spacing.dates(manuscript.language), f" {WORD_JOINER}"))
    cells = tree.inside_cells(changed)
    return _in_wide_columns(changed, lambda node: _last_word(node, IN_CELLS if id(node) in cells else SHORT))


def _in_wide_columns(blocks: Sequence[tree.Node], change: Callable[[tree.Node], list[tree.Node] | None]) -> list[tree.Node]:
    """The blocks, with each paragraph changed that has room for tied words: those in a table of MANY columns may not have it."""
    crowded = [node for node in tree.walk(blocks) if node["t"] == "Table" and len(node["c"][2]) >= MANY]
    narrow = {id(node) for table in crowded for node in tree.walk(table)}
    return list(tree.transform(blocks, lambda node: None if id(node) in narrow else change(node), "Para", "Plain"))


def _paragraphs(node: tree.Node) -> list[tree.Node]:
    """Make paragraphs of the texts of each definition that has several, which would run together in a tight list."""
    return [{**node, "c": [[term, [_apart(blocks) for blocks in definitions]] for term, definitions in node["c"]]}]


def _apart(blocks: list[tree.Node]) -> list[tree.Node]:
    are_several = sum(block["t"] in {"Plain", "Para"} for block in blocks) > 1
    return [tree.para(tree.inlines(block)) if are_several and block["t"] == "Plain" else block for block in blocks]


def _small_capitals(node: tree.Node) -> list[tree.Node]:
    """Replace small capitals by capitals, and mark the ones that were small letters, which the style sheet sets smaller. The
    theme's fonts have no small capitals."""
    return list(tree.transform(tree.inlines(node), _capitals, "Str"))


def _capitals(node: tree.Node) -> list[tree.Node]:
    runs = ("".join(run) for _, run in groupby(tree.text(node), str.islower))
    return [tree.span([tree.string(run.upper())], "", ["small-capitals"]) if run.islower() else tree.string(run) for run in runs]


def _bookmark_words(node: tree.Node) -> list[tree.Node] | None:
    """Give a heading with notes, or whose words will be tied, an attribute with the words for its entry in the PDF's outline:
    without the numbers of the notes, and with common spaces."""
    identifier, classes, keys = tree.attr_of(node)
    if not has_several_lines(tree.inlines(node), _lines_of(node)[0]) and not any(n["t"] == "Note" for n in tree.walk(node)):
        return None
    words = tree.text_of(tree.without_notes(tree.inlines(node)))
    return [tree.with_attr(node, [identifier, classes, [*keys, ["outline", words]]])]


def _lines_of(heading: tree.Node) -> tuple[int, int]:
    """How many letters a line of a heading has room for, and how many its last line has at least."""
    return TITLE if tree.level(heading) == 1 else HEADING


def _balanced(heading: tree.Node) -> list[tree.Node]:
    """Tie the last words of a heading of several lines, so that its last line isn't a single word."""
    line, tail = _lines_of(heading)
    return [tree.with_inlines(heading, balanced(tree.inlines(heading), line, tail, f" {WORD_JOINER}"))]


def _bookmark(wanted: Collection[str], node: tree.Node) -> list[tree.Node] | None:
    """Put a bookmark before its words instead of around them, or drop it if nothing on the page needs it.

    Word needs bookmarks around words, but in WeasyPrint these would add another level of boxes to each line. A bookmark stays
    around a long word, because WeasyPrint loses a word that is broken after an empty element.
    """
    (name, classes, keys), inlines = tree.attr_of(node), tree.inlines(node)
    if classes or keys or any("long" in tree.classes(inner) for inner in tree.walk(inlines)):
        return None
    return [tree.span([], name), *inlines] if name in wanted else list(inlines)


def _to_document(documents: Collection[str], node: tree.Node) -> list[tree.Node] | None:
    """Make a link to another document lead to the PDF of that document."""
    return [tree.with_target(node, f"{tree.target(node)}.pdf")] if tree.target(node) in documents else None


def _long_word(node: tree.Node) -> list[tree.Node] | None:
    """Give the class `long` to words that may be longer than a line. Only these may break anywhere. If all words might, WeasyPrint
    would break a word at the beginning of an inline element near the end of a line, instead of moving it to the next line."""
    words = tree.text(node).split(" ")
    if max(map(len, words)) <= LONG:
        return _address(tree.text(node)) if "://" in tree.text(node) and len(words) == 1 else None
    marked = [[tree.span(_address(word), "", ["long"])] if len(word) > LONG else [tree.string(word)] for word in words]
    return [inline for word in marked for inline in (tree.SPACE, *word)][1:]


def _address(word: str) -> list[tree.Node]:
    """A word. If it is a web address, the name of its server is marked, because no line may end after “https://”."""
    server = _SERVER.match(word)
    if not server:
        return [tree.string(word)]
    rest = [tree.string(word[server.end() :])] if server.end() < len(word) else []
    return [tree.span([tree.string(server[0])], "", ["server"]), *rest]


def _long_code(node: tree.Node) -> list[tree.Node] | None:
    """Give the class `long` to code with a word that may be longer than a line."""
    if max(map(len, tree.text(node).split(" "))) <= LONG:
        return None
    return [tree.with_attr(node, tree.attr("", [*tree.classes(node), "long"]))]


def _last_word(node: tree.Node, most: int) -> list[tree.Node]:
    """Tie a last word of at most `most` characters to the word before it. This never makes a paragraph a line longer."""
    return [tree.with_inlines(node, _with_last_word_tied(tree.inlines(node), most)[0])]


def _with_last_word_tied(inlines: list[tree.Node], most: int, letters: int = 0) -> tuple[list[tree.Node], int]:
    """The inlines, with a word joiner after the last space if at most `most` characters follow the space up to the end of the
    paragraph. Also returns the number of these characters, or -1 if the last space was found. `letters`: how many characters of the
    paragraph follow these inlines.

    A no-break space would tie the words too, but has the same glyph as a space, so PDF readers would copy all spaces as no-break
    spaces.
    """
    out = list(inlines)
    for at in reversed(range(len(out))):
        node, kind = out[at], out[at]["t"]
        if kind == "Str":
            before, space, last = tree.text(node).rpartition(" ")
            letters += len(last.replace(WORD_JOINER, ""))
            if space:
                out[at] = tree.string(f"{before} {WORD_JOINER}{last}") if letters <= most else node
                return out, -1
        elif kind in {"Strong", "Emph", "Span", "Link"} and "footnote" not in tree.classes(node):
            within, letters = _with_last_word_tied(tree.inlines(node), most, letters)
            out[at] = tree.with_inlines(node, within)
        elif kind in {"Space", "SoftBreak"} and letters:
            out[at] = tree.string(f" {WORD_JOINER}") if letters <= most else node
            return out, -1
        elif kind not in {"Superscript", "Span", "Space", "SoftBreak"}:
            return out, -1
        if letters < 0:
            break
    return out, letters


def _without_anchors(node: tree.Node) -> list[tree.Node] | None:
    """Remove the anchors in a running foot, because its words are in the tree many times."""
    if "running-foot" not in tree.classes(node):
        return None
    bare = tree.transform(tree.blocks(node), lambda n: [tree.span(tree.inlines(n), "", tree.classes(n))], "Span")
    return [tree.div(bare, "", tree.classes(node))]


def _named_figure(node: tree.Node) -> list[tree.Node]:
    """Give an image the URL under which the page's figures are served."""
    return [tree.with_target(node, FIGURE + tree.target(node))]


def page(
    manuscript: Manuscript, content: str, theme: Theme, paper: str, step: LadderStep, style: str = "", bleed: float = 0
) -> str:
    """A whole HTML document. `content`: the HTML that `body` made; `style`: CSS rules in addition to the theme's; `bleed`: how far
    colour extends over the edge of the page, in millimetres."""
    lengths = {**properties(manuscript, theme, paper, step), "bleed": f"{bleed:g}mm"}
    numbers = "; ".join(f"--{name}: {value}" for name, value in lengths.items())
    columns = breaks(manuscript, theme, paper, step) if manuscript.kind.layout == "one page" else ""
    turned = ' dir="rtl"' if bidi.direction(manuscript.language) == "rtl" else ""
    rules = f"{_stances(manuscript)} {_tables(theme)} {_italics(theme)} {columns} {style}"
    author = "".join(f'<meta name="author" content="{escape(a)}"/>' for a in manuscript.authors)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(manuscript.language)}"{turned}><head><meta charset="utf-8"/>'
        f"<title>{escape(manuscript.title)}</title>{author}"
        f'<meta name="dcterms.created" content="{manuscript.date.partition("/")[0]}"/>'
        f"<style>{_counter_styles(manuscript.numerals)} :root {{ {numbers} }} {rules}</style></head>"
        f'<body class="{manuscript.kind.style} {step.name}">{content}</body></html>'
    )


def _counter_styles(numerals: str) -> str:
    """CSS counter styles in the digits of the language: `digits`, whose markers have a full stop, and `bare-digits` without one.
    https://www.w3.org/TR/css-counter-styles-3/#numeric-system"""
    symbols = " ".join(f'"{digit}"' for digit in digits.symbols(numerals))
    ends = {"digits": ". ", "bare-digits": " "}
    return " ".join(
        f'@counter-style {name} {{ system: numeric; symbols: {symbols}; suffix: "{end}" }}' for name, end in ends.items()
    )


def _italics(theme: Theme) -> str:
    """A CSS rule for emphasised Latin words, where the face of the language's script, which sets all letters, has no italics."""
    text = theme.look.fonts.text
    faces = ", ".join(f'"{name}"' for name in dict.fromkeys([text.family, *text.families()]))
    return f"em {{ font-family: {faces} }}" if text.leads else ""


def _tables(theme: Theme) -> str:
    """A CSS class for each step of the type of tables except the first. `--narrow`: the factor by which distances are smaller than
    at the first step."""
    (first, _), *others = theme.look.table
    return " ".join(
        f"div.step-{number} {{ --narrow: {size / first:.4g}; --table-size: {size:g}pt; --table-leading: {leading:g}pt }}"
        for number, (size, leading) in enumerate(others, 1)
    )


def _pattern(manuscript: Manuscript) -> str:
    """The pattern of the brand as a CSS value, for the band of a cover; `none` if there is no pattern."""
    name = next((name for name in manuscript.pictures if name.startswith(PATTERN)), "")
    return f"url({FIGURE}{name})" if name else "none"


def _stances(manuscript: Manuscript) -> str:
    """CSS rules for the class of each stance: a badge in the stance's colour, and a table cell in a tint of that colour."""
    return " ".join(
        f".stance-{step} {{ background: {colour}; color: {text_on(colour)} }}"
        f" th.stance-{step} {{ background: {tint(colour)}; border-inline-start-color: {colour}; color: inherit }}"
        for step, colour in manuscript.colours.items()
    )


def properties(manuscript: Manuscript, theme: Theme, paper: str, step: LadderStep) -> dict[str, str]:
    """The theme's numbers as CSS custom properties."""
    look = theme.look
    size, own = look.sheet(manuscript.kind.page, paper), look.page[manuscript.kind.page]
    stance = manuscript.colours.get(manuscript.accent, look.palette["accent"])
    faces, fallback = look.fonts, look.fonts.fallback
    millimetres = {"width": size.width, "height": size.height, **own.model_dump(exclude={"source_columns", "landscape", "wider"})}
    millimetres["side"] = own.side_with(manuscript.added)
    points = {
        f"{part}-{what}": value
        for part, pair in (("text", step.text), ("lead", step.lead), ("source", step.sources))
        for what, value in zip(("size", "leading"), pair, strict=True)
    }
    return {
        **{k.replace("_", "-"): f"{v:g}mm" for k, v in millimetres.items()},
        **{k: f"{v:g}pt" for k, v in points.items()},
        "gap": f"{step.text[1] * step.gap:g}pt",
        "table-size": f"{look.table[0][0]:g}pt",
        "table-leading": f"{look.table[0][1]:g}pt",
        "narrow": "1",
        "label": f"{label_width(manuscript, step):g}mm",
        "source-columns": str(own.source_columns),
        "title": _css_string(manuscript.title),
        "restriction": _css_string(manuscript.restriction) if manuscript.restriction else "none",
        "running": "90mm" if manuscript.restriction else "150mm",
        "stance": stance,
        "on-stance": text_on(stance),
        "stance-tint": tint(stance),
        "text-face": ", ".join(f'"{name}"' for name in faces.text.families(fallback)),
        "title-face": ", ".join(f'"{name}"' for name in faces.title.families(fallback)),
        "code-face": ", ".join(f'"{name}"' for name in faces.code.families([*faces.text.families()[1:], *fallback])),
        **{k: look.palette[k] for k in ("ink", "paper", "muted", "rule", "pale")},
        "link": theme.link or "inherit",
        "cover-pattern": _pattern(manuscript),
    }


def _css_string(text: str) -> str:
    """A text as a CSS string (https://www.w3.org/TR/css-syntax-3/#consume-string-token) that may stand in HTML. All characters
    except letters, digits and spaces are escaped."""
    return '"' + "".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in text) + '"'
