"""WeasyPrint, imported without a search for its libraries.

Out: the module `weasyprint`. It tries names of other systems first, and for each that isn't there cffi asks
`ctypes.util.find_library`, which runs `ldconfig`, the compiler and the linker: half of the time that the import takes. On Linux
the loader knows the libraries by a name that is tried later. https://docs.python.org/3/library/ctypes.html#finding-shared-libraries
"""

from __future__ import annotations

import contextlib
import ctypes.util
import sys
from types import ModuleType
from typing import Any

from briefs.problems import ToolError

PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz0b", "libfontconfig1")  # Debian's, of requirements/debian.txt


def load() -> ModuleType:
    """The module. Raises ToolError if a library of it is missing."""
    module: Any = ctypes.util
    search = module.find_library
    if sys.platform == "linux":
        module.find_library = lambda name: None
    try:
        with contextlib.redirect_stdout(None):  # where it prints advice of its own
            import weasyprint
    except OSError as fault:
        hint = f"Install what it needs: sudo apt-get install {' '.join(PACKAGES)}"
        raise ToolError(f"a library of WeasyPrint is missing ({fault}). {hint}") from None
    finally:
        module.find_library = search
    return weasyprint
