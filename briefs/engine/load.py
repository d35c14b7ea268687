"""WeasyPrint, imported and patched.

Out: the module `weasyprint`. Two things are avoided that would take as long as the rest of its import. First, WeasyPrint tries the
names that libraries have on other systems, and for each name that doesn't exist cffi asks `ctypes.util.find_library`, which runs
`ldconfig`, the compiler and the linker; on Linux the loader finds the libraries by a name that is tried later. Second, WeasyPrint
imports parts of fontTools that it needs only for variable fonts and for fonts that HarfBuzz can't subset; here these parts are
imported when they are called. Both changes are worth offering upstream.
https://docs.python.org/3/library/ctypes.html#finding-shared-libraries
"""

from __future__ import annotations

import contextlib
import ctypes.util
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from briefs.engine import fonts, footnotes, patches, styles, svg, text
from briefs.problems import ToolError

PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz0b", "libfontconfig1")  # Debian's, as in requirements/debian.txt
LAZY = ("fontTools.subset", "fontTools.varLib.instancer")
NEW: dict[str, Callable[[Any], Any]] = {  # by each name that is replaced, the function that makes its replacement
    "weasyprint.css.ComputedStyle.__missing__": styles.missing,
    "weasyprint.text.line_break.strut": styles.strut,
    "weasyprint.text.line_break.Layout.setup": text.setup,
    "weasyprint.text.line_break.split_first_line": text.split_first_line,
    "weasyprint.draw.text.draw_first_line": text.draw_first_line,
    "weasyprint.layout.inline.remove_last_whitespace": text.remove_last_whitespace,
    "weasyprint.layout.page.make_page": footnotes.make_page,
    "weasyprint.layout.LayoutContext._update_footnote_area": footnotes.update_footnote_area,
    "weasyprint.layout.LayoutContext.unlayout_footnote": footnotes.unlayout_footnote,
    "weasyprint.pdf.fonts.ffi": fonts.ArrayFFI,
    "weasyprint.svg.path": svg.path,
    "weasyprint.svg.text": svg.text,
    "weasyprint.svg.SVG.draw_node": svg.draw_node,
}


class _LazyModule(ModuleType):
    """A stand-in for a module that others use only to call its functions and classes. The first call imports the real module."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *args, **kwargs: getattr(import_module(self.__name__), name)(*args, **kwargs)


@contextlib.contextmanager
def _lazy_imports() -> Iterator[None]:
    """A context in which importing a module of `LAZY` gives a stand-in, which imports the real module when it is called."""
    absent = [name for name in LAZY if name not in sys.modules]
    sys.modules.update((name, _LazyModule(name)) for name in absent)
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


@contextlib.contextmanager
def _without_library_search() -> Iterator[None]:
    """A context in which libraries are found by the loader alone, on Linux."""
    module: Any = ctypes.util
    search = module.find_library
    if sys.platform == "linux":
        module.find_library = lambda name: None
    try:
        yield
    finally:
        module.find_library = search


@cache
def load() -> ModuleType:
    """Import WeasyPrint with our replacements. Raises ToolError if one of its libraries is missing."""
    try:
        with _without_library_search(), _lazy_imports(), contextlib.redirect_stdout(None):  # WeasyPrint prints advice
            weasyprint: ModuleType = import_module("weasyprint")
    except OSError as fault:
        hint = f"Install what it needs: sudo apt-get install {' '.join(PACKAGES)}"
        raise ToolError(f"a library of WeasyPrint is missing ({fault}). {hint}") from None
    patches.install(NEW)
    return weasyprint
