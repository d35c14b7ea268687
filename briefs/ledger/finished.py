"""The pages of finished files, read by a thread while a command does something else.

In: an output folder, or files as they are made. Out: for each file a promise of its pages. Little is imported, so that reading can
begin before the rest of the program is loaded.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from briefs import plainfile
from briefs.edition.data.table import TableStore
from briefs.ledger import pages
from briefs.ledger.pages import PrintedPage
from briefs.press import manifest
from briefs.problems import Problem, Problems

SUFFIXES = (".pdf", ".docx", ".pptx")
TURN = 0.0001  # seconds that a thread runs while another one waits
MAX_BYTES = 500_000_000  # bytes of a finished file
MANY = 10  # documents; the files of fewer are read while a command that asks about them is loaded

Reading = Future[list[PrintedPage]]
FinishedFiles = Mapping[str, Reading]


@contextmanager
def being_read(out: Path, kept: TableStore | None = None) -> Iterator[FinishedFiles]:
    """The pages of each finished file of the output folder, by its name. A result raises Problems if the file can't be read.

    The caller reads no file by itself before it has all results: one process reads them all. `kept`: see `pages.read`."""
    names = [name for name in sorted(manifest.read(out).get("files", {})) if name.endswith(SUFFIXES)]
    with closing(pages), _turns(), ThreadPoolExecutor(1) as thread:
        if names:
            pages.start()
        try:
            yield {name: thread.submit(_read, out / name, name, kept) for name in names}
        finally:
            thread.shutdown(cancel_futures=True)


@contextmanager
def kept_as_made(kept: TableStore) -> Iterator[Callable[[Iterable[Path]], list[Reading]]]:
    """A function that takes the files of a document that was made. Their pages are read and kept (see `pages.read`), so that the
    first question about them needn't read them. Reading gives way to other work: what isn't read at the end of the block is
    left out, and so is what the machine has no process or thread for."""
    with closing(pages), ThreadPoolExecutor(1, initializer=_give_way) as thread:

        def keep(files: Iterable[Path]) -> list[Reading]:
            with suppress(RuntimeError):  # no thread can be started
                return [thread.submit(_read, path, str(path), kept) for path in files if path.suffix in SUFFIXES]
            return []

        try:
            yield keep
        finally:
            thread.shutdown(wait=False, cancel_futures=True)
            pages.stop()


def _give_way() -> None:
    """Start the process that reads, behind all others. If that fails, the first file that is read tells it."""
    with suppress(OSError, RuntimeError):
        pages.start(gives_way=True)


@contextmanager
def _turns() -> Iterator[None]:
    """Lets threads take turns more often. The one that reads has little to do between two files, and would wait for each turn."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _read(path: Path, name: str, kept: TableStore | None) -> list[PrintedPage]:
    try:
        data = plainfile.read(path, MAX_BYTES)
    except OSError as fault:
        raise Problems([Problem("error", str(path), 0, 0, f"can’t be read: {fault.strerror}", "Build it again.")]) from None
    return pages.read(name, data, kept)
