"""Translations for tests: files of `translations/` for an edition, with the hashes of its texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import yaml

from briefs.edition import translations
from briefs.edition.read import read_files
from briefs.edition.translations import TextState


def standings(files: Mapping[str, bytes], tag: str = "fr") -> list[TextState]:
    """Every text of an edition without translations."""
    plain = {path: data for path, data in files.items() if not path.startswith("translations/")}
    plain["edition.yaml"] = plain["edition.yaml"].replace(b"status: final", b"status: draft")
    edition = read_files(plain).edition
    assert edition, [str(problem) for problem in read_files(plain).errors]
    return list(translations.translated(edition, tag, {}, {}, {}).states)


def files_of(
    files: Mapping[str, bytes], words: Callable[[TextState], str | None], tag: str = "fr", *, originals: bool = False
) -> dict[str, bytes]:
    """The translations of an edition's texts. `words`: the translation of a text, or None to leave it out."""
    texts: dict[str, list[dict[str, str]]] = {}
    sources: dict[str, str] = {}
    for one in standings(files, tag):
        said = words(one)
        if said is not None:
            entry = {"id": one.id, "of": one.source.hash, "text": said}
            texts.setdefault(translations.file_of(one.path, tag), []).append(entry)
            sources[one.source.hash] = one.source.markdown
    made: dict[str, object] = {path: {"texts": entries} for path, entries in texts.items()}
    made |= {translations.ORIGINALS: sources} if originals else {}
    return {path: yaml.safe_dump(one, allow_unicode=True, sort_keys=False, width=10_000).encode() for path, one in made.items()}


def in_french(standing: TextState) -> str:
    """A text that is told from its source: its first letters are put before it, inside markup."""
    text = standing.source.markdown
    if standing.id == "pull_quote":  # it must stand in the section word for word
        return text
    lead = len(text) - len(text.lstrip("#-*> "))
    return f"{text[:lead]}fr:{text[lead:]}" if not text.startswith((":::", "|")) else text
