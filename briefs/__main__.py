"""`python -m briefs`: the same as the `briefs` command."""

import gc
import io
import sys
from contextlib import suppress

from briefs import interrupt, standard
from briefs.exitcodes import ExitCode

standard.open_streams()  # first of all: a file that is opened would get the number of a closed stream

try:
    from briefs.cli import main
except MemoryError:
    print("briefs: it needs more memory than there is.", file=sys.stderr)
    sys.exit(ExitCode.SETUP)


def run() -> int:
    """Run a command in a process of its own.

    Garbage collection is off until the first document has been built (`press/composer.py`), because nearly all that is loaded
    and read until then stays in use. It is also kept from running at exit, when the process frees its memory anyway.
    """
    gc.disable()
    interrupt.listen()
    try:
        code = main()
    finally:
        gc.freeze()
    if code == ExitCode.SETUP:  # what was lacking, such as memory, may lack at exit too; that has been reported
        with suppress(OSError, MemoryError):
            standard.flush()
        sys.stdout = sys.stderr = io.StringIO()
    return code


if __name__ == "__main__":
    sys.exit(run())
