"""Signatures with a person's minisign key, made and verified by the program `minisign`.

In: bytes, a key, a comment that is signed with them; or a signature and a public key. Out: a signature as minisign writes it;
whether it holds. https://jedisct1.github.io/minisign/
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from briefs import plainfile
from briefs.problems import ToolError

SECONDS = 30  # seconds to verify; to sign, a person may have to type a password
_SECRET = b"untrusted comment: minisign encrypted secret key"
_SAID = 300  # the most letters of the program's messages that are quoted


def is_secret_key(path: Path) -> bool:
    """Whether a file is a secret key as `minisign -G` writes it. A key whose comment a person has changed isn't recognised."""
    try:
        return plainfile.read(path, 10_000).startswith(_SECRET)
    except OSError:
        return False


def sign(data: bytes, key: Path, comment: str) -> str:
    """A signature of bytes and of a comment. The key's password is asked for at the terminal. Raises ToolError."""
    with tempfile.TemporaryDirectory() as folder:
        signed, made = Path(folder, "signed"), Path(folder, "signature")
        signed.write_bytes(data)
        done = _run(["-S", "-s", str(key), "-m", str(signed), "-x", str(made), "-t", comment], None)
        if done.returncode or not made.is_file():
            raise ToolError(f"minisign could not sign with {key}: {_words(done) or 'it gave no reason'}.")
        return made.read_text("ascii", "replace")


def holds(signature: str, data: bytes, public_key: str, comment: str) -> bool:
    """Whether a signature is by this key, of these bytes and this comment. Raises ToolError if minisign is missing."""
    with tempfile.TemporaryDirectory() as folder:
        signed, made = Path(folder, "signed"), Path(folder, "signature")
        signed.write_bytes(data)
        made.write_text(signature)
        done = _run(["-V", "-Q", "-P", public_key, "-m", str(signed), "-x", str(made)], SECONDS)
    return not done.returncode and done.stdout.decode("utf-8", "replace").rstrip("\n") == comment


def _run(words: Sequence[str], seconds: float | None) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("minisign")
    if program is None:
        raise ToolError("minisign is missing. Install it: sudo apt-get install minisign")
    given = subprocess.DEVNULL if seconds else None
    try:
        return subprocess.run([program, *words], stdin=given, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        raise ToolError(f"minisign didn’t end within {seconds:.0f} s.") from None


def _words(done: subprocess.CompletedProcess[bytes]) -> str:
    return " ".join((done.stderr or done.stdout).decode("utf-8", "replace").split())[:_SAID].rstrip(".")
