"""Installs Debian packages with fonts, for a person who runs build.py as root.

In: names of packages. Out: whether apt-get installed them. Nothing else is ever installed, and nothing without `BRIEFS_INSTALLS`,
which only build.py sets: it says at its head that it installs what is missing.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Collection

ALLOWED = "BRIEFS_INSTALLS"
_FONTS = re.compile(r"fonts-[a-z0-9][a-z0-9.+-]*")  # the form of the name of every package with fonts, by Debian's fonts policy
_OPTIONS = ("-q", "-y", "-o", "DPkg::Lock::Timeout=300")


def install_fonts(packages: Collection[str]) -> bool:
    """Install packages with fonts. False if this isn't allowed here, or if apt-get failed; it has then printed why."""
    allowed = os.environ.get(ALLOWED) and os.geteuid() == 0 and shutil.which("apt-get")
    if not allowed or not packages or not all(map(_FONTS.fullmatch, packages)):
        return False
    print(f"Running apt-get as root, to install the fonts that this edition needs: {', '.join(packages)} …", file=sys.stderr)
    _apt("update")  # the outcome doesn't matter: one source of many may fail
    return _apt("install", "--no-install-recommends", *packages)


def _apt(*words: str) -> bool:
    return subprocess.run(["apt-get", *words, *_OPTIONS], stdin=subprocess.DEVNULL, stdout=2).returncode == 0
