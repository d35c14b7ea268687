"""Whether finished files are older than the content.

In: the edition as it is now, entries of the manifest. Out: the hashes of the content that the files would show today.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from briefs import theme as themes
from briefs.desk.desk import Desk
from briefs.desk.workspace import EditionNow
from briefs.edition.model import Edition
from briefs.ledger import since
from briefs.press import plan
from briefs.press.documents import Target
from briefs.press.fingerprints import Fingerprinter
from briefs.problems import Problems, ToolError
from briefs.tools import git
from briefs.tools.pandoc import PandocError


def is_old(name: str, entry: Mapping[str, Any], contents: Mapping[str, str]) -> bool:
    """Whether the content that a finished file shows has changed since. `contents`: what `contents` returned."""
    return name in contents and entry.get("inputs", {}).get("content") != contents[name]


def contents(desk: Desk, now: EditionNow, targets: Collection[Target]) -> Mapping[str, str]:
    """By the names of the finished files of documents, the hashes of the content that they would show today. Files in other
    languages, for a printer, for an audience and with tracked changes aren't among them; none are if there are no documents, if
    the edition's `changes` can't be told, or if the theme can't be used. Each is found out once, as `changes` are."""
    if now.edition is None or not targets:
        return {}
    try:
        commits = since.commits(now.edition, desk.folders.content)
        edition = _with_changes(now, now.edition, desk.folders.content, commits)
        if unknown := [target for target in targets if (commits, target) not in now.contents]:
            fingerprinter = Fingerprinter(edition, themes.read(desk.folders.templates))
            now.contents.update({(commits, target): fingerprinter.inputs(target).content for target in unknown})
    except (Problems, ToolError, PandocError, git.NotThere):
        return {}
    found: dict[str, str] = {}
    for target in targets:
        paths = plan.paths(edition, [target], desk.folders.out)
        found |= {path.relative_to(desk.folders.out).as_posix(): now.contents[commits, target] for path in paths}
    return found


def _with_changes(now: EditionNow, edition: Edition, content: Path, commits: tuple[str, ...]) -> Edition:
    """The edition with what changed since the older ones that it names. It is found out once, as long as neither the files change
    nor the commits that these names mean. Raises what `since.with_changes` raises."""
    edition = replace(edition, alphabet=())  # a build hashes it before it puts the subjects in order
    if commits not in now.changes:
        now.changes[commits] = since.with_changes(edition, content)
    return now.changes[commits]
