"""Brings translations that came back into an edition.

In: the translations in a file; the edition and its files. Out: `Brought`: the files that change, which translations were taken, how
many the edition had already, and which weren't taken and why. A newer translation is never overwritten. A translation whose
figures, citations, links or attributes differ from its source's is never taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from briefs.edition import fidelity, translations, write, yamls
from briefs.edition.files import CONTROL
from briefs.edition.model import Text, hash_of
from briefs.edition.read import read_files
from briefs.problems import Place, Problem
from briefs.translate.units import Language, Returned, Unit, digest

_ABOUT = "# Source texts by their hashes, as translations were made from them. `translate import` and the desk write this file."


@dataclass
class Brought:
    """`files`: the new bytes of the files that change. `taken`: the names of the texts whose translation was taken. `same`: how
    many translations the content had already. `problems`: why others weren't taken, and what is wrong in the edition with the new
    ones."""

    files: dict[str, bytes] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    same: int = 0
    problems: list[Problem] = field(default_factory=list)


def bring(texts: Sequence[Returned], language: Language, name: str, confirmed: Set[str] = frozenset()) -> Brought:
    """What the translations in a file change in the edition. `name`: the name of the file, for messages. `confirmed`: the names of
    the texts of which somebody says that they say what their sources say; that is written beside them."""
    made = Brought()
    units = {unit.name: unit for unit in language.units}
    after = _followed(language.units)
    changes: list[write.Translate | write.SetField] = []
    sources: dict[str, str] = {}
    firsts: dict[str, Returned] = {}
    for text in texts:
        unit, first = units.get(text.name), firsts.setdefault(text.name, text)
        if first is not text:
            if first.target != text.target:
                what = f"{text.name}: it stands twice in the file, the second time in other words"
                made.problems.append(Problem("error", name, 0, 0, what, "Leave the right one."))
        elif unit and unit.target == text.target and unit.state == "translated" and text.name not in confirmed:
            made.same += 1
        elif faults := list(_faults(text, unit, (language.edition.about.language, language.tag), text.name in confirmed)):
            made.problems += [Problem("error", name, 0, 0, f"{text.name}: {what}", hint) for what, hint in faults]
        elif unit:
            path = translations.file_of(unit.path, language.tag)
            changes.append(write.Translate(f"{path}#{unit.id}/text", text.target, text.of, after[unit.name]))
            if text.name in confirmed:
                changes.append(write.SetField(f"{path}#{unit.id}/confirmed", _both(text)))
            sources[text.of] = unit.source if text.of == unit.of else text.source
            made.taken.append(text.name)
    if changes:
        made.files = write.changed(language.files, changes)
        if kept := originals(language, sources):
            made.files[translations.ORIGINALS] = kept
        made.problems += _broken({**language.files, **made.files}, language.tag)
    return made


def _followed(units: Sequence[Unit]) -> Mapping[str, str]:
    """The id of the text before each text in the same file. The key is the text's name. The id is empty for the first text."""
    found: dict[str, str] = {}
    before: dict[str, str] = {}  # the id of the last text so far, by file
    for unit in units:
        found[unit.name] = before.get(unit.path, "")
        before[unit.path] = unit.id
    return found


def _both(text: Returned) -> str:
    """The hash of a source and its translation, by which somebody confirms that they say the same."""
    return hash_of(f"{text.of} {Text(text.target, Place('')).hash}")


def _faults(text: Returned, unit: Unit | None, languages: tuple[str, str], is_confirmed: bool) -> Iterator[tuple[str, str]]:
    """The reasons why a translation isn't taken, each with what to do. None if it is taken. `languages`: the source's and its."""
    if unit is None:
        yield "the edition has no such text any more", "Leave it out."
        return
    if not text.target:
        yield "its translation is empty in this file, so the edition keeps what it has", "To remove it, delete its entry there."
        return
    if not text.of:
        yield "the file has lost the hash of its source, which the export wrote", "Copy the translation into a new export."
        return
    if letter := CONTROL.search(text.target):
        yield f"it has a control character (U+{ord(letter[0]):04X})", "Delete it."
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
    path = translations.file_of(unit.path, languages[1])
    entry = f"in {path}, in an entry with `id: {unit.id}`, `of: {text.of}` and the translation as its `text`"
    where = f"{entry}, or import it with `--confirm {text.name}`"
    both = Text(source, Place("")), Text(text.target, Place(""))
    for _, what, hint in fidelity.differences(*both, languages, _both(text) if is_confirmed else unit.confirmed, where):
        yield what, hint


def originals(language: Language, more: Mapping[str, str]) -> bytes:
    """The bytes of originals.yaml with the source texts `more`, by their hashes. Older source texts that no translation was made
    from are left out. Empty if no text is left."""
    used = {line.split()[1] for data in language.files.values() for line in _hash_lines(data)}
    known = {hash: text.markdown for hash, text in language.originals.items() if hash in used}
    kept = [lines for hash, text in sorted({**known, **more}.items()) if _is_sound(lines := [*_kept(hash, text)])]
    return "\n".join([_ABOUT, *(line for lines in kept for line in lines), ""]).encode() if kept else b""


def _is_sound(lines: Sequence[str]) -> bool:
    """Whether these lines of originals.yaml can be read as YAML. The source text in a stranger's file may hold characters that YAML
    can't. Such a text is left out without an error, because source texts serve messages only."""
    return not yamls.load(translations.ORIGINALS, "\n".join(lines).encode("utf-8", "replace")).problems


def _kept(hash: str, text: str) -> Iterator[str]:
    """The lines of a source text in originals.yaml: in quotation marks, or as a block if it has several lines."""
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
    """The errors that the edition with these files would have in its translations into the language `tag`."""
    return [problem for problem in read_files(files, is_unfinished=True).errors if problem.path.startswith(f"translations/{tag}/")]
