"""Commands that ask what changed, where it stands and who has it: changes, where, recall, sign, audit.

In: arguments. Out: an exit code; answers on standard output.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from briefs.cli import inputs, output
from briefs.cli.exchange import write_new
from briefs.exitcodes import ExitCode
from briefs.problems import NotUnderstood, Problems, ToolError, did_you_mean, merged

NAMED = 5  # files that a message names

if TYPE_CHECKING:  # imported where they are needed, so that `--help` is quick
    from briefs.delivery.people import People
    from briefs.edition.changed import Change
    from briefs.edition.data.table import TableStore
    from briefs.edition.model import Edition
    from briefs.edition.read import Reading
    from briefs.ledger.finished import FinishedFiles
    from briefs.ledger.online import AddressAnswer
    from briefs.ledger.recall import Parcel
    from briefs.press.documents import Target
    from briefs.redline.revisions import Revision
    from briefs.tools.pandoc import Pandoc


@contextmanager
def _pandoc() -> Iterator[Pandoc]:
    """A running pandoc. A text that it can't read is a ToolError: unlike `check`, these commands need all texts."""
    from briefs.tools.pandoc import Pandoc, PandocError

    with Pandoc() as pandoc:
        try:
            yield pandoc
        except PandocError as fault:
            raise ToolError(f"{fault}. `check` says in which text.") from None


def changes(arguments: argparse.Namespace) -> ExitCode:
    """List what changed since an older state of the edition; with --format, as a page."""
    from briefs.ledger import changes as ledger
    from briefs.ledger import listing, since

    if not arguments.since:
        hint = "name a git revision, a date such as 2026-05-01, an older output folder, or sent:LIST with --since."
        raise NotUnderstood(f"say since when: {hint}")
    reading, edition = inputs.read_edition(arguments, is_preview=not arguments.language)
    older = _older(arguments, reading).in_language(edition.translation)
    with _pandoc() as pandoc:
        then, now = ledger.states(older.name, older.edition, edition, pandoc)
        found = ledger.between(then, now)
        if arguments.format:
            changed = since.since_then(replace(edition, translations={}), [older], pandoc)
            return _build_changes(arguments, replace(reading, edition=changed))
    if arguments.reworded:
        return _mark_rewordings(arguments, edition, found)
    if arguments.json:
        output.print_json({"since": older.name, "changes": [change.to_dict() for change in found]})
    else:
        for line in listing.lines(found, then, now):
            print(output.visible(line))
        print(f"{output.count(len(found), 'change')} since {older.name}")
    output.show(merged(older.unread))
    return ExitCode.DONE


def _build_changes(arguments: argparse.Namespace, reading: Reading) -> ExitCode:
    """Build the page of what changed."""
    from briefs.cli.build import build_documents
    from briefs.press import plan
    from briefs.press.request import Request, words

    assert reading.edition
    request = Request(kinds=("changes",), formats=words(arguments.format), paper=arguments.paper)
    targets = plan.plan(reading.edition, request).targets
    outcomes = build_documents(arguments, reading.edition, inputs.read_theme(arguments), targets, reading.files)
    problems = [problem for outcome in outcomes for problem in outcome.problems]
    output.show(problems, traceback=arguments.traceback)
    return ExitCode.FAILED if problems else ExitCode.DONE


def _mark_rewordings(arguments: argparse.Namespace, edition: Edition, found: Sequence[Change]) -> ExitCode:
    """Mark texts as reworded: their words changed, and their meaning didn't."""
    from briefs import atomic
    from briefs.edition import rewordings
    from briefs.edition.changed import REWORDINGS
    from briefs.edition.model import hash_of
    from briefs.ledger import changes as ledger

    known = {ledger.reworded_name(change): change for change in found if change.action == "reworded"}
    named = arguments.reworded.split(",")
    if unknown := [name for name in named if name not in known]:
        hint = did_you_mean(unknown[0], known, f"Reworded since then: {', '.join([*known][:NAMED]) or 'nothing'}.")
        raise NotUnderstood(f"“{unknown[0][:60]}” was not reworded since {arguments.since}. {hint}")
    new = [(name, hash_of(known[name].before), hash_of(known[name].after)) for name in named]
    atomic.write_all({Path(REWORDINGS): rewordings.text(edition.rewordings, new)}, below=arguments.content)
    if not arguments.quiet:
        print("\n".join(f"{name}: other words, same meaning" for name in named))
    return ExitCode.DONE


def _older(arguments: argparse.Namespace, reading: Reading) -> Revision:
    """The older state that `--since` names."""
    from briefs.delivery import people
    from briefs.ledger import past

    since = arguments.since
    if os.path.isdir(since):
        return past.of_output(since, inputs.sound_store(arguments), reading)
    if not since.startswith(past.SENT):
        return past.at(since, arguments.content, reading)
    named = people.read(arguments.people, arguments.content).named(since.removeprefix(past.SENT).split(","))
    return past.last_sent(since, named, inputs.sound_store(arguments), reading)


def where(arguments: argparse.Namespace) -> ExitCode:
    """Say where a fact, a text, a phrase or what rests on a source is printed, and who has it."""
    from briefs.ledger import finished

    if bool(arguments.what) == bool(arguments.source):
        raise NotUnderstood("name a fact such as be-07, a text, or a phrase in quotation marks; or a source with --source.")
    kept = inputs.table_store(arguments)
    with finished.being_read(arguments.out, kept) as files, _pandoc() as pandoc:  # while the rest is loaded and the edition read
        return _where(arguments, files, kept, pandoc)


def _where(arguments: argparse.Namespace, files: FinishedFiles, kept: TableStore | None, pandoc: Pandoc) -> ExitCode:
    """Print where a passage stands in finished files and in those that went out."""
    from briefs.ledger import passages
    from briefs.ledger import where as ledger

    reading, edition = inputs.read_edition(arguments, is_preview=not arguments.language)
    store, left = inputs.sound_store(arguments), _not_built(arguments, reading, edition)
    if arguments.source:
        wanted = passages.citing(edition, arguments.source, pandoc)
    else:
        wanted = passages.named(edition, arguments.what, pandoc)
    found = list(ledger.printed(arguments.out, files, wanted))
    holdings = ledger.held(store, passages.PastExcerpts(store, wanted, pandoc), kept)
    if arguments.json:
        output.print_json(
            {
                "passages": [{"name": one.name, "place": one.place.name, "words": one.words} for one in wanted],
                "printed": [one.to_dict() for one in found],
                "held": [one.to_dict() for one in holdings],
                "not_built": left,
            }
        )
        return ExitCode.DONE
    for line in ledger.lines(wanted, found, holdings):
        print(output.visible(line))
    if left:
        shown = ", ".join(left[:NAMED]) + (f" and {len(left) - NAMED} more" if len(left) > NAMED else "")
        print(f"not built from today’s content: {shown}. Run `python3 build.py` first.", file=sys.stderr)
    return ExitCode.DONE


def _not_built(arguments: argparse.Namespace, reading: Reading, edition: Edition) -> list[str]:
    """The files of the edition that aren't in the output folder, or were made from other content."""
    from briefs.ledger import where as ledger

    return ledger.stale(arguments.out, _inputs(arguments, reading, edition))


def _inputs(arguments: argparse.Namespace, reading: Reading, edition: Edition) -> dict[str, dict[str, str]]:
    """For each file of the edition, by its name in the output folder, the hashes of what it is made from. The result is kept in the
    cache, under a hash of the content and the templates."""
    import json
    from dataclasses import asdict

    from briefs.press import faces, plan
    from briefs.press.cache import digest, hashed, of_fonts, of_templates
    from briefs.press.fingerprints import Fingerprinter
    from briefs.press.request import Request

    content = (part for name in sorted(reading.files) for part in (name, digest(reading.files[name])))
    templates = of_templates(inputs.templates(arguments))
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    key = hashed(["inputs", templates, edition.translation, repr(edition.changes), epoch, *content])
    kept = inputs.table_store(arguments)
    entry = json.loads((kept and kept.get(key)) or b"{}")
    found: dict[str, dict[str, str]] = entry.get("files", {})
    if found and of_fonts(entry["fonts"]) == next(iter(found.values()))["fonts"]:
        return found
    theme = faces.of(inputs.read_theme(arguments), edition)
    fingerprinter = Fingerprinter(edition, theme)
    found = {}
    for target in plan.plan(edition, Request()).targets:
        own = asdict(fingerprinter.inputs(target))
        found |= {path.as_posix(): own for path in plan.paths(edition, [target], Path())}
    if kept:
        kept.put(key, json.dumps({"fonts": theme.look.fonts.files, "files": found}).encode())
    return found


def recall(arguments: argparse.Namespace) -> ExitCode:
    """Say who holds files with a fact or text as it was before it was corrected; with --send, tell them."""
    from datetime import UTC, datetime

    from briefs import atomic
    from briefs.delivery import people, release
    from briefs.delivery.store import now
    from briefs.edition import corrections
    from briefs.edition.read import read_files
    from briefs.ledger import pages
    from briefs.ledger import recall as ledger

    known = people.read(arguments.people, arguments.content) if arguments.send else None
    reading, _ = inputs.read_edition(arguments)
    edition = reading.edition
    assert edition
    with _pandoc() as pandoc, closing(pages):
        found = ledger.find(edition, arguments.what, inputs.sound_store(arguments), pandoc)
    text = b""
    if found.wrong and not found.is_recorded:
        text = ledger.recorded(reading.files, found, datetime.now(UTC).date())
        reading = read_files({**reading.files, corrections.FILE: text})
        if reading.edition is None:
            raise Problems(reading.problems)
        edition = inputs.with_changes(reading.edition, arguments.content)
    wanted, names = ledger.targets(edition, found, arguments.out) if found.wrong else ({}, {})
    parcels = ledger.parcels(found, names)
    if known and parcels:
        for parcel in parcels:
            release.check(edition, ledger.targets_of(parcel, edition, wanted), known, parcel.people, now())
        if text:
            atomic.write_all({Path(corrections.FILE): text}, below=arguments.content)
        return _tell(arguments, replace(reading, edition=edition), list(wanted), parcels, known)
    if arguments.json:
        would = [{"to": list(one.people), "files": list(one.files)} for one in parcels]
        output.print_json({**found.to_dict(), "would_send": would})
        return ExitCode.DONE
    for line in ledger.lines(found, parcels, edition):
        print(output.visible(line))
    print(ledger.end(found))
    return ExitCode.DONE


def _tell(
    arguments: argparse.Namespace, reading: Reading, wanted: Sequence[Target], parcels: Sequence[Parcel], known: People
) -> ExitCode:
    """Build the note and today's version of each file that is held, and mail them to those who hold one."""
    from briefs.cli.build import build_documents, progress_bar
    from briefs.delivery import send, smtp
    from briefs.ledger import recall as ledger

    assert reading.edition
    server, theme = smtp.server(os.environ), inputs.read_theme(arguments)
    outcomes = []
    for tag in dict.fromkeys(target.language for target in wanted):
        own = [target for target in wanted if target.language == tag]
        outcomes += build_documents(arguments, inputs.in_language(reading.edition, tag), theme, own, reading.files)
    if problems := [problem for outcome in outcomes for problem in outcome.problems]:
        output.show(problems, traceback=arguments.traceback)
        print("nothing was sent: not all documents could be built", file=sys.stderr)
        return ExitCode.FAILED
    documents = send.built(outcomes, arguments.out, "pdf,docx,pptx")
    store, results = inputs.sound_store(arguments), []
    for parcel in parcels:
        to = [known.person(address) for address in parcel.people]
        delivery = send.Delivery(reading.edition, reading.files, [ledger.packed(documents, parcel)], known, to, store)
        mails = send.MailRun(delivery, theme.folder.parent, resend=False)
        with progress_bar(arguments, len(mails), summary=ledger.told, doing="sending") as done:
            results += mails.send(server, done, partial(print, file=sys.stderr))
    if arguments.json:
        output.print_json([result.to_dict() for result in results])
    elif not arguments.quiet:
        print(send.summary(results))
    return ExitCode.FAILED if any(result.is_failed for result in results) else ExitCode.DONE


def sign(arguments: argparse.Namespace) -> ExitCode:
    """Sign pieces of the edition, or list who has signed which."""
    from datetime import UTC, datetime

    from briefs import atomic
    from briefs.edition import signoff
    from briefs.ledger import keys, signing

    reading, edition = inputs.read_edition(arguments)
    before = signoff.read(reading.files)
    if not arguments.what:
        states = signoff.states(edition, before)
        if arguments.json:
            output.print_json([signing.to_dict(state) for state in states])
        else:
            for line in signing.lines(states, edition):
                print(output.visible(line))
        return ExitCode.DONE if all(state.holds for state in states if state.role.required) else ExitCode.LEFT
    if arguments.withdraw and arguments.key:
        raise NotUnderstood("a withdrawal isn’t signed with a key. Leave out --key.")
    role = signing.role_named(edition, arguments.role)
    name = signing.signer_name(arguments.by or "")
    paths = signing.chosen(edition, arguments.what)
    signer = signing.Signer(role, name, datetime.now(UTC))
    if arguments.withdraw:
        after, paths = signing.withdrawn(edition, before, paths, signer)
        if not paths:
            raise NotUnderstood(f"{role.label} has no signature there that holds, so none was withdrawn.")
    else:
        after = signing.signed(edition, before, paths, signer)
    if arguments.key:
        earlier = {id(one) for one in before.signatures}
        after = keys.with_key(after, lambda one: id(one) not in earlier, arguments.key.expanduser())
    atomic.write_all({Path(signoff.FILE): signing.text(after)}, below=arguments.content)
    if not arguments.quiet:
        done = "withdrawn" if arguments.withdraw else "signed"
        print("\n".join(f"{path}: {done} by {name} as {role.label}" for path in paths))
    return ExitCode.DONE


def audit(arguments: argparse.Namespace) -> ExitCode:
    """List the claims whose sources look weak, with what each rests on, and a score for each country."""
    from briefs.edition import auditrules, texts
    from briefs.ledger import audit as ledger
    from briefs.ledger import auditreport, online, pages, quotes

    reading, edition = inputs.read_edition(arguments)
    is_asked = arguments.online or arguments.archive
    answers = _asked(arguments, edition, online.read(reading.files)) if is_asked else online.read(reading.files)
    with _pandoc() as pandoc, closing(pages):
        known = texts.of(edition, pandoc)
        checks = quotes.check(ledger.claims(edition, known), reading.files) if arguments.quotes else []
        more = [*quotes.findings(checks), *online.findings(edition, answers)]
        found = ledger.audit(edition, auditrules.read(reading.files), known, more)
    if arguments.report:
        page = auditreport.page(found, edition, checks, answers, inputs.templates(arguments))
        is_pdf = arguments.report.suffix.lower() == ".pdf"
        data = auditreport.pdf(page, edition, inputs.read_theme(arguments)) if is_pdf else page.encode()
        write_new(arguments.report, data)
    if arguments.json:
        output.print_json(
            {
                "claims": len(found.claims),
                "rests_on": [
                    {"claim": one.name, "file": one.place.path, "line": one.place.line, "sources": list(ledger.basis(one, edition))}
                    for one in found.claims
                ],
                "findings": [finding.to_dict() for finding in found.findings],
                "scores": dict(found.scores),
                "quotes": [one.to_dict() for one in checks],
                "addresses": [one.model_dump(mode="json") for one in answers],
            }
        )
        return ExitCode.DONE
    if not arguments.quiet:
        for line in [*quotes.lines(checks), *online.lines(edition, answers), *ledger.lines(found, edition)]:
            print(output.visible(line))
    told = ", ".join(f"{rule}: {number}" for rule, number in ledger.counts(found).items())
    print(f"{output.count(len(found.claims), 'claim')}; {told or 'nothing found'}")
    return ExitCode.DONE


def _asked(arguments: argparse.Namespace, edition: Edition, before: Sequence[AddressAnswer]) -> Sequence[AddressAnswer]:
    """Ask each address of a source once, and record the answers in the content; with --archive, have those archived that answer.
    `before`: what was recorded."""
    from datetime import UTC, datetime

    from briefs import atomic
    from briefs.edition import evidence
    from briefs.ledger import online
    from briefs.tools.web import PoliteClient

    answers = []
    client, urls = PoliteClient(), online.addresses(edition)
    for answer in online.ask(urls, client.ask, datetime.now(UTC).date()):
        answers.append(answer)
        if not arguments.quiet:
            print(output.visible(f"{len(answers)} of {len(urls)}: {answer.status or answer.lost}: {answer.url}"), file=sys.stderr)
    answers = online.with_copies(answers, {one.url: one.archived for one in before if one.archived})
    if arguments.archive:
        atomic.write_all({Path(evidence.ANSWERS): online.text(answers)}, below=arguments.content)  # before the archiving
        answers = online.with_copies(answers, _submitted(arguments, online.without_copy(edition, answers)))
    atomic.write_all({Path(evidence.ANSWERS): online.text(answers)}, below=arguments.content)
    return answers


def _submitted(arguments: argparse.Namespace, urls: Sequence[str]) -> dict[str, str]:
    """Submit addresses to an archive of the web. Returns the addresses of the copies that it made."""
    from briefs.ledger import online
    from briefs.tools.web import PoliteClient

    client, copies = PoliteClient(online.ARCHIVE_SECONDS, online.ARCHIVE_PAUSE), dict[str, str]()
    for number, (url, copy, fault) in enumerate(online.submit(urls, arguments.archive_service, client.ask), 1):
        copies |= {url: copy} if copy else {}
        if fault or not arguments.quiet:
            told = f"archived as {copy}" if copy else f"not archived: {fault}"
            print(output.visible(f"{number} of {len(urls)}: {told}: {url}"), file=sys.stderr)
    return copies
