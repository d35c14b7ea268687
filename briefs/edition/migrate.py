"""Editions in older formats: brought into today's format, in memory or in their files.

In: an edition's files as bytes, and the format that `edition.yaml` names (format 1 has no key for it). Out: the files in today's
format. Each function of `MIGRATIONS` changes one format into the next, through `edition/write.py`, so every letter that need not
change stays. Reading an older edition applies them in memory; `upgrade` also writes `format` into edition.yaml.

To add a format: append a migration to `MIGRATIONS`, raise `model.FORMAT`, and write down in docs/content.md what changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import yaml

from briefs.edition import write, yamls
from briefs.edition.csl import Name, Source, alias
from briefs.edition.model import FORMAT
from briefs.edition.read import files_of, format_of, too_new
from briefs.problems import Place, Problem, Problems, error

Files = Mapping[str, bytes]
SHOW = "`upgrade DIR` shows what it becomes."  # the hint under each warning about a guess


@dataclass(frozen=True)
class Migrated:
    """An edition's files in a newer format. `guesses`: warnings where the older format left open what was meant."""

    files: Files
    guesses: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Upgrade:
    """What `upgrade` changes: the files that change, before and after, and warnings about what was guessed."""

    before: Files
    after: Files
    guesses: tuple[Problem, ...] = ()


def migrated(files: Files, number: int) -> Migrated:
    """The files of an edition of format `number`, in today's format."""
    guesses: tuple[Problem, ...] = ()
    for migration in MIGRATIONS[number - 1 :]:
        made = migration(files)
        files, guesses = made.files, (*guesses, *made.guesses)
    return Migrated(files, guesses)


def plan(content: Path) -> Upgrade:
    """What changes in a content folder so that it is written in today's format.

    Raises Problems if the folder or its edition.yaml can't be read, or if the edition is newer than the program.
    """
    files, problems = files_of(content)
    number = _number(files, problems)
    made = migrated(files, number)
    after = _with_format(made.files) if number < FORMAT else made.files
    changed = {path: data for path, data in after.items() if data != files.get(path)}
    return Upgrade({path: files[path] for path in changed}, changed, made.guesses)


def _number(files: Files, problems: Sequence[Problem]) -> int:
    """The format of an edition. Raises Problems if the edition can't be upgraded."""
    if not problems and "edition.yaml" not in files:
        problems = [error(Place("edition.yaml"), "the edition has no edition.yaml", "`new DIR` writes one to start from.")]
    head = yamls.load("edition.yaml", files.get("edition.yaml", b""))
    number = format_of(head)
    if not problems and not head.problems and not isinstance(head.data, dict):
        problems = [error(head.place(()), "there should be keys and values here", "Write `key: value` lines; see docs/content.md.")]
    if number > FORMAT:
        problems = [too_new(head, number)]
    if problems or head.problems:
        raise Problems(problems or head.problems)
    return number


def _with_format(files: Files) -> Files:
    """The files with today's format in edition.yaml. Raises Problems if it can't be written there."""
    path, value = "edition.yaml", str(FORMAT)
    for change in (write.Reword(f"{path}#format", value), write.AddKey(path, "format", value)):
        with suppress(write.NotWritable, yaml.YAMLError, ValueError):
            return {**files, **write.changed(files, [change])}
    hint = f"Write `format: {value}` into it yourself, after making the other changes."
    raise Problems([error(Place(path), "the key `format` can’t be added to this file", hint)])


def _hyphens(files: Files) -> Migrated:
    """From format 1 to 2. Format 1 also took `container_title` for CSL's `container-title`, and so on for every key with a
    hyphen."""
    out = dict(files)
    for path in ("sources.yaml", "sources.json"):
        if path in out and _UNDERSCORED.search(out[path]) and not yamls.load(path, out[path]).problems:
            with suppress(write.NotWritable, yaml.YAMLError):  # reading then says what is wrong with the key
                out |= write.changed(out, [write.RenameKeys(path, _HYPHENATED)])
    return Migrated(out)


_HYPHENATED = {name: alias(name) for kind in (Source, Name) for name in kind.model_fields if alias(name) != name}
_UNDERSCORED = re.compile(rb"\b(" + "|".join(_HYPHENATED).encode() + rb")\b")

MIGRATIONS: tuple[Callable[[Files], Migrated], ...] = (_hyphens,)  # the first leads from format 1 to format 2, and so on
