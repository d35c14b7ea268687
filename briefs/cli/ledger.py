"""Commands that ask what changed, where it stands and who has it: changes, where, sign, audit.

In: arguments. Out: an exit code; answers on standard output.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from briefs.cli import inputs, output
from briefs.exitcodes import ExitCode
from briefs.problems import NotUnderstood, merged

NAMED = 5  # files in a message

if TYPE_CHECKING:  # imported where they are needed, so that `--help` is quick
    from briefs.edition.model import Edition
    from briefs.redline.documents import Revision


def changes(arguments: argparse.Namespace) -> ExitCode:
    """List what changed since an older state of the edition."""
    from briefs.ledger import changes as ledger
    from briefs.ledger import listing
    from briefs.tools.pandoc import Pandoc

    if not arguments.since:
        raise NotUnderstood("say since when: name a git revision, a date such as 2026-05-01, or sent:LIST with --since.")
    _, edition = inputs.read_edition(arguments)
    older = _older(arguments).in_language(edition.translation)
    with Pandoc() as pandoc:
        then, now = ledger.state(older.name, older.edition, pandoc), ledger.state("today", edition, pandoc)
    found = ledger.between(then, now)
    if arguments.json:
        output.print_json({"since": older.name, "changes": [change.to_dict() for change in found]})
    else:
        for line in listing.lines(found, then, now):
            print(output.visible(line))
        print(f"{output.count(len(found), 'change')} since {older.name}")
    output.show(merged(older.unread))
    return ExitCode.DONE


def _older(arguments: argparse.Namespace) -> Revision:
    """The older state that `--since` names."""
    from briefs.delivery import people
    from briefs.ledger import past

    since = arguments.since
    if not since.startswith(past.SENT):
        return past.at(since, arguments.content)
    named = people.read(arguments.people, arguments.content).named(since.removeprefix(past.SENT).split(","))
    return past.last_sent(since, named, inputs.open_store(arguments))


def where(arguments: argparse.Namespace) -> ExitCode:
    """Say where a fact, a text, a phrase or what rests on a source is printed, and who has it."""
    from briefs.ledger import pages, passages
    from briefs.ledger import where as ledger
    from briefs.tools.pandoc import Pandoc

    if bool(arguments.what) == bool(arguments.source):
        raise NotUnderstood("name a fact such as be-07, a text, or a phrase in quotation marks; or a source with --source.")
    _, edition = inputs.read_edition(arguments)
    store = inputs.open_store(arguments)
    with Pandoc() as pandoc:
        if arguments.source:
            wanted = passages.citing(edition, arguments.source, pandoc)
        else:
            wanted = passages.named(edition, arguments.what, pandoc)
        with closing(pages):
            found = list(ledger.printed(arguments.out, wanted))
            holdings = ledger.held(store, passages.PastExcerpts(store, wanted, pandoc))
    left = _not_built(arguments, edition)
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


def _not_built(arguments: argparse.Namespace, edition: Edition) -> list[str]:
    """The files of the edition that aren't in the output folder, or were made from other content."""
    from briefs.delivery import send
    from briefs.press import plan
    from briefs.press.request import Request

    targets = plan.plan(edition, Request()).targets
    documents = send.not_built(edition, inputs.read_theme(arguments), targets, arguments.out, "pdf,docx,pptx")
    return [file.name for document in documents for file in document.files if not file.data]


def sign(arguments: argparse.Namespace) -> ExitCode:
    """Sign pieces of the edition, or list who has signed which."""
    from datetime import UTC, datetime

    from briefs import atomic
    from briefs.edition import signoff
    from briefs.ledger import signing

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
    role = signing.role_named(edition, arguments.role)
    if not arguments.by:
        raise NotUnderstood("say who signs: --by with your name.")
    paths = signing.chosen(edition, arguments.what)
    after = signing.signed(edition, before, paths, signing.Signer(role, arguments.by, datetime.now(UTC)))
    atomic.write_all({Path(signoff.FILE): signing.text(after)}, below=arguments.content)
    if not arguments.quiet:
        print("\n".join(f"{path}: signed by {arguments.by} as {role.label}" for path in paths))
    return ExitCode.DONE


def audit(arguments: argparse.Namespace) -> ExitCode:
    """List what each claim rests on where that looks thin, and a score for each country."""
    from briefs.edition import auditrules, texts
    from briefs.ledger import audit as ledger
    from briefs.tools.pandoc import Pandoc

    reading, edition = inputs.read_edition(arguments)
    with Pandoc() as pandoc:
        found = ledger.audit(edition, auditrules.read(reading.files), texts.of(edition, pandoc))
    if arguments.json:
        listed = [finding.to_dict() for finding in found.findings]
        output.print_json({"claims": len(found.claims), "findings": listed, "scores": dict(found.scores)})
        return ExitCode.DONE
    if not arguments.quiet:
        for line in ledger.lines(found, edition):
            print(output.visible(line))
    told = ", ".join(f"{rule}: {number}" for rule, number in ledger.counts(found.findings).items())
    print(f"{output.count(len(found.claims), 'claim')}; {told or 'nothing found'}")
    return ExitCode.DONE
