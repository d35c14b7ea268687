"""The command line: parses what a person typed, calls the package that does it, prints what came of it.

In: the words of a command. Out: an exit code, results on standard output, problems on standard error.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Sequence

from briefs import logs, standard
from briefs.cli import inputs, output
from briefs.cli.parser import COMMANDS, command_first, make_parser
from briefs.exitcodes import ExitCode
from briefs.problems import MORE_MEMORY, NO_MEMORY, NotUnderstood, Problems, ToolError, internal_error, lacks_memory
from briefs.tools import apt
from briefs.tools.fonts import MissingFonts


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code. This is the one place where exceptions become messages and exit codes."""
    words = command_first(list(sys.argv[1:] if argv is None else argv))
    try:
        code = _with_fonts(words)
        standard.flush()
        return code
    except NotUnderstood as fault:
        print(output.visible(f"briefs: {fault}"), file=sys.stderr)
        return ExitCode.USAGE
    except Problems as fault:
        output.show_briefly(fault.problems)
        return ExitCode.CONTENT
    except ToolError as fault:
        print(output.visible(f"briefs: {fault}"), file=sys.stderr)
        return ExitCode.SETUP
    except KeyboardInterrupt:
        exec("")  # After a Ctrl-C within an `exec` (`dataclass` calls it), Python ends by the signal. Another `exec` resets that.
        print("\ninterrupted; no half-written file is left", file=sys.stderr)
        return ExitCode.INTERRUPTED
    except BrokenPipeError:  # nobody reads the output any more, as after `| head`; `send` hasn't sent all its mails then
        standard.drop_output()
        return ExitCode.FAILED if words[0] == "send" else ExitCode.DONE
    except OSError as fault:
        return _report_system(fault, "--traceback" in words)
    except Exception as fault:
        if lacks_memory(fault):
            print(f"briefs: {NO_MEMORY}. {MORE_MEMORY}", file=sys.stderr)
            return ExitCode.SETUP
        return _report_unexpected(fault, "--traceback" in words)


FEWEST_FILES = 64  # files that may be open at once; native libraries fail in many ways if they get none


def _allow_files() -> None:
    """Let this process and those that it starts open as many files as the system lets it. Raises ToolError if these are too few
    (getrlimit(2), RLIMIT_NOFILE)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < FEWEST_FILES:
        soft = FEWEST_FILES if hard == resource.RLIM_INFINITY else min(FEWEST_FILES, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft < FEWEST_FILES:
        raise ToolError(f"only {soft} files may be open at once, and {FEWEST_FILES} are needed. Raise the limit (ulimit -n).")


def _with_fonts(words: list[str]) -> int:
    """Run a command. If it lacked fonts and these could be installed, run it again. Raises what `_ran` does."""
    try:
        return _ran(words)
    except MissingFonts as fault:
        if not apt.install_fonts([*fault.files]):
            raise
    return _ran(words)


def _ran(words: list[str]) -> int:
    try:
        arguments = make_parser(only=words[0]).parse_args(words)
    except SystemExit as ended:  # argparse ends with 0 after --help, with 2 after a message
        return int(ended.code or 0)
    with logs.to_stderr(arguments.log_level):
        _allow_files()
        inputs.check_folders(arguments)
        return COMMANDS[arguments.command].run(arguments)


def _report_system(fault: OSError, with_traceback: bool) -> ExitCode:
    """Say what the system refused: a file, memory, another process, space for what is printed."""
    if with_traceback:
        print(internal_error("briefs", fault).traceback, file=sys.stderr)
    try:
        standard.flush()
    except OSError:
        standard.drop_output()
    hint = "Check that you may use it, and that the disk has space left."
    limits = "Look at the disk’s space, and at the limits of open files, processes and memory (ulimit -a)."
    what = f"{fault.filename}: {fault.strerror}. {hint}" if fault.filename else f"{fault.strerror or fault}. {limits}"
    print(f"briefs: {what}", file=sys.stderr)
    return ExitCode.SETUP


def _report_unexpected(fault: Exception, with_traceback: bool) -> ExitCode:
    """Report an exception that no code expected, as a fault of the program."""
    problem = internal_error("briefs", fault)
    if with_traceback:
        print(problem.traceback, file=sys.stderr)
    print(problem, file=sys.stderr)
    return ExitCode.INTERNAL
