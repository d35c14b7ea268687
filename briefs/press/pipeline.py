"""One document through every room, in the order the data walks: compose, fit, lay out, write.

In: the edition, a kind, a subject, formats, a paper. Out: `Made`: each format's bytes, and what the fit did.
"""

from __future__ import annotations

import copy
import gc
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial

import pikepdf

from briefs.clock import clock
from briefs.compose import tree
from briefs.compose.kinds import Kind
from briefs.compose.manuscript import Manuscript
from briefs.compose.slots import Writer
from briefs.edition.dates import Date
from briefs.edition.model import Edition, place_of
from briefs.press import report
from briefs.press.cache import Cache, Inputs
from briefs.press.dates import dated
from briefs.press.made import Made
from briefs.problems import Place, Problem, Problems, error
from briefs.theme import Theme
from briefs.tools import fonts, icc, libreoffice
from briefs.tools.pandoc import Pandoc, PandocError
from briefs.typeset import draw, word
from briefs.typeset.fit import Fitted, TooLong, fit
from briefs.typeset.page import guess, html
from briefs.typeset.page.finish import About, Attachment
from briefs.typeset.page.finish import screen as to_read
from briefs.typeset.page.ink import Condition, NoInks
from briefs.typeset.page.ink import press as to_print
from briefs.typeset.page.layout import Layout, LayoutError, Press

TOO_MUCH = {RecursionError: "it is nested too deeply", MemoryError: "it needs more memory than there is"}


@dataclass(frozen=True)
class Sheet:
    """A document laid out at one rung: its pages, its Word file for who asks, and how long the layout took."""

    layout: Layout
    docx: Callable[[], bytes]
    seconds: float

    def word_pages(self) -> int:
        """How many pages the Word file has when LibreOffice lays it out."""
        return libreoffice.pages(libreoffice.pdfs({"document.docx": self.docx()}, fonts.cache_folder())["document.docx"])


@dataclass(frozen=True)
class Composed:
    """A document of one page before it is laid out: its manuscript, what pandoc writes of it for the page, its figures as drawn."""

    manuscript: Manuscript
    content: str
    figures: Mapping[str, str | bytes]


@contextmanager
def _unsearched() -> Iterator[None]:
    """No search for garbage among the objects of a document that is being made: they are many, and nearly all in use. What it
    leaves is found by the first search afterwards. https://docs.python.org/3/library/gc.html"""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


class Workshop:
    """The slow things, started once: pandoc, WeasyPrint, the fonts. Makes one document after another."""

    def __init__(self, edition: Edition, theme: Theme):
        self.edition = edition
        self.theme = theme
        self.templates = theme.folder.parent
        found = fonts.find(theme.look.fonts.files)
        folder = fonts.prepare(found, fonts.cache_folder())
        fonts.use(folder)
        draw.use_fonts([folder / "files"])
        self.fonts = tuple(found.values())
        self.pandoc = Pandoc()
        self.press = Press(theme)
        self.pandoc.start()
        self._is_used = False

    def of(self, edition: Edition) -> Workshop:
        """The same for another edition; it is closed with this one."""
        other = copy.copy(self)
        other.edition = edition
        return other

    def close(self) -> None:
        self.pandoc.close()

    def make(
        self,
        kind: Kind,
        subject: str,
        formats: tuple[str, ...],
        paper: str,
        check_word: bool = False,
        per_page: int = 3,
        printed: bool = False,
        cache: Cache | None = None,
        inputs: Inputs | None = None,
    ) -> Made:
        """Make a document; pieces of a report may be in the `cache`. Raises Problems with the place of the fault in the content."""
        with self.careful(kind, subject):
            if kind.in_pieces:
                opened = report.opened(self, kind, subject, paper, printed)
                sheets = [report.sheets(self, piece, cache, inputs) for piece in opened.pieces]
                return report.made(self, opened, sheets, formats, check_word)
            if kind.subjects == "deck":
                return self._handout(kind, subject, formats, paper, per_page, printed)
            return self.page(kind, subject, formats, paper, check_word, printed)

    @contextmanager
    def careful(self, kind: Kind, subject: str) -> Iterator[None]:
        """While a document or a piece of one is made: what can't be set is told with its place, as Problems."""
        if self._is_used:  # a command begins without (`__main__`), since one document isn't worth it
            gc.enable()
        self._is_used = True
        try:
            with _unsearched():
                yield
        except TooLong as fault:
            raise Problems([self._too_long(subject, fault)]) from None
        except (PandocError, LayoutError, NoInks, RecursionError, MemoryError) as fault:
            said = TOO_MUCH.get(type(fault)) or str(fault).rstrip(".")
            name = f"{kind.name} of {self.edition.names[subject]}" if subject in self.edition.names else kind.name
            raise Problems([error(self.place(subject), f"the {name} can’t be set: {said}")]) from None

    def composed(self, kind: Kind, subject: str, gone: int = 0) -> Composed:
        """A document of one page, composed with the first `gone` facts that wait to give way left out."""
        with clock.stage("compose"):
            share = kind.share(self.edition, subject)
            manuscript = dated(kind.compose(share, Writer(self.templates, self.pandoc), subject, gone))
            self.check_glyphs(manuscript)
            return Composed(manuscript, html.body(manuscript, self.pandoc), self.drawn(manuscript))

    def page(
        self, kind: Kind, subject: str, formats: tuple[str, ...], paper: str, check_word: bool, printed: bool,
        begun: Composed | None = None,
    ) -> Made:  # fmt: skip
        """A document of one page; it may have been composed already."""
        fitted = self._fit(kind, subject, paper, check_word, printed, begun)
        manuscript, sheet = fitted.manuscript, fitted.layout
        clock.move("fit", "lay out", sheet.seconds)
        files: dict[str, bytes] = {}
        with clock.stage("write"):
            if "pdf" in formats:
                files["pdf"] = self.pdf(manuscript, sheet.layout, printed)
            if "docx" in formats:
                files["docx"] = sheet.docx()
        rung = self.theme.look.ladder[kind.ladder][fitted.rung]
        return Made(manuscript.stem, files, sheet.layout.pages, rung.name, manuscript.gone)

    def pdf(self, manuscript: Manuscript, layout: Layout, printed: bool) -> bytes:
        """The PDF's bytes of a layout."""
        self.check_dots(manuscript, layout.dots(), printed)
        with pikepdf.open(io.BytesIO(layout.written(printed))) as pdf:
            return self.finished(manuscript, pdf, printed)

    def finished(self, manuscript: Manuscript, pdf: pikepdf.Pdf, printed: bool) -> bytes:
        """The PDF's bytes, with what the file says of itself; for the screen with the data that go with it."""
        day = Date.parse(manuscript.date).first.isoformat()
        about = About(manuscript.title, manuscript.language, day, manuscript.authors, manuscript.publisher)
        with clock.stage("finish"):
            if printed:
                return to_print(pdf, about, self.condition(manuscript))
            file = manuscript.data
            return to_read(pdf, about, Attachment(file.name, file.content, file.mime, file.description) if file else None)

    def check_dots(self, manuscript: Manuscript, dots: Mapping[str, float], printed: bool) -> None:
        """A picture of too few dots fails the print: paper shows what a screen forgives."""
        wanted = self.theme.look.print.dots if printed else 0
        coarse = {name: found for name, found in dots.items() if round(found) < wanted}
        if coarse:
            hint = f"Give it more pixels, or print it smaller (`width=60mm`); a printer wants {wanted} dots an inch."
            said = ((manuscript.pictures[name].place, round(found)) for name, found in coarse.items())
            raise Problems(error(place, f"the picture would be printed with {found} dots an inch", hint) for place, found in said)

    def condition(self, manuscript: Manuscript) -> Condition:
        """What a document is printed with. Raises ToolError if the machine lacks the profile."""
        how = self.theme.look.print
        profile = icc.find(how.profile, how.package)
        inks = self.theme.inks(manuscript.colours.values(), partial(icc.inks, profile=profile))
        return Condition(inks, partial(icc.picture, profile=profile), profile, how.condition, how.bleed)

    def _handout(self, kind: Kind, subject: str, formats: tuple[str, ...], paper: str, per_page: int, printed: bool) -> Made:
        """A deck's handout, and the deck itself. Its rungs are those of its slides, the smallest type named."""
        from briefs.press import handout  # which takes its time to import, and has its own kind of document

        printer = handout.Printer(self, kind, subject, paper, printed)
        files, pages = printer.files(formats, per_page)
        rung = self.theme.look.ladder[kind.ladder][max(printer.rungs)]
        return Made(printer.manuscript.stem, files, pages, rung.name, ())

    def _fit(self, kind: Kind, subject: str, paper: str, check_word: bool, printed: bool, begun: Composed | None) -> Fitted[Sheet]:
        """Compose, draw, lay out; shrink until it holds."""
        rungs = self.theme.look.ladder[kind.ladder]
        bleed = self.theme.look.print.bleed if printed else 0
        ready: dict[int, Composed] = {}  # by how many facts are gone

        def compose(gone: int) -> Manuscript:
            composed = begun if begun and not gone else self.composed(kind, subject, gone)
            ready[len(composed.manuscript.gone)] = composed
            return composed.manuscript

        def lay_out(manuscript: Manuscript, rung: int) -> Sheet:
            composed = ready[len(manuscript.gone)]
            figures = composed.figures
            before = clock.of("fit")
            with clock.stage("fit"):
                text = html.page(manuscript, composed.content, self.theme, paper, rungs[rung], bleed=bleed)
                layout = self.press.lay_out(manuscript.kind, text, figures)

            @cache
            def docx() -> bytes:
                shown = {} if printed else layout.pictures()  # a printer's page is larger by its bleed
                return word.write(manuscript, figures, self.theme, paper, rungs[rung], self.pandoc, layout.page_numbers(), shown)

            return Sheet(layout, docx, clock.of("fit") - before)

        def excess(sheet: Sheet) -> int:
            return sheet.layout.excess(rungs[-1].text[1]) or (sheet.word_pages() - 1 if check_word else 0)

        def sure(sheet: Sheet, rung: int) -> bool:
            return guess.too_small(sheet.layout, rungs[rung], rungs[rung - 1])

        return fit(compose, len(rungs), lay_out, excess, guess=lambda m: guess.rung(m, self.theme, paper), sure=sure)

    def drawn(self, manuscript: Manuscript) -> dict[str, str | bytes]:
        """Each figure as SVG and each picture, by the name that the tree has for it."""
        palette = self.theme.palette(manuscript.colours)
        faces = self.theme.look.fonts
        family = ", ".join(f"'{name}'" for name in (faces.text.family, *faces.fallback))
        with clock.stage("draw"):
            figures = {f"{name}.svg": draw.svg(figure, palette, font=family) for name, figure in manuscript.figures.items()}
        return {**figures, **{name: picture.data for name, picture in manuscript.pictures.items()}}

    def check_glyphs(self, manuscript: Manuscript) -> None:
        """A letter that no font of the theme has fails the document, at the block that holds it."""
        blocks, lost = manuscript.blocks, lambda text: fonts.without_glyph(text, self.fonts)
        words = (n["c"] for n in tree.walk(blocks) if n["t"] == "Str")
        if not lost("".join((*words, *(picture.words for picture in manuscript.pictures.values())))):  # as nearly always
            return
        found = [(gone, self._holding(manuscript, n)) for n in tree.walk(blocks) if n["t"] == "Str" and (gone := lost(n["c"]))]
        found += [(gone, picture.place) for picture in manuscript.pictures.values() if (gone := lost(picture.words))]
        if found:
            hint = "Write it otherwise, or add a font to theme.yaml."
            said = ((", ".join(f"“{c}” (U+{ord(c):04X})" for c in letters), place) for letters, place in found)
            raise Problems(error(place, f"no font of the theme has {what}", hint) for what, place in said)

    def _holding(self, manuscript: Manuscript, inner: tree.Node) -> Place:
        for node in tree.walk(manuscript.blocks):
            if node["t"] == "Span" and node["c"][0][0] in manuscript.places and any(n is inner for n in tree.walk(node["c"][1])):
                return manuscript.places[node["c"][0][0]]
        return Place("edition.yaml")

    def place(self, subject: str) -> Place:
        """Where a document's subject stands in the content."""
        country, deck = self.edition.countries.get(subject), self.edition.decks.get(subject)
        return place_of(country.code) if country else Place(deck.path, line=1) if deck else Place("edition.yaml")

    def _too_long(self, subject: str, fault: TooLong) -> Problem:
        """By how much, and what an editor could let go."""
        country = self.edition.countries[subject]
        usual = [f.id for f in country.facts if f.priority == 2]
        lines = "1 line" if fault.lines == 1 else f"{fault.lines} lines"
        gone = f" after {fault.gone} facts of low priority gave way" if fault.gone else ""
        some = ", ".join([*usual[:50], *["…"] * (len(usual) > 50)])
        hint = f"Shorten it, or give `priority: 3` to some of {some}." if usual else "Shorten its summary or its facts."
        name = self.edition.names[subject]
        return error(self.place(subject), f"the brief of {name} is {lines} too long for its page{gone}", hint)
