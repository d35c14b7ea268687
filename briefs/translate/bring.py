"""Brings translations that came back into an edition.

In: what a file holds, the edition, its files. Out: `Brought`: the files that change, how many texts are new, and what wasn't taken
and why. Never over a newer translation; never a text whose figures, citations, links or attributes differ from its source's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from briefs.edition import fidelity, translations, write, yamls
from briefs.edition.model import Text
from briefs.edition.read import read_files
from briefs.problems import Place, Problem
from briefs.translate.units import Language, Returned, Unit, digest

_ABOUT = "# Source texts by their hashes, as translations were made from them. `translate import` writes this file."


@dataclass
class Brought:
    """`files`: the new bytes of the files that change. `taken`: names of texts; `same`: how many were in the content already.
    `problems`: what wasn't taken, each at its text."""

    files: dict[str, bytes] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    same: int = 0
    problems: list[Problem] = field(default_factory=list)


def bring(texts: Sequence[Returned], language: Language, name: str) -> Brought:
    """The changes that the translations of a file make. `name`: that of the file, for messages."""
    made = Brought()
    units = {unit.name: unit for unit in language.units}
    after = _followed(language.units)
    changes: list[write.Translate] = []
    sources: dict[str, str] = {}
    firsts: dict[str, Returned] = {}
    for text in texts:
        unit, first = units.get(text.name), firsts.setdefault(text.name, text)
        if first is not text:
            if first.target != text.target:
                what = f"{text.name}: it stands twice in the file, the second time in other words"
                made.problems.append(Problem("error", name, 0, 0, what, "Leave the right one."))
        elif unit and unit.target == text.target and unit.state == "translated":
            made.same += 1
        elif faults := list(_faults(text, unit)):
            made.problems += [Problem("error", name, 0, 0, f"{text.name}: {what}", hint) for what, hint in faults]
        elif unit:
            path = translations.file_of(unit.path, language.tag)
            changes.append(write.Translate(f"{path}#{unit.id}/text", text.target, text.of, after[unit.name]))
            sources[text.of] = unit.source if text.of == unit.of else text.source
            made.taken.append(text.name)
    if changes:
        made.files = write.changed(language.files, changes)
        if originals := _originals(language, sources):
            made.files[translations.ORIGINALS] = originals
        made.problems += _broken({**language.files, **made.files}, language.tag)
    return made


def _followed(units: Sequence[Unit]) -> Mapping[str, str]:
    """The id of the text of the same file that each follows."""
    found: dict[str, str] = {}
    before: dict[str, str] = {}  # the last id of each file
    for unit in units:
        found[unit.name] = before.get(unit.path, "")
        before[unit.path] = unit.id
    return found


def _faults(text: Returned, unit: Unit | None) -> Iterator[tuple[str, str]]:
    """Why a translation isn't taken, each with what to do."""
    if unit is None:
        yield "the edition has no such text any more", "Leave it out."
        return
    if unit.was not in {text.was, digest(text.target)} and (unit.target or text.was):
        yield "it has been translated anew since this file was made, and that stays", "Export again, and compare the two."
        return
    if text.of != unit.of and unit.state == "translated":
        yield "the source has changed since this file was made, and has a newer translation", "Leave it out."
        return
    source = unit.source if text.of == unit.of else text.source
    if text.of != unit.of and Text(source, Place("")).hash != text.of:
        yield "the source text in the file isn’t the one that was exported", "Export again."
        return
    if unit.limit and len(text.target) > unit.limit:
        yield f"it has {len(text.target)} characters; {unit.limit} is the most", "Shorten it."
    for _, what, hint in fidelity.differences(Text(source, Place("")), Text(text.target, Place(""))):
        yield what, hint


def _originals(language: Language, more: Mapping[str, str]) -> bytes:
    """The file of source texts, without those that no translation of any language was made from. Nothing if none is left."""
    used = {line.split()[1] for data in language.files.values() for line in _hash_lines(data)}
    known = {hash: text.markdown for hash, text in language.originals.items() if hash in used}
    kept = [lines for hash, text in sorted({**known, **more}.items()) if _is_sound(lines := [*_kept(hash, text)])]
    return "\n".join([_ABOUT, *(line for lines in kept for line in lines), ""]).encode() if kept else b""


def _is_sound(lines: Sequence[str]) -> bool:
    """Whether lines of that file are read as YAML. A stranger's source text may hold what YAML can't; it is only left out, because
    it serves messages."""
    return not yamls.load(translations.ORIGINALS, "\n".join(lines).encode("utf-8", "replace")).problems


def _kept(hash: str, text: str) -> Iterator[str]:
    """The lines of a source text in that file: in quotation marks, or as a block if it has several lines."""
    if "\n" not in text:
        quoted = text.replace("'", "''")
        yield f"'{hash}': '{quoted}'"
        return
    yield f"'{hash}': |-"
    yield from (f"  {line}" if line else "" for line in text.split("\n"))


def _hash_lines(data: bytes) -> Iterator[str]:
    for line in data.decode("utf-8", "replace").split("\n"):
        parts = line.strip().split()
        if len(parts) == 2 and parts[0] == "of:":
            yield f"of: {parts[1].strip(chr(34) + chr(39))}"


def _broken(files: Mapping[str, bytes], tag: str) -> list[Problem]:
    """Errors that the edition would have with the new translations."""
    return [problem for problem in read_files(files, is_unfinished=True).errors if problem.path.startswith(f"translations/{tag}/")]
