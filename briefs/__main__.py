"""`python -m briefs`: the same as the `briefs` command."""

import gc
import sys

from briefs import interrupt, standard

standard.open_streams()  # before anything opens a file, which would get the number of a stream that is closed

from briefs.cli import main  # noqa: E402


def run() -> int:
    """Run a command in a process of its own.

    Garbage collection is off until the first document has been built (`press/composer.py`), because nearly all that is loaded
    and read until then stays in use. It is also kept from running at exit, when the process frees its memory anyway.
    """
    gc.disable()
    interrupt.listen()
    try:
        return main()
    finally:
        gc.freeze()


if __name__ == "__main__":
    sys.exit(run())
