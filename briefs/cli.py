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
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from briefs import __version__
from briefs.clock import clock
from briefs.problems import Problem, Problems, ToolError

DONE, CONTENT, USAGE, FAILED, SETUP, INTERRUPTED = 0, 1, 2, 3, 4, 130
ABOUT = """Builds an edition's documents from its content folder: the full report, one-page country
briefs and slide handouts, as PDF, Word and PowerPoint files. Without a command it builds everything the edition has."""
EXAMPLES = """examples:
  python3 build.py                       everything, into dist/
  python3 build.py brief Belgium         dist/briefs/belgium.pdf and .docx
  python3 build.py brief EST lv --paper letter --format pdf
  python3 build.py handout Belgium --per-page 6
  python3 build.py check                 every problem in the content, with file and line"""
EXIT_CODES = """exit codes:
  0    done, also when there was nothing to do
  1    the content has problems; nothing was built
  2    the command was not understood
  3    a document failed; the others were built
  4    set-up needs a person: a program, library or font is missing
  130  interrupted; no half file is left"""

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
    "--dry-run": {"action": "store_true", "help": "say what would be built, build nothing"},
    "--timings": {"action": "store_true", "help": "print how long each stage took, all processes together"},
    "--open": {"action": "store_true", "help": "open what was built, if it is one document"},
    "--quiet": {"action": "store_true", "help": "print problems only"},
    "--json": {"action": "store_true", "help": "print the outcome as JSON"},
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


@dataclass(frozen=True)
class Command:
    """A word of the command line: what it does, its arguments and options, and the function that does it."""

    help: str
    options: tuple[str, ...]
    run: Callable[[argparse.Namespace], int]
    argument: tuple[str, str, str] | None = None  # name, how many, help


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit code. No content, however broken, ends in a traceback."""
    try:
        arguments = parser().parse_args(_with_command(list(sys.argv[1:] if argv is None else argv)))
        return COMMANDS[arguments.command].run(arguments)
    except SystemExit as ended:  # argparse: 0 after --help, 2 for a word it doesn't know
        return int(ended.code or 0)
    except Problems as fault:
        show(fault.problems)
        return CONTENT
    except ToolError as fault:
        print(f"briefs: {fault}", file=sys.stderr)
        return SETUP
    except KeyboardInterrupt:
        print("\ninterrupted; no half file is left", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


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
            description=f"{command.help[0].upper()}{command.help[1:]}.",
            epilog=EXIT_CODES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        if command.argument:
            argument, count, explained = command.argument
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
        print(f"{errors} errors, {len(problems) - errors} warnings", file=sys.stderr)


def _edition(arguments: argparse.Namespace) -> Any:
    """The edition; its warnings are printed, its errors raised."""
    from briefs.edition.read import read

    with clock.stage("read"):
        reading = read(arguments.content)
    if reading.edition is None:
        raise Problems(reading.problems)
    if not getattr(arguments, "quiet", False):
        show(reading.problems)
    return reading.edition


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
            print(
                f"{arguments.content}: {len(edition.countries)} countries, {facts} facts, "
                f"{len(edition.sections)} sections, {len(edition.decks)} decks, {len(edition.sources)} sources: no errors"
            )
    return CONTENT if reading.errors else DONE


def list_countries(arguments: argparse.Namespace) -> int:
    edition = _edition(arguments)
    rows = [
        {"code": code, "name": edition.names[code], "stance": edition.stance(code).label.markdown, "facts": len(country.facts)}
        for code, country in sorted(edition.countries.items(), key=lambda item: edition.names[item[0]])
    ]
    if arguments.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return DONE
    width = max((len(str(row["name"])) for row in rows), default=0)
    for row in rows:
        print(f"{row['code']:<4} {row['name']:<{width}}  {row['facts']:>3} facts  {row['stance']}")
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
    start = time.perf_counter()
    if _much(arguments, kinds, countries):
        from briefs.press.build import make_ready

        make_ready()
    from briefs import theme
    from briefs.press import order, progress

    edition = _edition(arguments)
    look = theme.read(arguments.templates or theme.default_templates())
    try:
        targets, left_out = order.targets(
            edition, kinds, countries, arguments.format, arguments.paper, arguments.check_word,
            getattr(arguments, "per_page", 3), getattr(arguments, "all_countries", False), arguments.print)  # fmt: skip
    except order.NotUnderstood as fault:
        print(f"briefs: {fault}", file=sys.stderr)
        return USAGE
    if left_out and not arguments.quiet:
        print(f"left out, as they have no facts: {', '.join(left_out)}", file=sys.stderr)
    if arguments.dry_run:
        for path in order.paths(edition, targets, arguments.out):
            print(path)
        return DONE
    if arguments.print:
        from briefs.tools import icc

        icc.find(look.look.print.profile, look.look.print.package)
    from briefs.press.build import build
    from briefs.press.cache import Cache
    from briefs.tools import fonts

    cache = None if arguments.no_cache else Cache(fonts.cache_folder() / "documents")
    reading = clock.taken()
    with progress.watching(len(targets), quiet=arguments.quiet or arguments.json) as done:
        outcomes = build(edition, look, targets, arguments.out, arguments.jobs, done, cache)
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


def watch(arguments: argparse.Namespace) -> int:
    """Make again what a save touches, until Ctrl-C."""
    from briefs import theme
    from briefs.press import order
    from briefs.press.cache import Cache
    from briefs.press.watch import Watcher
    from briefs.tools import fonts

    kinds = arguments.kinds.split(",") if arguments.kinds else None

    def wanted(edition: Any) -> list[Any]:
        return order.targets(edition, kinds, [], arguments.format, arguments.paper, False)[0]

    templates, cache = arguments.templates or theme.default_templates(), Cache(fonts.cache_folder() / "documents")
    say = partial(print, flush=True)
    try:
        Watcher(arguments.content, templates, arguments.out, arguments.jobs, cache, wanted, show, say).run()
    except order.NotUnderstood as fault:
        print(f"briefs: {fault}", file=sys.stderr)
        return USAGE
    return DONE


def _much(arguments: argparse.Namespace, kinds: Sequence[str] | None, countries: Sequence[str]) -> bool:
    """Whether it is known before the edition is read that several processes will have documents to make."""
    alone = arguments.jobs < 2 or len(countries) == 1 or kinds == ["report"]
    return not (alone or arguments.dry_run) and (arguments.no_cache or not (arguments.out / "manifest.json").exists())


def verify(arguments: argparse.Namespace) -> int:
    """Hold an output folder against its manifest."""
    from briefs.press import manifest

    problems = manifest.verify(arguments.out)
    show(problems)
    if not problems and not arguments.quiet:
        print(f"{arguments.out}: {len(manifest.read(arguments.out)['files'])} files, each as it was made")
    return FAILED if problems else DONE


def new(arguments: argparse.Namespace) -> int:
    from briefs import theme
    from briefs.edition import new as starter

    names = starter.write(arguments.dir, theme.default_templates() / "starter")
    print(f"wrote an edition to {arguments.dir}: {', '.join(names)}")
    print(f"build it: python3 build.py --content {arguments.dir} --out {arguments.dir}-dist")
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
        ("COUNTRY", "*", "a name, a common other name or an ISO code, in any case"),
    ),
    "handout": Command(
        "build the handouts of the edition’s decks, with the decks themselves; or those that are named",
        ("--all-countries", "--per-page", *_BUILD),
        handout,
        ("NAME", "*", "a deck of the edition, or a country whose own deck is wanted: a name, a common other name or an ISO code"),
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
    "new": Command("write a small commented edition to start from", (), new, ("DIR", None, "a folder that isn't there yet")),  # type: ignore[arg-type]
    "bench": Command(
        "measure how long builds take, in turn with pandoc and Typst, and with pandoc and WeasyPrint",
        ("--runs", "--peers", "--jobs", "--json"),
        bench,
    ),
    "test": Command(
        "check the program itself: style, types, tests",
        ("--long",),
        test,
        ("PYTEST", "*", "what pytest should run instead of everything"),
    ),
}
