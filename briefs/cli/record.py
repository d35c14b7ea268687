"""The command that looks after the record of what went out: record.

In: arguments. Out: an exit code; chains, or what was erased or taken.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from briefs.cli import inputs, output
from briefs.edition.files import printable
from briefs.exitcodes import ExitCode
from briefs.problems import NotUnderstood, did_you_mean

if TYPE_CHECKING:  # imported where they are needed, so that `--help` is quick
    from briefs.delivery.store import Store

WAITING = "Another run is sending; waiting for it."
_TAKES = {"list": (0, "nothing more"), "erase": (1, "one address"), "merge": (1, "the folder of one other record")}


def record(arguments: argparse.Namespace) -> ExitCode:
    """List the chains of the record; erase a person from it; or take what another record has."""
    action = arguments.action or "list"
    if action not in _TAKES:
        hint = did_you_mean(action, _TAKES, "Write list, erase or merge.")
        raise NotUnderstood(f"`record` doesn’t know “{action[:40]}”. {hint}")
    number, needed = _TAKES[action]
    if len(arguments.what) != number:
        raise NotUnderstood(f"`record {action}` takes {needed}.")
    store = inputs.open_store(arguments)
    return {"list": _chains, "erase": _erase, "merge": _unite}[action](arguments, store)


def _chains(arguments: argparse.Namespace, store: Store) -> ExitCode:
    """Print each chain with its head, which a person may note elsewhere."""
    from briefs.delivery import record

    found = record.summaries(store)
    if arguments.json:
        output.print_json([one.to_dict() for one in found])
        return ExitCode.DONE
    for one in found:
        lines, people = output.count(one.lines, "line"), output.count(one.people, "person", "people")
        print(f"{one.name}: {lines} until {one.last[:10]}, {people}; head {one.head}")
    return ExitCode.DONE


def _erase(arguments: argparse.Namespace, store: Store) -> ExitCode:
    """Remove a person from the record."""
    from briefs.delivery.store import now

    with store.locked(WAITING):
        number = store.erase(arguments.what[0], now())
    if arguments.json:
        output.print_json({"erased": number})
    elif number:
        print(f"{output.count(number, 'text')} erased with their salts; see docs/privacy.md for copies elsewhere")
    else:
        print("the record doesn’t have this address")
    return ExitCode.DONE if number else ExitCode.LEFT


def _unite(arguments: argparse.Namespace, store: Store) -> ExitCode:
    """Take what another record has."""
    from briefs.delivery import record

    other = Path(arguments.what[0])
    if not other.is_dir():
        raise NotUnderstood(f"there is no folder {printable(str(other))}.")
    with store.locked(WAITING):
        taken = record.unite(store, other)
    if arguments.json:
        output.print_json({"taken": taken})
    else:
        print("\n".join(f"{name}: taken" for name in taken) or "nothing that this record lacks")
    problems = record.problems(store)
    output.show(problems)
    return ExitCode.FAILED if any(problem.severity == "error" for problem in problems) else ExitCode.DONE
