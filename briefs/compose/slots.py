"""Content put into a template's tree at placeholders, so that nothing in a field can affect what is outside it.

In: a Markdown template that Jinja fills, and fields: values of the content, with their places. Out: the template's blocks, with the
trees of the fields in them. Each value that a template prints becomes a raw inline `slot` with a number. Template and fields are
parsed separately; then each slot is replaced by the tree of its field. https://pandoc.org/MANUAL.html#generic-raw-attribute
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import jinja2
from jinja2.bccache import Bucket

from briefs import sandbox
from briefs.compose import attributes, foreign, formulas, leftovers, lists, mispaired, misread, noted, tree, unmeant
from briefs.compose.attributes import Fault
from briefs.compose.figures.drawing import Figure
from briefs.compose.kinds import Kind
from briefs.compose.manuscript import Manuscript, bookmark
from briefs.compose.tree import Node
from briefs.compose.values import ValuePrinter
from briefs.edition import markdown
from briefs.edition.addresses import link_target
from briefs.edition.blocks import CutBlock, cut
from briefs.edition.files import CONTROL
from briefs.edition.model import Edition, Text
from briefs.problems import Place, Problem, Report, error, raise_all, said, warning
from briefs.tools.pandoc import Pandoc, PandocError, PandocTooSlow

UNTRANSLATED = "untranslated"  # the class of a text that isn't translated; its `lang` names its language
_T = TypeVar("_T")

NUMBERED = ("countries/", "decks/")  # the files whose texts print a source as a number
ALONE = ("countries/", "edition.yaml", "labels/")  # the files whose texts are printed in briefs too
PICTURE = r"figures/[^/\\]+"  # where a picture of the content may be
_BARED = re.compile(r"<!--|`|~~~")
_UNSTYLED = re.compile(r"#[.)]|\(@")  # the beginnings of markers of lists that name no style of numbers
_AT_LINE = re.compile(r"at line (\d+) column (\d+)")
_BLANK_LINE = re.compile(r"\S[ \t]*\n[ \t]*\n\s*(?=\S)")
_UNUSED = re.compile(r"Note with key '(.*)' defined")
_UNCLOSED = re.compile(r"Div at .* unclosed")
_DOUBLE = re.compile(r"Duplicate (note|link) reference '(.*)'")
_COMMENT = re.compile(r"\s*(<!--(?:(?!--!?>).)*-->\s*)+", re.S)  # one or several comments, with nothing between them


@dataclass(frozen=True)
class MadeOf:
    """What a part of a document is made of: the path of its file, or the part's name if it has no file; and the text."""

    path: str
    text: Text | None = None


@dataclass
class Memory:
    """What is remembered of a document that is composed again and again: parts of it, pickled; and the blocks of short texts."""

    parts: dict[MadeOf, bytes] = field(default_factory=dict)
    parsed: dict[Text, list[Node]] = field(default_factory=dict)


@dataclass(frozen=True)
class Inlines:
    """Inlines made by the program, for a template to print."""

    nodes: Sequence[Node]


@dataclass(frozen=True)
class Blocks:
    """Blocks made by the program, for a template to print on a line of their own."""

    nodes: Sequence[Node]


class NotInline(Exception):
    """Raised for a list, a heading or the like in a place for one line of words."""

    def __init__(self, blocks: Sequence[Node]):
        self.blocks = blocks
        super().__init__("there is room for one line of words only")

    def at(self, text: Text) -> list[Problem]:
        return list(_located(text, misread.not_words(text.markdown, self.blocks)))


class _Compiled(jinja2.BytecodeCache):
    """Compiled templates, kept for the whole process. Jinja checks that the source is still the same."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


@dataclass(frozen=True)
class Versions:
    """What the versions of one document have in common. A document is composed again, each time with less in it, until it fits its
    page.

    `parsed`: the blocks of each text in which nothing is wrong. `figures`: figures by a name that the code that makes them chooses.
    """

    parsed: dict[Text, list[Node]] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)

    def figure(self, name: str, make: Callable[[], Figure]) -> Figure:
        """The figure of this name, made for the first version."""
        if name not in self.figures:
            self.figures[name] = make()
        return self.figures[name]


class TemplateFiller:
    """Fills the templates of one document. Remembers the place of each content block, and the hash of its source.

    `report`: called with problems of the content. If it doesn't raise them, the document is composed to its end, so that further
    problems are found too. `values`: prints the values of the data that texts name. `memory`: parts of earlier documents, which are
    used again. The caller removes a part when anything that it is made of has changed. `versions`: what the versions of this
    document have in common.
    """

    def __init__(
        self, templates: Path, pandoc: Pandoc, report: Report = raise_all, values: ValuePrinter | None = None,
        memory: Memory | None = None, versions: Versions | None = None,
    ):  # fmt: skip
        self.pandoc = pandoc
        self.report = report
        self.values = values
        self.memory = memory
        self.versions = versions or Versions()
        self.places: dict[str, Place] = {}
        self.hashes: dict[str, str] = {}
        self._values: list[object] = []
        self._expected: dict[Text, list[Node]] = {}
        self._environment = sandbox.Environment(
            templates,
            finalize=self._slot,
            comment_start_string="{##",
            comment_end_string="##}",  # {# begins an identifier in pandoc's Markdown
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            bytecode_cache=_COMPILED,
        )

    def fill(self, template: str, context: Mapping[str, object]) -> list[Node]:
        """The blocks of a template with its fields in place. Reports errors in fields. Raises Problems for one in the template."""
        markdown = self._environment.filled(template, lambda found: found.render(context))
        texts = [v for v in self._values if isinstance(v, Text)]
        whole, *trees = self._parsed([Text(markdown, Place(template)), *texts])
        placed = [self._placed(t, b) for t, b in zip(texts, trees, strict=True)]
        fields = iter(placed)
        values = [next(fields) if isinstance(v, Text) else v for v in self._values]
        self._values = []
        while True:
            try:
                return put(whole, values)
            except NotInline as fault:
                self.report(p for t, b in zip(texts, placed, strict=True) if b is fault.blocks for p in fault.at(t))
                values = [[] if value is fault.blocks else value for value in values]

    def manuscript(self, kind: Kind, edition: Edition, subject: str, title: str, blocks: Sequence[Node]) -> Manuscript:
        """The manuscript of a document whose blocks were filled here, with what every kind takes from the edition. `title`: the
        title in its metadata."""
        about = edition.about
        return Manuscript(
            kind=kind,
            stem=kind.stem(edition, subject),
            title=title,
            language=about.language,
            date=about.date.text,
            blocks=blocks,
            figures={},
            colours={step.id: step.colour for step in about.scale},
            places=dict(self.places),
            hashes=dict(self.hashes),
            authors=tuple(author.words for author in about.authors),
            publisher=(about.publisher.words if about.publisher else "") or str(edition.brand.meta.name or ""),
            subtitle=self.words(about.subtitle) if about.subtitle else "",
        )

    def _parsed(self, texts: Sequence[Text]) -> list[list[Node]]:
        """The blocks of each text. Reports what content may not hold, and warnings of pandoc."""
        known = {text: self.versions.parsed[text] for text in texts if text in self.versions.parsed}
        new = iter(self._parsed_anew([text for text in texts if text not in known]))
        return [known[text] if text in known else next(new) for text in texts]

    def _parsed_anew(self, texts: Sequence[Text]) -> list[list[Node]]:
        is_whole = True
        try:
            trees = self.pandoc.parse([t.markdown for t in texts])
        except PandocError as fault:
            trees, is_whole = self._alone(texts, fault, self._read_alone), False
        pairs = list(zip(texts, trees, strict=True))
        found = [[*_faults(text, blocks), *self._left_over(text, blocks)] for text, blocks in pairs]
        self.report([problem for problems in found for problem in problems])
        words = [_words_only(blocks) if _is_field(text) else blocks for text, blocks in pairs]
        bare = [_taken(text, nodes, bool(faulty)) for text, nodes, faulty in zip(texts, words, found, strict=True)]
        good = {text for text, faulty in zip(texts, found, strict=True) if is_whole and not faulty and "$" not in text.markdown}
        made = [self._in_letters(text, blocks) for text, blocks in zip(texts, bare, strict=True)]
        self.versions.parsed.update((text, blocks) for text, blocks in zip(texts, made, strict=True) if text in good)
        return made

    def _read_alone(self, text: Text, quietly: bool) -> list[list[Node]]:
        return (self.pandoc.parse_quietly if quietly else self.pandoc.parse)([text.markdown])

    def _alone(
        self, texts: Sequence[Text], fault: PandocError, read: Callable[[Text, bool], list[list[_T]]]
    ) -> list[list[_T]]:  # fmt: skip
        """What `read` returns for each text by itself, after reading all of them in one request failed with `fault`. A text for
        which pandoc fails is reported, and read again quietly, so that its other faults are found too. After a text that takes
        too long, the others aren't tried."""
        found: list[Problem] = []
        trees: list[list[_T]] = []
        with self.pandoc.searching():
            for text in texts:
                try:
                    if len(texts) == 1:
                        raise fault
                    trees += read(text, False)
                except PandocTooSlow as slow:
                    found.append(self._too_slow(text, slow))
                    break
                except PandocError as failure:
                    trees += _quietly(text, read)
                    found += [_pandoc_fault(text, message) for message in str(failure).split("; ")]
        self.report(found)
        return [*trees, *[[]] * (len(texts) - len(trees))]

    def _too_slow(self, text: Text, fault: PandocTooSlow) -> Problem:
        """An error at a text for which pandoc takes too long. Pandoc isn't asked to read the text again."""
        self.pandoc.refuse(text.markdown)
        return error(text.place, str(fault), "Take out what is nested or repeated in it, or divide it.")

    def expect(self, texts: Iterable[Text]) -> None:
        """Parse texts in one request, each separately, before they are asked for one by one. Reports their errors."""
        wanted = list(texts)
        self._expected |= zip(wanted, self._parsed(wanted), strict=True)

    def blocks(self, texts: Iterable[Text]) -> list[Node]:
        """The blocks of texts, each parsed separately and named from its place. Reports their errors."""
        wanted = list(texts)
        known = all(text in self._expected for text in wanted)
        trees = [self._expected[text] for text in wanted] if known else self._parsed(wanted)
        return [b for text, parsed in zip(wanted, trees, strict=True) for b in self._placed(text, parsed)]

    def cut(self, bodies: Sequence[Text]) -> list[list[tuple[Text, list[Node]]]]:
        """The blocks of each section or deck: their texts and their nodes, which are named from their places. Reports errors."""
        if self.memory is None:
            return self._cut(bodies)
        return [self.remembered(MadeOf(body.place.path, body), partial(self._cut_one, body)) for body in bodies]

    def _cut_one(self, body: Text) -> list[tuple[Text, list[Node]]]:
        return self._cut([body])[0]

    def remembered(self, made_of: MadeOf, make: Callable[[], _T]) -> _T:
        """What `make` returns, and the places that it records; from memory, if they are there. A result with problems isn't
        kept."""
        if self.memory is None:
            return make()
        if made_of not in self.memory.parts:
            return self._kept(self.memory.parts, made_of, make)
        made, places, hashes = pickle.loads(self.memory.parts[made_of])  # pickled by this process, so it can be trusted
        self.places |= places
        self.hashes |= hashes
        found: _T = made
        return found

    def _kept(self, memory: dict[MadeOf, bytes], made_of: MadeOf, make: Callable[[], _T]) -> _T:
        found: list[Problem] = []
        before, report = set(self.places), self.report
        self.report = found.extend
        try:
            made = make()
        finally:
            self.report = report
            report(found)
        if not found:
            places = {name: place for name, place in self.places.items() if name not in before}
            hashes = {name: self.hashes[name] for name in places if name in self.hashes}
            memory[made_of] = pickle.dumps((made, places, hashes))
        return made

    def _cut(self, bodies: Sequence[Text]) -> list[list[tuple[Text, list[Node]]]]:
        try:
            cuts = cut(bodies, self.pandoc)
        except PandocError as fault:
            cuts = self._alone(bodies, fault, lambda body, quietly: cut([body], self.pandoc, quietly))
        for body, own in zip(bodies, cuts, strict=True):
            self.report(self._left_over(body, [node for block in own for node in block.nodes]))
        return [self._blocks_of(own, noted.definitions(body)) for body, own in zip(bodies, cuts, strict=True)]

    def _blocks_of(self, cuts: Sequence[CutBlock], defined: Mapping[str, Text]) -> list[tuple[Text, list[Node]]]:
        """The blocks of a section or deck as documents have them, named from their places. Reports their errors."""
        made: list[tuple[Text, list[Node]]] = []
        for block in cuts:
            found = list(_faults_of_block(block, defined))
            self.report(found)
            nodes = self._placed(block.text, self._in_letters(block.text, _taken(block.text, block.nodes, bool(found))))
            for text, note in noted.apart(block.text, nodes, defined)[1]:
                named = [name for name in map(tree.identifier, tree.walk(note)) if name in self.places]
                line, column = text.place.line, text.place.column
                self.places |= {name: replace(self.places[name], line=line, column=column) for name in named}
            made.append((block.text, nodes))
        return made

    def _in_letters(self, text: Text, blocks: list[Node]) -> list[Node]:
        """The blocks with formulas as letters, so that all formats print the same. Reports those that letters can't show."""
        found = formulas.of(blocks) if "$" in text.markdown else []
        if not found:
            return blocks
        try:
            made = self.pandoc.formulas([formulas.kind_and_text(node) for node in found])
        except PandocTooSlow as slow:
            self.report([self._too_slow(text, slow)])
            return blocks
        faults = formulas.faults(text.markdown, blocks, found, made)
        self.report([_at(text, at, fault) for at, fault in faults])
        return formulas.replaced(blocks, found, made)

    def _left_over(self, text: Text, blocks: Sequence[Node]) -> list[Problem]:
        """Signs of Markdown and of other programs that would be printed."""
        if text.place.path.endswith(".j2"):
            return []
        try:
            return left_over(text, blocks, self.pandoc)
        except PandocTooSlow as slow:
            return [self._too_slow(text, slow)]

    def inlines(self, text: Text) -> list[Node]:
        """The inlines of a text that has one paragraph, named from its place. Reports its errors."""
        return self._in_one_line(text, self.blocks([text]))

    def words(self, text: Text) -> str:
        """The words of a text that has one paragraph. It isn't named, as it stands in no block. Reports its errors."""
        return tree.text_of(self._in_one_line(text, self._parsed([text])[0]))

    def _in_one_line(self, text: Text, blocks: list[Node]) -> list[Node]:
        if len(blocks) > 1 and (gap := _BLANK_LINE.search(text.markdown)):
            hint = "Take out the empty line, or write one text for each."
            self.report([warning(text.place_at(gap.end()), "this paragraph is printed behind the one above, as one", hint)])
        try:
            return _inlines(blocks)
        except NotInline as fault:
            self.report(fault.at(text))
            return []

    def _slot(self, value: object) -> str:
        """Jinja calls this for every value that a template prints."""
        if isinstance(value, jinja2.Undefined):
            return str(value)  # raises, because a gap in a document is an error
        self._values.append(value)
        return f"`{len(self._values) - 1}`{{=slot}}"

    def _placed(self, text: Text, blocks: Sequence[Node]) -> list[Node]:
        """The blocks of a field. The inlines of each paragraph, heading and the like are in a span whose id is the bookmark of the
        block."""
        if len(items := _items(text, blocks)) > 1:
            return [tree.with_list_items(blocks[0], [self._placed(part, item) for part, item in items])]
        before = set(self.places)
        blocks = self.values.put(text, blocks) if self.values else blocks
        marked = mark(blocks, text.place, self.places, text.language)
        self.hashes |= dict.fromkeys(self.places.keys() - before, text.hash)
        return marked


def _quietly(text: Text, read: Callable[[Text, bool], list[list[_T]]]) -> list[list[_T]]:
    """What `read` returns for a text about which pandoc only logs something; nothing if it fails."""
    try:
        return read(text, True)
    except PandocError:
        return [[]]


def _items(text: Text, blocks: Sequence[Node]) -> list[tuple[Text, list[Node]]]:
    """The items of a list that was put together from translated texts, if each of these is one item."""
    if not text.parts or len(blocks) != 1 or blocks[0]["t"] not in {"BulletList", "OrderedList"}:
        return []
    items = tree.list_items(blocks[0])
    return [(part, item) for (_, part), item in zip(text.parts, items, strict=True)] if len(items) == len(text.parts) else []


def _pandoc_fault(body: Text, message: str) -> Problem:
    """A message of pandoc about a section or deck as a problem, at the line that the message names."""
    match = _AT_LINE.search(message)
    lines = body.markdown.count("\n") + 1
    place = replace(body.place, line=body.place.line + min(int(match[1]), lines) - 1, column=int(match[2])) if match else body.place
    unused, double = _UNUSED.match(message), _DOUBLE.match(message)
    if _UNCLOSED.match(message):
        return error(place, "what begins here is never closed", "Close it with a line of the same signs.")
    if unused:
        return error(
            place, f"the note “{unused[1]}” is never called", f"Write [^{unused[1]}] where it belongs, or delete the note."
        )
    if double:
        return error(place, f"the {double[1]} “{double[2]}” is defined twice", "Give each its own name, or delete one.")
    hint = "Close what is open, or divide what is nested or repeated. It may also need more memory than there is."
    return error(place, message.rstrip("."), hint)


def mark(blocks: Sequence[Node], place: Place, places: dict[str, Place], language: str = "") -> list[Node]:
    """Put the inlines of each paragraph, heading and list item in a span named from its place, and record it in `places`.

    `language`: the language of a text that isn't translated; its spans name it."""
    classes, keys = ([UNTRANSLATED], {"lang": language}) if language else ([], {})
    count = 0

    def named(node: Node) -> list[Node]:
        nonlocal count
        count += 1
        own = place if count == 1 else Place(place.path, f"{place.anchor}/{count}", place.line, place.column)
        own = _again(own, places)
        name = bookmark(own)
        places[name] = own
        return [tree.with_inlines(node, [tree.span(tree.joined(tree.inlines(node)), name, classes, **keys)])]

    def placed(node: Node) -> list[Node]:
        """Code has no inlines, so it has its place in an attribute."""
        written = f"{place.path}:{place.line}:{place.column}"
        return [tree.with_attr(node, ["", [], [["place", written]]])]

    named_blocks = tree.transform(list(blocks), named, "Para", "Plain", "Header")
    return tree.transform(named_blocks, placed, "CodeBlock")


def _again(place: Place, places: Mapping[str, Place]) -> Place:
    """The place itself or, if a field is printed more than once, the place with `@2`, `@3` …, so that names are unique."""
    again, own = 1, place
    while bookmark(own) in places:
        again += 1
        own = Place(place.path, f"{place.anchor}@{again}", place.line, place.column)
    return own


def put(template: Sequence[Node], values: Sequence[object]) -> list[Node]:
    """Replace each slot in a template's tree by its value. The inside of a value is not searched for slots."""

    def slot(node: Node) -> int | None:
        return int(tree.text(node)) if node["t"] == "RawInline" and tree.raw_format(node) == "slot" else None

    def alone(node: Node) -> list[Node] | None:
        inlines = tree.inlines(node)
        number = slot(inlines[0]) if len(inlines) == 1 else None
        return None if number is None else [{"t": "Slot", "c": (number, node["t"])}]

    def fill(node: Node) -> list[Node] | None:
        if node["t"] == "RawInline":
            number = slot(node)
            return None if number is None else _inlines(values[number])
        number, kind = node["c"]
        value = values[number]
        if isinstance(value, Blocks):
            return list(value.nodes)
        if isinstance(value, list):
            return [{"t": kind, "c": tree.inlines(b)} if len(value) == 1 and b["t"] == "Para" else b for b in value]
        return [{"t": kind, "c": _inlines(value)}]

    marked = tree.transform(list(template), alone, "Para", "Plain")
    return tree.transform(marked, fill, "RawInline", "Slot")


def _inlines(value: object) -> list[Node]:
    if isinstance(value, Inlines):
        return list(value.nodes)
    if isinstance(value, list):
        out: list[Node] = []
        for block in value:
            if block["t"] not in {"Para", "Plain"}:
                raise NotInline(value)
            out += [tree.SPACE] * bool(out) + tree.inlines(block)
        return out
    return tree.words(str(value))


def link(text: object, target: object) -> Inlines:
    """A link for a template, to a page or a mail address. A link written in Markdown can't take its address from a slot."""
    address = str(target)
    return Inlines([tree.link(tree.words(str(text)), address if link_target(address) else f"mailto:{address}")])


def forbidden_links(place: Place, blocks: Sequence[Node], documents: Container[str] = ()) -> Iterator[Problem]:
    """An error for each link to an address that no document may link to. A link may lead within its document, to `#name`, and to
    these other `documents`."""
    yield from (fault.at(place) for fault in _forbidden_links(blocks, documents))


def _forbidden_links(blocks: Sequence[Node], documents: Container[str] = ()) -> Iterator[Fault]:
    for node in (node for node in tree.walk(blocks) if node["t"] == "Link"):
        address, hint = tree.target(node), "Write a whole address from https:// on, mailto: with a mail address, a doi:, or #name."
        if not address:
            shown = tree.text_of(tree.inlines(node))[:60]
            yield Fault(said("the link “{link}” has no address", link=shown), hint, f"[{shown}](")
        elif not address.startswith("#") and link_target(address) is None and address not in documents:
            shown = CONTROL.sub(" ", address)[:60]
            yield Fault(said("the link “{link}” leads nowhere that a document may link to", link=shown), hint, address)


def _cleaned(markdown: str, blocks: list[Node]) -> list[Node]:
    """The blocks of a text without comments and the like, which only its source has. Links have addresses as in documents."""
    bare = ("RawInline", "RawBlock", "Code", "CodeBlock")
    blocks = tree.transform(blocks, _bare, *bare) if _BARED.search(markdown) else blocks
    blocks = lists.with_brackets(markdown, blocks)
    blocks = tree.transform(blocks, lists.alike, "OrderedList") if _UNSTYLED.search(markdown) else blocks
    return tree.transform(blocks, _with_target, "Link") if "doi:" in markdown.lower() else blocks


def _taken(text: Text, blocks: list[Node], is_faulty: bool) -> list[Node]:
    """The blocks of a text as documents have them. `is_faulty`: something in them has been reported."""
    is_content = not text.place.path.endswith(".j2")
    return _cleaned(text.markdown, _harmless(text.place.source, blocks) if is_faulty and is_content else blocks)


def _words_only(blocks: Sequence[Node]) -> list[Node]:
    """The paragraphs of a field without notes. Anything else has been reported."""
    return tree.transform([block for block in blocks if block["t"] in misread.WORDS], lambda note: [], "Note")


def _with_target(node: Node) -> list[Node] | None:
    """For `tree.transform`: write the address of a link as documents have it."""
    attribute, inlines, (address, title) = node["c"]
    target = link_target(address)
    return [{"t": "Link", "c": [attribute, inlines, [target, title]]}] if target and target != address else None


def _faults(text: Text, blocks: Sequence[Node]) -> Iterator[Problem]:
    """What is wrong with a parsed text of the content or of a template."""
    if text.place.path.endswith(".j2"):
        yield from forbidden_links(text.place, blocks)
        return
    yield from faults(text, blocks)
    if _is_field(text):
        yield from _located(text, misread.not_words(text.markdown, blocks))
    yield from _located(text, misread.lists_in_paragraphs(blocks, is_field=_is_field(text)))
    yield from _located(text, misread.open_ends(blocks))
    yield from _located(text, misread.words_before_notes(blocks))
    yield from _located(text, misread.raised_numbers(blocks, is_note_style=False))
    yield from _located(text, mispaired.faults(text.markdown, blocks))


def _faults_of_block(block: CutBlock, defined: Mapping[str, Text]) -> Iterator[Problem]:
    """What is wrong with a block of a section or deck, and with its notes, which may be `defined` elsewhere."""
    text = block.text
    whole = text.markdown, block.nodes
    placed = (*lists.faults(*whole), *misread.lost_from_tables(*whole), *unmeant.faults(*whole))
    yield from (_at(text, at, fault) for at, fault in placed)
    yield from _located(text, misread.headings(block.nodes))
    nodes, notes = noted.apart(text, block.nodes, defined)
    alone = noted.without_definitions(text) if notes or not block.nodes else text
    for own, blocks in [(alone, nodes), *((definition, [tree.para([note])]) for definition, note in notes)]:
        yield from faults(own, blocks)
        yield from _located(own, misread.lists_in_paragraphs(blocks, is_field=False))
        yield from _located(own, misread.open_ends(blocks))
        yield from _located(own, misread.empty_items(blocks))
        yield from _located(own, misread.names_before_citations(blocks))
        yield from _located(own, misread.citations_in_citations(blocks))
        yield from _located(own, misread.pages_of_parts(blocks))
        yield from _located(own, misread.words_before_notes(blocks))
        yield from _located(own, misread.raised_numbers(blocks, is_note_style=not own.place.path.startswith(NUMBERED)))
        yield from _located(own, mispaired.faults(own.markdown, blocks))


def _is_field(text: Text) -> bool:
    """Whether a text is a value in YAML, which has paragraphs only. Front matter of a `.md` file is checked where it is printed."""
    return not text.place.source.endswith((".j2", ".md"))


def _at(text: Text, offset: int, fault: Fault) -> Problem:
    return fault.at(text.place_at(offset))


def _located(text: Text, found: Iterable[Fault]) -> Iterator[Problem]:
    """Problems, each at the words that it is about. If several are about the same words, the nth is where these stand for the nth
    time. If the text doesn't have the words, the problem is at the text's beginning."""
    plain = markdown.read(text.markdown)
    begin: dict[str, int] = {}
    for fault in found:
        source, first = fault.source, begin.get(fault.source, 0)
        at = plain.find(source, first) if source else -1
        if source and at < 0:
            at = text.markdown.find(source, first)
        begin[source] = at + len(source)
        yield fault.at(text.place_at(at) if at >= 0 else text.place)


def faults(text: Text, blocks: Sequence[Node]) -> list[Problem]:
    """What a text of content may not hold: raw HTML and the like, pictures from elsewhere, addresses of other schemes."""
    return list(_located(text, _faults_of(text.place.source, blocks)))


def left_over(text: Text, blocks: Sequence[Node], pandoc: Pandoc) -> list[Problem]:
    """Signs of Markdown and of other programs that would be printed of a text of content. Raises PandocTooSlow."""

    def parse(markdown: str) -> list[Node]:
        (parsed,) = pandoc.parse_quietly([markdown])
        return _words_only(parsed) if _is_field(text) else parsed

    found = [*leftovers.faults(text.markdown, _words_only(blocks) if _is_field(text) else blocks, parse)]
    others = foreign.faults(text.markdown, blocks, is_section=not _is_field(text))
    return [_at(text, at, fault) for at, fault in (*found, *others)]


def _prints_by_itself(node: Node) -> bool:
    """Whether an inline without words has been reported or prints something: a link, or a `.value` of the data."""
    return node["t"] == "Link" or (node["t"] == "Span" and not attributes.VALUES.keys().isdisjoint(tree.classes(node)))


def _faults_of(path: str, blocks: Sequence[Node]) -> Iterator[Fault]:
    yield from attributes.faults(path, blocks)
    yield from misread.in_notes(blocks)
    if path.startswith(NUMBERED):
        yield from misread.more_than_numbers(blocks)
    nodes, is_section, in_cells = list(tree.walk(blocks)), path.endswith(".md"), tree.inside_cells(blocks)
    has_words_only = all(block["t"] in misread.WORDS or _is_comment(block) for block in blocks)
    if not is_section and has_words_only and not tree.text_of(blocks).strip() and not any(map(_prints_by_itself, nodes)):
        yield Fault("there is nothing to read in this text", "Write some words.")
    for node in nodes:
        kind = node["t"]
        if "c" not in node or (kind == "Str" and not CONTROL.search(tree.text(node))):  # almost all nodes: spaces and words
            continue
        keyvalues: list[tuple[str, str]] = tree.attr_of(node)[2]  # not `attributes`: a key may occur twice
        if kind in {"RawInline", "RawBlock"} and not _is_comment(node):
            yield misread.raw(node, is_in_cell=id(node) in in_cells)
        shown = tree.text(node) if kind in {"Str", "Code", "CodeBlock", "Math"} else ""
        for letter in CONTROL.findall("".join([shown, *(v for _, v in keyvalues)]))[:1]:  # such as &#x202e;
            yield Fault(f"there is a control character (U+{ord(letter):04X})", "Delete it.")
        if kind == "Note" and not is_section:
            yield Fault("a note can’t stand in this text", "Write it as a sentence or in brackets, or cite a source.", "^[")
        if kind == "Image":
            yield from _of_picture(tree.target(node), is_section)
        if kind == "Link":
            yield from _of_link(path, node)
        if kind in {"Link", "Image"} and (title := tree.target_title(node)):
            what, quote = "link" if kind == "Link" else "picture", "'" if '"' in title else '"'
            said = f"the title “{title[:60]}” of this {what} isn’t printed"
            yield Fault(said, "Say it in the text, or delete it.", quote + title, is_doubt=True)
    yield from _forbidden_links(blocks)


def _of_link(path: str, link: Node) -> Iterator[Fault]:
    """What is wrong with a link to an allowed address: it has no words, or it points at a part that a brief doesn't have."""
    address = tree.target(link)
    if address.startswith("#") and path.startswith(ALONE):
        yield Fault(f"this text can’t point at “{address[1:61]}”: a brief has no such part", "Say it in words.", f"(#{address[1:]}")
    if not address.startswith("#") and not tree.inlines(link):
        yield Fault("this link has no words, so nothing is printed", "Write [words](https://…), or <https://…>.", "[](")


def _of_picture(address: str, is_section: bool) -> Iterator[Fault]:
    if not is_section:
        yield Fault("a picture can’t stand in this text", "Pictures belong in the report’s sections.", "![")
    elif not re.fullmatch(PICTURE, address):
        yield Fault(f"the picture “{address[:60]}” is not in figures/", "Put it there and name it figures/….", address)


def _harmless(path: str, blocks: list[Node]) -> list[Node]:
    """Blocks in which something has been reported, without what content may not hold. Their words stay."""

    def without(node: Node) -> list[Node] | None:
        kind = node["t"]
        if kind in {"RawInline", "RawBlock"}:
            return None if _is_comment(node) else []
        if kind == "Str":
            return [tree.string(CONTROL.sub("", tree.text(node)))]
        is_refused = kind == "Link" and any(_forbidden_links([node]))
        if is_refused or (kind == "Image" and not re.fullmatch(PICTURE, tree.target(node))):
            return tree.inlines(node)
        return [tree.with_attr(node, attributes.allowed(path, node))] if tree.has_attr(node) else None

    return tree.transform(blocks, without)


def _is_comment(node: Node) -> bool:
    raw = node["t"] in {"RawInline", "RawBlock"}
    return raw and tree.raw_format(node) == "html" and bool(_COMMENT.fullmatch(tree.text(node)))


def _bare(node: Node) -> list[Node] | None:
    """For `tree.transform`: drop comments, which are for readers of the source, and the languages of code."""
    return [] if _is_comment(node) else attributes.without_language_of_code(node)
