"""The command that looks at finished pages: lint.

In: arguments. Out: a line about each finding, and an exit code.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from briefs.cli import output
from briefs.exitcodes import ExitCode


def lint(arguments: argparse.Namespace) -> ExitCode:
    """Print what is found on the pages of finished files."""
    from briefs.lint import folder

    try:
        paths = folder.files(arguments.out, [Path(file) for file in arguments.file])
    except folder.NothingToLookAt as failure:
        print(failure, file=sys.stderr)
        return ExitCode.USAGE
    found = list(folder.findings(paths))
    if arguments.json:
        output.print_json([finding.to_dict() for finding in found])
    else:
        for finding in found:
            print(output.one_line(str(finding)))
        if not arguments.quiet:
            print(f"{output.count(len(paths), 'file')}, {output.count(len(found), 'finding')}", file=sys.stderr)
    return ExitCode.FAILED if found else ExitCode.DONE
