"""What must be the same on every machine that works on a build, so that the finished files have the same bytes.

In: a theme. Out: a description of this machine; and how another machine's description differs from it, in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from briefs.press.cache import digest, of_folder, of_program, versions
from briefs.problems import ToolError
from briefs.templates import OWN
from briefs.theme import Theme
from briefs.tools import fonts, icc


def description(theme: Theme, printed: bool) -> dict[str, Any]:
    """This machine's program, versions and fonts, and its colour profile if a document is for a printer; as JSON has it.

    Raises ToolError if a font or the profile is missing.
    """
    look = theme.look
    profile = {"name": look.print.profile, "package": look.print.package} if printed else None
    return _described({package: list(names) for package, names in look.fonts.files.items()}, profile)


def differences(wanted: Mapping[str, Any]) -> str:
    """How this machine differs from a description, in words; empty if it doesn't."""
    try:
        here = _described(wanted["fonts"], wanted["profile"])
    except ToolError as missing:
        return str(missing)
    return ", ".join(_differences(wanted, here))


def _described(files: Mapping[str, list[str]], profile: Mapping[str, str] | None) -> dict[str, Any]:
    return {
        "versions": versions(),
        "program": of_program(),
        "templates": of_folder(OWN),
        "fonts": files,
        "faces": {name: digest(path.read_bytes()) for name, path in fonts.find(files).items()},
        "profile": profile,
        "inks": digest(icc.find(**profile)) if profile else "",
    }


def _differences(wanted: Mapping[str, Any], here: Mapping[str, Any]) -> Iterator[str]:
    for tool in sorted({*wanted["versions"], *here["versions"]}):
        own, other = (found["versions"].get(tool, "none") for found in (here, wanted))
        if own != other:
            yield f"{tool} {own} instead of {other}"
    if here["versions"] == wanted["versions"] and here["program"] != wanted["program"]:
        yield "another version of the program"
    if here["templates"] != wanted["templates"]:
        yield "other templates of the program"
    yield from (f"another font file {name}" for name, face in wanted["faces"].items() if here["faces"].get(name) != face)
    if here["inks"] != wanted["inks"]:
        yield f"another colour profile {wanted['profile']['name']}"
