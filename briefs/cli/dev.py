"""Commands for starting or upgrading an edition and for developing the program: new, upgrade, test, bench.

In: arguments. Out: a folder, or what the checkout's own tools print.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path

from briefs.cli import output
from briefs.exitcodes import ExitCode
from briefs.templates import OWN

CHECKOUT = Path(__file__).parents[2]


def new(arguments: argparse.Namespace) -> ExitCode:
    """Write the starter edition, from which a new edition begins."""
    from briefs.edition import new as starter

    names = starter.write(arguments.dir, OWN / "starter")
    print(f"wrote an edition to {arguments.dir}: {', '.join(names)}")
    called = "briefs" if Path(sys.argv[0]).name == "briefs" else "python3 build.py"  # installed, or in a checkout
    print(f"to build it: {called} --content {arguments.dir} --out {arguments.dir}-dist")
    return ExitCode.DONE


def upgrade(arguments: argparse.Namespace) -> ExitCode:
    """Show what changes in an older edition so that it has today's format; with --apply, write it."""
    from briefs.edition import migrate, write

    found = migrate.plan(Path(arguments.dir))
    if not found.after:
        print(f"{arguments.dir} has today’s format; nothing changes")
        return ExitCode.DONE
    output.print_diff(write.diff(found.before, found.after))
    output.show(found.guesses)
    files = output.count(len(found.after), "file")
    if arguments.apply:
        write.put(Path(arguments.dir), found.before, found.after)
    print(f"changed {files}" if arguments.apply else f"would change {files}; --apply writes the changes")
    return ExitCode.DONE


def test(arguments: argparse.Namespace) -> ExitCode:
    """Check style, format, types and tests, all of them even if one fails."""
    if not _has("tests", "pytest"):
        return ExitCode.SETUP
    long = ["--long"] if arguments.long else []
    workers = ["-n", "auto", "--dist", "worksteal"] if not arguments.pytest else []  # a few named tests start sooner without
    steps = [
        ["ruff", "check", "--quiet", "."],
        ["ruff", "format", "--check", "--quiet", "."],
        ["mypy", "--strict"],
        ["pytest", "-q", *workers, *long, *arguments.pytest],
    ]
    failed = [step for step in steps if not _run(step)]
    return ExitCode.FAILED if failed else ExitCode.DONE


def bench(arguments: argparse.Namespace) -> ExitCode:
    """Run the benchmark, which needs the packages of the tests."""
    if not _has("benchmarks", "typst"):
        return ExitCode.SETUP
    words = ["--runs", str(arguments.runs), "--jobs", str(arguments.jobs), "--peers", arguments.peers, "--only", arguments.only]
    done = _run(["benchmarks", *words, *(["--json"] if arguments.json else [])])
    return ExitCode.DONE if done else ExitCode.FAILED


def _has(folder: str, module: str) -> bool:
    """Whether this is a checkout that is set up for development. If it isn't, prints what to do."""
    if (CHECKOUT / folder).is_dir() and importlib.util.find_spec(module):
        return True
    print("briefs: this command needs a checkout of the program. Run it there with python3 build.py.", file=sys.stderr)
    return False


def _run(module: Sequence[str]) -> bool:
    """Run a Python module in the checkout. Returns whether it succeeded."""
    import subprocess

    return subprocess.run([sys.executable, "-m", *module], cwd=CHECKOUT).returncode == 0
