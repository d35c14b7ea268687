"""The command that opens the edition in a browser: desk.

In: arguments. Out: an exit code; a server until Ctrl-C.
"""

from __future__ import annotations

import argparse
import os
from functools import partial
from pathlib import Path

from briefs.cli import inputs
from briefs.exitcodes import ExitCode
from briefs.problems import ToolError


def desk(arguments: argparse.Namespace) -> ExitCode:
    """Serve the desk until Ctrl-C."""
    try:
        from briefs.desk import server
    except ModuleNotFoundError as missing:
        raise ToolError(f"the desk needs the package {missing.name}. Start it with `python3 build.py desk`.") from None
    from briefs.delivery import store
    from briefs.desk import drafts
    from briefs.desk.workspace import Folders

    folders = Folders(
        arguments.content,
        inputs.templates(arguments),
        arguments.out,
        arguments.store or store.default_folder(arguments.content),
        drafts.folder(arguments.content, os.environ, Path.home()),
        arguments.people,
    )
    say = partial(print, flush=True)
    if arguments.serve:
        server.serve_team(folders, arguments.serve, inputs.table_store(arguments), say)
        return ExitCode.DONE
    server.serve(
        folders, arguments.port, inputs.table_store(arguments), say, opens_browser=not arguments.no_browser,
        author=arguments.commit_as,
    )  # fmt: skip
    return ExitCode.DONE
