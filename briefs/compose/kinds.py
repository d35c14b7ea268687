"""The kinds of document, one row each. A new kind is a row, a template and a folder of tests.

In: nothing. Out: `KINDS`. A row holds everything about a kind that other packages need, so none of them asks for a kind by name.
`check` compares the rows with the theme.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.util import find_spec
from itertools import permutations
from pathlib import PurePosixPath
from types import ModuleType
from typing import TYPE_CHECKING, Literal

from briefs import templates
from briefs.compose import several, shares
from briefs.edition.model import Edition
from briefs.edition.names import stem_of
from briefs.problems import Problem, Problems

if TYPE_CHECKING:
    from briefs.compose.manuscript import Manuscript
    from briefs.compose.slots import TemplateFiller
    from briefs.theme import Theme

Subjects = Literal[
    "edition", "changes", "all countries", "country", "countries", "country in two languages", "deck", "journey", "correction"
]  # fmt: skip
Layout = Literal["one page", "pages", "chapters", "slides", "bound", "two sides"]
FORMATS: Mapping[Layout, tuple[str, ...]] = {  # the formats that each layout can be written in
    "one page": ("pdf", "docx"),
    "pages": ("pdf", "docx"),
    "chapters": ("pdf", "docx"),
    "slides": ("pdf", "docx", "pptx"),
    "bound": ("pdf", "docx"),
    "two sides": ("pdf", "docx"),
}


@dataclass(frozen=True)
class Kind:
    """One kind of document.

    `subjects`: what documents of this kind are about; there is one document for each. There is at most one document about the
    `edition`, its `changes` or `all countries`. A document about several `countries`, or about a `country in two languages`, is
    made only if it is asked for; `several.py` says what its subject is. `folder`: the folder of its files below the output folder,
    with a slash at the end, or empty. `formats`: the formats in which it is written.

    `layout`: a document of "one page" is fitted to its page. "pages" and "chapters" take as many pages as they need; each chapter
    is typeset apart. "slides" are fitted one by one and printed as a handout. "bound" is a cover followed by several documents of
    one page, each about a country and fitted by itself. "two sides" are two documents of one page, in two languages, front and
    back.

    `page`, `ladder`, `style`: names of parts of the theme: `page.NAME` and `ladder.NAME` of theme.yaml, and the style sheet
    NAME.css. `module`: the full name of the module whose `compose` makes the manuscript. `template`: the file with the words around
    the content. `share(edition, subject)`: returns the part of the edition that a document may show; pickle must be able to name
    this function. `has_audiences`: whether it is also made for each audience, from an edition that is reduced to what is for that
    audience. The module then asks `Edition.shows` before it prints a block.
    """

    name: str
    subjects: Subjects
    layout: Layout
    folder: str
    formats: tuple[str, ...]
    page: str
    style: str
    ladder: str
    module: str
    template: str
    share: Callable[[Edition, str], Edition]
    has_audiences: bool = False

    @property
    def is_single(self) -> bool:
        """Whether an edition has one document of this kind at most."""
        return self.subjects in {"edition", "changes", "all countries"}

    def audiences_in(self, edition: Edition) -> list[str]:
        """The ids of the audiences for which there are documents of this kind; first an empty one, for everyone."""
        return ["", *(audience.id for audience in edition.about.audiences if self.has_audiences)]

    def compose(self, share: Edition, filler: TemplateFiller, subject: str, gone: int = 0) -> Manuscript:
        """The manuscript about a subject, without the first `gone` of the parts that may give way."""
        from briefs.compose import bidi, emphasis, restricted, separators, spacing
        from briefs.compose.labels import Labels
        from briefs.edition import restrictions

        made: Manuscript = self.load().compose(self, share, filler, subject, gone)
        found = restrictions.of(share)
        words = restricted.words(found, share.about, Labels.of(share, filler.report))
        finished = spacing.spaced(emphasis.marked(separators.separated(bidi.turned(made))))
        return replace(
            finished,
            translation=share.translation,
            restriction=words,
            keywords=found.keywords,
            numerals=share.about.numerals,
        )

    def load(self) -> ModuleType:
        """Import the module that composes. It is imported only when a document is composed; checking what is stale doesn't need it.

        Raises Problems if the module has no function `compose`.
        """
        module = import_module(self.module)
        if not callable(getattr(module, "compose", None)):
            raise Problems([_in_row(self, f"its module {self.module} has no function `compose`")])
        return module

    def stem(self, edition: Edition, subject: str) -> str:
        """The path of a document's files below the output folder, without the suffix: `briefs/belgium`."""
        if self.is_single:
            return f"{self.folder}{self.name}"
        if self.subjects == "countries":
            named = several.codes(subject)
            return self.folder + several.file_name([stem_of(edition.names[code], code) for code in named], named)
        if self.subjects in {"journey", "correction"}:
            return f"{self.folder}{subject}"
        if self.subjects == "country in two languages":
            code, *tags = several.codes(subject)
            return self.folder + "-".join([stem_of(edition.names[code], code), *tags])
        own = subject if subject in edition.decks else stem_of(edition.names[subject], subject)
        return f"{self.folder}{own}"

    def subjects_in(self, edition: Edition) -> list[str]:
        """Every subject that a document of this kind could have in an edition, even if there is too little content for one. Of
        a kind about several countries there would be too many, so none is listed."""
        if self.is_single:
            return [""]
        if self.subjects == "countries":
            return []
        if self.subjects in {"journey", "correction"}:
            return list(self._listed(edition))
        if self.subjects == "country in two languages":
            pairs = list(permutations([edition.about.language, *edition.translations], 2))
            return [several.subject([code, *pair]) for code in edition.countries for pair in pairs]
        return [*(edition.decks if self.subjects == "deck" else ()), *edition.countries]

    def is_in(self, edition: Edition, subject: str) -> bool:
        """Whether an edition has the content that a document about the subject needs."""
        if self.subjects == "edition":
            return bool(edition.sections)
        if self.subjects == "changes":
            return edition.changes is not None
        if self.subjects == "all countries":
            return any(country.facts for country in edition.countries.values())
        if self.subjects in {"journey", "correction"}:
            return subject in self._listed(edition)
        has_facts = all(_has_facts(edition, code) for code in self.countries_of(subject))
        return has_facts or (self.subjects == "deck" and subject in edition.decks)

    def _listed(self, edition: Edition) -> Collection[str]:
        """The names of the journeys or corrections that an edition lists."""
        return edition.journeys if self.subjects == "journey" else edition.corrections

    def countries_of(self, subject: str) -> list[str]:
        """The codes of the countries that a subject stands for. The name of a deck is returned as it is."""
        if self.subjects == "country in two languages":
            return several.codes(subject)[:1]
        return several.codes(subject) if self.subjects == "countries" else [subject]

    def subject_of(self, edition: Edition, stem: str) -> str | None:
        """The subject of the document whose files have this path without the suffix; None if there is no such document."""
        if self.subjects == "countries":
            parts = {part: code for code in edition.countries for part in _parts(self, edition, code)}
            found = several.parts_of(stem, parts)
            return several.subject([parts[part] for part in found]) if found else None
        return next((subject for subject in self.subjects_in(edition) if self.stem(edition, subject) == stem), None)

    def stems(self, edition: Edition) -> Iterator[str]:
        """The paths of the files of all documents that an edition has. A document about several countries is made only if it is
        asked for. Instead of the paths of such documents, the parts are given from which their paths may be made
        (`several.parts_of`)."""
        if self.subjects == "countries":
            yield from (part for code in edition.countries if _has_facts(edition, code) for part in _parts(self, edition, code))
        else:
            yield from (self.stem(edition, subject) for subject in self.subjects_in(edition) if self.is_in(edition, subject))


def _parts(kind: Kind, edition: Edition, code: str) -> tuple[str, str]:
    """What stands for a country in the path of a document about several, with a hyphen at its end."""
    return f"{kind.folder}{stem_of(edition.names[code], code)}-", f"{kind.folder}{code}-"


def _has_facts(edition: Edition, code: str) -> bool:
    country = edition.countries.get(code)
    return bool(country and country.facts)


def table(*kinds: Kind) -> dict[str, Kind]:
    """The rows by name. Raises Problems if two have the same name."""
    rows = {kind.name: kind for kind in kinds}
    if len(rows) < len(kinds):
        raise Problems(_in_row(kind, "another kind has the same name") for kind in kinds if rows[kind.name] is not kind)
    return rows


def _in_row(kind: Kind, message: str, hint: str = "") -> Problem:
    return Problem("error", "briefs/compose/kinds.py", 0, 0, f"the kind “{kind.name}”: {message}", hint)


KINDS = table(
    Kind(
        "report", "edition", "chapters", folder="", formats=("pdf", "docx"), page="report", style="report", ladder="report",
        module="briefs.compose.report", template="report.md.j2", share=shares.of_report,
    ),
    Kind(
        "brief", "country", "one page", folder="briefs/", formats=("pdf", "docx"), page="brief", style="brief", ladder="brief",
        module="briefs.compose.brief", template="brief.md.j2", share=shares.of_country, has_audiences=True,
    ),
    Kind(
        "glance", "all countries", "pages", folder="", formats=("pdf", "docx"), page="glance", style="glance", ladder="glance",
        module="briefs.compose.glance", template="glance.md.j2", share=shares.of_all_countries,
    ),
    Kind(
        "compare", "countries", "one page", folder="compare/", formats=("pdf", "docx"), page="compare", style="compare",
        ladder="compare", module="briefs.compose.comparison", template="compare.md.j2", share=shares.of_countries,
    ),
    Kind(
        "pack", "journey", "bound", folder="pack/", formats=("pdf", "docx"), page="brief", style="pack", ladder="brief",
        module="briefs.compose.pack", template="pack.md.j2", share=shares.of_journey,
    ),
    Kind(
        "bilingual", "country in two languages", "two sides", folder="bilingual/", formats=("pdf", "docx"), page="brief",
        style="brief", ladder="brief", module="briefs.compose.bilingual", template="brief.md.j2", share=shares.of_languages,
    ),
    Kind(
        "changes", "changes", "pages", folder="", formats=("pdf", "docx"), page="note", style="note", ladder="note",
        module="briefs.compose.changed", template="changes.md.j2", share=shares.of_changes,
    ),
    Kind(
        "correction", "correction", "pages", folder="corrections/", formats=("pdf", "docx"), page="note", style="note",
        ladder="note", module="briefs.compose.correction", template="correction.md.j2", share=shares.of_correction,
    ),
    Kind(
        "handout", "deck", "slides", folder="handouts/", formats=("pdf", "docx", "pptx"), page="handout", style="handout",
        ladder="slide", module="briefs.compose.deck", template="country-deck.md.j2", share=shares.of_deck,
    ),
)  # fmt: skip


def check(theme: Theme, kinds: Mapping[str, Kind] = KINDS) -> None:
    """Check that everything that the rows name exists. Call it wherever a theme is read.

    Raises Problems with all that is missing: at this file for the code, at theme.yaml or in the templates folder for the rest.
    """
    rows = kinds.values()
    missing = (problem for kind in rows for problem in (*_missing_code(kind), *_missing_looks(kind, theme)))
    if problems := [*_shared_folders(rows), *missing]:
        raise Problems(problems)


def _missing_code(kind: Kind) -> Iterator[Problem]:
    """What is wrong with a row by itself. The module is looked for, not imported."""
    try:
        is_there = find_spec(kind.module) is not None
    except ImportError:  # the package that holds the module is missing
        is_there = False
    if not is_there:
        yield _in_row(kind, f"there is no module {kind.module}")
    if unknown := [format for format in kind.formats if format not in FORMATS[kind.layout]]:
        yield _in_row(kind, f"{kind.layout} can’t be written as {unknown[0]}", f"Use {', '.join(FORMATS[kind.layout])}.")
    parts = PurePosixPath(kind.folder).parts
    if kind.folder != "".join(f"{part}/" for part in parts) or ".." in parts:
        hint = "Name a folder below the output folder, with a slash at the end: `briefs/`."
        yield _in_row(kind, f"“{kind.folder}” is no folder for its files", hint)


def _missing_looks(kind: Kind, theme: Theme) -> Iterator[Problem]:
    """What a templates folder lacks for a kind."""
    hint = f"The kind “{kind.name}” needs it."
    for section, name, names in (("page", kind.page, theme.look.page), ("ladder", kind.ladder, theme.look.ladder)):
        if name not in names:
            yield Problem("error", str(theme.folder / "theme.yaml"), 0, 0, f"{section}.{name} is missing", hint)
    for path in (templates.find(theme.folder.parent, kind.template), *theme.css(kind.style)):
        if not path.is_file():
            yield Problem("error", str(path), 0, 0, "the file is missing", hint)


def _shared_folders(kinds: Iterable[Kind]) -> Iterator[Problem]:
    """An error for each kind that would write files of the same names as another: about the same subjects, in the same folder."""
    first: dict[str, Kind] = {}
    for kind in (kind for kind in kinds if not kind.is_single):
        if first.setdefault(kind.folder, kind) is not kind:
            yield _in_row(kind, f"its folder “{kind.folder}” is that of the kind “{first[kind.folder].name}”")
