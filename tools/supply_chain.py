"""Lists the packages that the program is made of, and asks whether one of them has a known fault.

    python3 tools/supply_chain.py briefs.cdx.json

Writes the packages of requirements/run.txt with their hashes as CycloneDX 1.6; the same lock gives the same bytes. Then it asks
PyPI's advisories about each package of requirements/test.txt, which holds run.txt. It needs a network, and installs its two
programs into a temporary environment from requirements/release.txt. Exit code 1: there is an advisory, or a package that nobody
could be asked about.
"""

# Standard library only: it runs before anything is set up.

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[1]
LOCKS = CHECKOUT / "requirements"


def main(words: list[str]) -> int:
    if len(words) != 1:
        print((__doc__ or "").strip())
        return 2
    with tempfile.TemporaryDirectory() as folder:
        programs = install(Path(folder))
        write_list(programs, Path(words[0]))
        found = list(findings(audit(programs)))
    print("\n".join(found) or "no advisory is known")
    return 1 if found else 0


def install(folder: Path) -> Path:
    """The folder of the two programs, in a new environment."""
    venv.create(folder, with_pip=True)
    pip = [folder / "bin/python", "-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--require-hashes", "--only-binary=:all:", "-r", LOCKS / "release.txt"], check=True)
    return folder / "bin"


def write_list(programs: Path, path: Path) -> None:
    """Write the list. It holds no time: SOURCE_DATE_EPOCH would add one."""
    environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    about = ["--pyproject", CHECKOUT / "pyproject.toml", "--output-reproducible", "--output-file", path]
    command = [programs / "cyclonedx-py", "requirements", LOCKS / "run.txt", *about]
    subprocess.run(command, check=True, env={**environment, "PYTHONWARNINGS": "ignore"})


def audit(programs: Path) -> Mapping[str, Any]:
    """pip-audit's report. It ends with 1 if there is an advisory, and also if nobody answers."""
    lock = ["--require-hashes", "--disable-pip", "--requirement", LOCKS / "test.txt"]
    command = [programs / "pip-audit", *lock, "--format", "json", "--progress-spinner", "off"]
    done = subprocess.run(command, capture_output=True, text=True)
    try:
        report: Mapping[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise SystemExit(f"pip-audit has no report: {done.stderr.strip()[-500:]}") from None
    return report


def findings(report: Mapping[str, Any]) -> Iterator[str]:
    """A line for each advisory, and for each package that was left out. pip-audit counts the latter as no fault."""
    for package in report["dependencies"]:
        if reason := package.get("skip_reason"):
            yield f"{package['name']}: nobody could be asked: {reason}"
        for fault in package.get("vulns", ()):
            mended = ", ".join(fault["fix_versions"]) or "no version"
            yield f"{package['name']} {package['version']}: {fault['id']}, mended in {mended}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
