"""The theme's fonts: where they are, a configuration in which there are no others, and which characters they have.

In: the names of the files that the theme lists. Out: a folder with exactly these fonts, a fontconfig file that lists no others, and
the characters that none of them has. https://www.freedesktop.org/software/fontconfig/fontconfig-user.html
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from html import escape
from pathlib import Path

from briefs import atomic
from briefs.problems import ToolError

SYSTEM = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/opt/homebrew/share/fonts")
INVISIBLE = frozenset(
    map(
        chr,
        [*range(0x20), 0x7F, 0xA0, 0xAD, 0x61C, *range(0x200B, 0x2010), 0x2028, 0x2029, 0x202F, 0x2060, *range(0x2066, 0x206A),
         0xFE0F, 0xFEFF],
    )
)  # fmt: skip


class MissingFonts(ToolError):
    """Fonts of the theme are missing. `files`: their names, by the Debian packages that have them."""

    def __init__(self, message: str, files: Mapping[str, Sequence[str]]):
        super().__init__(message)
        self.files = files


def find(files: Mapping[str, Iterable[str]], folders: Iterable[str | Path] | None = None) -> dict[str, Path]:
    """The path of each font file of the theme. Raises MissingFonts with the packages of all missing ones."""
    places = [
        Path(f) for f in (folders if folders is not None else (*SYSTEM, Path.home() / ".fonts", Path.home() / ".local/share/fonts"))
    ]
    there = {p.name: p for place in places for p in sorted(place.rglob("*.[to]t[fc]"))} if places else {}
    missing = {package: [n for n in names if n not in there] for package, names in files.items()}
    missing = {package: names for package, names in missing.items() if names}
    if missing:
        lost = "; ".join(f"{', '.join(names)} (Debian package {package})" for package, names in missing.items())
        hint = f"Install them: sudo apt-get install {' '.join(missing)}"
        raise MissingFonts(f"fonts of the theme are missing: {lost}. {hint}", missing)
    return {name: there[name] for names in files.values() for name in names}


def without(fonts: Mapping[str, Path], families: Iterable[str]) -> dict[str, Path]:
    """The fonts without those of these families. If two fonts had the same name, fontconfig might take either."""
    taken = {_compared(name) for name in families}
    return {name: path for name, path in fonts.items() if not taken or taken.isdisjoint(_families(path))}


def are_there(files: Mapping[str, Iterable[str]]) -> bool:
    """Whether all of these font files are installed now."""
    try:
        find(files)
    except MissingFonts:
        return False
    return True


def prepare(fonts: Mapping[str, Path], cache: Path, without_context: Iterable[str] = ()) -> Path:
    """A folder with links to the fonts, and a `fonts.conf` that lists this folder only. It is made once for a set of fonts.
    `without_context`: the families that are set without contextual alternates.

    Raises ToolError if the cache can't be written to.
    """
    files = "\n".join(f"{n}={p}" for n, p in sorted(fonts.items()))
    rules = _plain(without_context)
    # The rules count too: a folder that an older program or another theme made has the same fonts and other rules.
    key = hashlib.sha256(f"{files}\n{_configuration(cache, rules)}".encode()).hexdigest()[:16]
    folder = cache / "fonts" / key
    if (folder / "fonts.conf").exists():
        return folder
    try:
        _link(fonts, folder, rules)
    except OSError as fault:
        hint = "Name another folder for it in XDG_CACHE_HOME."
        raise ToolError(f"the cache can’t be written to: {fault.filename}: {fault.strerror}. {hint}") from None
    return folder


def _link(fonts: Mapping[str, Path], folder: Path, rules: str) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        with atomic.new_folder(folder, mode=0o700) as making:
            (making / "files").mkdir()
            for name, path in fonts.items():
                (making / "files" / name).symlink_to(path)
            (making / "fonts.conf").write_text(_configuration(folder, rules))
    except OSError:  # another process has made the folder meanwhile, and it is used
        if not (folder / "fonts.conf").exists():
            raise


def _plain(families: Iterable[str]) -> str:
    """Rules of fontconfig by which these families are set without contextual alternates."""
    return "".join(
        f'  <match target="font"><test name="family"><string>{escape(family)}</string></test>\n'
        '    <edit name="fontfeatures" mode="append"><string>calt=0</string></edit></match>\n'
        for family in families
    )


def _configuration(folder: Path, rules: str) -> str:
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n<fontconfig>\n'
        f"  <dir>{escape(str(folder / 'files'))}</dir>\n  <cachedir>{escape(str(folder / 'cache'))}</cachedir>\n"
        f"{rules}</fontconfig>\n"
    )


def use(folder: Path) -> None:
    """Make fontconfig, and so Pango and WeasyPrint, see this folder only. Call it before WeasyPrint is imported."""
    os.environ["FONTCONFIG_FILE"] = str(folder / "fonts.conf")


@lru_cache(maxsize=64)
def letters(path: Path) -> frozenset[int]:
    """The code points for which a font has a glyph."""
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True, fontNumber=0) as font:
        font.setGlyphOrder([""] * font["maxp"].numGlyphs)  # inventing glyph names would take ten times as long as everything else
        return frozenset(font.getBestCmap())


@lru_cache(maxsize=64)
def _families(path: Path) -> frozenset[str]:
    """The names of a font's family, typographic ones too (OpenType, table `name`: 1, 16 and 21)."""
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True, fontNumber=0) as font:
        return frozenset(_compared(record.toUnicode()) for record in font["name"].names if record.nameID in (1, 16, 21))


def _compared(family: str) -> str:
    """A name of a family as fontconfig compares it: case and spaces make no difference."""
    return family.casefold().replace(" ", "")


def without_glyph(text: str, fonts: Iterable[Path]) -> list[str]:
    """The characters of a text that none of the fonts has, sorted, each once. ASCII and invisible characters aren't looked up."""
    unknown = {c for c in set(text) if c not in INVISIBLE and ord(c) > 0x7E}
    for path in fonts:
        if not unknown:
            break
        known = letters(path)
        unknown = {c for c in unknown if ord(c) not in known}
    return sorted(unknown)


@lru_cache(maxsize=64)
def is_bold(path: Path) -> bool:
    """Whether a font is bold, or has bold among its variations."""
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True, fontNumber=0) as font:
        return bool(font["OS/2"].usWeightClass >= 600 or "fvar" in font)


def cache_folder() -> Path:
    """The folder for files that can be made again: `$XDG_CACHE_HOME/briefs` (XDG Base Directory Specification)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "briefs"
