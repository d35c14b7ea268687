"""The tools that are needed to compose documents, started once.

In: an edition, a theme. Out: a `Composer`: pandoc, the templates and the fonts, ready for one document after another. The
typesetter isn't loaded.
"""

from __future__ import annotations

import copy
import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Self

from briefs.clock import clock
from briefs.compose import collation, emphasis, several, tree
from briefs.compose.figures import drawing
from briefs.compose.kinds import KINDS
from briefs.compose.manuscript import Manuscript
from briefs.compose.slots import Memory, TemplateFiller, Versions, forbidden_links
from briefs.compose.values import ValuePrinter
from briefs.edition import audiences, signoff, texts
from briefs.edition.model import Edition, place_of
from briefs.logs import LibraryWarning, libraries_heard
from briefs.press import faces
from briefs.press.allowance import TimeLimit
from briefs.press.dates import dated
from briefs.press.documents import Target
from briefs.problems import NO_MEMORY, Place, Problem, Problems, Report, error, warning
from briefs.theme import Theme
from briefs.tools import fonts, pictures, projections, typefaces
from briefs.tools.pandoc import Pandoc, PandocError, PandocTooSlow
from briefs.typeset import draw

EXHAUSTED = {RecursionError: "it is nested too deeply", MemoryError: NO_MEMORY}


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Pause garbage collection while a document is made, since nearly all of its many objects are in use meanwhile.

    The first collection afterwards frees what the document leaves. https://docs.python.org/3/library/gc.html
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class Composer:
    """Pandoc, templates and fonts for one edition and theme."""

    FAILURES: tuple[type[Exception], ...] = (PandocError, LibraryWarning, RecursionError, MemoryError)  # errors of one document

    def __init__(self, edition: Edition, theme: Theme):
        files, self._plain = faces.files(theme, edition), theme
        self._uncoloured = theme = faces.of(theme, edition)
        self.theme = theme.with_brand(edition.brand.colours)
        self.templates = theme.folder.parent
        own = fonts.without(fonts.find(files), {face.family for face in theme.typefaces})
        found = own | typefaces.files(theme.typefaces, fonts.cache_folder())
        folder = fonts.prepare(found, fonts.cache_folder(), theme.look.fonts.without_context)
        fonts.use(folder)
        draw.use_fonts([folder / "files"])
        pictures.PROCESS.use_fonts(folder / "files", theme.look.fonts.text.families(theme.look.fonts.fallback))
        self.fonts = tuple(found.values())
        self.pandoc = Pandoc()
        self.pandoc.start()
        self.edition = collation.ordered(edition, self.pandoc)
        self.edition_for = audiences.editions(self.edition)  # a function: the edition for an audience, by its id
        self._was_used = False
        self._unread: Report | None = None
        self._versions = Versions()  # what the versions of the current document, with more or fewer facts, have in common
        self.memory: Memory | None = None  # what is remembered of documents that are composed again and again

    def for_edition(self, edition: Edition, unread: Report | None = None) -> Self:
        """The same tools for another edition. They are closed with this one.

        `unread`: for a past edition, a function that takes the problems of content that today's rules refuse. Its documents are
        composed without that content.
        """
        other = copy.copy(self)
        other.edition, other._unread = collation.ordered(edition, self.pandoc), unread
        other.edition_for = audiences.editions(other.edition)
        other.theme = self._uncoloured.with_brand(edition.brand.colours)
        return other

    def has_fonts_of(self, edition: Edition) -> bool:
        """Whether this composer has loaded the fonts that another state of the edition needs."""
        return faces.of(self._plain, edition).look.fonts == self._uncoloured.look.fonts

    def in_language(self, tag: str) -> Self:
        """The same tools for the edition in one of its languages, with the fonts of that language. They are closed with this
        one."""
        own = self.edition.translations.get(tag) or replace(self.edition, translations={})
        other = self.for_edition(own)
        other._uncoloured = faces.of(self._plain, own)
        other.theme = other._uncoloured.with_brand(own.brand.colours)
        return other

    def close(self) -> None:
        self.pandoc.close()
        pictures.PROCESS.close()
        projections.close()

    @contextmanager
    def report_failures(self, target: Target, limit: TimeLimit | None = None) -> Iterator[None]:
        """Raise what goes wrong with a document as Problems with a place. Wrap all work on a document in this.

        Raises OutOfTime if less of pandoc's time than usual is left for the document, and it needs more.
        """
        if self._was_used:  # the collector is off when a command starts (`__main__`), and one document isn't worth turning it on
            gc.enable()
        self._was_used = True
        self._versions = Versions(self.memory.parsed if self.memory else {})
        self.pandoc.begin_document(limit.pandoc if limit else None, is_rest=limit is not None and limit.together is not None)
        try:
            with drawing.widths_of(self.theme.widths), _collector_paused(), libraries_heard():
                yield
        except self.FAILURES as failure:
            reason = EXHAUSTED.get(type(failure)) or str(failure).rstrip(".")
            is_slow = isinstance(failure, PandocTooSlow)
            place, hint = (self._longest(target), "Divide it.") if is_slow else (self.place(target.subject), "")
            raise Problems([error(place, f"the {self.title(target)} can’t be set: {reason}", hint)]) from None

    def compose(self, target: Target, dropped: int = 0) -> Manuscript:
        """The manuscript of a document, without the first `dropped` facts that may give way.

        Raises Problems with all that is wrong with the document, also if a link leads where no document may, or no font of the
        theme has one of its letters. If there are only warnings, nothing is raised, and they are in the manuscript.
        """
        found: list[Problem] = []
        manuscript: Manuscript | None = None
        try:
            manuscript = self._composed(target, dropped, found.extend)
            if not _errors(found):  # also checks the links that citeproc makes; those in the content were checked before
                found += forbidden_links(self.place(target.subject), manuscript.blocks, manuscript.documents)
            found += self._missing_glyphs(manuscript)
            found += self._without_face(manuscript)
        except Problems as failure:
            found += failure.problems
        except Exception:  # probably a consequence of the problems that were found in the content
            if not _errors(found):
                raise
        if manuscript is None or (_errors(found) and self._unread is None):
            raise Problems(dict.fromkeys(found))
        if self._unread:
            self._unread(_errors(found))
        doubts = dict.fromkeys(problem for problem in found if problem.severity == "warning")
        return replace(manuscript, warnings=(*manuscript.warnings, *doubts))

    def _composed(self, target: Target, dropped: int, report: Report) -> Manuscript:
        kind = KINDS[target.kind]
        share = kind.share(self.edition_for(target.audience), target.subject)
        report(signoff.missing(share) if self._unread is None else [])
        filler = TemplateFiller(self.templates, self.pandoc, report, ValuePrinter(share, report), self.memory, self._versions)
        return dated(kind.compose(share, filler, target.subject, dropped))

    def drawn(self, manuscript: Manuscript) -> dict[str, str | bytes]:
        """Each figure as SVG, and each picture, by its name in the tree."""
        palette = self.theme.palette(manuscript.colours)
        family = ", ".join(f"'{name}'" for name in self.theme.look.fonts.text.families(self.theme.look.fonts.fallback))
        with clock.stage("draw"):
            shown = manuscript.figures.items()
            figures = {f"{name}.svg": draw.svg(each, {**palette, **each.colours}, font=family) for name, each in shown}
        return {**figures, **{name: picture.data for name, picture in manuscript.pictures.items()}}

    def title(self, target: Target) -> str:
        """What a message calls a document: “brief of Belgium”, “report”."""
        is_about_countries = self.edition.names.keys() >= {*KINDS[target.kind].countries_of(target.subject)}
        of = f" of {target.name}" if is_about_countries else ""
        return f"{target.kind}{of}{f' for {target.audience}' if target.audience else ''}"

    def bleed(self, printed: bool) -> float:
        """How far a page reaches over its edge, in millimetres."""
        return self.theme.look.print.bleed if printed else 0

    def place(self, subject: str) -> Place:
        """Where the subject of a document is in the content; of several countries, the first one."""
        country, deck = self.edition.countries.get(several.codes(subject)[0]), self.edition.decks.get(subject)
        return place_of(country.code) if country else Place(deck.path, line=1) if deck else Place("edition.yaml")

    def _longest(self, target: Target) -> Place:
        """Where the longest text of a document begins."""
        sections = [] if target.subject else [section.body for section in self.edition.sections]
        return max(sections, key=lambda body: len(body.markdown)).place if sections else self.place(target.subject)

    def _missing_glyphs(self, manuscript: Manuscript) -> list[Problem]:
        """The letters that no font of the theme has, at the blocks that hold them."""

        def missing(text: str) -> list[str]:
            return fonts.without_glyph(text, self.fonts)

        strings = [node for node in tree.walk(manuscript.blocks) if node["t"] == "Str"]
        pictures = manuscript.pictures.values()
        restriction = manuscript.restriction
        if not missing(
            "".join((restriction, *(tree.text(node) for node in strings), *(picture.words for picture in pictures)))
        ):  # true of nearly every document
            return []
        found = [
            (letters, self._place_of_letter(letters[0], _place_of_node(manuscript, node)))
            for node in strings
            if (letters := missing(tree.text(node)))
        ]
        found += [(letters, picture.place) for picture in pictures if (letters := missing(picture.words))]
        found += [(letters, Place("edition.yaml", "marking")) for letters in [missing(restriction)] if letters]
        named = ((", ".join(f"“{c}” (U+{ord(c):04X})" for c in letters), place) for letters, place in found)
        hint = "Write it otherwise, or add a font to theme.yaml."
        return [error(place, f"no font of the theme has {letters}", hint) for letters, place in named]

    def _without_face(self, manuscript: Manuscript) -> Iterator[Problem]:
        """A warning for each Chinese, Japanese or Korean passage that is emphasised, if the theme has but one face of its letters,
        so that nothing of it would be seen in the PDF."""
        for node, text in _emphasised(manuscript):
            asian = "".join(filter(emphasis.is_asian, text))
            own = [path for path in self.fonts if not fonts.without_glyph(asian, [path])]
            if own and not (len(own) > 1 if node["t"] == "Emph" else any(map(fonts.is_bold, own))):
                what = f"“{text[:30]}” isn’t set apart in the PDF: the theme has one face only for these letters"
                place = self._place_of_letter(asian[0], _place_of_node(manuscript, node))
                yield warning(place, what, "Write it in quotation marks, or add a font to theme.yaml.")

    def _place_of_letter(self, letter: str, block: Place) -> Place:
        """Where a letter stands in its block, if that is found in a section or deck; else the source that has it, which the
        block cites; else the place of the block."""
        bodies = [*(section.body for section in self.edition.sections), *(deck.body for deck in self.edition.decks.values())]
        for body in (body for body in bodies if body.place.path == block.path):
            lines = body.markdown.split("\n")
            at = body.markdown.find(letter, sum(len(line) + 1 for line in lines[: max(0, block.line - body.place.line)]))
            if at >= 0:
                return body.place_at(at)
        if any(letter in text.markdown and text.place.path == block.path for text in texts.whole(self.edition)):
            return block
        return next((place_of(one.id) for one in self.edition.sources.values() if letter in one.model_dump_json()), block)


def _errors(problems: Sequence[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.severity == "error"]


def _emphasised(manuscript: Manuscript) -> Iterator[tuple[tree.Node, str]]:
    """What the content has in bold or italics and in Chinese, Japanese or Korean, and its words. Citations are the program's."""
    spans = [n for n in tree.walk(manuscript.blocks) if n["t"] == "Span" and tree.identifier(n) in manuscript.places]
    marked = [node for span in spans for node in tree.walk(span) if node["t"] in ("Strong", "Emph")]
    found = [(node, text) for node in marked if emphasis.is_asian(text := tree.text_of(node))]
    cites = [node for node in tree.walk(manuscript.blocks) if node["t"] == "Cite"] if found else []
    cited = {id(node) for cite in cites for node in tree.walk(cite["c"])}
    return (pair for pair in found if id(pair[0]) not in cited)


def _place_of_node(manuscript: Manuscript, inner: tree.Node) -> Place:
    """The place of the marked span that a node is in."""
    for node in tree.walk(manuscript.blocks):
        if node["t"] == "Span" and tree.identifier(node) in manuscript.places and any(n is inner for n in tree.walk(node)):
            return manuscript.places[tree.identifier(node)]
    return Place("edition.yaml")
