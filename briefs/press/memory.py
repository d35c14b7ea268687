"""What a request came to when the same content was there before: with nothing to do, no edition is read.

In: a content folder, templates, a request, the cache. Out: the documents with their inputs, and what the reader said, noted under
the hash of every byte that they depend on; or nothing. An edition with errors is never noted: it is read, and told of, again.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from briefs.edition import files
from briefs.press.cache import Cache, Inputs, digest, hashed, of_folder, of_fonts, of_program, packages
from briefs.press.job import Outcome, Target
from briefs.problems import Problem, ToolError

if TYPE_CHECKING:
    from briefs.theme import Theme


@dataclass(frozen=True)
class RememberedBuild:
    """The documents that a request came to, the warnings of the content, the names of countries that were left out."""

    documents: Sequence[tuple[Target, Inputs]]
    warnings: Sequence[Problem]
    left_out: Sequence[str]


def recall(cache: Cache, content: Path, templates: Path, request: Sequence[object]) -> RememberedBuild | None:
    """What is known of the content as it is now."""
    found, problems = files.read_folder(content)
    if problems:
        return None
    note = cache.note(_key(found, of_folder(templates), request))
    try:
        if of_fonts(note["fonts"]) != note["documents"][0][1]["fonts"]:
            return None
        documents = [(Target(**{**target, "formats": tuple(target["formats"])}), Inputs(**i)) for target, i in note["documents"]]
        return RememberedBuild(documents, [Problem(**warning) for warning in note["warnings"]], note["left_out"])
    except (TypeError, KeyError, IndexError, AttributeError, ToolError):  # no note, or one that isn't ours; a font is gone
        return None


def keep(
    cache: Cache, read: Mapping[str, bytes], warnings: Iterable[Problem], left_out: Sequence[str], theme: Theme,
    outcomes: Sequence[Outcome], request: Sequence[object],
) -> None:  # fmt: skip
    """Note what came of a request; `read` are the files that the edition was read from. Nothing if a document failed."""
    documents = [(asdict(o.target), asdict(o.inputs)) for o in outcomes if o.inputs]
    if not documents or len(documents) < len(outcomes):
        return
    said = {"warnings": [asdict(w) for w in warnings], "left_out": left_out}
    told = {"documents": documents, **said, "fonts": theme.look.fonts.files}
    cache.put_note(_key(read, documents[0][1]["templates"], request), told)


def _key(found: Mapping[str, bytes], templates: str, request: Sequence[object]) -> str:
    content = hashed(part for name in sorted(found) for part in (name, digest(found[name])))
    words = hashed(map(repr, [*request, os.environ.get("SOURCE_DATE_EPOCH")]))
    could_read = hashed(part for package in sorted(packages().items()) for part in package)  # each might have a part in it
    return hashed([content, templates, words, of_program(), could_read])
