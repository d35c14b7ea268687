"""`python -m briefs`: the same words as the `briefs` command."""

import gc
import sys

from briefs.cli import main

SEARCH = 100_000  # objects made and not yet gone, after which garbage is searched for: a command makes many, and keeps them


def run() -> int:
    """A command in a process of its own. At its end nothing is searched: the process goes, with all that it holds."""
    gc.set_threshold(SEARCH)
    try:
        return main()
    finally:
        gc.freeze()


if __name__ == "__main__":
    sys.exit(run())
