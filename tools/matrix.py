"""Tries the README's two commands on bare systems: `python3 build.py`, then `python3 build.py test`.

    sudo python3 tools/matrix.py                          every system, both commands: an hour or two
    sudo python3 tools/matrix.py --only build             the first command only: some minutes a system
    sudo python3 tools/matrix.py debian-13 --tests "tests/setup -n 1"

A bare system is what debootstrap calls "minbase" with git and Python, and nothing else. It is made once and kept in the
cache folder; delete it there to have a newer one. Each run works in a copy, with a fresh clone of one commit of this
checkout, so changes that are not committed are not tried. The copy is deleted afterwards.

It needs root, a machine of the Debian family, and about 4 GB of disk for the system at work. What is missing there
(debootstrap, the keys of the distributions) is installed with apt-get. Mirrors, name servers, proxies, certificates and
pip's index are those of this machine: its settings go into the copy, never into the clone.
"""

# In: the history of this checkout, the mirrors of the distributions. Out: a table in Markdown on standard output, a log
# for each system in the cache folder; exit code 1 if one failed. Standard library only: it runs before anything is set up.

from __future__ import annotations

import argparse
import ast
import fcntl
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
CLONE = "root/briefs"  # below the root
EXTRA_CERTIFICATES = "usr/local/share/ca-certificates"
MINIMUM = "ca-certificates,git,python3"  # what the README expects of a machine, and certificates to reach pip's index
PROXIES = {f"{scheme}_proxy" for scheme in ("http", "https", "ftp", "all", "no")}
PIP_SETTINGS = {"index-url", "extra-index-url", "trusted-host", "proxy", "cert", "timeout", "retries"}
APT_SETTINGS = re.compile(r"Acquire::(?:https?::|Retries|Check-Valid-Until|Check-Date)")

# Runs $3 and what follows it in the folder $2 of the root $1. The mounts are in a mount namespace of their own, so the
# kernel removes them when the last process in it ends, however it ends. The root becomes a mount too: programs that make a
# namespace expect one at `/`.
ENTER = """
mount --bind "$1" "$1"
mount -t proc proc "$1/proc"
mount -t tmpfs -o mode=1777 shm "$1/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$1/dev/pts"
root=$1 folder=$2
shift 2
chroot "$root" /bin/sh -c 'cd "/$0" && exec "$@"' "$folder" "$@"
"""
NAMESPACE = ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child"]


@dataclass(frozen=True)
class Distribution:
    """What the releases of a distribution share."""

    script: str  # the debootstrap script, also for releases that are newer than debootstrap
    components: str
    keys: str  # the file with the keys of the archive, which debootstrap looks for
    package: str  # the package that has it


DEBIAN = Distribution("sid", "main", "debian-archive-keyring.gpg", "debian-archive-keyring")
UBUNTU = Distribution("gutsy", "main,universe", "ubuntu-archive-keyring.gpg", "ubuntu-keyring")


@dataclass(frozen=True)
class System:
    """A release: its title in the table, its name in the archive."""

    title: str
    suite: str
    distribution: Distribution


SYSTEMS = {
    "debian-12": System("Debian 12", "bookworm", DEBIAN),  # Python 3.11
    "ubuntu-24.04": System("Ubuntu 24.04", "noble", UBUNTU),  # Python 3.12
    "debian-13": System("Debian 13", "trixie", DEBIAN),  # Python 3.13
    "ubuntu-26.04": System("Ubuntu 26.04", "resolute", UBUNTU),  # Python 3.14
}

HEAD = "| system | Python | set-up, s | build, s | tests | date |\n|---|---|---|---|---|---|"


class Failed(Exception):
    """A system could not be tried to the end; the message says which step failed."""


@dataclass
class Row:
    """What was measured on one system, as a row of the table."""

    title: str
    python: str = ""
    setup: str = ""  # seconds, as build.py reports them
    build: str = ""  # seconds
    tests: str = "not run"
    failure: str = ""

    def __str__(self) -> str:
        tests = f"{self.tests}; **failed: {self.failure}**" if self.failure else self.tests
        return f"| {self.title} | {self.python} | {self.setup} | {self.build} | {tests} | {date.today()} |"


def main(words: Sequence[str]) -> int:
    """Try the systems one after the other, print the table, and return the exit code."""
    arguments = parser().parse_args(words)
    if os.geteuid() != 0:
        say("matrix.py: only root can make and enter a root folder: start this with sudo.")
        return 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # an exception, so that the copy is deleted
    try:
        commit = git("rev-parse", "--short", arguments.commit)
        with only_one(arguments.cache):
            rows = [attempt(system, arguments) for system in arguments.systems or SYSTEMS.values()]
    except (Failed, OSError) as problem:
        say(f"matrix.py: {problem}")
        return 1
    except KeyboardInterrupt:
        return 130
    print(f"Commit {commit}:\n", HEAD, *rows, sep="\n")
    return 1 if any(row.failure for row in rows) else 0


@contextmanager
def only_one(cache: Path) -> Iterator[None]:
    """Make the cache folder, and keep a second matrix.py out of it. Raises Failed if there is one."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failed(f"another matrix.py is at work in {cache}") from None
        yield


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tools/matrix.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("systems", nargs="*", type=system, metavar="SYSTEM", help=f"{', '.join(SYSTEMS)}; all of them unless some are named")
    add("--commit", default="HEAD", metavar="REV", help="the commit to try (default: HEAD)")
    add("--only", choices=["build"], help="build: don't run the tests")
    add("--tests", default="", metavar="WORDS", help="run only these tests: words for pytest, in one pair of quotes")
    add("--mirror", action="append", type=mirror, default=[], metavar="SUITE=URL", help="a mirror instead of debootstrap's own")
    add(
        "--cache",
        type=Path,
        default=Path("/var/cache/briefs-matrix"),
        metavar="DIR",
        help="for roots and logs: %(default)s",
    )
    add("--keep", action="store_true", help="keep the copies in the cache folder, to look into what failed")
    return parser


def system(name: str) -> System:
    """The system that an argument names."""
    if name not in SYSTEMS:
        raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(SYSTEMS)}")
    return SYSTEMS[name]


def mirror(words: str) -> tuple[str, str]:
    """`SUITE=URL` as a pair."""
    suite, _, url = words.partition("=")
    if not url or suite not in {system.suite for system in SYSTEMS.values()}:
        raise argparse.ArgumentTypeError(f"{words!r} is not SUITE=URL, with a suite such as bookworm")
    return suite, url


# One system.


def attempt(system: System, arguments: argparse.Namespace) -> Row:
    """Run both commands on a system. What fails is in the row; why, in the log."""
    row = Row(system.title)
    log = arguments.cache.absolute() / f"{system.suite}.log"
    log.write_text("")
    try:
        base = provide_base(system, log, arguments)
        with copied(base, arguments.keep) as root:
            git("clone", "--quiet", "--no-checkout", str(CHECKOUT), str(root / CLONE))
            git("-C", str(root / CLONE), "checkout", "--quiet", "--detach", git("rev-parse", arguments.commit))
            try_commands(Inside(root, take_settings(root), log), row, arguments)
    except (Failed, OSError, subprocess.CalledProcessError) as problem:
        row.failure = str(problem)
    say(f"{row}\n  Log: {log}")
    return row


def try_commands(inside: Inside, row: Row, arguments: argparse.Namespace) -> None:
    """Fill the row. Raises Failed when a command fails."""
    row.python = inside.run("python3", "-c", "import platform; print(platform.python_version())").split()[-1]
    say(f"{row.title}, Python {row.python}: build.py …")
    start = time.monotonic()
    printed = inside.run("python3", "build.py")
    row.setup = re.findall(r"^Set up in (\d+) seconds", printed, re.M)[-1]
    row.build = f"{time.monotonic() - start - int(row.setup):.0f}"
    if arguments.only != "build":
        say(f"{row.title}, Python {row.python}: build.py test …")
        words = ["--", *shlex.split(arguments.tests)] if arguments.tests else []
        try:
            row.tests = counts(inside.run("python3", "build.py", "test", *words))
        except Failed:
            row.tests = counts(inside.log.read_text(errors="replace"))
            raise


def counts(printed: str) -> str:
    """How many tests passed, failed and were skipped, from the line that pytest closes with."""
    lines = re.findall(r"^.*\d+ (?:passed|failed|skipped|errors?)\b.* in [\d.]+s.*$", printed, re.M)
    return ", ".join(re.findall(r"\d+ (?:passed|failed|skipped|errors?)\b", lines[-1])) if lines else "none ran"


# Roots.


def provide_base(system: System, log: Path, arguments: argparse.Namespace) -> Path:
    """The system's bare root in the cache folder, made on first use."""
    base: Path = arguments.cache.absolute() / system.suite
    if base.exists():
        return base
    provide_programs(system.distribution, log)
    say(f"{system.title}: making a bare root …")
    partial = base.with_name(f"{base.name}.partial")
    remove(partial)
    options = ["--variant=minbase", f"--components={system.distribution.components}", f"--include={MINIMUM}"]
    url = dict(arguments.mirror).get(system.suite, "")  # debootstrap takes an empty one for its own
    run([*NAMESPACE, "debootstrap", *options, system.suite, str(partial), url, system.distribution.script], log)
    partial.rename(base)
    return base


def provide_programs(distribution: Distribution, log: Path) -> None:
    """Install debootstrap and the keys of the archive where they are missing. Not every release of Debian has Ubuntu's keys."""
    keys = Path("/usr/share/keyrings", distribution.keys)
    packages = [("debootstrap", bool(shutil.which("debootstrap"))), (distribution.package, keys.exists())]
    missing = [name for name, is_there in packages if not is_there]
    if missing:
        say(f"Installing {' and '.join(missing)} …")
        run(["apt-get", "update", "-q"], log)
    for name in missing:
        with suppress(Failed):  # the log says why; debootstrap fails if it is missing, and goes on without keys
            run(["apt-get", "install", "-q", "-y", "--no-install-recommends", name], log)
    if not keys.exists():
        say(f"There is no {keys}: what is fetched for this root is not checked against the archive's signature.")


@contextmanager
def copied(base: Path, keep: bool) -> Iterator[Path]:
    """A copy of a bare root to work in."""
    copy = base.with_name(f"{base.name}.copy")
    remove(copy)
    try:
        subprocess.run(["cp", "-a", "--reflink=auto", str(base), str(copy)], check=True)
        yield copy
    finally:
        if not keep:
            remove(copy)


def remove(root: Path) -> None:
    """Delete a root. Nothing is mounted in it: mounts end with the processes that they were made for."""
    if root.exists():
        shutil.rmtree(root)


@dataclass(frozen=True)
class Inside:
    """Runs commands in the clone in a root."""

    root: Path
    environment: Mapping[str, str]
    log: Path

    def run(self, *command: str) -> str:
        """Run a command and return what it printed. Raises Failed if it fails."""
        enter = [*NAMESPACE, "sh", "-euc", ENTER, "sh", str(self.root), CLONE]
        return run([*enter, *command], self.log, self.environment, shlex.join(command))


def run(command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None, name: str = "") -> str:
    """Run a command, append what it prints to the log, and return that part. Raises Failed if it fails."""
    start = log.stat().st_size
    with log.open("ab") as output:
        ended = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment)
    if ended.returncode:
        raise Failed(f"{name or command[0]} (exit code {ended.returncode})")
    return log.read_bytes()[start:].decode(errors="replace")


# What a root takes over from this machine, so that it reaches the same mirrors.


def take_settings(root: Path) -> dict[str, str]:
    """Give a root this machine's name servers, certificates and apt settings. Returns its environment variables."""
    for name in ("etc/resolv.conf", "etc/hosts"):
        (root / name).unlink(missing_ok=True)  # it may be a link that leads out of the root
        shutil.copy(Path("/", name), root / name)
    extra = Path("/", EXTRA_CERTIFICATES)
    if extra.is_dir():
        shutil.copytree(extra, root / EXTRA_CERTIFICATES, dirs_exist_ok=True)
        subprocess.run(["chroot", str(root), "update-ca-certificates"], check=True, capture_output=True)
    if shutil.which("apt-config"):
        lines = [line for line in read(["apt-config", "dump"]).splitlines() if APT_SETTINGS.match(line)]
        (root / "etc/apt/apt.conf.d/90-of-the-host").write_text("".join(f"{line}\n" for line in lines))
    proxies = {name: value for name, value in os.environ.items() if name.lower() in PROXIES}
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return {"PATH": path, "HOME": "/root", **proxies, **pip_settings(root)}


def pip_settings(root: Path) -> dict[str, str]:
    """This machine's settings of pip as environment variables, without folders and files that the root doesn't have."""
    settings = {}
    lines = read([sys.executable, "-I", "-m", "pip", "config", "list"]).splitlines()
    for line in sorted(lines, key=lambda line: line.startswith(":env:")):  # variables win over files
        name, _, value = line.partition("=")
        key = name.rpartition(".")[2]
        words = [word for word in ast.literal_eval(value).split() if is_reachable(root, word)]
        if key in PIP_SETTINGS and words:
            settings[f"PIP_{key.upper().replace('-', '_')}"] = " ".join(words)
    return settings


def is_reachable(root: Path, word: str) -> bool:
    """Whether a word of a setting means the same in a root: a path only if it exists there."""
    path = word.removeprefix("file://")
    return not path.startswith("/") or (root / path[1:]).exists()


def read(command: Sequence[str]) -> str:
    """What a command prints; nothing if it fails."""
    return subprocess.run(command, capture_output=True, text=True).stdout


def git(*words: str) -> str:
    """What git prints in this checkout."""
    ended = subprocess.run(["git", "-C", str(CHECKOUT), *words], capture_output=True, text=True)
    if ended.returncode:
        raise Failed(f"git {words[0]}: {ended.stderr.strip()}")
    return ended.stdout.strip()


def say(message: str) -> None:
    """Report progress on standard error: standard output is for the table."""
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
