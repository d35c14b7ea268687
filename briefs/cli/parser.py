"""The commands and options, and the argparse parser that is made from them.

In: nothing. Out: `COMMANDS`, `make_parser()`. An option is declared once, in `OPTIONS`. A command is one row of `COMMANDS`.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from briefs import __version__
from briefs.cli import build, desk, dev, exchange, ledger, lint, record, translate
from briefs.exitcodes import ExitCode
from briefs.logs import LEVELS

ABOUT = """Builds an edition’s documents from its content folder: the full report, one-page country briefs and slide
handouts, as PDF, Word and PowerPoint files. Without a command it builds everything."""
EXAMPLES = """first steps:
  python3 build.py check              list every problem in the content, with file and line
  python3 build.py                    build everything into dist/
  python3 build.py brief Belgium      build dist/briefs/belgium.pdf and belgium.docx
  python3 build.py brief --help       what a command needs and writes, and all its options"""
MOST_JOBS = 256
MOST_TIMES = 1000
EXIT_CODES = "exit codes:\n" + "\n".join(f"  {code:<4} {code.meaning}" for code in ExitCode)


def _jobs(text: str) -> int:
    """A number of processes, at least one. A number above `MOST_JOBS` counts as `MOST_JOBS`."""
    if not text.isdecimal() or int(text[:9]) < 1:
        raise argparse.ArgumentTypeError(f"it must be a number, 1 or more, and not “{text[:20]}”")
    return min(int(text[:9]), MOST_JOBS)


def _times(text: str) -> float:
    """How many times the usual time: a number from 1 to `MOST_TIMES`."""
    with suppress(ValueError):
        if 1 <= float(text[:9]) <= MOST_TIMES:
            return float(text[:9])
    raise argparse.ArgumentTypeError(f"it must be a number from 1 to {MOST_TIMES}, and not “{text[:20]}”")


def _author(text: str) -> tuple[str, str]:
    """A name, and an address if there is one."""
    name, _, rest = text.partition("<")
    if not name.strip() or len(text) > 200:
        raise argparse.ArgumentTypeError("there should be a name here, such as `Ann Example <ann@example.org>`")
    return name.strip(), rest.removesuffix(">").strip()


def _port(text: str) -> int:
    """The number of a TCP port; 0 stands for any that is free."""
    if not text.isdecimal() or int(text[:6]) > 65535:
        raise argparse.ArgumentTypeError(f"it must be a number from 0 to 65535, and not “{text[:20]}”")
    return int(text)


def _tags(text: str) -> tuple[str, ...]:
    """The tags of languages in a list such as `en,fr` or `en+fr`."""
    return tuple(filter(None, re.split(r"[,+\s]+", text)))


def _cluster(text: str) -> str:
    """The address of a scheduler, or `dask:N` with N processes, 1 to `MOST_JOBS`."""
    own = re.fullmatch(r"dask:(\d{1,3})", text)
    if (own and 1 <= int(own[1]) <= MOST_JOBS) or re.fullmatch(r"(tcp|tls)://(\[[0-9a-f:]+\]|[\w.-]+):\d{1,5}", text):
        return text
    raise argparse.ArgumentTypeError(f"it must be an address such as tls://host:8786, or dask:4, and not “{text[:40]}”")


OPTIONS: dict[str, dict[str, Any]] = {
    "--content": {"metavar": "DIR", "type": Path, "default": Path("content"), "help": "the edition’s folder (content)"},
    "--templates": {"metavar": "DIR", "type": Path, "help": "a folder with what differs from the program’s templates and theme/"},
    "--out": {"metavar": "DIR", "type": Path, "default": Path("dist"), "help": "the folder for finished files (dist)"},
    "--kinds": {
        "metavar": "K[,K]",
        "help": "only these kinds: report, brief, glance, compare, pack, bilingual, changes, correction, handout",
    },
    "--format": {"metavar": "F[,F]", "help": "only these formats: pdf, docx, pptx"},
    "--paper": {"choices": ["a4", "letter"], "default": "a4", "help": "the paper size (a4)"},
    "--print": {
        "action": "store_true",
        "help": "write PDFs for a printer, into print/: PDF/X-4, CMYK, with bleed and crop marks",
    },
    "--jobs": {
        "metavar": "N",
        "type": _jobs,
        "default": os.cpu_count() or 1,
        "help": "how many processes may work at once (one per core)",
    },
    "--on": {
        "metavar": "CLUSTER",
        "type": _cluster,
        "default": None,
        "help": "build on a Dask cluster: its scheduler, such as tls://host:8786, or dask:N for N processes here",
    },
    "--objects": {
        "metavar": "URL",
        "default": "",
        "help": "with --on: the folder or s3://bucket/path by which the command and the cluster’s workers exchange files",
    },
    "--more-time": {
        "metavar": "N",
        "type": _times,
        "default": 1.0,
        "help": "let documents take N times the processor time that they may usually take (1)",
    },
    "--per-page": {
        "metavar": "N",
        "type": int,
        "choices": [1, 2, 3, 4, 6],
        "default": 3,
        "help": "slides per page: 1, 2, 3, 4 or 6 (3)",
    },
    "--where": {
        "metavar": "COLUMN=VALUE",
        "action": "append",
        "default": [],
        "help": "only countries of which this is true, such as stance=ban; may be repeated",
    },
    "--for": {
        "metavar": "AUDIENCE",
        "dest": "audience",
        "default": "",
        "help": "the briefs that hold only what is for this audience of the edition",
    },
    "--language": {
        "metavar": "TAG",
        "default": "",
        "help": "a language of the edition, such as fr, or all (the source’s)",
    },
    "--languages": {
        "metavar": "TAG,TAG",
        "type": _tags,
        "default": (),
        "help": "the two languages, in this order, such as en,fr; needed if the edition has more than two",
    },
    "--all-countries": {"action": "store_true", "help": "build the decks of all countries that have facts"},
    "--no-cache": {"action": "store_true", "help": "build everything again, and keep nothing for the next time"},
    "--check-word": {
        "action": "store_true",
        "help": "also lay out the Word files in LibreOffice; shrink both formats if one needs more than its page",
    },
    "--fit": {"action": "store_true", "help": "also lay out every document, to find what is too long or too wide"},
    "--dry-run": {"action": "store_true", "help": "only say what would be built, or who would get what"},
    "--timings": {"action": "store_true", "help": "print the seconds of each stage, summed over all processes"},
    "--open": {"action": "store_true", "help": "open the document, if exactly one was built"},
    "--quiet": {"action": "store_true", "help": "print problems only"},
    "--json": {"action": "store_true", "help": "print the result as JSON"},
    "--to": {"metavar": "LIST[,LIST]", "help": "the recipients: lists of the people file, or addresses that are in it"},
    "--people": {"metavar": "FILE", "type": Path, "default": Path("people.yaml"), "help": "the people file (people.yaml)"},
    "--store": {"metavar": "DIR", "type": Path, "help": "the record of what went out (exchange, beside the content folder)"},
    "--again": {"action": "store_true", "help": "also send to people who already have the same file"},
    "--apply": {"action": "store_true", "help": "write the changes into the content; without it they are only shown"},
    "--author": {"metavar": "NAME", "help": "of the pending tracked changes, take only this person’s"},
    "--only-accepted": {"action": "store_true", "help": "take accepted tracked changes only, and none that is pending"},
    "--keep-comments": {"action": "store_true", "help": "with --apply: also write the next file, with the comments"},
    "--confirm": {"action": "append", "metavar": "TEXT", "help": "take this text, and write that it says what its source says"},
    "--allow-deletions": {"action": "store_true", "help": "also delete what is missing in a file that may be only a part"},
    "--no-base": {"action": "store_true", "help": "also take edits of texts whose sent version is unknown"},
    "--quotes": {"action": "store_true", "help": "compare quotations with the saved copies of their sources"},
    "--online": {"action": "store_true", "help": "ask the address of each source whether it still answers"},
    "--archive": {"action": "store_true", "help": "submit the addresses that answer and have no copy to an archive of the web"},
    "--archive-service": {
        "metavar": "URL",
        "default": "https://web.archive.org/save/",
        "help": "what an address is appended to, to have it archived (https://web.archive.org/save/)",
    },
    "--report": {"metavar": "FILE", "type": Path, "help": "also write a report: a name that ends in .html or .pdf"},
    "--since": {
        "metavar": "WHEN",
        "help": "the older text: a git revision of the content, a date such as 2026-05-01, or an older output folder",
    },
    "--reworded": {
        "metavar": "TEXT[,TEXT]",
        "default": "",
        "help": "mark facts (be-07) and texts (countries/be.yaml#summary) whose words changed and whose meaning didn’t",
    },
    "--source": {"metavar": "KEY", "help": "all facts and texts that rest on this source"},
    "--send": {"action": "store_true", "help": "send the note and the corrected files"},
    "--as": {"metavar": "ROLE", "dest": "role", "default": "", "help": "the role in which you sign, such as lawyer"},
    "--sign-with": {"metavar": "FILE", "type": Path, "help": "sign PDFs with this certificate (.p12 or .pfx, with its key)"},
    "--key": {
        "metavar": "FILE",
        "type": Path,
        "help": "also sign with an SSH key, such as ~/.ssh/id_ed25519 (.pub if an agent has it), or a minisign key",
    },
    "--signers": {
        "metavar": "FILE",
        "type": Path,
        "default": Path("allowed_signers"),
        "help": "whose keys may sign, as `man ssh-keygen` says under ALLOWED SIGNERS (allowed_signers)",
    },
    "--by": {"metavar": "NAME", "default": "", "help": "the name of the person who signs"},
    "--withdraw": {"action": "store_true", "help": "withdraw the signatures of the role instead; they stay in the file"},
    "--port": {"metavar": "N", "type": _port, "default": 8765, "help": "the port on this machine (8765); 0 for any that is free"},
    "--no-browser": {"action": "store_true", "help": "open no browser; print the address, which is good for one use"},
    "--commit-as": {
        "metavar": "NAME",
        "type": _author,
        "help": "make each save of the desk a commit in git by this author, such as `Ann Example <ann@example.org>`",
    },
    "--serve": {
        "metavar": "FILE",
        "type": Path,
        "help": "serve the team that a file names, such as desk.yaml, through a reverse proxy",
    },
    "--runs": {"metavar": "N", "type": int, "default": 3, "help": "how often each measurement is repeated (3)"},
    "--peers": {
        "metavar": "P[,P]",
        "default": "typst,weasyprint",
        "help": "the programs to compare with (typst,weasyprint)",
    },
    "--only": {
        "metavar": "M[,M]",
        "default": "cold,warm,watch,data,world",
        "help": "the measures to take, of cold, warm, watch, data and world (all)",
    },
    "--long": {"action": "store_true", "help": "also run the tests that take minutes"},
    "--traceback": {"action": "store_true", "help": "show the whole Python traceback of an internal error"},
    "--log-level": {
        "metavar": "LEVEL",
        "choices": LEVELS,
        "default": "warning",
        "help": f"log to standard error from this level on: {', '.join(LEVELS)} (warning)",
    },
}
_EVERYWHERE = ("--traceback", "--log-level")
_BUILD = (
    "--language", "--content", "--templates", "--out", "--format", "--paper", "--print", "--jobs", "--on", "--objects",
    "--more-time", "--no-cache", "--check-word", "--dry-run", "--timings", "--open", "--quiet", "--json",
)  # fmt: skip
_OUTGOING = (
    "--to", "--for", "--language", "--people", "--content", "--templates", "--out", "--kinds", "--format", "--paper", "--jobs",
    "--more-time", "--no-cache", "--store", "--sign-with", "--dry-run", "--quiet", "--json",
)  # fmt: skip
_MERGE = (
    "--apply", "--for", "--author", "--only-accepted", "--no-base", "--allow-deletions", "--keep-comments",
    "--content", "--templates", "--store", "--quiet", "--json",
)  # fmt: skip
_WHAT = "a country (its brief), a deck, or report, briefs, glance, handouts, all; with --kinds, countries and decks"
_CONTENT = "a content folder without errors (--content)"


@dataclass(frozen=True)
class Command:
    """A command: what it does, needs and writes, an example, its options and arguments, and the function that runs it."""

    help: str  # a sentence without its capital letter and full stop
    needs: str
    example: str
    writes: str
    run: Callable[[argparse.Namespace], ExitCode]
    options: tuple[str, ...] = ()
    arguments: tuple[tuple[str, str | None, str], ...] = ()  # name, nargs, help
    more: str = ""

    @property
    def description(self) -> str:
        first = f"{self.help[0].upper()}{self.help[1:]}."
        table = f"needs:    {self.needs}\nexample:  python3 build.py {self.example}\nwrites:   {self.writes}"
        return "\n\n".join(filter(None, [first, table, self.more]))


class _CommandParser(argparse.ArgumentParser):
    """A parser that doesn't keep silent if its help can't be printed, and says which commands make documents for an audience."""

    def error(self, message: str) -> NoReturn:
        if re.search(r"unrecognized arguments:.*\s--for\b", message):
            taking = ", ".join(name for name, command in COMMANDS.items() if "--for" in command.options)
            message += f"\n--for goes with {taking}. Other documents are for everyone, and hold what isn’t for an audience."
        super().error(message)

    def _print_message(self, message: str, file: Any = None) -> None:
        print(message, end="", file=file or sys.stderr)


def make_parser(only: str | None = None) -> argparse.ArgumentParser:
    """The parser, made from `COMMANDS` and `OPTIONS`.

    With `only`, it parses the arguments of this command and knows the others by name. That saves a tenth of a quick command's time.
    """
    top = _CommandParser(
        prog="briefs",
        usage="briefs [COMMAND] [OPTION …]",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        description=f"{ABOUT}\n\n{EXAMPLES}",
        epilog=EXIT_CODES,
    )
    top.add_argument("--version", action="version", version=f"briefs {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title="commands", prog="briefs", required=True)
    for name, command in COMMANDS.items():
        sub = commands.add_parser(
            name,
            help=command.help,
            description=command.description,
            epilog=EXIT_CODES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        if only in (None, name):
            _add_arguments(sub, command)
    return top


def _add_arguments(parser: argparse.ArgumentParser, command: Command) -> None:
    for argument, count, explained in command.arguments:
        parser.add_argument(argument.lower(), metavar=argument, nargs=count, help=explained)
    for option in (*command.options, *_EVERYWHERE):
        parser.add_argument(option, **OPTIONS[option])


def command_first(words: list[str]) -> list[str]:
    """The words with the command moved to the front, as argparse needs it. Without a command, `all` is added.

    Options may be typed before the command. With one that no command has, argparse says so.
    """
    bare = next(_without_options(words), None)
    if bare is not None:
        return [words[bare], *words[:bare], *words[bare + 1 :]]
    return words if {"-h", "--help", "--version"} & {*words} else ["all", *words]


def _without_options(words: list[str]) -> Iterator[int]:
    """The positions of the words that are neither options nor their values, up to the first unknown option."""
    position = 0
    while position < len(words):
        option, _, value = words[position].partition("=")
        if not option.startswith("-"):
            yield position
        elif option not in OPTIONS:
            return
        takes_value = option in OPTIONS and OPTIONS[option].get("action", "append") == "append" and not value
        position += 2 if takes_value else 1


COMMANDS = {
    "all": Command(
        "build everything the edition has",
        needs=_CONTENT,
        example="all --kinds report,brief --format pdf",
        writes="dist/report.*, dist/briefs/, dist/handouts/ and dist/manifest.json (--out changes dist)",
        run=build.everything,
        options=("--kinds", "--for", *_BUILD),
    ),
    "report": Command(
        "build the full report",
        needs=f"{_CONTENT}, with sections in report/",
        example="report --paper letter",
        writes="dist/report.pdf and report.docx; with --paper letter in dist/letter/",
        run=build.report,
        options=_BUILD,
    ),
    "brief": Command(
        "build the one-page briefs of the named countries, or of all that have facts",
        needs=_CONTENT,
        example="brief Belgium EST --format pdf",
        writes="a PDF and a Word file for each country, such as dist/briefs/belgium.pdf",
        run=build.brief,
        options=("--where", "--for", *_BUILD),
        arguments=(("COUNTRY", "*", "a name, a common other name, an ISO code or a group of countries, in any case"),),
        more="With --for press the briefs hold only what is for this audience of edition.yaml, and stand in dist/press/.",
    ),
    "glance": Command(
        "build the table of all countries: where each stands, its data and its next decision",
        needs=_CONTENT,
        example="glance --format docx",
        writes="dist/glance.pdf and glance.docx, whose names of countries lead to the briefs beside them",
        run=build.glance,
        options=_BUILD,
    ),
    "compare": Command(
        "build one page with two to six countries side by side",
        needs=_CONTENT,
        example="compare Belgium France Germany",
        writes="a PDF and a Word file, such as dist/compare/belgium-france-germany.pdf",
        run=build.compare,
        options=("--where", *_BUILD),
        arguments=(("COUNTRY", "*", "a name, a common other name, an ISO code or a group of countries, in any case"),),
    ),
    "pack": Command(
        "bind the briefs of a journey, with a cover, contents and page numbers",
        needs=f"{_CONTENT}, with journeys in journeys/",
        example="pack journeys/baltics.yaml",
        writes="a PDF and a Word file, such as dist/pack/baltics.pdf",
        run=build.pack,
        options=_BUILD,
        arguments=(("JOURNEY", "*", "the name of a journey or its file; all if left out"),),
    ),
    "bilingual": Command(
        "build the briefs of the named countries in two languages, front and back",
        needs=f"{_CONTENT} whose edition.yaml lists `languages`",
        example="bilingual Estonia --languages en,fr",
        writes="a PDF and a Word file of two pages for each country, such as dist/bilingual/estonia-en-fr.pdf",
        run=build.bilingual,
        options=("--languages", "--where", *(option for option in _BUILD if option != "--language")),
        arguments=(("COUNTRY", "*", "a name, a common other name, an ISO code or a group of countries; all if left out"),),
    ),
    "correction": Command(
        "build the notes of corrections: what was wrong in documents that went out, and what is right",
        needs=f"{_CONTENT}, with corrections.yaml, which `recall` writes",
        example="correction be-07",
        writes="a PDF and a Word file, such as dist/corrections/be-07.pdf",
        run=build.correction,
        options=_BUILD,
        arguments=(("CORRECTION", "*", "the id of a correction or of its fact; all if left out"),),
    ),
    "handout": Command(
        "build the named decks and their handouts, or those of all decks of the edition",
        needs=f"{_CONTENT}, with decks in decks/; a named country has a deck of its own",
        example="handout Belgium --per-page 6",
        writes="dist/handouts/: the deck as PPTX, its handout as PDF and Word file; with --per-page 6 in dist/6-per-page/",
        run=build.handout,
        options=("--where", "--all-countries", "--per-page", *_BUILD),
        arguments=(("NAME", "*", "a deck of the edition, a country (a name or an ISO code) or a group of countries"),),
    ),
    "check": Command(
        "list every problem of the content, with file, line and what to do",
        needs="a content folder (--content)",
        example="check --content my-edition",
        writes="no file",
        run=build.check,
        options=("--fit", "--language", "--content", "--templates", "--jobs", "--more-time", "--no-cache", "--quiet", "--json"),
        more="""\
Every document is composed, so all that a build would say of the content is said at once. What only pages can show, such as
a brief that is too long or a table that is too wide, takes --fit: it makes all documents and writes none of them.""",
    ),
    "list": Command(
        "list the countries with code, name, number of facts and stance",
        needs=_CONTENT,
        example="list --where stance=ban",
        writes="no file",
        run=build.list_countries,
        options=("--where", "--language", "--content", "--json"),
        arguments=(("COUNTRY", "*", "a country or a group; all if left out"),),
    ),
    "watch": Command(
        "build everything, then build again what each saved file changes, until Ctrl-C",
        needs=_CONTENT,
        example="watch --kinds brief",
        writes="the same files as `all`",
        run=build.watch,
        options=("--kinds", "--language", "--content", "--templates", "--out", "--format", "--paper", "--jobs", "--more-time"),
    ),
    "desk": Command(
        "open the edition in a browser, on this machine only or for a team, until Ctrl-C",
        needs=_CONTENT.replace(" without errors", ""),
        example="desk",
        writes="no file by itself",
        run=desk.desk,
        options=(
            "--port",
            "--no-browser",
            "--commit-as",
            "--serve",
            "--people",
            "--store",
            "--content",
            "--templates",
            "--out",
            "--no-cache",
        ),
        more="""\
With --serve it is a team's, behind a reverse proxy that says who asks: desk.example.yaml shows the file, docs/desk.md
the proxy. Nobody reaches it but through the socket that the file names.""",
    ),
    "verify": Command(
        "compare the finished files with their manifest and the edition, and look whether the record of what went out is whole",
        needs="an output folder that was built before (--out)",
        example="verify --out dist",
        writes="no file",
        run=build.verify,
        options=("--content", "--out", "--store", "--signers", "--quiet"),
        more="""\
It names each file that is missing, changed or unknown, or whose document the edition (--content) no longer has; and in
the record (--store) each line that was changed or follows another than it did, and each file that isn't as it was.
Signatures in signoff.yaml that were made with an SSH or minisign key are verified against --signers.""",
    ),
    "lint": Command(
        "measure the pages and slides of finished files: what is broken, empty, hidden, cut off or hard to read",
        needs="finished PDFs and PPTX files in the output folder (--out), or named",
        example="lint dist/report.pdf",
        writes="no file",
        run=lint.lint,
        options=("--out", "--quiet", "--json"),
        arguments=(("FILE", "*", "a finished PDF or PPTX; all in the output folder if left out"),),
        more="""\
A line about each finding: file, page, rule, what was found, its measure and the limit. The rules are in docs/design.md.""",
    ),
    "send": Command(
        "mail documents to the people of a list",
        needs=f"{_CONTENT}, people.yaml (people.example.yaml shows how), and a mail server",
        example="send Belgium report --to staff",
        writes="mails; without a server outbox/*.eml; and a record of them in exchange/ (--store)",
        run=exchange.send,
        options=("--to", "--again", *_OUTGOING[1:]),
        arguments=(("WHAT", "+", _WHAT),),
        more="""\
Word files are sent, unless --format says otherwise. Each document is a separate mail to each person, and documents
that are out of date are built first. The text of the mail is in templates/mail/, the mail server in the environment:
  BRIEFS_SMTP_HOST, BRIEFS_SMTP_PORT (587), BRIEFS_SMTP_TLS (starttls; tls for port 465),
  BRIEFS_SMTP_USER, BRIEFS_SMTP_PASSWORD (or in the keyring), BRIEFS_SMTP_CA (your own certificate authority)
Any mail program opens the files in outbox/. A file is sent to a person once. If a run was interrupted, start it
again: it goes on where it stopped. --dry-run shows who would get what. --sign-with signs PDFs on the way out (PAdES), and
leaves those in dist/ as they are; BRIEFS_SIGN_PASSWORD has the password of the certificate, or it is asked for.""",
    ),
    "export": Command(
        "copy documents into a folder, for people who mail them themselves",
        needs=_CONTENT,
        example="export to-mail Latvia --to board",
        writes="copies in DIR, and a record of them in exchange/ (--store)",
        run=exchange.export,
        options=_OUTGOING,
        arguments=(("DIR", None, "the folder for the copies"), ("WHAT", "*", f"{_WHAT}; everything if left out")),
        more="""\
Word files are copied, unless --format says otherwise. Documents that are out of date are built first. The record has the
content of each file (and with --to its recipients), so that `merge` can bring edits back.
--sign-with signs the copies of PDFs (PAdES), and leaves those in dist/ as they are; BRIEFS_SIGN_PASSWORD has the password.""",
    ),
    "record": Command(
        "list the chains of the record of what went out, erase a person from it, or take what another record has",
        needs="the record in exchange/ (--store)",
        example="record erase ann@example.org",
        writes="list: no file; erase and merge: the record",
        run=record.record,
        options=("--store", "--content", "--json"),
        arguments=(
            ("ACTION", "?", "list, erase or merge; list if left out"),
            ("WHAT", "*", "erase: an address; merge: the other record’s folder"),
        ),
        more="""\
Erasing removes the address and its salt, and what mail servers replied about it; the chains hold as before. `verify` looks whether
they do. Merging changes nothing in the other folder. What is kept about people, and where else, is in docs/privacy.md.""",
    ),
    "dataset": Command(
        "write the edition as data: CSV, a workbook, and a Frictionless data package",
        needs=_CONTENT,
        example="dataset open-data",
        writes="DIR, which isn’t there yet or is empty, with countries, facts, columns, values and sources",
        run=exchange.dataset,
        options=("--content", "--quiet"),
        arguments=(("DIR", None, "a folder for the files"),),
        more="datapackage.json says what each field means, where it comes from, and under which licence it may be used.",
    ),
    "sheet": Command(
        "write facts, summaries, key points and values as a workbook that people can filter and edit",
        needs=_CONTENT,
        example="sheet facts.xlsx Belgium Latvia",
        writes="FILE, where no file stands yet",
        run=exchange.sheet,
        options=("--where", "--content", "--quiet"),
        arguments=(
            ("FILE", None, "a name that ends in .xlsx, or in .csv for the facts alone"),
            ("COUNTRY", "*", "a name, a common other name, an ISO code or a group of countries; all if left out"),
        ),
    ),
    "merge": Command(
        "bring the edits of returned Word files, presentations and workbooks into the content",
        needs="files that `send` or `export` gave out, and their record in exchange/ (--store); files that `sheet` wrote",
        example="merge from-ann/*.docx --apply",
        writes="with --apply the content files, all or none; merge-report.md beside the file if anything is left to you",
        run=exchange.merge,
        options=_MERGE,
        arguments=(("FILE", "+", "a Word file, a presentation, a workbook or a CSV file that came back"),),
        more="""\
Without --apply it only shows what would change, by file and line. Pending tracked changes count as made, unless an option
says otherwise. Edits that can’t be placed and reviewers’ comments are listed here and in merge-report.md.""",
    ),
    "changes": Command(
        "list what changed since an older state of the edition: facts, stances, dates, sources; with --format, as a page",
        needs=f"{_CONTENT}, and --since: a git revision of it, a date, an older output folder, or sent:LIST",
        example="changes --since 2026-05-01 --format pdf,docx",
        writes="with --format dist/changes.pdf and changes.docx; with --reworded rewordings.yaml in the content; else no file",
        run=ledger.changes,
        options=(
            "--since",
            "--reworded",
            "--format",
            "--language",
            "--content",
            "--templates",
            "--out",
            "--paper",
            "--jobs",
            "--more-time",
            "--no-cache",
            "--people",
            "--store",
            "--quiet",
            "--json",
        ),
        more="""\
With sent:LIST the older state is that from which the newest file was made that the list, or an address in one, was sent.
A date means the end of that day in UTC, in the git history of the content folder. Of an output folder the content is known if
one of its files went out. With --reworded be-07 that fact's new words are marked as saying the same as the old ones.""",
    ),
    "translate": Command(
        "give the texts of an edition to translators, and bring their translations back",
        needs="a content folder without errors (--content) whose edition.yaml lists `languages`",
        example="translate export fr texts.xlf",
        writes="with export the file; with import and --apply translations/ in the content, all or nothing of a file",
        run=translate.translate,
        options=(
            "--apply",
            "--confirm",
            "--fit",
            "--format",
            "--content",
            "--templates",
            "--out",
            "--jobs",
            "--no-cache",
            "--store",
            "--quiet",
            "--json",
        ),
        arguments=(
            ("ACTION", None, "status, export or import"),
            ("WHAT", "*", "status: languages; export: a language and a file (.xlf, .po, .xlsx, .tmx) or folder; import: files"),
        ),
        more="""\
The format of an export is that of the file's ending: XLIFF 1.2 (.xlf; --format xliff2 for 2.0), PO, a workbook, a translation
memory (TMX). With --fit the notes of a country's texts say by how many words its brief is too long, and a picture of the brief in
the source's language is put beside the file, in a workbook on a sheet of its own too. A folder gets the documents in the language
as Word files, in which what isn't translated is marked; `merge` brings those back. Import takes no text whose figures, citations,
links or attributes differ from its source's, and writes over no translation that is newer than the file. Where the program is
mistaken, as with “deux” for “2”, --confirm takes the text that its message names.""",
    ),
    "where": Command(
        "say on which pages a fact, a text, a phrase or what rests on a source is printed, and who has it",
        needs=f"{_CONTENT}, and finished files (--out)",
        example="where be-07",
        writes="no file",
        run=ledger.where,
        options=("--source", "--language", "--content", "--templates", "--out", "--store", "--quiet", "--json"),
        arguments=(("WHAT", "?", "a fact’s id, the place of a text (countries/be.yaml#summary), or a phrase in quotation marks"),),
        more="""\
The finished files are read as they are, so the pages are right for them; those that today's content would change are named.
Of files that went out, it says who has them and whether they were sent a newer one since.""",
    ),
    "recall": Command(
        "say who holds files with a fact, text or value as it was before it was corrected; with --send, tell them",
        needs=f"{_CONTENT} in which it is right, and the record of what went out (--store); for --send people.yaml",
        example="recall be-07 --send",
        writes="without --send no file; with it corrections.yaml in the content folder, the documents, mails, and a record of them",
        run=ledger.recall,
        options=(
            "--send",
            "--people",
            "--content",
            "--templates",
            "--out",
            "--jobs",
            "--more-time",
            "--no-cache",
            "--store",
            "--quiet",
            "--json",
        ),
        arguments=(
            (
                "WHAT",
                None,
                "the id of a fact, also of one that was taken out of the content; the place of a text, such as "
                "countries/be.yaml#summary or report/04-bri.md#3; words of a text in quotation marks, also of one that was "
                "taken out; or a value, such as be/internet/2019",
            ),
        ),
        more="""\
Each person who was sent a file with the old words gets one mail: the note of the correction as PDF, and today's version of each
file that they hold, unless they have it. corrections.yaml keeps what was wrong and what is right; the report and the country's
brief print it. To say why, add `why:` there first: write the correction yourself, and `recall` takes it as it stands.""",
    ),
    "sign": Command(
        "sign countries, sections and decks in a role of the edition; without a name, list who has signed what",
        needs=f"{_CONTENT}, whose edition.yaml lists `roles`",
        example="sign Belgium --as lawyer --by 'Jo Ray'",
        writes="signoff.yaml in the content folder; without a name, no file",
        run=ledger.sign,
        options=("--as", "--by", "--withdraw", "--key", "--content", "--quiet", "--json"),
        arguments=(("WHAT", "*", "a country, a group, a section’s id, a deck, report (all sections) or all"),),
        more="""\
A signature holds a hash of each text, date, source and value that was signed. An edit of one of them voids it, and no other.
With `status: final` a document isn't built while a piece of it lacks a required signature; a draft says who has yet to sign.
--withdraw adds an entry that withdraws a signature; the signature stays in the file, but no longer counts. It takes no --key.
With --key the signature is made with an SSH or minisign key too (ssh-keygen or minisign asks for its password), and `verify`
verifies it.""",
    ),
    "audit": Command(
        "list the claims that rest on little: no source, one, an old one, a quotation without its speaker",
        needs=_CONTENT,
        example="audit --quotes --report audit.html",
        writes="no file; with --report that one, with --online or --archive evidence/addresses.yaml in the content folder",
        run=ledger.audit,
        options=(
            "--quotes",
            "--online",
            "--archive",
            "--archive-service",
            "--report",
            "--language",
            "--content",
            "--templates",
            "--quiet",
            "--json",
        ),
        more="""\
With --quotes each quotation is looked for in the saved copies of its sources, evidence/KEY.pdf, .html or .txt in the content
folder. With --online each address of a source is asked once, one after the other, 15 seconds at most; without it nothing is
fetched, and what was last recorded counts. Nothing is submitted anywhere without --archive: it asks as --online does, then
submits each address that answered well and has no copy to an archive, and prints what to write into the records of sources.
What the program can only guess is listed as a question. A country's score is the part of its facts, summary and key points of
which nothing was found, in hundredths; questions don't count. audit.yaml says which sources repeat others, which facts are
contested, after how many years a source is old, and which findings the editors have considered and accept.""",
    ),
    "redline": Command(
        "write Word files with tracked changes from an older text to today’s, for people who approve in Word",
        needs=f"{_CONTENT}, and --since: a git revision of it, or an older output folder",
        example="redline Belgium report --since v1.0",
        writes="dist/redline/, such as dist/redline/briefs/belgium.docx; no file if nothing changed or all is new",
        run=exchange.redline,
        options=("--since", "--language", "--content", "--templates", "--out", "--kinds", "--paper", "--quiet", "--json"),
        arguments=(("WHAT", "*", f"{_WHAT}; everything if left out"),),
        more="""\
Everything that was inserted, deleted or changed since then is a tracked change. Accepting all gives today’s text,
rejecting all gives the older one. A git revision (a tag, a branch, a commit) is built with today’s templates. If a folder
has that name, the Word files in it are used as they are.""",
    ),
    "new": Command(
        "write a small edition with comments, to start from",
        needs="nothing",
        example="new my-edition",
        writes="the folder DIR",
        run=dev.new,
        arguments=(("DIR", None, "a folder that doesn’t exist yet, or is empty"),),
    ),
    "upgrade": Command(
        "rewrite an edition of an older version of the program in today’s format",
        needs="a content folder",
        example="upgrade content --apply",
        writes="with --apply the content files that change, all or none",
        run=dev.upgrade,
        options=("--apply",),
        arguments=(("DIR", None, "the edition’s folder"),),
        more="Without --apply it only shows what would change. An older edition can also be used as it is.",
    ),
    "bench": Command(
        "measure how long builds take, compared with pandoc and Typst, and with pandoc and WeasyPrint",
        needs="a checkout of the program",
        example="bench --runs 5",
        writes="no file",
        run=dev.bench,
        options=("--runs", "--peers", "--only", "--jobs", "--json"),
    ),
    "test": Command(
        "check the program itself: style, types, tests",
        needs="a checkout of the program",
        example="test tests/edition",
        writes="no file",
        run=dev.test,
        options=("--long",),
        arguments=(("PYTEST", "*", "the tests to run, as pytest takes them; all if left out"),),
    ),
}
