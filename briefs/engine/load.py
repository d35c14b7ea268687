"""WeasyPrint, imported without what it doesn't need, and without work that changes nothing.

Out: the module `weasyprint`. It imports parts of fontTools for fonts that HarfBuzz can't make smaller and for variable ones: they
are imported when something of them is called. And it tries names of other systems first, and for each that isn't there cffi asks
`ctypes.util.find_library`, which runs `ldconfig`, the compiler and the linker: that takes as long as all else. On Linux
the loader knows the libraries by a name that is tried later. https://docs.python.org/3/library/ctypes.html#finding-shared-libraries
"""

from __future__ import annotations

import contextlib
import ctypes.util
import re
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

from briefs.engine import objects, styles
from briefs.engine import text as lines
from briefs.problems import ToolError

PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz0b", "libfontconfig1")  # Debian's, of requirements/debian.txt
SELDOM = ("fontTools.subset", "fontTools.varLib.instancer")
_LENGTH = re.compile(r"\[\d+\]$")


class _Later(ModuleType):
    """Stands for a module of which only functions and classes are called."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *given, **named: getattr(import_module(self.__name__), name)(*given, **named)


@contextlib.contextmanager
def _seldom_later() -> Iterator[None]:
    """What is imported of `SELDOM` meanwhile is imported once it is called."""
    absent = [name for name in SELDOM if name not in sys.modules]
    sys.modules.update((name, _Later(name)) for name in absent)
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


def load() -> ModuleType:
    """The module. Raises ToolError if a library of it is missing."""
    module: Any = ctypes.util
    search = module.find_library
    if sys.platform == "linux":
        module.find_library = lambda name: None
    try:
        with _seldom_later(), contextlib.redirect_stdout(None):  # where it prints advice of its own
            import weasyprint
    except OSError as fault:
        hint = f"Install what it needs: sudo apt-get install {' '.join(PACKAGES)}"
        raise ToolError(f"a library of WeasyPrint is missing ({fault}). {hint}") from None
    finally:
        module.find_library = search
    fonts: Any = weasyprint.pdf.fonts
    if not isinstance(fonts.ffi, _Arrays):
        fonts.ffi = _Arrays(fonts.ffi)
        styles.once()
        lines.quicken()
        objects.quicken()
    return weasyprint


class _Arrays:
    """cffi for WeasyPrint's subsets of fonts, which name an array's type with its length: cffi parses each such type, for 4 ms.
    An array that is made of values needs no length. https://cffi.readthedocs.io/en/stable/ref.html#ffi-new
    """

    def __init__(self, ffi: Any):
        self._ffi = ffi

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ffi, name)

    def new(self, type: str, values: Any = None) -> Any:
        """Memory of a type, filled with values."""
        return self._ffi.new(_LENGTH.sub("[]", type) if isinstance(values, (list, tuple)) else type, values)
