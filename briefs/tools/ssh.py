"""Signatures with a person's SSH key, made and verified by `ssh-keygen -Y`.

In: bytes, a key, a namespace; or a signature and a file of those who may sign. Out: an armored signature (SSHSIG); whose key made
it.
https://man.openbsd.org/ssh-keygen.1#Y, https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from briefs.problems import ToolError

SECONDS = 30  # seconds to verify; to sign, a person may have to type a passphrase
_SAID = 300  # the most letters of the program's messages that are quoted


class NotVerified(Exception):
    """The signature isn't by a key that may sign, or isn't of these bytes. The message says which."""


def sign(data: bytes, key: Path, namespace: str) -> str:
    """A signature of bytes. The passphrase is asked for at the terminal, unless an agent has the key. Raises ToolError."""
    done = _run(["sign", "-f", str(key), "-n", namespace], data, None)
    if done.returncode:
        raise ToolError(f"ssh-keygen could not sign with {key}: {_words(done)}. Name a key of yours, such as ~/.ssh/id_ed25519.")
    return done.stdout.decode("ascii", "replace")


def verify(signature: str, data: bytes, signers: Path, namespace: str) -> str:
    """The name of the key's owner in a file of allowed signers, which may allow a key for some namespaces only.

    Raises NotVerified, and ToolError if ssh-keygen is missing.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".sig") as file:
        file.write(signature)
        file.flush()
        given = ["-s", file.name, "-f", str(signers)]
        found = _run(["find-principals", *given], b"", SECONDS)
        names = found.stdout.decode("utf-8", "replace").replace(",", "\n").split()
        if found.returncode or not names:
            raise NotVerified(f"nobody in {signers} has the key")
        for name in dict.fromkeys(names):
            done = _run(["verify", *given, "-I", name, "-n", namespace], data, SECONDS)
            if not done.returncode:
                return name
        raise NotVerified(f"the key is that of {names[0]}, and the signature isn’t theirs for this ({_words(done)})")


def _run(words: Sequence[str], data: bytes, seconds: float | None) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("ssh-keygen")
    if program is None:
        raise ToolError("ssh-keygen is missing. Install it: sudo apt-get install openssh-client")
    try:
        return subprocess.run([program, "-Y", *words], input=data, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        raise ToolError(f"ssh-keygen didn’t end within {seconds:.0f} s.") from None


def _words(done: subprocess.CompletedProcess[bytes]) -> str:
    said = (done.stderr or done.stdout).decode("utf-8", "replace").splitlines()
    own = (line for line in said if not line.endswith(": invalid key"))  # without lines about keys of other programs
    return " ".join(" ".join(own).split())[:_SAID].rstrip(".")
