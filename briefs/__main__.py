"""`python -m briefs`: the same words as the `briefs` command."""

import gc
import sys

from briefs import interrupt
from briefs.cli import main


def run() -> int:
    """A command in a process of its own. It doesn't search for garbage before it has made a document (`press/composer.py`): nearly
    all that it loads and reads is kept. Nor at its end, when the process goes with all that it holds."""
    gc.disable()
    interrupt.listen()
    try:
        return main()
    finally:
        gc.freeze()


if __name__ == "__main__":
    sys.exit(run())
