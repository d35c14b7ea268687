"""Tasks and results as JSON, for workers of a cluster.

In: a task or its result, a store of objects. Out: JSON that names objects by their hashes; and the task or result made from it.
Large bytes are in the store. For bytes that only workers read, such as a composed report, the command has the hash alone and never
loads them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from briefs.press.allowance import TimeLimit
from briefs.press.documents import DocumentPiece, FinishedDocument, Opened, Target, is_below
from briefs.press.objects import Objects, StoreFailed
from briefs.press.tasks import Close, Failed, Open, Task, TaskResult, TypesetPiece
from briefs.problems import Problem


def task_to_json(task: Task, store: Objects) -> dict[str, Any]:
    """A task of the command, as JSON. `content` and `state` are hashes already (`result_from_json`). Raises StoreFailed."""
    common = {"document": task.document, "target": asdict(task.target), "limit": asdict(task.limit)}
    match task:
        case Open():
            return {"open": common}
        case TypesetPiece():
            return {"piece": {**common, "index": task.index, "content": task.content.decode()}}
        case Close():
            return {"close": {**common, "state": task.state.decode(), "pieces": [_put(files, store) for files in task.pieces]}}


def task_from_json(message: Mapping[str, Any], store: Objects) -> Task:
    """The same task for a worker, with its bytes. Raises StoreFailed."""
    ((name, made),) = message.items()
    target = Target(**{**made["target"], "formats": tuple(made["target"]["formats"])})
    document, limit = made["document"], TimeLimit(**made["limit"])
    if name == "open":
        return Open(document, target, limit)
    if name == "piece":
        return TypesetPiece(document, target, made["index"], store.get(made["content"]), limit)
    pieces = tuple(_got(files, store) for files in made["pieces"])
    return Close(document, target, store.get(made["state"]), pieces, limit)


def result_to_json(result: TaskResult, store: Objects) -> dict[str, Any]:
    """A result of a worker, as JSON. Raises StoreFailed."""
    times = {"seconds": result.seconds, "stages": dict(result.stages), "work": result.work}
    value = result.value
    if isinstance(value, Failed):
        return {**times, "failed": _problems_to_json(value.problems)}
    if isinstance(value, FinishedDocument):
        finished = {**vars(value), "files": _put(value.files, store), "warnings": _problems_to_json(value.warnings)}
        return {**times, "finished": finished}
    if isinstance(value, Opened):
        pieces = [{**vars(piece), "content": store.put(piece.content)} for piece in value.pieces]
        return {**times, "opened": {"state": store.put(value.state), "pieces": pieces}}
    return {**times, "files": _put(value, store)}


def result_from_json(message: Mapping[str, Any], store: Objects) -> TaskResult:
    """The same result for the command. In place of bytes that only workers read it has their hash.

    Raises StoreFailed; ValueError, TypeError, LookupError or AttributeError if the message is no result."""
    stages = {str(stage): float(seconds) for stage, seconds in message["stages"].items()}
    return TaskResult(_value(message, store), float(message["seconds"]), stages, float(message["work"]))


def _value(message: Mapping[str, Any], store: Objects) -> Any:
    if "failed" in message:
        return Failed(_problems_from_json(message["failed"]))
    if "opened" in message:
        pieces = (DocumentPiece(**{**piece, "content": piece["content"].encode()}) for piece in message["opened"]["pieces"])
        return Opened(message["opened"]["state"].encode(), tuple(pieces))
    if "files" in message:
        return _got(message["files"], store)
    made = message["finished"]
    if not all(is_below(f"{made['stem']}.{format}") for format in made["files"]):
        raise StoreFailed("a worker named a file outside the output folder")
    dropped, warnings = tuple(made["dropped_facts"]), _problems_from_json(made["warnings"])
    return FinishedDocument(**{**made, "files": _got(made["files"], store), "dropped_facts": dropped, "warnings": warnings})


def dumps(message: Mapping[str, Any]) -> bytes:
    """A message as it is sent."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def loads(message: bytes) -> dict[str, Any]:
    """A message as it was sent."""
    found: dict[str, Any] = json.loads(message.decode("utf-8", "surrogatepass"))
    return found


def _problems_to_json(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    return [problem.to_dict() | {"traceback": problem.traceback} for problem in problems]


def _problems_from_json(messages: Iterable[Mapping[str, Any]]) -> tuple[Problem, ...]:
    return tuple(Problem(**message) for message in messages)


def _put(files: Mapping[str, bytes], store: Objects) -> dict[str, str]:
    return {format: store.put(data) for format, data in files.items()}


def _got(files: Mapping[str, str], store: Objects) -> dict[str, bytes]:
    return {format: store.get(name) for format, name in files.items()}
