"""Commands that ask what changed, where it stands and who has it: changes.

In: arguments. Out: an exit code; answers on standard output.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from briefs.cli import inputs, output
from briefs.exitcodes import ExitCode
from briefs.problems import NotUnderstood, merged

if TYPE_CHECKING:  # imported where they are needed, so that `--help` is quick
    from briefs.redline.documents import Revision


def changes(arguments: argparse.Namespace) -> ExitCode:
    """List what changed since an older state of the edition."""
    from briefs.ledger import changes as ledger
    from briefs.ledger import listing
    from briefs.tools.pandoc import Pandoc

    if not arguments.since:
        raise NotUnderstood("say since when: name a git revision, a date such as 2026-05-01, or sent:LIST with --since.")
    _, edition = inputs.read_edition(arguments)
    older = _older(arguments)
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
