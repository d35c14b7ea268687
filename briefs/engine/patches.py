"""The names of WeasyPrint and pydyf that are replaced, and the versions for which each replacement was tested.

In: the versions that are installed. Out: the replacements in place, the speed-ups that stay off, or a ToolError. WeasyPrint has no
hooks at these places, so its functions are wrapped ("monkey patches"). Its private names change between versions: with any other
version a speed-up stays off, and a correction that the output depends on refuses to run.

A speed-up must save 2 % of the CPU time of a build without cache, in one process, of the report, of the 28 briefs or of a deck:

    replaced name                    report  briefs
    HTML.__init__                     2.0 %   1.7 %  (a deck 4 %)
    pdf.fonts.ffi                     0.5 %   2.3 %
    ComputedStyle.__missing__         3.4 %   2.7 %
    strut                             2.0 %   1.0 %
    Layout.setup                      3.2 %   1.9 %
    draw_first_line                   3.8 %   1.0 %
    _update_footnote_area             5.1 %     0 %
    svg.path                          0.6 %   8.7 %
    svg.text                          0.5 %   5.2 %

Removed, as they saved less: Pending.solve (0.9 %, 1.3 %), resolve_percentages (0.1 %, 0.3 %), Layout.reactivate and deactivate
(0.8 %, 0.5 %), and the methods of pydyf that serialise objects (together under 1 %).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module, metadata
from typing import Any, Literal

from briefs.problems import ToolError

Target = Any  # a function, method, property or table of WeasyPrint's or pydyf's
TESTED = {"weasyprint": "70.0", "pydyf": "0.13.0"}  # as in requirements/run.in


@dataclass(frozen=True)
class Patch:
    """A name in WeasyPrint or pydyf that we replace. `packages`: the packages on whose internals the replacement relies. The
    replacement is tested with their versions in `TESTED`."""

    name: str
    purpose: Literal["speed", "output"]
    effect: str
    packages: tuple[str, ...] = ("weasyprint",)

    def untested(self, versions: Mapping[str, str]) -> list[str]:
        """Those of `packages` whose installed version isn't the tested one. `versions`: the installed version of each package."""
        return [package for package in self.packages if versions[package] != TESTED[package]]


BOTH = ("weasyprint", "pydyf")
PATCHES = {
    patch.name: patch
    for patch in (
        Patch("weasyprint.HTML.__init__", "speed", "HTML that is also XML is read by the XML parser"),
        Patch("weasyprint.pdf.fonts.ffi", "speed", "cffi parses the type of an array once and not for each length"),
        Patch("weasyprint.css.ComputedStyle.__missing__", "speed", "a property that no rule names skips the cascade"),
        Patch("weasyprint.text.line_break.strut", "speed", "the height of an empty line is computed once a style"),
        Patch("weasyprint.text.line_break.Layout.setup", "speed", "a Pango layout is copied from the first with the same style"),
        Patch("weasyprint.text.line_break.split_first_line", "output", "a space at the end of a text needs no room on its line"),
        Patch("weasyprint.layout.inline.remove_last_whitespace", "output", "lines from right to left are in their place"),
        Patch("weasyprint.draw.text.draw_first_line", "output", "each glyph has its own text; a line is read at once"),
        Patch("weasyprint.layout.LayoutContext._update_footnote_area", "output", "each footnote of a page is measured once"),
        Patch("weasyprint.layout.LayoutContext.unlayout_footnote", "output", "a footnote of an earlier page's call isn't lost"),
        Patch("weasyprint.layout.page.make_page", "output", "a footnote begins on the page that calls it; a long one goes on"),
        Patch("weasyprint.pdf.build_fonts_dictionary", "output", "the PDF of a chunk has no fonts: the joined file has them", BOTH),
        Patch("weasyprint.pdf.tags._build_box_tree", "output", "the structure tree is complete (PDF/UA)", BOTH),
        Patch("weasyprint.svg.path", "speed", "the straight lines of a figure are written at once", BOTH),
        Patch("weasyprint.svg.text", "output", "the words of a figure are laid out whole, with kerning"),
        Patch("weasyprint.svg.SVG.draw_node", "output", "the words of a figure are drawn in their place, not in groups"),
    )
}


@cache
def installed() -> Mapping[str, str]:
    """The versions of WeasyPrint and pydyf in this environment."""
    return {package: metadata.version(package) for package in TESTED}


def switched_off(versions: Mapping[str, str] | None = None) -> list[str]:
    """For `--timings`: how many speed-ups stay off, a line for each package that is installed in an untested version."""
    versions = versions or installed()
    off = [patch for patch in PATCHES.values() if patch.purpose == "speed"]
    return [
        f"{count} speed-ups are off: they were tested with {package} {TESTED[package]}, and {versions[package]} is installed"
        for package in TESTED
        if (count := sum(package in patch.untested(versions) for patch in off))
    ]


def require(*names: str, versions: Mapping[str, str] | None = None) -> None:
    """Raise ToolError unless these corrections were tested with the installed versions."""
    versions = versions or installed()
    for patch in map(PATCHES.__getitem__, names):
        if untested := patch.untested(versions):
            found = " and ".join(f"{package} {versions[package]}" for package in untested)
            wanted = [f"{package}=={TESTED[package]}" for package in untested]
            raise ToolError(
                f"{found} {'is' if len(untested) == 1 else 'are'} installed, but this needs {' and '.join(wanted)}: "
                f"{patch.effect} (it replaces {patch.name}). Install it: {sys.executable} -m pip install {' '.join(wanted)}"
            )


def is_tested(name: str) -> bool:
    """Whether a replacement was tested with the installed versions."""
    return not PATCHES[name].untested(installed())


def install(new: Mapping[str, Callable[[Target], Target]], versions: Mapping[str, str] | None = None) -> None:
    """Replace names for the rest of this process, except those whose replacement wasn't tested with the installed versions.

    `new`: for each name a function that takes the original and returns its replacement.
    """
    for name, make in new.items():
        if not PATCHES[name].untested(versions or installed()):
            _replace(name, make(_resolve(name)))


@contextmanager
def replaced(name: str, new: Target) -> Iterator[None]:
    """A context in which a name is replaced. Raises ToolError if the replacement wasn't tested with the installed versions."""
    require(name)
    undo = _replace(name, new)
    try:
        yield
    finally:
        undo()


def _owner(name: str) -> tuple[Any, str]:
    """The module or class that has a name, and the last part of the name."""
    path, _, attribute = name.rpartition(".")
    try:
        return import_module(path), attribute
    except ModuleNotFoundError:  # a class
        module, _, cls = path.rpartition(".")
        return getattr(import_module(module), cls), attribute


def _resolve(name: str) -> Target:
    owner, attribute = _owner(name)
    return getattr(owner, attribute)


def _replace(name: str, new: Target) -> Callable[[], None]:
    """Replace a name where it is defined. A function is also replaced in the modules of WeasyPrint that have imported it, and in
    dictionaries of its module that hold it.

    Returns a function that puts the original back.
    """
    owner, attribute = _owner(name)
    old = getattr(owner, attribute)
    holders = [owner]
    tables: list[tuple[dict[Any, Any], Any]] = []
    if not isinstance(owner, type):
        if old.__module__ == owner.__name__:
            modules = [module for path, module in sys.modules.items() if path.startswith("weasyprint.") and module is not owner]
            holders += [module for module in modules if vars(module).get(attribute) is old]
        dictionaries = [value for value in vars(owner).values() if isinstance(value, dict)]
        tables = [(table, key) for table in dictionaries for key, value in table.items() if value is old]

    def put(value: Target) -> None:
        for holder in holders:
            setattr(holder, attribute, value)
        for table, key in tables:
            table[key] = value

    put(new)
    return lambda: put(old)
