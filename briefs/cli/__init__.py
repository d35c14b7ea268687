"""The command line: parses what a person typed, calls the package that does it, prints what came of it.

In: the words of a command. Out: an exit code, results on standard output, problems on standard error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from briefs import logs
from briefs.cli import output
from briefs.cli.parser import COMMANDS, command_first, make_parser
from briefs.exitcodes import ExitCode
from briefs.problems import NotUnderstood, Problems, ToolError, internal_error


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code. This is the one place where exceptions become messages and exit codes."""
    words = command_first(list(sys.argv[1:] if argv is None else argv))
    try:
        arguments = make_parser().parse_args(words)
        with logs.to_stderr(arguments.log_level):
            return COMMANDS[arguments.command].run(arguments)
    except SystemExit as ended:  # argparse ends with 0 after --help, with 2 after a message
        return int(ended.code or 0)
    except NotUnderstood as fault:
        print(f"briefs: {fault}", file=sys.stderr)
        return ExitCode.USAGE
    except Problems as fault:
        output.show(fault.problems)
        return ExitCode.CONTENT
    except ToolError as fault:
        print(f"briefs: {fault}", file=sys.stderr)
        return ExitCode.SETUP
    except KeyboardInterrupt:
        exec("")  # Python would end by the signal if Ctrl-C came within an `exec`, such as one of `dataclass`; this resets that
        print("\ninterrupted; no half-written file is left", file=sys.stderr)
        return ExitCode.INTERRUPTED
    except BrokenPipeError:  # nobody reads the output any more, as after `| head`; mails that still wait have not been sent
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.FAILED if words[0] == "send" else ExitCode.DONE
    except Exception as fault:
        return _report_unexpected(fault, "--traceback" in words)


def _report_unexpected(fault: Exception, with_traceback: bool) -> ExitCode:
    """Say what a person can do about a file that can’t be used, or about a fault of ours."""
    problem = internal_error("briefs", fault)
    if with_traceback:
        print(problem.traceback, file=sys.stderr)
    if isinstance(fault, OSError) and fault.filename:
        hint = "Check that you may use it, and that the disk has space left."
        print(f"briefs: {fault.filename}: {fault.strerror}. {hint}", file=sys.stderr)
        return ExitCode.SETUP
    print(problem, file=sys.stderr)
    return ExitCode.INTERNAL
