"""Remembers what a request was built into, so that a command with nothing to do reads no edition.

In: a cache, a content folder, templates, a request. Out: `RememberedBuild`: the documents with their inputs, and the warnings. It
is kept under a hash of every byte that the build depended on. Content with errors is never remembered: it is read and reported
again.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from briefs.edition import files
from briefs.press.cache import Cache, Inputs, digest, hashed, of_folder, of_fonts, of_program, packages
from briefs.press.documents import Outcome, Target
from briefs.press.request import Request
from briefs.problems import Problem, ToolError

if TYPE_CHECKING:
    from briefs.edition.read import Reading
    from briefs.press.plan import Plan
    from briefs.theme import Theme

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RememberedBuild:
    """The documents of a request, the warnings of the content, and the names of countries that were left out."""

    documents: Sequence[tuple[Target, Inputs]]
    warnings: Sequence[Problem]
    left_out: Sequence[str]


def recall(cache: Cache, content: Path, templates: Path, request: Request) -> RememberedBuild | None:
    """The build of the same request from the same bytes, if there was one."""
    found = _recall(cache, content, templates, request) if _is_remembered(request) else None
    _log.debug(
        "%s: %s", content, "the same request was built before" if found else "no build of this content and request is remembered"
    )
    return found


def keep(cache: Cache, request: Request, reading: Reading, plan: Plan, theme: Theme, outcomes: Sequence[Outcome]) -> None:
    """Remember a build, unless a document failed."""
    documents = [(asdict(o.target), asdict(o.inputs)) for o in outcomes if o.inputs]
    if not _is_remembered(request) or not documents or len(documents) < len(outcomes):
        return
    entry = {
        "documents": documents,
        "warnings": [problem.to_dict() for problem in reading.problems],
        "left_out": plan.left_out,
        "fonts": theme.look.fonts.files,
    }
    cache.put(_key(reading.files, documents[0][1]["templates"], request), {}, entry)


def _is_remembered(request: Request) -> bool:
    """LibreOffice and the printer's colour profile aren't among the bytes that a build is remembered by."""
    return not (request.check_word or request.printed)


def _recall(cache: Cache, content: Path, templates: Path, request: Request) -> RememberedBuild | None:
    found, problems = files.read_folder(content)
    if problems:
        return None
    entry = cache.entry(_key(found, of_folder(templates), request))
    if entry is None:
        return None
    try:
        if of_fonts(entry["fonts"]) != entry["documents"][0][1]["fonts"]:
            return None
        documents = [(Target(**{**target, "formats": tuple(target["formats"])}), Inputs(**i)) for target, i in entry["documents"]]
        return RememberedBuild(documents, [Problem(**warning) for warning in entry["warnings"]], entry["left_out"])
    except ToolError:  # a font is gone
        return None


def _key(found: Mapping[str, bytes], templates: str, request: Request) -> str:
    content = hashed(part for name in sorted(found) for part in (name, digest(found[name])))
    asked = hashed([repr(request), repr(os.environ.get("SOURCE_DATE_EPOCH"))])
    installed = hashed(part for package in sorted(packages().items()) for part in package)  # any of them may affect the result
    return hashed([content, templates, asked, of_program(), installed])
