"""How WeasyPrint is loaded: without the search for libraries and the imports that take as long as all the rest."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from briefs.engine import load
from tests.conftest import ROOT
from tests.engine.pages import python


def test_a_missing_library_is_reported_with_the_packages_that_have_it(tmp_path: Path) -> None:
    (tmp_path / "libpango-1.0.so.0").touch()  # found first, and no library
    script = "from briefs.engine import load as t\ntry: t.load()\nexcept Exception as e: print(type(e).__name__, e)"
    environment = {**os.environ, "LD_LIBRARY_PATH": str(tmp_path)}
    ran = subprocess.run([sys.executable, "-c", script], env=environment, cwd=ROOT, capture_output=True, text=True)
    assert ran.stdout.startswith("ToolError a library of WeasyPrint is missing (") and ran.stdout.count("\n") == 1
    assert ran.stderr == "" and f"sudo apt-get install {' '.join(load.PACKAGES)}" in ran.stdout
    listed = (ROOT / "requirements/debian.txt").read_text().split()
    assert set(load.PACKAGES) <= set(listed)


def test_what_weasyprint_seldom_needs_is_imported_when_it_is_called() -> None:
    script = """if True:
        import sys
        from briefs.engine import load
        load.load()
        from weasyprint.pdf import fonts
        print([name for name in load.LAZY if name in sys.modules])
        options = fonts.subset.Options(notdef_outline=True)
        try: fonts.instantiateVariableFont(None, {})
        except Exception as fault: print(type(fault).__name__)
        from fontTools import subset
        print(type(options) is subset.Options, options.notdef_outline, all(name in sys.modules for name in load.LAZY))
    """
    assert python(script).split("\n") == ["[]", "TypeError", "True True True", ""]


LIBRARIES = """if True:
    import ctypes.util, sys
    searched = []
    search = ctypes.util.find_library
    ctypes.util.find_library = lambda name: searched.append(name) or search(name)
    if sys.argv[1] == "ours":
        from briefs.engine import load
        load.load()
    else:
        import weasyprint
    maps = open("/proc/self/maps").read().splitlines()
    names = ("pango", "harfbuzz", "fontconfig", "gobject")
    print(sorted({line.split("/")[-1] for line in maps if any(name in line for name in names)}))
    print(bool(searched))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the search is left out on Linux only")
def test_the_same_libraries_are_loaded_without_a_search() -> None:
    (libraries, searched), (same, ours) = (python(LIBRARIES, how).splitlines() for how in ("plain", "ours"))
    assert libraries == same and "pangoft2" in same
    assert (searched, ours) == ("True", "False")
