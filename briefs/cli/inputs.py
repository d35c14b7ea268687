"""What commands work on: the edition, the theme, the cache and the store.

In: the arguments of a command. Out: what they name. Everything heavy is imported where it is needed, so that `--help` is quick.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from briefs.cli import output
from briefs.clock import clock
from briefs.edition.files import printable
from briefs.problems import NotUnderstood, Problems, did_you_mean
from briefs.templates import OWN

if TYPE_CHECKING:
    from briefs.delivery.store import Store
    from briefs.edition.model import Edition
    from briefs.edition.read import Reading
    from briefs.press.cache import Cache, TableCache
    from briefs.theme import Theme

ALL = "all"  # the value of `--language` that means every language


def check_folders(arguments: argparse.Namespace) -> None:
    """Raise NotUnderstood if a command would write into the content folder, or have it among its finished files."""
    if "content" not in arguments:
        return
    content = Path(os.path.realpath(arguments.content))
    for name in ("out", "dir", "store", "report"):
        if folder := getattr(arguments, name, None):
            real, shown = Path(os.path.realpath(folder)), printable(str(folder))
            if real.is_relative_to(content):
                raise NotUnderstood(f"{shown} is in the content folder, where it would be read as content. Name another.")
            if name == "out" and content.is_relative_to(real):
                raise NotUnderstood(f"the content folder is in {shown}, beside finished files. Name another --out.")


def read_edition(arguments: argparse.Namespace, *, is_preview: bool = False) -> tuple[Reading, Edition]:
    """`edition_and_files` for a command that composes nothing: prints how many warnings there are."""
    reading, edition = edition_and_files(arguments, is_preview=is_preview)
    if not getattr(arguments, "quiet", False):
        output.show_briefly(reading.problems)
    return reading, edition


def edition_and_files(arguments: argparse.Namespace, *, is_preview: bool = False) -> tuple[Reading, Edition]:
    """The edition in the language that was named, and the files it was read from. `is_preview`: without its translations, which is
    quicker. Raises Problems if it has errors."""
    from briefs.edition.read import read

    with clock.stage("read"):
        reading = read(arguments.content, store=table_store(arguments), is_preview=is_preview)
    if reading.edition is None:
        raise Problems(reading.problems)
    edition = with_changes(reading.edition, arguments.content, reading)
    tags = getattr(arguments, "languages", None)
    asked = in_language(edition, getattr(arguments, "language", "")) if tags is None else in_languages(edition, tags)
    return replace(reading, edition=edition), asked


def with_changes(edition: Edition, content: Path, beside: Reading | None = None) -> Edition:
    """The edition with its changes since older editions, if its edition.yaml names any. `beside`: what was read of the content
    today.

    Raises Problems, ToolError."""
    if edition.about.changes is None:
        return edition
    from briefs.ledger import since  # rarely needed

    return since.with_changes(edition, content, beside)


def in_language(edition: Edition, tag: str) -> Edition:
    """The edition in the language `tag`, alone; the source's if the tag is empty or the source's own. Raises NotUnderstood."""
    if re.search(r"[+,]", tag):
        raise NotUnderstood(f"--language takes one language, or all. For a brief in two: bilingual COUNTRY --languages {tag[:40]}.")
    own = _tag(edition, tag) if tag else edition.about.language
    return edition.translations.get(own) or replace(edition, translations={})


def in_languages(edition: Edition, tags: Sequence[str]) -> Edition:
    """The edition with only those of its translations whose languages are among the two `tags`. If the edition has two languages,
    `tags` may be empty. Raises NotUnderstood."""
    listed = [edition.about.language, *edition.translations]
    chosen = {_tag(edition, tag) for tag in tags or listed}
    if len(chosen) != 2 or len(tags) > 2:
        has = f"This edition has {', '.join(listed)}."
        raise NotUnderstood(f"two languages are needed, such as --languages {','.join([*listed, 'fr'][:2])}. {has}")
    return replace(edition, translations={tag: own for tag, own in edition.translations.items() if tag in chosen})


def _tag(edition: Edition, tag: str) -> str:
    """The edition's own tag of a language. Raises NotUnderstood if it has no such language."""
    from briefs.edition import names

    listed = [edition.about.language, *edition.translations]
    own = names.tag_among(tag, listed)
    if own is None:
        hint = did_you_mean(tag, listed, f"Its languages are {', '.join(listed)}. edition.yaml lists them under `languages`.")
        raise NotUnderstood(f"this edition has no language “{tag[:40]}”. {hint}")
    return own


def languages(arguments: argparse.Namespace) -> list[str]:
    """The tags of the languages that `--language` means; an empty one for the source's. `all`: every language of the edition."""
    if arguments.language != ALL:
        return [arguments.language]
    from briefs.edition import yamls

    try:
        head = yamls.load("edition.yaml", (arguments.content / "edition.yaml").read_bytes()).mapping
    except OSError:
        return [""]
    listed = head.get("languages")
    return ["", *map(str, listed[1:])] if isinstance(listed, list) else [""]


def read_theme(arguments: argparse.Namespace) -> Theme:
    """Raises Problems if the theme has errors or lacks what a kind of document needs."""
    from briefs import theme
    from briefs.compose import kinds

    found = theme.read(templates(arguments))
    kinds.check(found)
    return found


def templates(arguments: argparse.Namespace) -> Path:
    """The templates folder that was named, or else the program's own."""
    return arguments.templates or OWN


def document_cache() -> Cache:
    """The documents that earlier commands kept, in the user's cache folder."""
    from briefs.press.cache import Cache
    from briefs.tools import fonts

    return Cache(fonts.cache_folder() / "documents")


def shared_cache(arguments: argparse.Namespace) -> Cache:
    """The documents that earlier commands kept, here or in the store of a cluster if one was named."""
    url = getattr(arguments, "objects", "")
    if not url:
        return document_cache()
    from briefs.press.objects import SharedCache

    return SharedCache(document_cache().folder, url)


def cluster(arguments: argparse.Namespace) -> tuple[str, str]:
    """The Dask cluster that was named, and the URL of its store of objects: by default a folder in the user's cache folder."""
    on = getattr(arguments, "on", None)
    return (on, arguments.objects or str(document_cache().folder.parent / "objects")) if on else ("", "")


def table_store(arguments: argparse.Namespace) -> TableCache | None:
    """Where tables are kept as they were read. None with --no-cache."""
    from briefs.press.cache import TableCache

    return None if getattr(arguments, "no_cache", False) else TableCache(document_cache())


def open_store(arguments: argparse.Namespace) -> Store:
    """The record of what went out: the folder that was named, or else `exchange` beside the content folder."""
    from briefs.delivery import store

    return store.Store(arguments.store or store.default_folder(arguments.content))


def sound_store(arguments: argparse.Namespace) -> Store:
    """The record of what went out. Prints what shows that it was changed, and goes on: `verify` looks closer."""
    from briefs.delivery import record

    store = open_store(arguments)
    output.show(record.chain_problems(store))
    return store
