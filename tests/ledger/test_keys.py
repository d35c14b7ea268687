"""Signatures with an SSH key: `verify` takes what the key's owner signed in a role that they have, and nothing else."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from briefs.cli import main
from briefs.exitcodes import ExitCode
from tests import small


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An edition with two roles, a key of Jo's that may sign as lawyer, and one of Bo's that may not."""
    monkeypatch.chdir(tmp_path)
    roles = [{"id": role, "label": f"the {role}"} for role in ("author", "lawyer")]
    small.write(tmp_path / "content", about={"roles": roles})
    lines = []
    for name, role in (("jo", "lawyer"), ("bo", "author")):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", name], check=True)
        public = (tmp_path / f"{name}.pub").read_text()
        lines.append(f'{name}@example.org namespaces="briefs-{role}" {public}')
    (tmp_path / "allowed_signers").write_text("".join(lines))
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist/manifest.json").write_text('{"files": {}}')
    return tmp_path


def sign(key: str, role: str = "lawyer") -> None:
    assert main(["sign", "be", "--as", role, "--by", "Jo Ray", "--key", key, "--quiet"]) == ExitCode.DONE


def verified(capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    capsys.readouterr()
    code = main(["verify", *more])
    said = capsys.readouterr()
    return code, said.out + said.err


def test_a_key_signs_new_signatures_alone(folder: Path) -> None:
    words = ["sign", "be", "--as", "lawyer", "--by", "Jo Ray", "--quiet"]
    assert main(words) == ExitCode.DONE and main([*words, "--withdraw"]) == ExitCode.DONE
    path = folder / "content/signoff.yaml"
    found = yaml.safe_load(path.read_text())
    found["signatures"][0]["when"] = found["withdrawals"][0]["signed"] = "2020-01-01T00:00:00Z"
    path.write_text(yaml.safe_dump(found))
    sign("jo")
    assert ["ssh" in one for one in yaml.safe_load(path.read_text())["signatures"]] == [False, True]


def test_a_signature_with_a_key_holds(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sign("jo")
    sign("bo", "author")
    code, said = verified(capsys)
    assert code == ExitCode.DONE, said
    assert "countries/be.yaml: signed by Jo Ray as lawyer, with the key of jo@example.org" in said
    assert "countries/be.yaml: signed by Jo Ray as author, with the key of bo@example.org" in said
    assert main(["check"]) == ExitCode.DONE, "the file is one that the program reads"


@pytest.mark.parametrize("old, new", [("Jo Ray", "Bo Ray"), ("stance: ", "stance: f"), ("role: lawyer", "role: author")])
def test_what_was_changed_after_signing_does_not_hold(old: str, new: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sign("jo")
    path = folder / "content/signoff.yaml"
    text = path.read_text()
    if old == "stance: ":  # one digit of a hash
        start = text.index("labels: ") + len("labels: ")
        digit = text[start + 1] if text[start] in "'\"" else text[start]
        at = text.index(digit, start)
        path.write_text(text[:at] + ("1" if digit != "1" else "2") + text[at + 1 :])
    else:
        path.write_text(text.replace(old, new))
    code, said = verified(capsys)
    assert code == ExitCode.FAILED and "doesn’t hold" in said and "content/signoff.yaml" not in said.split("error")[0]
    assert "signoff.yaml:" in said


def test_a_key_signs_only_in_its_roles(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sign("bo")
    code, said = verified(capsys)
    assert code == ExitCode.FAILED and "the signature of Jo Ray as lawyer doesn’t hold" in said


def test_a_key_of_nobody_is_an_error_and_no_list_a_warning(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sign("jo")
    lines = (folder / "allowed_signers").read_text().splitlines(keepends=True)
    (folder / "few").write_text(lines[1])
    code, said = verified(capsys, "--signers", "few")
    assert code == ExitCode.FAILED and "nobody in few has the key" in said
    code, said = verified(capsys, "--signers", "none")
    assert code == ExitCode.DONE and "warning: signed with a key, and there is no none to verify it" in said
    (folder / "content/keys").write_text("".join(lines))
    assert verified(capsys, "--signers", "content/keys")[0] == ExitCode.USAGE, "the content doesn’t choose who may sign"


# With minisign.


@pytest.fixture
def minisign_folder(folder: Path) -> Path:
    """The same edition, and a minisign key of Ann's that may sign as author and not as lawyer."""
    subprocess.run(["minisign", "-G", "-W", "-p", "ann.pub", "-s", "ann.key"], check=True, capture_output=True)
    public = (folder / "ann.pub").read_text().splitlines()[1]
    with (folder / "allowed_signers").open("a") as file:
        file.write(f'ann@example.org namespaces="briefs-author" minisign {public}  # at home\n')
    return folder


def test_a_minisign_signature_holds_beside_one_of_ssh(minisign_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sign("jo")
    sign("ann.key", "author")
    code, said = verified(capsys)
    assert code == ExitCode.DONE, said
    assert "signed by Jo Ray as author, with the key of ann@example.org" in said and "with the key of jo@example.org" in said
    assert main(["check"]) == ExitCode.DONE, "the file is one that the program reads"


def test_a_minisign_signature_of_something_else_does_not_hold(minisign_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sign("ann.key")
    code, said = verified(capsys)
    assert code == ExitCode.FAILED and "the key is that of ann@example.org, who may not sign as lawyer" in said
    sign("ann.key", "author")
    path = minisign_folder / "content/signoff.yaml"
    text = path.read_text()
    path.write_text(text.replace("by: Jo Ray", "by: Bo Ray"))
    code, said = verified(capsys)
    assert code == ExitCode.FAILED and "no minisign key in allowed_signers made it" in said
    path.write_text(text.replace("trusted comment: briefs-author", "trusted comment: briefs-lawyer"))
    assert verified(capsys)[0] == ExitCode.FAILED, "the comment is signed too"


def test_a_minisign_key_without_the_program_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "ann.key").write_text("untrusted comment: minisign encrypted secret key\nRWQ\n")
    monkeypatch.setenv("PATH", str(folder))
    assert main(["sign", "be", "--as", "author", "--by", "Ann", "--key", "ann.key"]) == ExitCode.SETUP
    assert "minisign is missing. Install it: sudo apt-get install minisign" in capsys.readouterr().err


def test_a_key_that_is_not_there_signs_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sign", "be", "--as", "lawyer", "--by", "Jo Ray", "--key", "nobody"]) != ExitCode.DONE
    assert "ssh-keygen could not sign with nobody" in capsys.readouterr().err and not (folder / "content/signoff.yaml").exists()
