#!/usr/bin/env python3
"""Builds the documents of an edition. The first run installs what is missing.

    python3 build.py              build everything into dist/
    python3 build.py list         list the countries
    python3 build.py check        list every problem of the content
    python3 build.py test         run the tests

The first run takes a few minutes. It installs Python packages into .venv/ beside this file, and
libraries and fonts from Debian's or Ubuntu's packages; later runs install the fonts that an edition's
language needs. If you are not root, it prints the one command that installs them, and the
exit code is 4. After that, --help shows every command.
"""

# This file runs before anything is installed. So it uses the standard library only, and syntax that an
# old Python 3 can parse far enough to print that it is too old. All else is in the package `briefs`.

import os
import sys

if __name__ == "__main__":  # Import the rest from the standard library, not from this folder, the current one or PYTHONPATH.
    LIBRARY = os.path.dirname(os.__file__)
    sys.path[:] = [folder for folder in sys.path if folder == LIBRARY or folder.startswith(LIBRARY + os.sep)]

import contextlib
import hashlib
import importlib.util
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

# Exit codes, as in briefs/exitcodes.py, which can't be imported before set-up. A test compares them.
NEEDS_A_PERSON = 4
INTERRUPTED = 130

if sys.version_info < (3, 11) or os.name == "nt":
    print(
        "build.py: this needs Python 3.11 or newer, on Linux or macOS (on Windows: in WSL). "
        f"This is Python {sys.version_info[0]}.{sys.version_info[1]} on {sys.platform}.",
        file=sys.stderr,
    )
    sys.exit(NEEDS_A_PERSON)

ROOT = Path(__file__).resolve().parent
REQUIREMENTS = ROOT / "requirements"
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"

# What a machine needs that isn't Debian-like, by the names that its linker knows.
LIBRARIES = ("gobject-2.0", "pango-1.0", "pangoft2-1.0", "harfbuzz", "fontconfig")
FONTS = "Carlito, Caladea, DejaVu Sans and Droid Sans Fallback"


# What a part holds besides its own.
HOLDS = {"run": (), "desk": ("run",), "cluster": ("run",), "pades": ("run",), "test": ("run", "desk", "cluster", "pades")}
PARTS = tuple(HOLDS)
PART_OF = {"desk": "desk", "test": "test", "check-code": "test", "bench": "test"}  # commands that need more than “run”


class NeedsPerson(Exception):
    """A person must do something before set-up can go on. The message says what."""


def main(words: list[str]) -> int:
    """Set up what the command needs, then run `briefs` with the same arguments."""
    part = PART_OF.get(words[0] if words else "", "cluster" if has_option(words, "--on") else "run")
    part = "pades" if part == "run" and has_option(words, "--sign-with") else part
    try:
        if not is_ready(part):
            if words[:1] in (["help"], ["--help"], ["-h"]):  # a newcomer may ask before installing anything
                print(__doc__.strip())
                return 0
            set_up(part)
    except (NeedsPerson, OSError) as problem:  # OSError: may not write here, no space left
        say(f"build.py: {problem}")
        return NEEDS_A_PERSON
    except KeyboardInterrupt:
        say("build.py: stopped before the set-up was complete; the next run starts it again.")
        return INTERRUPTED
    return hand_over(words)


def has_option(words: list[str], option: str) -> bool:
    """Whether a command has an option that needs packages of its own."""
    return any(word == option or word.startswith(f"{option}=") for word in words)


def hand_over(words: list[str]) -> int:
    """Replace this process with `python -m briefs` in the same working directory, so that relative paths stay valid.

    -P keeps that directory off the import path, and the user's PYTHONPATH is dropped: a stray yaml.py must not be
    imported. (-I would drop our own path too.) Python may write bytecode, into folders that git ignores, because otherwise
    each command would compile the program again.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPATH"] = str(ROOT)
    os.environ["BRIEFS_INSTALLS"] = "1"  # fonts that an edition's language needs, if this is root (briefs/tools/apt.py)
    os.execv(PYTHON, [str(PYTHON), "-P", "-m", "briefs", *words])


# What is ready. The parts are those of `HOLDS`.


def is_ready(part: str) -> bool:
    """Whether this part was set up from the files as they are now. Quick: every command begins here."""
    with contextlib.suppress(FileNotFoundError):
        return os.access(PYTHON, os.X_OK) and stamp(part).read_text() == fingerprint(part)
    return False


def stamp(part: str) -> Path:
    """The file that is written last: without it an environment counts as absent."""
    return ENVIRONMENT / f"{part}.ready"


def fingerprint(part: str) -> str:
    """Changes when the part has to be set up again: with its locks, its packages or Python's version."""
    files = [REQUIREMENTS / f"{part}.txt", *package_lists(part), *script_lists(part)]
    version = b"%d.%d" % sys.version_info[:2]
    return hashlib.sha256(b"\0".join([version, *(file.read_bytes() for file in files)])).hexdigest()


def package_lists(part: str) -> list[Path]:
    """The files that name the part's Debian packages."""
    names = ["debian.txt", "debian-test.txt"] if part == "test" else ["debian.txt"]
    return [REQUIREMENTS / name for name in names]


def script_lists(part: str) -> list[Path]:
    """The files that name the part's packages of npm."""
    lists = [REQUIREMENTS / f"{one}-npm.txt" for one in parts_up_to(part)]
    return [file for file in lists if file.exists()]


def parts_up_to(part: str) -> tuple[str, ...]:
    """This part and those that it holds."""
    return (*HOLDS[part], part)


# Setting up.


def set_up(part: str) -> None:
    """Provide all that the part needs, once, however many build.py were started at the same time."""
    with only_one():
        if is_ready(part):
            return
        start = time.monotonic()
        provide_system_packages(part)
        provide_environment(part)
        if part == "test" and not shutil.which("chromium"):
            say("There is no Chromium, so tests of the desk in a browser are left out.")
        say(f"Set up in {time.monotonic() - start:.0f} seconds.")


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Hold a lock that ends with the process, so that the second of two waits for the first."""
    import fcntl  # Windows has none, and was sent away above

    with open(ROOT / ".venv.lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another build.py is setting up; waiting for it.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def provide_environment(part: str) -> None:
    """Make .venv from the part's lock, or add the part's packages to one that was made for less.

    An environment made from other locks is not mended but made anew, so that it never holds leftovers.
    """
    if not is_ready("run") or any(stamp(one).exists() and not is_ready(one) for one in PARTS):
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        run([sys.executable, "-I", "-m", "venv", str(ENVIRONMENT)], "Python could not make an environment in .venv")
    size = {"cluster": "155 MB", "test": "325 MB"}.get(part, "130 MB")
    say(f"Installing Python packages into .venv (about {size} to download, one to three minutes) …")
    pip = [str(PYTHON), "-I", "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    locked = ["--require-hashes", "--no-deps", "--only-binary=:all:", "-r", str(REQUIREMENTS / f"{part}.txt")]
    run(pip + locked, "pip could not install the Python packages (is there a network?)")
    for package in packages_of_scripts(part):
        provide_script(*package)
    for ready in parts_up_to(part):
        stamp(ready).write_text(fingerprint(ready))


def packages_of_scripts(part: str) -> list[list[str]]:
    """The name, version, hash and file of each package of npm that the part needs."""
    lines = [line for file in script_lists(part) for line in file.read_text(encoding="utf-8").splitlines()]
    return [line.partition(" #")[0].split() for line in lines if line and not line.startswith("#")]


def provide_script(name: str, version: str, integrity: str, file: str) -> None:
    """Put a file of a package of npm into .venv/share/briefs/, if the package has this hash (W3C, Subresource Integrity)."""
    import base64
    import io
    import tarfile
    import urllib.request

    target = ENVIRONMENT / "share" / "briefs" / script_name(name, file)
    address = f"{npm_registry()}/{name}/-/{name.rpartition('/')[2]}-{version}.tgz"
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            data = answer.read()
    except (OSError, ValueError) as problem:
        raise NeedsPerson(f"the package {name} {version} of npm could not be fetched ({problem}); is there a network?") from None
    if f"sha512-{base64.b64encode(hashlib.sha512(data).digest()).decode()}" != integrity:
        raise NeedsPerson(f"the package {name} {version} of npm is not the one that was locked, so it was not used")
    with tarfile.open(fileobj=io.BytesIO(data)) as package:
        member = package.getmember(f"package/{file}")
        opened = package.extractfile(member)
        content = opened.read() if opened else b""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    target.chmod(0o755 if member.mode & 0o100 else 0o644)


def script_name(name: str, file: str) -> str:
    """What a file of a package of npm is called here: `index.js` by its package, any other as it is."""
    base = os.path.basename(file)
    return name.lstrip("@").replace("/", "-") + ".js" if base == "index.js" else base


def npm_registry() -> str:
    """The address of npm's registry, from npm's own settings (npm-config(1)). Empty if there is no npm to ask."""
    address = os.environ.get("npm_config_registry", "")  # noqa: SIM112
    if address:
        return address.rstrip("/")
    npm = shutil.which("npm")
    if not npm:
        return ""
    answer = subprocess.run([npm, "config", "get", "registry"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return answer.stdout.strip().rstrip("/")


def provide_system_packages(part: str) -> None:
    """Install the Debian packages that are missing, or say how: only root may, and only Debian has them."""
    if not (shutil.which("dpkg-query") and shutil.which("apt-get")):
        check_libraries(part)
        return
    required, optional = missing_packages(part)
    if not required and not optional:
        return
    quiet = ["-q", "-y", "-o", "DPkg::Lock::Timeout=300"]
    if os.geteuid() == 0:
        wanted = [*required, *(f"{name} (if apt-get knows it)" for name in optional)]
        say(f"Running apt-get as root, to install these system packages and what they need: {', '.join(wanted)}.")
        say("Fetching the list of system packages …")
        try:
            run(["apt-get", "update", *quiet], "apt-get could not fetch every list")
        except NeedsPerson as problem:  # often a source that has nothing of ours
            say(f"build.py: {problem}; going on with the lists that there are.")
    names = required + [name for name in optional if offered(name) or not all(map(offered, required))]
    if not names:
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends", *names]
    if os.geteuid() != 0:
        raise NeedsPerson(
            "some system packages are missing, and only an administrator may install them. "
            "Run this, then try again:\n"
            f"  sudo apt-get update && sudo {' '.join(install)}"
        )
    size = "200 MB, one to five minutes" if "libreoffice-writer" in names else "15 MB, less than a minute"
    say(f"Installing {len(names)} system packages (up to {size}) …")
    failure = "apt-get could not install the system packages (is there a network?)"
    run([*install, *quiet, "--download-only"], failure)
    run([*install, *quiet], failure, uninterrupted=True)


def missing_packages(part: str) -> tuple[list[str], list[str]]:
    """The Debian packages that are not installed: those that must be, and those that may be unknown here."""
    required: list[str] = []
    optional: list[str] = []
    for file in package_lists(part):
        for line in file.read_text(encoding="utf-8").splitlines():
            name = line.partition("#")[0].strip()
            if name.startswith("?"):
                optional.append(name.removeprefix("?").strip())
            elif name:
                required.append(name)
    if importlib.util.find_spec("ensurepip") is None:  # Debian's Python may come without it
        required.append(venv_package())
    if script_lists(part) and not npm_registry():
        required.append("npm")
    there = installed({*required, *optional})
    return [name for name in required if name not in there], [name for name in optional if name not in there]


def installed(names: set[str]) -> set[str]:
    """Those of the Debian packages that are installed: not merely unpacked, or removed but for settings."""
    query = ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package}\n", *names]
    answer = subprocess.run(query, capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout
    return {name for name in names if f"installed {name}" in answer.splitlines()}


def venv_package() -> str:
    """The package with this Python's `ensurepip`: python3-venv is the one of the system's own version."""
    if os.path.realpath("/usr/bin/python3") == os.path.realpath(sys.executable):
        return "python3-venv"
    return f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"


def offered(name: str) -> bool:
    """Whether apt knows the package. It knows none before its lists are fetched."""
    answer = subprocess.run(["apt-cache", "show", name], capture_output=True, stdin=subprocess.DEVNULL)
    return answer.returncode == 0


def check_libraries(part: str) -> None:
    """On a machine without apt: go on where the libraries are there already, else say what to install."""
    from ctypes.util import find_library  # slow to import, seldom needed

    missing = [f"the library {name}" for name in LIBRARIES if not find_library(name)]
    if part == "test" and not (shutil.which("soffice") or shutil.which("libreoffice")):
        missing.append("LibreOffice Writer and Impress")
    if importlib.util.find_spec("ensurepip") is None:
        missing.append("Python's ensurepip (often a package named python3-venv)")
    if script_lists(part) and not npm_registry():
        missing.append("npm")
    if missing:
        raise NeedsPerson(
            "this machine has no apt-get, so build.py can't install what is missing. "
            f"Install these, then try again: {', '.join(missing)}. Install these fonts too: {FONTS}."
        )
    say(f"This machine has no apt-get: install the fonts {FONTS} by hand if they are missing.")


def run(command: list[str], failure: str, uninterrupted: bool = False) -> None:
    """Run a program in silence. What it printed is shown only when it fails.

    Ctrl-C reaches it too and stops it, unless it must not stop halfway: dpkg would leave the machine's
    packages in a state that needs mending by hand.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment |= {"DEBIAN_FRONTEND": "noninteractive", "PYTHONSAFEPATH": "1"}  # also for interpreters that it starts itself
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=uninterrupted,
        )
        try:
            process.wait()
        except KeyboardInterrupt:
            say("Stopping …" if not uninterrupted else "Stopping as soon as the packages are installed …")
            process.wait()
            raise
        if process.returncode != 0:
            output.seek(0)
            say(output.read().rstrip())
            raise NeedsPerson(f"{failure}; what it said stands above")


def say(message: str) -> None:
    """Tell the user, and leave standard output to the command: it may be read by a program."""
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
