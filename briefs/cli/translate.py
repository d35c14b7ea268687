"""The command `translate`: status, export, import.

In: arguments. Out: an exit code; files for translators, translations in the content, and lines about each of them.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from briefs import plainfile
from briefs.cli import exchange, inputs, output
from briefs.edition.files import printable
from briefs.exitcodes import ExitCode
from briefs.problems import NotUnderstood, Problem, Problems, did_you_mean

if TYPE_CHECKING:  # imported where they are needed, so that `--help` is quick
    from briefs.translate.units import Language, ReturnedFile, Unit

FORMATS = {"xliff": ".xlf", "xliff2": ".xlf", "po": ".po", "xlsx": ".xlsx", "tmx": ".tmx", "docx": ""}
_SUFFIXES = {".xlf": "xliff", ".xliff": "xliff", ".po": "po", ".xlsx": "xlsx", ".tmx": "tmx", "": "docx"}
SCALE = 1.5  # dots per point of the picture of a page
MAX_BYTES = 50_000_000  # bytes of a file that a translator sends back


def translate(arguments: argparse.Namespace) -> ExitCode:
    """Do what the first word says: status, export or import."""
    actions: dict[str, Callable[[argparse.Namespace], ExitCode]] = {"status": _status, "export": _export, "import": _import}
    if arguments.action not in actions:
        hint = did_you_mean(arguments.action, actions, "Write status, export or import.")
        raise NotUnderstood(f"`translate` doesn’t know “{arguments.action[:40]}”. {hint}")
    return actions[arguments.action](arguments)


def _language(arguments: argparse.Namespace, tag: str) -> Language:
    """The translation of the edition into a language. Texts without a translation are no errors here, even if edition.yaml says so.
    Raises Problems if the content has other errors, NotUnderstood if there is no such language."""
    from briefs.edition.read import files_of, read_files
    from briefs.translate.units import Language

    found, problems = files_of(arguments.content)
    reading = read_files(found, problems, is_unfinished=True)
    if reading.edition is None:
        raise Problems(reading.problems)
    if not tag or inputs.in_language(reading.edition, tag).translation == "":
        listed = ", ".join(reading.edition.translations) or "none; list them under `languages` in edition.yaml"
        raise NotUnderstood(f"name a language that the edition is translated into: {listed}.")
    return Language(reading.edition, inputs.in_language(reading.edition, tag).translation, reading.files)


def _status(arguments: argparse.Namespace) -> ExitCode:
    """Print how much of each file is translated, or the counts of each language."""
    tags = arguments.what or [tag for tag in inputs.languages(argparse.Namespace(**{**vars(arguments), "language": "all"})) if tag]
    counts = {tag: _counts(_language(arguments, tag).units) for tag in tags or [""]}
    if arguments.json:
        output.print_json(counts)
        return ExitCode.DONE
    for tag, files in counts.items():
        whole: Counter[str] = sum((Counter(own) for own in files.values()), Counter())
        print(f"{tag}: {_said(whole)}")
        for path, own in files.items() if arguments.what else ():
            print(f"  {path}: {_said(own)}")
    return ExitCode.DONE


def _counts(units: Sequence[Unit]) -> dict[str, dict[str, int]]:
    """How many texts of each file are translated, stale and missing. Those that may be left out don't count as missing."""
    counts: dict[str, Counter[str]] = {}
    for unit in units:
        if unit.state != "missing" or not unit.may_lack:
            counts.setdefault(unit.path, Counter())[unit.state] += 1
    return {path: dict(own) for path, own in counts.items()}


def _said(counts: dict[str, int] | Counter[str]) -> str:
    parts = {"translated": "translated", "stale": "out of date", "missing": "not translated"}
    return ", ".join(f"{counts[state]} {words}" for state, words in parts.items() if counts.get(state)) or "nothing to translate"


def _export(arguments: argparse.Namespace) -> ExitCode:
    """Write the texts of a language for a translator. As Word files, these are the documents, which `merge` brings back."""
    if len(arguments.what) != 2:
        raise NotUnderstood("name the language and the file: translate export fr texts.xlf. A folder gets Word files.")
    tag, path = arguments.what[0], Path(arguments.what[1])
    kind = arguments.format or _SUFFIXES.get(path.suffix.lower(), "")
    if kind not in FORMATS:
        hint = did_you_mean(kind, FORMATS, f"The formats are {', '.join(FORMATS)}.")
        raise NotUnderstood(f"translators’ files have no format “{(kind or path.suffix)[:40]}”. {hint}")
    language = _language(arguments, tag)
    if kind == "docx":
        return exchange.export(argparse.Namespace(**{**vars(arguments), **_AS_EXPORT, "language": language.tag, "dir": str(path)}))
    pages = _pages(arguments, language, path) if arguments.fit else {}
    data = _written(kind, language, pages)
    for page in pages.values():
        page.path.parent.mkdir(exist_ok=True)
        exchange.write_new(page.path, page.picture)
    exchange.write_new(path, data)
    if not arguments.quiet:
        print(f"{printable(str(path))}: {_said(Counter(unit.state for unit in language.units))}")
    return ExitCode.DONE


_AS_EXPORT: dict[str, object] = {
    "what": [], "to": None, "kinds": None, "format": "docx", "paper": "a4", "audience": "", "dry_run": False, "people": None,
    "sign_with": None, "more_time": 1.0,
}  # fmt: skip


@dataclass(frozen=True)
class _Page:
    """The picture of a brief, its path beside the translator's file, and the note about the brief for the translator."""

    path: Path
    picture: bytes
    room: str

    @property
    def notes(self) -> tuple[str, str]:
        return self.room, f"Picture of the page: {self.link}"

    @property
    def link(self) -> str:
        """The place as seen from the translator's file."""
        return f"{self.path.parent.name}/{self.path.name}"


def _pages(arguments: argparse.Namespace, language: Language, path: Path) -> dict[str, _Page]:
    """The pages of the briefs in the source's language. The key is the path of the country's file. Raises Problems if a page can't
    be made."""
    from briefs.desk import pictures
    from briefs.press import translated

    texts = {unit.path for unit in language.units}
    codes = [code for code in language.edition.countries if f"countries/{code}.yaml" in texts]
    made = translated.briefs(language.edition, language.tag, inputs.read_theme(arguments), codes)
    found: dict[str, _Page] = {}
    for code, brief in made.items():
        words = f"{brief.too_many} {'word' if brief.too_many == 1 else 'words'} too long for the brief"
        room = f"As it is now, the translation is about {words}." if brief.too_many else "As it is now, the brief fits on its page."
        place = path.parent / f"{path.stem}-pages" / f"{code}.png"
        found[f"countries/{code}.yaml"] = _Page(place, pictures.png(brief.source, 1, SCALE), room)
    return found


def _written(kind: str, language: Language, pages: Mapping[str, _Page]) -> bytes:
    from briefs.translate import po, sheets, tmx, xliff

    source, tag = language.edition.about.language, language.tag
    links = {unit.path: pages[unit.path].link for unit in language.units if unit.path in pages}
    units = [replace(u, notes=(*u.notes, *pages[u.path].notes)) if u.path in pages else u for u in language.units]
    if kind == "po":
        return po.write(units, tag)
    if kind == "xlsx":
        return sheets.write(units, tag, {page.link: page.picture for page in pages.values()})
    if kind == "tmx":
        return tmx.write(units, source, tag)
    return xliff.write(units, source, tag, version="2.0" if kind == "xliff2" else "1.2", pictures=links)


def _import(arguments: argparse.Namespace) -> ExitCode:
    """Bring translations back into the content: with --apply all that can be taken, file by file."""
    from briefs.edition import write
    from briefs.translate.bring import bring

    if not arguments.what:
        raise NotUnderstood("name the files that came back: translate import texts.xlf.")
    left, files = False, {name: _read(Path(name)) for name in arguments.what}
    confirmed = frozenset(arguments.confirm or ())
    if unknown := confirmed - {text.name for found in files.values() for text in found.texts}:
        raise NotUnderstood(f"no file has a text “{printable(min(unknown))}”: name a text of --confirm as the message does.")
    if confirmed and len({found.tag for found in files.values()}) > 1:
        raise NotUnderstood("texts have the same names in every language: import one language at a time with --confirm.")
    for name, found in files.items():
        language = _language(arguments, found.tag)
        made = bring(found.texts, language, printable(name), confirmed)
        output.show(made.problems)
        is_broken = any(problem.path.startswith("translations/") for problem in made.problems)
        if arguments.apply and made.files and not is_broken:
            write.put(arguments.content, language.files, made.files)
        done = "nothing written" if is_broken else "brought in" if arguments.apply else "to be brought in with --apply"
        if not arguments.quiet:
            taken = "1 text" if len(made.taken) == 1 else f"{len(made.taken)} texts"
            print(f"{printable(name)}: {language.tag}: {taken} {done}, {made.same} the same already")
        left = left or bool(made.problems)
    return ExitCode.LEFT if left else ExitCode.DONE


def _read(path: Path) -> ReturnedFile:
    """A file that came back. Raises Problems."""
    from briefs.translate import returned
    from briefs.translate.units import UnreadableTranslation

    kind = _SUFFIXES.get(path.suffix.lower(), "")
    name = printable(str(path))
    if kind not in returned.KINDS:
        hint = "Word files come back through `merge`." if path.suffix.lower() == ".docx" else "Name a file in .xlf, .po or .xlsx."
        raise Problems([Problem("error", name, 0, 0, "translations don’t come back in such a file", hint)])
    try:
        return returned.read(kind, plainfile.read(path, MAX_BYTES))
    except UnreadableTranslation as fault:
        reason = str(fault)
    except plainfile.NotPlain:
        reason = "this is not a file"
    except plainfile.TooLarge:
        reason = f"it has over {MAX_BYTES:,} bytes"
    except OSError as fault:
        reason = str(fault.strerror)
    raise Problems([Problem("error", name, 0, 0, f"can’t be read: {reason}", "Name a file that `translate export` wrote.")])
