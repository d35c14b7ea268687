"""Remembers which documents a request gave, and what a check found, so that an idle command needn't read the edition.

In: a cache, a content folder, templates, a request. Out: `RememberedBuild`: the documents with their inputs, and the warnings; or
`RememberedCheck`: the problems. Each is kept under a hash of every byte that it depended on. Builds with errors and faults of the
program are never remembered: they are reported anew.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from briefs.edition import files
from briefs.press.cache import Cache, Inputs, digest, hashed, of_fonts, of_program, of_templates, packages
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
    """A build that is remembered. `documents`: those of the request, each with the hashes of its inputs. `warnings`: those of the
    theme and the content. `left_out`: the names of countries of which no document can be made. `stems`: those of all documents that
    the edition has."""

    documents: Sequence[tuple[Target, Inputs]]
    warnings: Sequence[Problem]
    left_out: Sequence[str]
    stems: Sequence[str]


@dataclass(frozen=True)
class RememberedCheck:
    """A check that is remembered. `problems`: what it found. `summary`: how many countries, facts and so on the edition has, in
    words; empty if the edition couldn't be read."""

    problems: Sequence[Problem]
    summary: str


def recall(cache: Cache, content: Path, templates: Path, request: Request) -> RememberedBuild | None:
    """The build of the same request from the same bytes, if there was one."""
    found = _recall(cache, content, templates, request) if is_remembered(request) else None
    _log.debug(
        "%s: %s", content, "the same request was built before" if found else "no build of this content and request is remembered"
    )
    return found


def keep(
    cache: Cache, request: Request, reading: Reading, plan: Plan, stems: Collection[str], theme: Theme, outcomes: Sequence[Outcome]
) -> None:
    """Remember a build, unless a document failed. `stems`: see `RememberedBuild`. The cache keeps each document's own warnings."""
    documents = [(asdict(o.target), asdict(o.inputs)) for o in outcomes if o.inputs]
    if not is_remembered(request) or not documents or len(documents) < len(outcomes):
        return
    entry = {
        "documents": documents,
        "warnings": [problem.to_dict() for problem in (*theme.warnings, *reading.problems)],
        "left_out": plan.left_out,
        "stems": sorted(stems),
        "fonts": theme.look.fonts.files,
    }
    cache.put(key_of(reading.files, documents[0][1]["templates"], request), {}, entry)


def key_of(found: Mapping[str, bytes], templates: str, request: Request | str) -> str:
    """The hash of everything that a request depends on, except the fonts: content, templates, program, packages."""
    content = hashed(part for name in sorted(found) for part in (name, digest(found[name])))
    asked = hashed([repr(request), repr(os.environ.get("SOURCE_DATE_EPOCH"))])
    installed = hashed(part for package in sorted(packages().items()) for part in package)  # any of them may affect the result
    return hashed([content, templates, asked, of_program(), installed])


def recall_check(cache: Cache, content: Path, templates: Path, fit: bool, language: str = "") -> RememberedCheck | None:
    """The check of the same bytes, if there was one. `fit`: the check laid the documents out too. `language`: their language."""
    found, problems = files.read_folder(content)
    is_known = not (problems or _says_changes(found))
    entry = cache.entry(key_of(found, of_templates(templates), _check(fit, language))) if is_known else None
    if entry is None:
        return None
    try:
        if of_fonts(entry["fonts"]) != entry["fonts_hash"]:
            return None
        return RememberedCheck([Problem(**problem) for problem in entry["problems"]], entry["summary"])
    except ToolError:
        return None


def keep_check(
    cache: Cache, templates: Path, theme: Theme, files: Mapping[str, bytes], fit: bool, check: RememberedCheck, language: str = ""
) -> None:
    """Remember a check, unless something other than the content was at fault."""
    if all(problem.path in files for problem in check.problems):
        problems = [problem.to_dict() for problem in check.problems]
        fonts = theme.look.fonts.files
        entry = {"problems": problems, "summary": check.summary, "fonts": fonts, "fonts_hash": of_fonts(fonts)}
        cache.put(key_of(files, of_templates(templates), _check(fit, language)), {}, entry)


def _check(fit: bool, language: str) -> str:
    return f"check {'--fit ' if fit else ''}{language}"


def is_remembered(request: Request) -> bool:
    """Whether a build of this request is remembered. One that needs LibreOffice or the printer's colour profile isn't: these are
    not among the bytes that a build is remembered by."""
    return not (request.check_word or request.printed)


def _says_changes(found: Mapping[str, bytes]) -> bool:
    """Whether documents say what changed since an older state, which isn't among the bytes that a build is remembered by."""
    return re.search(rb"^[\"']?changes\b", found.get("edition.yaml", b""), re.M) is not None


def _recall(cache: Cache, content: Path, templates: Path, request: Request) -> RememberedBuild | None:
    found, problems = files.read_folder(content)
    if problems or _says_changes(found):
        return None
    entry = cache.entry(key_of(found, of_templates(templates), request))
    if entry is None:
        return None
    try:
        if of_fonts(entry["fonts"]) != entry["documents"][0][1]["fonts"]:
            return None
        documents = [(Target(**{**target, "formats": tuple(target["formats"])}), Inputs(**i)) for target, i in entry["documents"]]
        warnings = [Problem(**warning) for warning in entry["warnings"]]
        return RememberedBuild(documents, warnings, entry["left_out"], entry["stems"])
    except ToolError:  # a font is gone
        return None
