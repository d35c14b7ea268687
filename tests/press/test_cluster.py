"""A Dask cluster: the same bytes as one machine, whatever is killed; who is refused; what a store may do."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
import trustme

from briefs.cli import main
from briefs.exitcodes import ExitCode
from briefs.press import machine, messages
from briefs.press.allowance import TimeLimit
from briefs.press.documents import DocumentPiece, FinishedDocument, Opened, Target
from briefs.press.executors import cluster
from briefs.press.objects import Objects, StoreFailed
from briefs.press.tasks import Close, Failed, Open, Task, TaskResult, TypesetPiece
from briefs.problems import Problem, ToolError
from briefs.theme import Theme
from tests import small
from tests.press.test_build import ROOT, briefs, country, tree

TARGET = Target("brief", "be", "Belgium", ("pdf", "docx"), "a4")
SECTIONS = {f"report/0{n}.md": f"---\ntitle: Part {n}\nid: sec-{n}\n---\n\nText of part {n} [@one].\n" for n in (1, 2)}


class Cluster:
    """A scheduler and workers, each a process of its own on this machine."""

    def __init__(self, folder: Path, settings: Mapping[str, str]):
        self.folder, self.settings = folder, settings
        self.file = folder / "scheduler.json"
        self.workers: list[subprocess.Popen[bytes]] = []
        protocol = ["--protocol", "tls"] if settings else []
        self.scheduler = self.start("scheduler", "--port", "0", "--no-show", *protocol)
        while not self.file.exists() or not self.file.read_text():
            time.sleep(0.05)
        self.address: str = json.loads(self.file.read_text())["address"]

    def start(self, what: str, *options: str, program: Path = ROOT) -> subprocess.Popen[bytes]:
        """Start a process of Dask's that has a program at hand."""
        shared = ["--scheduler-file", str(self.file), "--host", "127.0.0.1", "--no-dashboard"]
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "dask", what, *shared, *options],
            cwd=self.folder,
            env={**os.environ, **self.settings, "PYTHONPATH": str(program)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def add_worker(self, program: Path = ROOT) -> subprocess.Popen[bytes]:
        """Start a worker of one process. It takes tasks as soon as it is there."""
        self.workers.append(self.start("worker", "--no-nanny", "--nthreads", "1", program=program))
        return self.workers[-1]

    def close(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@contextmanager
def started(folder: Path, workers: int, settings: Mapping[str, str] = {}) -> Iterator[Cluster]:
    folder.mkdir(exist_ok=True)
    with ExitStack() as ending:
        made = Cluster(folder, settings)
        ending.callback(made.close)
        for _ in range(workers):
            made.add_worker()
        yield made


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster of two workers."""
    with started(tmp_path_factory.mktemp("cluster"), 2) as made:
        yield made


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three countries and a report of two sections."""
    more = {**dict(country(code) for code in ("fr", "it")), **SECTIONS}
    return small.write(tmp_path_factory.mktemp("edition") / "content", more=more)


@pytest.fixture(scope="module")
def local(content: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """What one process makes of it."""
    out = tmp_path_factory.mktemp("local")
    assert main(["all", "--content", str(content), "--out", str(out), "--jobs", "1", "--no-cache", "--quiet"]) == ExitCode.DONE
    return tree(out)


def built(content: Path, out: Path, on: str, *options: object) -> subprocess.Popen[str]:
    return briefs(["all", "--content", content, "--out", out, "--on", on, *options], out.parent)


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline()


def test_a_cluster_makes_the_same_bytes_and_is_named_in_json(
    two: Cluster, content: Path, local: Mapping[str, bytes], tmp_path: Path
) -> None:
    said, warned = built(content, tmp_path / "out", two.address, "--no-cache", "--json").communicate(timeout=300)
    assert tree(tmp_path / "out") == local, warned
    made = json.loads(said)
    assert len(made) == 5 and {document["executor"] for document in made} == {two.address}


def test_a_worker_of_another_program_is_refused_by_name(
    two: Cluster, content: Path, local: Mapping[str, bytes], tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(ROOT / "briefs", other / "briefs", ignore=shutil.ignore_patterns("__pycache__"))
    (other / "templates").symlink_to(ROOT / "templates")
    with (other / "briefs/press/worker.py").open("a") as module:
        module.write("# A line more.\n")
    stranger = two.add_worker(other)
    while len(workers := _workers(two)) < 3:
        time.sleep(0.1)
    process = built(content, tmp_path / "out", two.address, "--no-cache", "--quiet")
    _, warned = process.communicate(timeout=300)
    stranger.kill()
    assert process.returncode == 0 and tree(tmp_path / "out") == local
    assert any(f"the worker {address} isn’t used: another version of the program\n" in warned for address in workers), warned
    assert warned.count("isn’t used") == 1


def _workers(of: Cluster) -> list[str]:
    from distributed import Client

    with Client(of.address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        return list(client.scheduler_info(n_workers=-1)["workers"])


def test_a_killed_worker_changes_nothing(two: Cluster, content: Path, local: Mapping[str, bytes], tmp_path: Path) -> None:
    process = built(content, tmp_path / "out", two.address, "--no-cache")
    assert "page" in first_line(process)
    two.workers[0].send_signal(signal.SIGKILL)
    process.communicate(timeout=300)
    assert process.returncode == 0 and tree(tmp_path / "out") == local


def test_when_the_scheduler_dies_the_next_run_goes_on_from_what_was_made(
    two: Cluster, content: Path, local: Mapping[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    process = built(content, tmp_path / "out", two.address)
    first = first_line(process)
    two.scheduler.send_signal(signal.SIGKILL)
    _, warned = process.communicate(timeout=300)
    assert process.returncode == ExitCode.FAILED
    assert warned.endswith(
        f"{two.address}: error: the Dask scheduler {two.address} has gone. {cluster.GONE}\n1 error, 0 warnings; see `check`\n"
    ) or warned.endswith(
        f"{two.address}: error: the Dask scheduler {two.address} has gone. {cluster.GONE}\n1 error, 0 warnings\n"
    ), warned
    made = tree(tmp_path / "out")
    assert made and made.items() < local.items()
    said, warned = briefs(["all", "--content", content, "--out", tmp_path / "out", "--jobs", 1], tmp_path).communicate(timeout=300)
    assert tree(tmp_path / "out") == local, warned
    assert f"{first.partition(':')[0]}: up to date" in said


def test_a_cluster_of_this_process_takes_templates_along(content: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "own").mkdir()
    brief = (ROOT / "templates/brief.md.j2").read_text()
    (tmp_path / "own/brief.md.j2").write_text(brief + "\n\nA last line of its own.\n")
    outs = []
    for words in (["--jobs", "1"], ["--on", "dask:2"]):
        outs.append(tmp_path / words[1])
        chosen = ["brief", "be", "fr", "--content", str(content), "--templates", str(tmp_path / "own"), "--out", str(outs[-1])]
        assert main([*chosen, "--no-cache", *words]) == ExitCode.DONE
    assert tree(outs[0]) == tree(outs[1]) and len(tree(outs[0])) == 4
    assert "Traceback" not in capfd.readouterr().err


def test_a_cluster_of_this_process_opens_no_port() -> None:
    def ports() -> set[int]:
        return {found.laddr.port for found in psutil.Process().net_connections("inet") if found.status == psutil.CONN_LISTEN}

    before = ports()
    with cluster._own(1) as client:
        assert client.submit(len, "four").result() == 4 and ports() == before


def test_a_store_that_is_cut_off_fails_the_documents_that_need_it(
    content: Path, local: Mapping[str, bytes], tmp_path: Path
) -> None:
    store = tmp_path / "store"
    process = built(content, tmp_path / "out", "dask:1", "--no-cache", "--objects", store)
    first_line(process)
    shutil.rmtree(store)
    store.write_text("in the way")
    _, warned = process.communicate(timeout=300)
    assert process.returncode == ExitCode.FAILED and f"{store} can’t be used" in warned and "Traceback" not in warned
    assert tree(tmp_path / "out").items() < local.items()


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bucket of a server that speaks S3."""
    import s3fs
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    settings = {"AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    for name, value in {**settings, "AWS_DEFAULT_REGION": "us-east-1", "NO_PROXY": host}.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    s3fs.S3FileSystem().mkdir("documents")
    yield "s3://documents/store"
    server.stop()


def test_a_store_of_s3_carries_a_build_and_its_cache(
    s3: str, content: Path, local: Mapping[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, expected in (("one", "1 page"), ("two", "up to date")):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / name))
        words = ["brief", "be", "--content", content, "--out", tmp_path / name / "out", "--on", "dask:1", "--objects", s3]
        said, warned = briefs(words, tmp_path).communicate(timeout=300)
        assert expected in said and "Traceback" not in warned, warned
        assert tree(tmp_path / name / "out") == {path: data for path, data in local.items() if "belgium" in path}


def test_a_store_that_cant_be_used_is_named_at_once(content: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    words = ["brief", "be", "--content", str(content), "--out", str(tmp_path / "out"), "--no-cache", "--on", "dask:1"]
    assert main([*words, "--objects", str(tmp_path / "file")]) == ExitCode.SETUP
    assert "Name another place by --objects." in capfd.readouterr().err


@pytest.fixture
def settings(tmp_path: Path) -> Mapping[str, str]:
    """Dask's settings for TLS, with one certificate for all and its authority."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "own.pem"))
    own = {f"{who}__CERT": str(tmp_path / "own.pem") for who in ("SCHEDULER", "WORKER", "CLIENT")}
    return {
        f"DASK_DISTRIBUTED__COMM__TLS__{key}": value for key, value in {"CA_FILE": str(tmp_path / "authority.pem"), **own}.items()
    }


def test_tls_takes_a_certificate_on_both_sides(
    settings: Mapping[str, str], content: Path, local: Mapping[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["brief", "be", "--content", content, "--out", tmp_path / "out", "--no-cache"]
    with started(tmp_path / "cluster", 1, settings) as made:
        assert made.address.startswith("tls://")
        without = briefs([*words, "--on", made.address], tmp_path)
        _, warned = without.communicate(timeout=300)
        assert without.returncode == ExitCode.SETUP and made.address in warned and "Traceback" not in warned
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        _, warned = briefs([*words, "--on", made.address], tmp_path).communicate(timeout=300)
    assert tree(tmp_path / "out") == {name: data for name, data in local.items() if "belgium" in name}, warned


@pytest.mark.parametrize("address", ["tcp://192.0.2.1:8786", "tcp://[2001:db8::1]:8786"])
def test_another_machine_is_refused_without_tls(address: str, content: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["brief", "be", "--content", str(content), "--no-cache", "--on", address]) == ExitCode.USAGE
    assert "takes TLS with certificates on both sides" in capfd.readouterr().err


def test_only_addresses_of_this_machine_are_loopback() -> None:
    assert all(map(cluster.is_loopback, ("tcp://127.0.0.1:1", "tcp://[::1]:8786", "tcp://localhost:8786")))
    assert not any(map(cluster.is_loopback, ("tcp://192.0.2.1:8786", "tcp://nowhere.invalid:1", "inproc://1/2/3", "")))


def test_nobody_at_an_address_is_said(content: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "ANSWERS", 0.5)
    assert main(["brief", "be", "--content", str(content), "--no-cache", "--on", "tcp://127.0.0.1:9"]) == ExitCode.SETUP
    assert "tcp://127.0.0.1:9 can’t be used" in capfd.readouterr().err


def test_tls_without_certificates_is_told(content: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["brief", "be", "--content", str(content), "--no-cache", "--on", "tls://127.0.0.1:9"]) == ExitCode.SETUP
    assert "tls://127.0.0.1:9 can’t be used: Dask’s settings name no certificates for TLS." in capfd.readouterr().err


@pytest.mark.parametrize("value", ["dask:0", "dask:x", "udp://a:1", "tcp://a", "dask:999"])
def test_what_is_no_cluster_is_not_understood(value: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["all", "--on", value]) == ExitCode.USAGE
    assert "tls://host:8786, or dask:4" in capfd.readouterr().err


LIMIT = TimeLimit(3.5, 2.0, 9.0)
PROBLEM = Problem("error", "a.yaml", 3, 4, "wrong", "Write more.", "a traceback")
WARNING = Problem("warning", "a.yaml", 5, 6, "doubtful", "Look at it.")


@pytest.mark.parametrize(
    "task",
    [
        Open(3, TARGET, LIMIT),
        TypesetPiece(3, TARGET, 1, b"content", LIMIT),
        Close(3, TARGET, b"state", ({"pdf": b"a page"}, {"pdf": b"", "json": b"{}"}), LIMIT),
    ],
    ids=["open", "piece", "close"],
)
def test_a_task_arrives_as_it_was_sent(task: Task, tmp_path: Path) -> None:
    """The command has only the hash of what workers pass to one another."""
    store = Objects(str(tmp_path))
    named = {name: store.put(getattr(task, name)).encode() for name in ("content", "state") if hasattr(task, name)}
    sent = type(task)(**{**vars(task), **named})
    assert messages.task_from_json(messages.loads(messages.dumps(messages.task_to_json(sent, store))), store) == task


@pytest.mark.parametrize(
    "value",
    [
        Failed((PROBLEM,)),
        {"pdf": b"a page", "json": b"{}"},
        FinishedDocument("briefs/belgium", {"pdf": b"a page"}, 2, "normal", ("be-01",), (WARNING,)),
    ],
    ids=["failed", "piece", "finished"],
)
def test_a_result_arrives_as_it_was_sent(value: Any, tmp_path: Path) -> None:
    store = Objects(str(tmp_path))
    result = TaskResult(value, 2.0, {"fit": 1.0}, 1.5)
    found = messages.result_from_json(messages.loads(messages.dumps(messages.result_to_json(result, store))), store)
    assert found == result and (not isinstance(value, Failed) or found.value.problems[0].traceback == "a traceback")  # type: ignore[union-attr]


def test_of_what_is_opened_the_command_has_the_hashes(tmp_path: Path) -> None:
    store = Objects(str(tmp_path))
    opened = Opened(b"state", (DocumentPiece("one", "key", 7, b"content"),))
    sent = messages.result_to_json(TaskResult(opened, 1, {}, 1), store)
    found = messages.result_from_json(messages.loads(messages.dumps(sent)), store).value
    assert isinstance(found, Opened) and store.get(found.state.decode()) == b"state"
    assert [(p.name, p.key, p.size, store.get(p.content.decode())) for p in found.pieces] == [("one", "key", 7, b"content")]


@pytest.mark.parametrize("stem", ["../up", "/etc/cron", "briefs/../../up", ".hidden"])
def test_a_worker_can_name_no_file_outside_the_output_folder(stem: str, tmp_path: Path) -> None:
    store = Objects(str(tmp_path))
    sent = messages.result_to_json(TaskResult(FinishedDocument(stem, {"pdf": b""}, 1), 1, {}, 1), store)
    with pytest.raises(StoreFailed, match="outside the output folder"):
        messages.result_from_json(sent, store)


@pytest.mark.parametrize("name", ["../../../../dev/zero", "/dev/zero", "", "0" * 63, "0" * 64 + "\n", "A" * 64])
def test_only_a_hash_names_an_object(name: str, tmp_path: Path) -> None:
    with pytest.raises(StoreFailed, match="is no name of an object"):
        Objects(str(tmp_path)).get(name)


TIMES = {"seconds": 1, "stages": {}, "work": 0}


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"x", b"null", b"5", b"[]", b"[" * 100_000, b'"text"', {}, {"refused": "x"}, {"lost": 1}, {**TIMES, "failed": None},
        {**TIMES, "failed": [{"a": 1}]}, {**TIMES, "files": 5}, {**TIMES, "finished": {}}, {**TIMES, "opened": {"state": 5}},
        {**TIMES, "opened": {"state": "x", "pieces": [{}]}}, {**TIMES, "seconds": "x", "files": {}},
        {**TIMES, "stages": 5, "files": {}},
    ],
)  # fmt: skip
def test_an_answer_that_is_no_result_is_told_in_a_line(answer: bytes | dict[str, Any], tmp_path: Path) -> None:
    executor = object.__new__(cluster.ClusterExecutor)
    executor._lock, executor._address, executor._store = threading.Lock(), "tls://a.example:1", Objects(str(tmp_path))
    task = Open(0, TARGET, LIMIT)
    future: Future[TaskResult] = Future()
    executor._waiting = {future: (task, None)}
    sent = SimpleNamespace(status="finished", result=lambda: answer if isinstance(answer, bytes) else json.dumps(answer).encode())
    executor._answered(task, b"", future, sent)
    assert re.fullmatch(r"a worker of tls://a\.example:1 answered with what is no result \(\w+\)\. .*", str(future.exception(0)))
    assert isinstance(future.exception(0), ToolError)


def test_a_store_gives_what_was_put_or_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("briefs.press.objects.PAUSES", ())
    store = Objects(str(tmp_path))
    name = store.put(b"bytes")
    assert Objects(str(tmp_path), store.build).get(name) == b"bytes"
    (tmp_path / "builds" / store.build / name).write_bytes(b"others")
    with pytest.raises(StoreFailed, match="other bytes than were put"):
        store.get(name)
    with pytest.raises(StoreFailed, match="can’t be used"):
        store.get("0" * 64)
    store.remove()
    assert list((tmp_path / "builds").iterdir()) == []


def test_a_machine_says_in_what_it_differs(theme: Theme) -> None:
    here = json.loads(json.dumps(machine.description(theme, printed=False)))
    assert machine.differences(here) == ""
    font = next(iter(here["faces"]))
    other = {
        "versions": {**here["versions"], "weasyprint": "1.0", "new": "2"},
        "faces": {**here["faces"], font: "x"},
        "templates": "",
        "program": "",
    }
    versions = f"new none instead of 2, weasyprint {here['versions']['weasyprint']} instead of 1.0"
    assert machine.differences({**here, **other}) == f"{versions}, other templates of the program, another font file {font}"
    assert "missing" in machine.differences({**here, "fonts": {"fonts-none": ["None.ttf"]}})
