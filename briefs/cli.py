"""The command line: words in, rooms called, problems printed.

In: the words that a person typed. Out: an exit code, lines on standard output, problems on standard error. Every option is
declared once, in `OPTIONS`; a command is a row of `COMMANDS`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from briefs import __version__
from briefs.clock import clock
from briefs.problems import NotUnderstood, Problem, Problems, ToolError

if TYPE_CHECKING:  # read, build and send are imported where they are needed: `--help` is quick
    from briefs.delivery.send import Going
    from briefs.delivery.store import Store
    from briefs.edition.model import Edition
    from briefs.edition.read import Reading
    from briefs.press.cache import Cache
    from briefs.press.job import Outcome, Target
    from briefs.roundtrip.back import MergeOutcome
    from briefs.theme import Theme

DONE, CONTENT, USAGE, FAILED, SETUP, LEFT, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130
ABOUT = """Builds an edition's documents from its content folder: the full report, one-page country
briefs and slide handouts, as PDF, Word and PowerPoint files. Without a command it builds everything the edition has."""
EXAMPLES = """examples:
  python3 build.py                       everything, into dist/
  python3 build.py brief Belgium         dist/briefs/belgium.pdf and .docx
  python3 build.py brief EST lv --paper letter --format pdf
  python3 build.py handout Belgium --per-page 6
  python3 build.py check                 every problem in the content, with file and line
  python3 build.py send Belgium --to staff      mails dist/briefs/belgium.docx to the list “staff” of people.yaml"""
EXIT_CODES = """exit codes:
  0    done, also when there was nothing to do
  1    the content has problems; nothing was built
  2    the command was not understood
  3    a document failed, or a mail didn’t go; the others were built, and sent
  4    set-up needs a person: a program, library or font is missing, or the mail server can’t be used
  5    merge left something to a person
  130  interrupted; no half file is left"""
SENDING = """

  python3 build.py send Belgium Latvia --to staff
  python3 build.py send report handouts --to staff,board --format pdf
  python3 build.py send all --to staff --dry-run

Each document is a mail of its own to each person; what is stale is built first. Who is on a list stands in
people.yaml (people.example.yaml shows how), the words of the mail in templates/mail/, the mail server in the environment:
  BRIEFS_SMTP_HOST, BRIEFS_SMTP_PORT (587), BRIEFS_SMTP_TLS (starttls; tls for port 465),
  BRIEFS_SMTP_USER, BRIEFS_SMTP_PASSWORD (or in the keyring), BRIEFS_SMTP_CA (an authority of your own)
Without a host the mails are written into outbox/ as .eml files, which any mail program opens. What went out is
recorded: the same file doesn’t go to the same person twice, and a run that broke off goes on when it is started again."""
EXPORTING = """

  python3 build.py export to-mail Belgium report
  python3 build.py export to-mail Latvia --to board

What is stale is built first. What goes out is recorded, with the content that it was made from (and with --to for whom),
so that edits can come back."""
MERGING = """

  python3 build.py merge ~/Downloads/belgium.docx
  python3 build.py merge from-ann/*.docx --apply

Shows what the edits are in the content’s own files; with --apply it writes them, all or none. Tracked changes count as
made unless an option says otherwise. What can’t be placed, and reviewers’ comments, are listed here and in merge-report.md
beside the edited file. The file that was sent is found in the store (exchange/), which send and export fill."""

REDLINING = """

  python3 build.py redline Belgium --since v1.0
  python3 build.py redline report handouts --since main~20
  python3 build.py redline --since dist-of-march

For people who approve in Word: today’s Word file, in which everything that was put in, taken out or changed since
then is a tracked change; accepting all gives today’s text, rejecting all the older one. --since is a git revision (a tag, a
branch, a commit): its content is built with today’s templates and held against today’s. If a folder has that name, it is
an older output folder, and the Word files in it are taken as they stand. Files go to dist/redline/, such as
dist/redline/briefs/belgium.docx. Of a document that is unchanged, or was not there then, no file is written."""

OPTIONS: dict[str, dict[str, Any]] = {
    "--content": {"metavar": "DIR", "type": Path, "default": Path("content"), "help": "the edition's folder (content)"},
    "--templates": {"metavar": "DIR", "type": Path, "help": "a folder with templates and theme/ of your own"},
    "--out": {"metavar": "DIR", "type": Path, "default": Path("dist"), "help": "where finished files go (dist)"},
    "--kinds": {"metavar": "K[,K]", "help": "only these kinds: report, brief, handout"},
    "--format": {"metavar": "F[,F]", "help": "only these formats: pdf, docx, pptx"},
    "--paper": {"choices": ["a4", "letter"], "default": "a4", "help": "the paper (a4)"},
    "--print": {"action": "store_true", "help": "PDFs for a printer: PDF/X-4, CMYK, bleed and crop marks, into print/"},
    "--jobs": {"metavar": "N", "type": int, "default": os.cpu_count() or 1, "help": "processes at once (one a core)"},
    "--per-page": {"metavar": "N", "type": int, "choices": [1, 2, 3, 6], "default": 3, "help": "slides a page: 1, 2, 3 or 6 (3)"},
    "--all-countries": {"action": "store_true", "help": "the decks of all countries that have facts"},
    "--no-cache": {"action": "store_true", "help": "make everything anew, and keep nothing for the next time"},
    "--check-word": {
        "action": "store_true",
        "help": "lay the Word files out in LibreOffice too, and shrink both formats if one needs more than its page",
    },
    "--dry-run": {"action": "store_true", "help": "say what would be built, or who would get what; do nothing"},
    "--timings": {"action": "store_true", "help": "print how long each stage took, all processes together"},
    "--open": {"action": "store_true", "help": "open what was built, if it is one document"},
    "--quiet": {"action": "store_true", "help": "print problems only"},
    "--json": {"action": "store_true", "help": "print the outcome as JSON"},
    "--to": {"metavar": "LIST[,LIST]", "help": "who gets it: lists of the people file, or addresses that stand in one"},
    "--people": {"metavar": "FILE", "type": Path, "default": Path("people.yaml"), "help": "the people file (people.yaml)"},
    "--store": {"metavar": "DIR", "type": Path, "help": "where what goes out is recorded (exchange, beside the content folder)"},
    "--again": {"action": "store_true", "help": "also to those who have the same file already"},
    "--apply": {"action": "store_true", "help": "write the edits into the content; without it they are only shown"},
    "--author": {"metavar": "NAME", "help": "of tracked changes that are pending, only this person’s"},
    "--only-accepted": {"action": "store_true", "help": "no tracked change that is pending; only what was accepted"},
    "--no-base": {"action": "store_true", "help": "also edits of texts of which nobody knows what was sent"},
    "--since": {"metavar": "REVISION|DIR", "help": "held against what: a git revision of the content, or an older output folder"},
    "--runs": {"metavar": "N", "type": int, "default": 3, "help": "how often each measure is taken (3)"},
    "--peers": {"metavar": "P[,P]", "default": "typst,weasyprint", "help": "measured beside ours (typst,weasyprint)"},
    "--long": {"action": "store_true", "help": "the deep runs too (minutes)"},
}
_BUILD = (
    "--content",
    "--templates",
    "--out",
    "--format",
    "--paper",
    "--print",
    "--jobs",
    "--no-cache",
    "--check-word",
    "--dry-run",
    "--timings",
    "--open",
    "--quiet",
    "--json",
)
_OUT = (
    "--to",
    "--people",
    "--content",
    "--templates",
    "--out",
    "--kinds",
    "--format",
    "--paper",
    "--jobs",
    "--no-cache",
    "--store",
    "--dry-run",
    "--quiet",
    "--json",
)
_WHAT = "a country (its brief), a deck of the edition, or report, briefs, handouts, all; with --kinds, countries and decks"


@dataclass(frozen=True)
class Command:
    """A word of the command line: what it does, its arguments and options, the function that does it; and what more to say."""

    help: str
    options: tuple[str, ...]
    run: Callable[[argparse.Namespace], int]
    arguments: tuple[tuple[str, str | None, str], ...] = ()  # name, how many, help
    more: str = ""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit code. No content, however broken, ends in a traceback."""
    words = _with_command(list(sys.argv[1:] if argv is None else argv))
    try:
        arguments = parser().parse_args(words)
        return COMMANDS[arguments.command].run(arguments)
    except SystemExit as ended:  # argparse: 0 after --help, 2 for a word it doesn't know
        return int(ended.code or 0)
    except NotUnderstood as fault:
        print(f"briefs: {fault}", file=sys.stderr)
        return USAGE
    except Problems as fault:
        show(fault.problems)
        return CONTENT
    except ToolError as fault:
        print(f"briefs: {fault}", file=sys.stderr)
        return SETUP
    except KeyboardInterrupt:
        exec("")  # or Python ends by the signal, not with the code, if that came within an `exec`, as dataclasses are made by
        print("\ninterrupted; no half file is left", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # nobody reads what is printed any more; mails that wait aren’t done by that
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED if words[0] == "send" else DONE


def _with_command(words: list[str]) -> list[str]:
    """No command means `all`."""
    known = {*COMMANDS, "-h", "--help", "--version"}
    return words if words and (words[0] in known or not words[0].startswith("-")) else ["all", *words]


def parser() -> argparse.ArgumentParser:
    """The parser, made from `COMMANDS` and `OPTIONS`."""
    top = argparse.ArgumentParser(
        prog="briefs",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        description=ABOUT,
        epilog=f"{EXAMPLES}\n\n{EXIT_CODES}",
    )
    top.add_argument("--version", action="version", version=f"briefs {__version__}")
    commands = top.add_subparsers(dest="command", metavar="command", required=True)
    for name, command in COMMANDS.items():
        sub = commands.add_parser(
            name,
            help=command.help,
            description=f"{command.help[0].upper()}{command.help[1:]}.{command.more}",
            epilog=EXIT_CODES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        for argument, count, explained in command.arguments:
            sub.add_argument(argument.lower(), metavar=argument, nargs=count, help=explained)
        for option in command.options:
            sub.add_argument(option, **OPTIONS[option])
    return top


def show(problems: Sequence[Problem]) -> None:
    """Print problems, each on its line, and how many there are."""
    for problem in problems:
        print(problem, file=sys.stderr)
    errors = sum(p.severity == "error" for p in problems)
    if problems:
        print(f"{_count(errors, 'error')}, {_count(len(problems) - errors, 'warning')}", file=sys.stderr)


def _count(number: int, one: str, several: str = "") -> str:
    return f"{number} {one if number == 1 else several or one + 's'}"


def _read(arguments: argparse.Namespace) -> tuple[Reading, Edition]:
    """The edition and the files that it was read from; its warnings are printed, its errors raised."""
    from briefs.edition.read import read

    with clock.stage("read"):
        reading = read(arguments.content)
    if reading.edition is None:
        raise Problems(reading.problems)
    if not getattr(arguments, "quiet", False):
        show(reading.problems)
    return reading, reading.edition


def check(arguments: argparse.Namespace) -> int:
    from briefs.edition.read import read

    reading = read(arguments.content)
    if arguments.json:
        print(json.dumps([vars(p) for p in reading.problems], ensure_ascii=False, indent=1))
    else:
        show(reading.problems)
        if reading.edition and not arguments.quiet:
            edition = reading.edition
            facts = sum(len(c.facts) for c in edition.countries.values())
            told = [_count(len(edition.countries), "country", "countries"), _count(facts, "fact")]
            told += [_count(len(edition.sections), "section"), _count(len(edition.decks), "deck")]
            print(f"{arguments.content}: {', '.join(told)}, {_count(len(edition.sources), 'source')}: no errors")
    return CONTENT if reading.errors else DONE


def list_countries(arguments: argparse.Namespace) -> int:
    _, edition = _read(arguments)
    rows = [
        {"code": code, "name": edition.names[code], "stance": edition.stance(code).label.markdown, "facts": len(country.facts)}
        for code, country in sorted(edition.countries.items(), key=lambda item: edition.names[item[0]])
    ]
    if arguments.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return DONE
    width = max((len(str(row["name"])) for row in rows), default=0)
    for row in rows:
        facts = "fact " if row["facts"] == 1 else "facts"
        print(f"{row['code']:<4} {row['name']:<{width}}  {row['facts']:>3} {facts}  {row['stance']}")
    print("; ".join(f"{edition.steps[step].label}: {number}" for step, number in edition.counts.items()))
    return DONE


def brief(arguments: argparse.Namespace) -> int:
    return _build(arguments, ["brief"], arguments.country)


def report(arguments: argparse.Namespace) -> int:
    return _build(arguments, ["report"], [])


def handout(arguments: argparse.Namespace) -> int:
    return _build(arguments, ["handout"], arguments.name)


def everything(arguments: argparse.Namespace) -> int:
    return _build(arguments, arguments.kinds.split(",") if arguments.kinds else None, [])


def _build(arguments: argparse.Namespace, kinds: Sequence[str] | None, countries: Sequence[str]) -> int:
    from briefs.press import progress

    start = time.perf_counter()
    slides = getattr(arguments, "per_page", 3), getattr(arguments, "all_countries", False)
    request = [kinds, countries, arguments.format, arguments.paper, *slides]
    outcomes = _unchanged(arguments, request)
    if outcomes is not None:
        reading = clock.taken()
    else:
        with _workers(arguments, alone=len(countries) == 1):
            built = _anew(arguments, kinds, countries, slides, request)
        if built is None:
            return DONE
        outcomes, reading = built
    if arguments.json:
        print(json.dumps([progress.record(o) for o in outcomes], ensure_ascii=False, indent=1))
    if arguments.timings:
        print("\n".join(progress.timings(outcomes, reading, time.perf_counter() - start)), file=sys.stderr)
    problems = [p for o in outcomes for p in o.problems]
    show(problems)
    if arguments.open and len(outcomes) == 1 and outcomes[0].files:
        import webbrowser

        webbrowser.open(outcomes[0].files[0].resolve().as_uri())
    return FAILED if problems else DONE


def _workers(arguments: argparse.Namespace, alone: bool) -> AbstractContextManager[None]:
    """Processes that load while the edition is read, if more than one is allowed."""
    if arguments.jobs < 2 or arguments.dry_run:
        return nullcontext()
    from briefs.press import workers

    return workers.ready(alone)


def _anew(
    arguments: argparse.Namespace, kinds: Sequence[str] | None, countries: Sequence[str], slides: tuple[int, bool],
    request: Sequence[object],
) -> tuple[list[Outcome], Mapping[str, float]] | None:  # fmt: skip
    """Read the edition and build what isn't fresh: the outcomes, and how long reading took. After a dry run None."""
    from briefs.press import memory as known
    from briefs.press import plan as order

    found, edition = _read(arguments)
    look = _look(arguments)
    targets, left_out = order.targets(
        edition, kinds, countries, arguments.format, arguments.paper, arguments.check_word, *slides, arguments.print
    )
    _say_left_out(arguments, left_out)
    if arguments.dry_run:
        for path in order.paths(edition, targets, arguments.out):
            print(path)
        return None
    if arguments.print:
        from briefs.tools import icc

        icc.find(look.look.print.profile, look.look.print.package)
    reading = clock.taken()
    outcomes = _make(arguments, edition, look, targets)
    if _may_be_known(arguments):
        known.keep(_cache(), found.files, found.problems, left_out, look, outcomes, request)
    return outcomes, reading


def watch(arguments: argparse.Namespace) -> int:
    """Make again what a save touches, until Ctrl-C."""
    from briefs.press import plan as order
    from briefs.press.watch import Watcher

    kinds = arguments.kinds.split(",") if arguments.kinds else None

    def wanted(edition: Any) -> list[Any]:
        return order.targets(edition, kinds, [], arguments.format, arguments.paper, False)[0]

    say = partial(print, flush=True)
    Watcher(arguments.content, _templates(arguments), arguments.out, arguments.jobs, _cache(), wanted, show, say).run()
    return DONE


def _unchanged(arguments: argparse.Namespace, request: Sequence[object]) -> list[Outcome] | None:
    """Everything that was asked for, if the same content came to it before and it is still there; then all is said as it was."""
    if not _may_be_known(arguments):
        return None
    from briefs.press import build, progress
    from briefs.press import memory as known

    with clock.stage("read"):
        told = known.recall(_cache(), arguments.content, _templates(arguments), request)
        outcomes = build.unchanged(told.documents, arguments.out, _cache()) if told else None
    if told is None or outcomes is None:
        return None
    if not arguments.quiet:
        show(told.warnings)
    _say_left_out(arguments, told.left_out)
    with progress.watching(len(outcomes), quiet=arguments.quiet or arguments.json) as done:
        for outcome in outcomes:
            done(outcome)
    return outcomes


def _may_be_known(arguments: argparse.Namespace) -> bool:
    """Whether a request is one that is remembered."""
    return not (arguments.no_cache or arguments.dry_run or arguments.check_word or arguments.print)


def _cache() -> Cache:
    from briefs.press.cache import Cache
    from briefs.tools import fonts

    return Cache(fonts.cache_folder() / "documents")


def _look(arguments: argparse.Namespace) -> Theme:
    from briefs import theme

    return theme.read(_templates(arguments))


def _templates(arguments: argparse.Namespace) -> Path:
    """The folder that was named, or the program's own: in the package when installed, beside it in a checkout."""
    return arguments.templates or _own_templates()


def _own_templates() -> Path:
    here = Path(__file__).parent
    return next((p for p in (here / "templates", here.parent / "templates") if (p / "theme").is_dir()), here.parent / "templates")


def _say_left_out(arguments: argparse.Namespace, countries: Sequence[str]) -> None:
    if countries and not arguments.quiet:
        print(f"left out, as they have no facts: {', '.join(countries)}", file=sys.stderr)


def _make(arguments: argparse.Namespace, edition: Edition, look: Theme, targets: Sequence[Target]) -> list[Outcome]:
    """Build what isn't fresh, with a line a document."""
    from briefs.press import progress
    from briefs.press.build import build

    cache = None if arguments.no_cache else _cache()
    with progress.watching(len(targets), quiet=arguments.quiet or arguments.json) as done:
        return build(edition, look, targets, arguments.out, arguments.jobs, done, cache)


def send(arguments: argparse.Namespace) -> int:
    """Mail documents to people."""
    from briefs.delivery import send as out
    from briefs.delivery import smtp
    from briefs.press import progress

    if not arguments.to:
        raise NotUnderstood(f"to whom? Name a list of {arguments.people} by --to.")
    server = smtp.server(os.environ)
    going, look, is_whole = _going(arguments)
    mails = out.Mails(going, look.folder.parent, arguments.again)
    is_quiet = arguments.quiet or arguments.json
    with progress.watching(len(mails), quiet=is_quiet, said=out.line, doing="sending") as done:
        if arguments.dry_run:
            results = mails.foresee(done)
        else:
            results = mails.send(server, done, lambda words: print(words, file=sys.stderr))
    if arguments.json:
        print(json.dumps([out.record(r) for r in results], ensure_ascii=False, indent=1))
    elif not arguments.quiet:
        print(out.summary(results))
    else:
        for result in (r for r in results if r.is_failed):
            print(out.line(result), file=sys.stderr)
    return FAILED if any(r.is_failed for r in results) or not is_whole else DONE


def export(arguments: argparse.Namespace) -> int:
    """Copy documents into a folder, for people who mail them themselves."""
    from briefs.delivery import send as out

    going, _, is_whole = _going(arguments)
    copied: list[str] = []
    problems: list[Problem] = []
    for one in out.export(going, Path(arguments.dir), arguments.dry_run):
        if isinstance(one, Problem):
            problems.append(one)
            continue
        copied.append(str(one))
        if not (arguments.quiet or arguments.json):
            print(one, flush=True)
    if arguments.json:
        print(json.dumps(copied, ensure_ascii=False, indent=1))
    show(problems)
    return FAILED if problems or not is_whole else DONE


def merge(arguments: argparse.Namespace) -> int:
    """Bring edits of Word files back into the content."""
    from briefs.roundtrip import back
    from briefs.roundtrip import summary as told

    paths = [Path(file) for file in arguments.file]
    found = back.merged(
        paths,
        arguments.content,
        _store(arguments),
        _look(arguments),
        back.takes(arguments.author, arguments.only_accepted),
        arguments.no_base,
    )
    if arguments.apply:
        back.apply(found, arguments.content)
    reports = back.report(found, paths)
    if arguments.json:
        print(json.dumps(told.record(found, arguments.apply), ensure_ascii=False, indent=1))
    else:
        _tell(found, arguments.quiet)
        if not arguments.quiet:
            print(told.summary(found, arguments.apply))
    for path in reports:
        print(f"what is left to you is in {path}", file=sys.stderr)
    return LEFT if found.leaves else DONE


def redline(arguments: argparse.Namespace) -> int:
    """Today's Word files with tracked changes from an older text."""
    from briefs.delivery import send as out
    from briefs.press import progress
    from briefs.redline import documents as marked

    if not arguments.since:
        raise NotUnderstood("since when? Name a git revision or an older output folder by --since.")
    _, edition = _read(arguments)
    look = _look(arguments)
    targets, left_out = out.targets(edition, arguments.what, arguments.kinds, "docx", arguments.paper)
    _say_left_out(arguments, left_out)
    held = marked.older(arguments.since, arguments.content, edition, targets)
    is_quiet = arguments.quiet or arguments.json
    with progress.watching(len(targets), quiet=is_quiet, said=marked.line, doing="comparing") as done:
        found = marked.redlines(edition, look, targets, held, arguments.out, done)
    if arguments.json:
        print(json.dumps([marked.record(r) for r in found], ensure_ascii=False, indent=1))
    problems = [p for r in found for p in r.problems]
    show(problems)
    return FAILED if problems else DONE


def _tell(found: MergeOutcome, quiet: bool) -> None:
    """The diff in colours where there are any, then what is left to a person."""
    from rich.console import Console
    from rich.text import Text

    from briefs.roundtrip import summary as told

    console = Console(highlight=False, markup=False, soft_wrap=True)
    styles = {"+": "green", "-": "red", "@": "cyan"}
    for line in () if quiet else told.diff(found.before, found.after):
        style = "bold" if line.startswith(("+++", "---")) else styles.get(line[:1], "")
        console.print(Text(line, style)) if console.is_terminal else print(line)
    for line in told.leavings(found):
        print(line, file=sys.stderr)


def _store(arguments: argparse.Namespace) -> Store:
    from briefs.delivery import store

    return store.Store(arguments.store or store.beside(arguments.content))


def _going(arguments: argparse.Namespace) -> tuple[Going, Theme, bool]:
    """What goes out, to whom: what is stale of it is built, but in a dry run. False if a document failed."""
    from briefs.delivery import people, send, store

    known = people.read(arguments.people, arguments.content) if arguments.to else None
    to = known.named(arguments.to.split(",")) if known else []
    reading, edition = _read(arguments)
    look = _look(arguments)
    targets, left_out = send.targets(edition, arguments.what, arguments.kinds, arguments.format, arguments.paper)
    _say_left_out(arguments, left_out)
    problems: list[Problem] = []
    if arguments.dry_run:
        documents = send.foreseen(edition, look, targets, arguments.out, arguments.format)
    else:
        outcomes = _make(arguments, edition, look, targets)
        documents = send.built(outcomes, arguments.out, arguments.format)
        problems = [p for o in outcomes for p in o.problems]
        show(problems)
    kept = store.Store(arguments.store or store.beside(arguments.content))
    return send.Going(edition, reading.files, documents, known, to, kept), look, not problems


def verify(arguments: argparse.Namespace) -> int:
    """Hold an output folder against its manifest."""
    from briefs.press import manifest

    problems = manifest.verify(arguments.out)
    show(problems)
    if not problems and not arguments.quiet:
        print(f"{arguments.out}: {len(manifest.read(arguments.out)['files'])} files, each as it was made")
    return FAILED if problems else DONE


def new(arguments: argparse.Namespace) -> int:
    from briefs.edition import new as starter

    names = starter.write(arguments.dir, _own_templates() / "starter")
    print(f"wrote an edition to {arguments.dir}: {', '.join(names)}")
    called = "briefs" if Path(sys.argv[0]).name == "briefs" else "python3 build.py"  # as installed, or from a checkout
    print(f"build it: {called} --content {arguments.dir} --out {arguments.dir}-dist")
    return DONE


def test(arguments: argparse.Namespace) -> int:
    """The checkout's own checks: style, types, tests."""
    import importlib.util
    import subprocess

    checkout = Path(__file__).parents[1]
    if not (checkout / "tests").is_dir() or importlib.util.find_spec("pytest") is None:
        print("briefs: the tests run in a checkout, set up for them: python3 build.py test", file=sys.stderr)
        return SETUP
    deep = ["--long"] if arguments.long else []
    steps = [["ruff", "check", "--quiet", "."], ["mypy"], ["pytest", "-q", *deep, *arguments.pytest]]
    code = 0
    for step in steps:
        ended = subprocess.run([sys.executable, "-m", *step], cwd=checkout).returncode
        code = code or ended
    return FAILED if code else DONE


def bench(arguments: argparse.Namespace) -> int:
    """The benchmark stands beside the program in a checkout; it needs what the tests need."""
    import importlib.util
    import subprocess

    checkout = Path(__file__).parents[1]
    if not (checkout / "benchmarks").is_dir() or importlib.util.find_spec("typst") is None:
        print("briefs: the benchmark runs in a checkout, set up for it: python3 build.py bench", file=sys.stderr)
        return SETUP
    words = ["--runs", str(arguments.runs), "--jobs", str(arguments.jobs), "--peers", arguments.peers]
    ended = subprocess.run([sys.executable, "-m", "benchmarks", *words, *(["--json"] if arguments.json else [])], cwd=checkout)
    return FAILED if ended.returncode else DONE


COMMANDS = {
    "all": Command("build everything the edition has", ("--kinds", *_BUILD), everything),
    "report": Command("build the full report", _BUILD, report),
    "brief": Command(
        "build the one-page briefs of countries; of all that have facts if none is named",
        _BUILD,
        brief,
        (("COUNTRY", "*", "a name, a common other name or an ISO code, in any case"),),
    ),
    "handout": Command(
        "build the handouts of the edition’s decks, with the decks themselves; or those that are named",
        ("--all-countries", "--per-page", *_BUILD),
        handout,
        (
            (
                "NAME",
                "*",
                "a deck of the edition, or a country whose own deck is wanted: a name, a common other name or an ISO code",
            ),
        ),
    ),
    "send": Command(
        "mail documents to the people of a list; Word files, unless --format says otherwise",
        (*_OUT[:1], "--again", *_OUT[1:]),
        send,
        (("WHAT", "+", _WHAT),),
        SENDING,
    ),
    "export": Command(
        "copy documents into a folder, for people who mail them themselves; Word files, unless --format says otherwise",
        _OUT,
        export,
        (("DIR", None, "where the copies go"), ("WHAT", "*", f"{_WHAT}; everything if left out")),
        EXPORTING,
    ),
    "merge": Command(
        "bring the edits of Word files that came back into the content: show them, or write them with --apply",
        ("--apply", "--author", "--only-accepted", "--no-base", "--content", "--templates", "--store", "--quiet", "--json"),
        merge,
        (("FILE", "+", "a Word file that came back"),),
        MERGING,
    ),
    "redline": Command(
        "write Word files with tracked changes from an older text to today’s, for people who approve in Word",
        ("--since", "--content", "--templates", "--out", "--kinds", "--paper", "--quiet", "--json"),
        redline,
        (("WHAT", "*", f"{_WHAT}; everything if left out"),),
        REDLINING,
    ),
    "check": Command(
        "read the content and list every problem, with file, line and what to do", ("--content", "--quiet", "--json"), check
    ),
    "list": Command("list the countries: code, name, facts, stance", ("--content", "--json"), list_countries),
    "watch": Command(
        "build everything, then again what a saved file touches, until Ctrl-C",
        ("--kinds", "--content", "--templates", "--out", "--format", "--paper", "--jobs"),
        watch,
    ),
    "verify": Command("hold the finished files against their manifest", ("--out", "--quiet"), verify),
    "new": Command("write a small commented edition to start from", (), new, (("DIR", None, "a folder that isn't there yet"),)),
    "bench": Command(
        "measure how long builds take, in turn with pandoc and Typst, and with pandoc and WeasyPrint",
        ("--runs", "--peers", "--jobs", "--json"),
        bench,
    ),
    "test": Command(
        "check the program itself: style, types, tests",
        ("--long",),
        test,
        (("PYTEST", "*", "what pytest should run instead of everything"),),
    ),
}
