"""Commands that exchange documents with people: send, export, sheet, merge, redline.

In: arguments. Out: an exit code; mails, copies, workbooks, content files or redlines, and a line about each of them.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from briefs.cli import inputs, output
from briefs.cli.build import build_documents, progress_bar, show_left_out
from briefs.edition.files import printable
from briefs.exitcodes import ExitCode
from briefs.problems import NotUnderstood, Problem, Problems, merged

PASSWORD = "BRIEFS_SIGN_PASSWORD"  # the variable with the password of the certificate's file

if TYPE_CHECKING:  # imported where they are needed, so that `--help` is quick
    from briefs.delivery.pades import PdfSealer
    from briefs.delivery.send import Delivery
    from briefs.roundtrip.merge import MergeOutcome
    from briefs.theme import Theme


def send(arguments: argparse.Namespace) -> ExitCode:
    """Mail documents to people."""
    from briefs.delivery import send, smtp

    if not arguments.to:
        raise NotUnderstood(f"say who gets it: name a list of {arguments.people} with --to.")
    server = smtp.server(os.environ)
    delivery, theme, all_built = _documents(arguments)
    mails = send.MailRun(delivery, theme.folder.parent, arguments.again)
    with progress_bar(arguments, len(mails), summary=send.line, doing="sending") as done:
        say = partial(print, file=sys.stderr)
        results = mails.dry_run(done) if arguments.dry_run else mails.send(server, done, say)
    failed = [result for result in results if result.is_failed]
    if arguments.json:
        output.print_json([result.to_dict() for result in results])
    elif not arguments.quiet:
        print(send.summary(results))
    else:
        for result in failed:
            print(send.line(result), file=sys.stderr)
    return ExitCode.FAILED if failed or not all_built else ExitCode.DONE


def export(arguments: argparse.Namespace) -> ExitCode:
    """Copy documents into a folder, for people who mail them themselves."""
    from briefs.delivery import send

    delivery, _, all_built = _documents(arguments)
    copied: list[str] = []
    problems: list[Problem] = []
    for one in send.export(delivery, Path(arguments.dir), arguments.dry_run):
        if isinstance(one, Problem):
            problems.append(one)
            continue
        copied.append(str(one))
        if not (arguments.quiet or arguments.json):
            print(one, flush=True)
    if arguments.json:
        output.print_json(copied)
    output.show(problems)
    return ExitCode.FAILED if problems or not all_built else ExitCode.DONE


def _documents(arguments: argparse.Namespace) -> tuple[Delivery, Theme, bool]:
    """The documents that go out and their recipients, the theme, and whether every document could be built.

    What is stale is built first, except in a dry run.
    """
    from briefs.delivery import people, release, send, store

    known = people.read(arguments.people, arguments.content) if arguments.to else None
    to = known.named(arguments.to.split(",")) if known else []
    if known:
        known.check(arguments.to.split(","), arguments.audience)
    sealer = _sealer(arguments)
    reading, edition = inputs.read_edition(arguments)
    theme = inputs.read_theme(arguments)
    asked = (arguments.what, arguments.kinds, arguments.format, arguments.paper, arguments.audience)
    targets, left_out = send.targets(edition, *asked)
    show_left_out(arguments, left_out)
    release.check(edition, targets, known, arguments.to.split(",") if known else [], store.now())
    problems: list[Problem] = []
    if arguments.dry_run:
        documents = send.not_built(edition, theme, targets, arguments.out, arguments.format)
    else:
        outcomes = build_documents(arguments, edition, theme, targets, reading.files)
        documents = send.built(outcomes, arguments.out, arguments.format)
        problems = [problem for outcome in outcomes for problem in outcome.problems]
        output.show(problems, traceback=arguments.traceback)
    known_store = inputs.sound_store(arguments)
    if sealer:
        documents = send.sealed(documents, sealer, known_store, dry_run=arguments.dry_run)
    delivery = send.Delivery(edition, reading.files, documents, known, to, known_store)
    return delivery, theme, not problems


def _sealer(arguments: argparse.Namespace) -> PdfSealer | None:
    """The certificate with which PDFs are signed, if one was named. Its password is asked for unless the environment has it."""
    if not arguments.sign_with:
        return None
    from getpass import getpass

    from briefs.delivery.pades import PdfSealer

    if "pdf" not in (arguments.format or "").split(","):
        raise NotUnderstood("--sign-with signs PDF files. Write --format pdf, or --format pdf,docx.")
    password = os.environ.get(PASSWORD)
    if password is None:
        password = getpass(f"Password of {printable(str(arguments.sign_with))}: ") if sys.stdin.isatty() else ""
    return PdfSealer(arguments.sign_with, password)


def sheet(arguments: argparse.Namespace) -> ExitCode:
    """Write facts, summaries, key points and values as a workbook, or the facts as a CSV file."""
    from briefs.edition import restrictions
    from briefs.press import plan
    from briefs.press.request import Request
    from briefs.workbook import files, rows

    path = Path(arguments.file)
    if path.suffix.lower() not in {".xlsx", ".csv"}:
        raise NotUnderstood(f"name a file that ends in .xlsx or .csv, and not “{printable(path.name)}”.")
    reading, edition = inputs.read_edition(arguments)
    codes = plan.chosen(edition, Request(tuple(arguments.country), where=tuple(arguments.where)))
    tables = [rows.facts(edition, codes), rows.countries(edition, codes)]
    values = rows.values(edition, codes, reading.files)
    tables += [values] if values.rows else []
    shown = replace(edition, countries={code: edition.countries[code] for code in codes}, sections=(), decks={})
    keywords = restrictions.of(shown).keywords
    if long := files.too_long(tables):
        raise Problems([Problem("error", printable(str(path)), 0, 0, f"no cell can hold “{long}…”", "Divide this text.")])
    data = files.as_csv(tables[0]) if path.suffix.lower() == ".csv" else files.as_xlsx(tables, edition.about.date.first, keywords)
    write_new(path, data)
    if not arguments.quiet:
        print(f"{printable(str(path))}: facts: {len(tables[0].rows)}; countries: {len(codes)}; values: {len(values.rows)}")
    return ExitCode.DONE


def write_new(path: Path, data: bytes) -> None:
    """Write a file where none stands yet. Raises Problems."""
    from briefs import atomic

    try:
        atomic.write_new(path, data)
    except FileExistsError:
        hint = "It may be somebody’s work: move it elsewhere, or name another file."
        raise Problems([Problem("error", printable(str(path)), 0, 0, "there is a file of that name", hint)]) from None
    except OSError as fault:
        hint = "Look at the folder’s rights and at the disk’s space, or name another file."
        raise Problems([Problem("error", printable(str(path)), 0, 0, f"can’t be written: {fault.strerror}", hint)]) from None


def dataset(arguments: argparse.Namespace) -> ExitCode:
    """Write the edition as data: CSV, a workbook, and a data package that describes them."""
    from briefs import atomic
    from briefs.workbook import dataset as data

    folder = Path(arguments.dir)
    _, edition = inputs.read_edition(arguments)
    files = data.files(edition)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with atomic.new_folder(folder) as made:
            for name, content in files.items():
                (made / name).write_bytes(content)
    except OSError as fault:
        is_taken = folder.exists()
        what = "there is something of that name" if is_taken else f"can’t be written: {fault.strerror}"
        hint = "Move it elsewhere, or name another folder." if is_taken else "Look at the folder’s rights and at the disk’s space."
        raise Problems([Problem("error", printable(str(folder)), 0, 0, what, hint)]) from None
    if not edition.about.licence:
        print("edition.yaml names no `licence`, so nobody is told how these data may be used", file=sys.stderr)
    if not arguments.quiet:
        print("\n".join(printable(str(folder / name)) for name in files))
    return ExitCode.DONE


def merge(arguments: argparse.Namespace) -> ExitCode:
    """Bring the edits of returned Word files into the content."""
    from briefs.roundtrip import folder, reports, summary

    paths = [Path(file) for file in arguments.file]
    change_filter = folder.change_filter(arguments.author, arguments.only_accepted)
    store, theme = inputs.sound_store(arguments), inputs.read_theme(arguments)
    outcome = folder.merge_files(
        paths, arguments.content, store, theme, change_filter, arguments.no_base, arguments.audience, arguments.allow_deletions
    )
    problems: list[Problem] = []
    written: list[Path] = []
    try:
        written = reports.write(outcome, paths)  # written first, because what is left to a person must not be lost
    except Problems as fault:
        problems = fault.problems
    applied = arguments.apply and not problems
    kept: list[Path] = []
    if applied:
        folder.write_content(outcome, arguments.content)
        kept = folder.put_comments(outcome, paths, arguments.content, store, theme) if arguments.keep_comments else []
    if arguments.json:
        output.print_json(summary.to_dict(outcome, applied))
    else:
        _print_edits(outcome, applied, quiet=arguments.quiet)
    for path in written:
        print(f"what is left to you is in {printable(str(path))}", file=sys.stderr)
    for path in kept:
        print(f"the next file, with the comments, is {printable(str(path))}", file=sys.stderr)
    output.show(problems)
    if problems:
        return ExitCode.SETUP
    return ExitCode.LEFT if outcome.needs_a_person else ExitCode.DONE


def _print_edits(outcome: MergeOutcome, applied: bool, *, quiet: bool) -> None:
    """Print the diff; what is left to a person; and a summary."""
    from briefs.roundtrip import summary

    if not quiet:
        output.print_diff(summary.diff(outcome))
        for line in summary.lines_written(outcome):
            print(output.visible(line))
    for line in summary.lines_left(outcome):
        print(output.visible(line), file=sys.stderr)
    if not quiet:
        print(output.visible(summary.summary(outcome, applied)))


def redline(arguments: argparse.Namespace) -> ExitCode:
    """Write today's Word files with tracked changes from an older text."""
    from briefs.delivery import send
    from briefs.redline import documents

    if not arguments.since:
        raise NotUnderstood("say since when: name a git revision, a date or an older output folder with --since.")
    _, edition = inputs.read_edition(arguments)
    theme = inputs.read_theme(arguments)
    targets, left_out = send.targets(edition, arguments.what, arguments.kinds, "docx", arguments.paper)
    show_left_out(arguments, left_out)
    older = documents.older(arguments.since, arguments.content, edition, targets)
    with progress_bar(arguments, len(targets), summary=documents.line, doing="comparing") as done:
        found = documents.redlines(edition, theme, targets, older, arguments.out, done)
    if arguments.json:
        output.print_json([one.to_dict() for one in found])
    problems = [problem for one in found for problem in one.problems]
    output.show(merged([*older.unread, *problems]), traceback=arguments.traceback)
    return ExitCode.FAILED if problems else ExitCode.DONE
