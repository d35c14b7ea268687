"""Merges several Word files or workbooks into a content folder, and writes what came of it.

In: the paths of edited files, the content folder, the store of what was sent. Out: `MergeOutcome`, and on request the changed
content files. Each file is merged into the content as the one before leaves it, so two people's edits of two copies meet as if one
had been made after the other.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from briefs import atomic, plainfile
from briefs.delivery.store import File, Store
from briefs.edition import files, write
from briefs.edition.model import Edition
from briefs.problems import Problem, Problems
from briefs.roundtrip import discussion, slidediscussion
from briefs.roundtrip.base import edition_of, in_language
from briefs.roundtrip.merge import MergeOutcome, merge
from briefs.theme import Theme
from briefs.tools.pandoc import RememberingPandoc
from briefs.typeset.word import origin, package
from briefs.wordfile import docx
from briefs.wordfile.paragraphs import ChangeFilter


def merge_files(
    paths: Sequence[Path], content: Path, store: Store, theme: Theme, change_filter: ChangeFilter, no_base: bool = False,
    audience: str = "", allow_deletions: bool = False,
) -> MergeOutcome:  # fmt: skip
    """Merge the files in the order in which they are given. Nothing is written. `audience`: the audience of files that don't name
    their own. `allow_deletions`: delete the texts that a file lacks even if it may be only a part of its document. Raises
    Problems."""
    before, problems = files.read_folder(content)
    if any(p.severity == "error" for p in problems):
        raise Problems(problems)
    today, merges = dict(before), []
    with RememberingPandoc() as pandoc:
        for path in paths:
            if path.suffix.lower() in _TABLES:
                from briefs.roundtrip import workbooks  # imported late: it loads much that Word files don’t need

                one = workbooks.merge(_read(path), str(path), today, pandoc)
            else:
                data, name = _as_office(path)
                one = merge(
                    data, name, today, store, _Rebuilder(theme), pandoc, change_filter, no_base, audience, allow_deletions
                )  # fmt: skip
                if name != str(path):
                    one = replace(one, name=path.name, base=f"{one.base}; {_CONVERTED}")
            today |= one.files
            merges.append(one)
    return MergeOutcome(tuple(merges), before, {path: data for path, data in today.items() if data != before.get(path)})


@dataclass(frozen=True)
class _Rebuilder:
    """Builds a document of today's content in a format. The typesetter is loaded only if that is needed."""

    theme: Theme

    def __call__(self, edition: Edition, kind: str, subject: str, audience: str, format: str) -> bytes:
        from briefs.press.documents import Target
        from briefs.press.makers import make
        from briefs.press.session import Session

        session = Session(edition, self.theme)
        try:
            return make(session, Target(kind, subject, subject, (format,), "a4", audience=audience)).files[format]
        finally:
            session.close()


MOST_NEXT = 100  # numbers that are tried for a free name
_TABLES = {".xlsx", ".ods", ".csv"}
_OTHER_FORMATS = {".odt": "docx", ".doc": "docx", ".rtf": "docx", ".odp": "pptx", ".ppt": "pptx"}
_CONVERTED = (
    "LibreOffice turned the file into one of Microsoft’s formats, so fields, content controls and threads of comments may be lost: "
    "references and values are known by their words"
)


def _as_office(path: Path) -> tuple[bytes, str]:
    """The bytes of a Word file or presentation and its name. Other documents are converted. Raises Problems, or ToolError if
    LibreOffice is missing or fails."""
    data, suffix = _read(path), path.suffix.lower()
    if format := _OTHER_FORMATS.get(suffix):
        from briefs.tools import libreoffice

        return libreoffice.converted(data, suffix, format), str(path.with_suffix(f".{format}"))
    return data, str(path)


def _read(path: Path) -> bytes:
    try:
        return plainfile.read(path, docx.MAX_FILE_BYTES)
    except plainfile.TooLarge:
        raise docx.too_large(str(path), path.stat().st_size) from None
    except FileNotFoundError:
        reason = "there is no such file"
    except plainfile.NotPlain:
        reason = "this is not a file"
    except OSError as error:
        reason = str(error.strerror)
    raise Problems([Problem("error", str(path), 0, 0, f"can’t be read: {reason}", "Name the edited file.")])


def change_filter(author: str | None, only_accepted: bool) -> ChangeFilter:
    """Which pending changes count as made: all, those of one person (in upper or lower case), or none."""
    wanted = (author or "").strip().casefold()
    return lambda name, date: not only_accepted and (not wanted or name.strip().casefold() == wanted)


def put_comments(outcome: MergeOutcome, paths: Sequence[Path], content: Path, store: Store, theme: Theme) -> list[Path]:
    """For each returned Word file or presentation with comments, write a new file of its document with these comments, in the same
    folder. Returns the paths of the new files.

    Call it after the content is written. Raises Problems if a file can't be written.
    """
    written: list[Path] = []
    now, _ = files.read_folder(content)
    edition = edition_of(now)
    for merge_, path in zip(outcome.merges, paths, strict=True):
        own = merge_.document
        if merge_.comments and own:
            remarks = [discussion.Remark(one.comment, one.beside) for one in merge_.comments]
            made = _Rebuilder(theme)(in_language(edition, own.language, str(path)), own.kind, own.subject, own.audience, own.format)
            put = slidediscussion.with_comments if own.format == "pptx" else discussion.with_comments
            data = put(made, remarks, edition.about.date.text)
            written.append(_next(path, data, own.format))
            name = f"{origin.read(package.read(made)).document}.{own.format}"
            store.record_export([File(name, own.kind, own.subject, "a4", data)], now, datetime.now(UTC))
    return written


def _next(path: Path, data: bytes, format: str) -> Path:
    """Write a file beside a returned one, under a name that isn't there: `belgium-next.docx`, `belgium-next-2.docx`."""
    reason: object = f"there are {MOST_NEXT} files of that name already"
    try:
        for number in range(1, MOST_NEXT + 1):
            target = path.with_name(f"{path.stem}-next{f'-{number}' if number > 1 else ''}.{format}")
            with contextlib.suppress(FileExistsError):
                atomic.write_new(target, data)
                return target
    except OSError as fault:
        reason = fault.strerror
    hint = "The content is written. Copy the returned file into a folder that you can write to, and merge it again."
    raise Problems([Problem("error", str(path), 0, 0, f"the next file can’t be written: {reason}", hint)])


def write_content(outcome: MergeOutcome, content: Path) -> None:
    """Write all changed files into the content folder, or none. Raises Problems if one of them was changed meanwhile."""
    write.put(content, outcome.before, outcome.after)
