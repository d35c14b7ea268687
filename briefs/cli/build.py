"""Commands that read the content and build documents: check, list, all, report, brief, handout, watch, verify.

In: arguments. Out: an exit code; documents in the output folder, and a line about each of them.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from briefs.cli import inputs, output
from briefs.clock import clock
from briefs.exitcodes import ExitCode
from briefs.press.request import Request, words
from briefs.problems import Problem, Problems, merged

if TYPE_CHECKING:  # imported where they are needed, so that `--help` is quick
    from briefs.edition.model import Edition
    from briefs.edition.read import Reading
    from briefs.press.documents import Outcome, Target
    from briefs.press.memory import RememberedCheck
    from briefs.theme import Theme


def check(arguments: argparse.Namespace) -> ExitCode:
    """Print every problem of the content and of the documents that are composed of it, or else a summary of the edition."""
    from briefs.press.executors.local import memory_limited

    with memory_limited():
        checks = [_recall_check(one) or _check(one) for one in in_each_language(arguments)]
    problems = merged(problem for found in checks for problem in found.problems)
    failed = any(problem.severity == "error" for problem in problems)
    if arguments.json:
        output.print_json([p.to_dict() for p in problems])
    else:
        output.show(problems, traceback=arguments.traceback)
        if not failed and not arguments.quiet:
            print(f"{arguments.content}: {checks[0].summary}: no errors")
    return ExitCode.CONTENT if failed else ExitCode.DONE


def in_each_language(arguments: argparse.Namespace) -> Iterator[argparse.Namespace]:
    """The arguments of a command for each of the languages that it is to work in."""
    for tag in inputs.languages(arguments):
        yield argparse.Namespace(**{**vars(arguments), "language": tag})


def _recall_check(arguments: argparse.Namespace) -> RememberedCheck | None:
    """What an earlier check of the same content and templates found. None if there was none, and with --no-cache."""
    if arguments.no_cache:
        return None
    from briefs.press import memory

    return memory.recall_check(
        inputs.document_cache(), arguments.content, inputs.templates(arguments), arguments.fit, arguments.language
    )


def _check(arguments: argparse.Namespace) -> RememberedCheck:
    """Read the edition, compose its documents, and with --fit lay them out."""
    from briefs.edition.read import read
    from briefs.press import faces, memory
    from briefs.tools import fonts

    reading = read(arguments.content, store=inputs.table_store(arguments))
    if reading.edition is None:
        return memory.RememberedCheck(merged([*reading.problems, *_problems_of_valid_part(arguments, reading)]), "")
    whole, unknown = _with_changes(arguments, reading)
    edition = inputs.in_language(whole, arguments.language)
    theme = faces.of(inputs.read_theme(arguments), edition)
    for other in reading.edition.translations.values():  # a build in its language would stop for want of a font
        fonts.find(faces.of(theme, other).look.fonts.files)
    problems = [*theme.warnings, *reading.problems, *unknown, *_try_documents(arguments, edition, theme)]
    found = memory.RememberedCheck(merged(problems), _contents(reading.edition))
    if not arguments.no_cache:
        where = inputs.document_cache(), inputs.templates(arguments)
        memory.keep_check(*where, theme, reading.files, arguments.fit, found, arguments.language)
    return found


def _with_changes(arguments: argparse.Namespace, reading: Reading) -> tuple[Edition, Sequence[Problem]]:
    """The edition with its changes since the older editions that it names, and no problems. If these can't be read: the edition
    without its changes, and the problems."""
    assert reading.edition
    try:
        return inputs.with_changes(reading.edition, arguments.content, reading), ()
    except Problems as fault:
        return reading.edition, fault.problems


def _problems_of_valid_part(arguments: argparse.Namespace, reading: Reading) -> Sequence[Problem]:
    """The problems of the documents that are composed of the valid part of an edition with errors. Empty if no part is valid."""
    if reading.valid is None:
        return ()
    from briefs.press import trial

    found = _try_documents(arguments, reading.valid, inputs.read_theme(arguments))
    return trial.further_problems(reading.problems, found, reading.files)


def _try_documents(arguments: argparse.Namespace, edition: Edition, theme: Theme) -> Iterator[Problem]:
    """What is wrong with the documents of an edition. With --fit, documents without other problems are laid out too."""
    from briefs.press import trial

    cache = None if arguments.no_cache else inputs.document_cache()
    targets = trial.targets(edition)
    with progress_bar(arguments, len(targets), doing="composing", summary=_nothing) as done:
        composed = trial.compose_all(edition, theme, cache, done, arguments.more_time)
    for problems in composed.values():
        yield from problems
    if arguments.fit:
        sound = [target for target, found in composed.items() if all(p.severity != "error" for p in found)]
        with progress_bar(arguments, len(sound), doing="laying out", summary=_nothing) as done:
            yield from trial.lay_out(edition, theme, cache, arguments.jobs, sound, done, arguments.more_time)


def _nothing(outcome: object) -> str:
    """The progress bar's summary of a document that is only tried: none."""
    return ""


def _contents(edition: Edition) -> str:
    facts = sum(len(country.facts) for country in edition.countries.values())
    counts = [output.count(len(edition.countries), "country", "countries"), output.count(facts, "fact")]
    parts = {"section": edition.sections, "deck": edition.decks, "source": edition.sources}
    return ", ".join([*counts, *(output.count(len(found), name) for name, found in parts.items())])


def list_countries(arguments: argparse.Namespace) -> ExitCode:
    """Print a line about each chosen country, then how many countries take each stance, and from what it is computed."""
    from briefs.compose.country import computed_stance
    from briefs.compose.labels import Labels
    from briefs.press import plan

    edition = _in_order(inputs.read_edition(arguments)[1])
    chosen = plan.chosen(edition, Request(tuple(arguments.country), where=tuple(arguments.where)))
    chosen = chosen if arguments.country else sorted(chosen, key=edition.rank)
    rows = [_row(edition, code) for code in chosen]
    if arguments.json:
        output.print_json(rows)
        return ExitCode.DONE
    asked = _asked(edition, arguments.where)
    width, wide = (max((len(row[key] or "") for row in rows), default=0) for key in ("name", "stance"))
    for row in rows:
        facts = "fact " if row["facts"] == 1 else "facts"
        line = f"{row['code']:<4} {row['name']:<{width}}  {row['facts']:>3} {facts}  {row['stance'] or '':<{wide}}"
        print("  ".join([line, *asked(row["code"])]).rstrip())
    counts = Counter(edition.standings[code].stance for code in chosen)
    if edition.steps:
        print("; ".join(f"{step.label}: {counts[step.id]}" for step in edition.about.scale))
    if computed := computed_stance(edition, Labels.of(edition)):
        print(computed)
    return ExitCode.DONE


def _in_order(edition: Edition) -> Edition:
    """The edition with its subjects in the order of its language."""
    from briefs.compose import collation
    from briefs.tools.pandoc import Pandoc

    with Pandoc() as pandoc:
        return collation.ordered(edition, pandoc)


def _row(edition: Edition, code: str) -> dict[str, Any]:
    """What `list` says of a country, as JSON. `data`: its latest value in each column, by the column's id. Columns without a value
    for it are left out."""
    from briefs.edition.data.values import plain

    latest = {id: (column, edition.data.value(id, code)) for id, column in edition.columns.items()}
    data = {id: plain(column, found[1].content) for id, (column, found) in latest.items() if found}
    stance, facts = edition.stance(code), len(edition.countries[code].facts)
    label = stance.label.markdown if stance else None
    return {"code": code, "name": edition.names[code], "stance": label, "facts": facts, "data": data}


def _asked(edition: Edition, conditions: Sequence[str]) -> Callable[[str], list[str]]:
    """A function that takes the code of a country. It returns a line for each column that the conditions name: the column's label
    and the country's latest value in words."""
    from briefs.compose.values import ValuePrinter
    from briefs.edition.data import where
    from briefs.edition.data.table import Value

    printer, columns = ValuePrinter(edition, lambda problems: None), where.columns(edition, conditions)

    def said(code: str) -> list[str]:
        latest = ((column, edition.data.value(column.id, code)) for column in columns)
        return [f"{column.label}: {printer.words(column, found[1] if found else Value(None))}" for column, found in latest]

    return said


def everything(arguments: argparse.Namespace) -> ExitCode:
    return _build(arguments, _request(arguments, kinds=words(arguments.kinds), audience=arguments.audience))


def report(arguments: argparse.Namespace) -> ExitCode:
    return _build(arguments, _request(arguments, kinds=("report",)))


def brief(arguments: argparse.Namespace) -> ExitCode:
    choices = {"what": tuple(arguments.country), "where": tuple(arguments.where), "audience": arguments.audience}
    return _build(arguments, _request(arguments, kinds=("brief",), **choices))


def glance(arguments: argparse.Namespace) -> ExitCode:
    return _build(arguments, _request(arguments, kinds=("glance",)))


def compare(arguments: argparse.Namespace) -> ExitCode:
    return _build(arguments, _request(arguments, kinds=("compare",), what=tuple(arguments.country), where=tuple(arguments.where)))


def pack(arguments: argparse.Namespace) -> ExitCode:
    return _build(arguments, _request(arguments, kinds=("pack",), what=tuple(arguments.journey)))


def bilingual(arguments: argparse.Namespace) -> ExitCode:
    choices = {"what": tuple(arguments.country), "where": tuple(arguments.where), "languages": arguments.languages}
    own = argparse.Namespace(**vars(arguments), language="")
    return _build(own, _request(own, kinds=("bilingual",), **choices))


def correction(arguments: argparse.Namespace) -> ExitCode:
    return _build(arguments, _request(arguments, kinds=("correction",), what=tuple(arguments.correction)))


def handout(arguments: argparse.Namespace) -> ExitCode:
    slides = {"per_page": arguments.per_page, "all_countries": arguments.all_countries, "where": tuple(arguments.where)}
    return _build(arguments, _request(arguments, kinds=("handout",), what=tuple(arguments.name), **slides))


def _request(arguments: argparse.Namespace, **choices: Any) -> Request:
    shared = {"paper": arguments.paper, "printed": arguments.print, "check_word": arguments.check_word}
    return Request(formats=words(arguments.format), language=arguments.language, **shared, **choices)


def _build(arguments: argparse.Namespace, request: Request) -> ExitCode:
    """Build what is stale of a request in each of its languages, and report on all of it."""
    start = time.perf_counter()
    outcomes: list[Outcome] = []
    doubts: list[Problem] = []  # warnings of reading
    stages: Counter[str] = Counter()
    for own in in_each_language(arguments):
        asked = replace(request, language=own.language)
        if own.dry_run:
            _dry_run(own, asked)
            continue
        found = _recall(own, asked) or _from_warm(own, asked)
        if not found:
            with _workers(own, alone=len(asked.what) == 1):
                found = _read_and_build(own, asked)
        outcomes += found.outcomes
        doubts += found.warnings
        stages.update(found.stages)
    if arguments.dry_run:
        return ExitCode.DONE
    return _report(arguments, _Built(outcomes, doubts, stages), time.perf_counter() - start)


def _dry_run(arguments: argparse.Namespace, request: Request) -> None:
    """Print the files that a build would write."""
    from briefs.press import leftovers, plan

    reading, edition = inputs.read_edition(arguments)
    inputs.read_theme(arguments)
    planned = plan.plan(edition, request)
    show_left_out(arguments, planned.left_out)
    for path in plan.paths(edition, planned.targets, arguments.out):
        print(path)
    if request.is_everything:
        for name in leftovers.names(arguments.out, plan.stems(reading.edition or edition)):
            print(f"{arguments.out / name}: would be removed; the edition no longer has it", file=sys.stderr)


@dataclass(frozen=True)
class _Built:
    """The results of a build. `outcomes`: one for each document. `warnings`: of the theme and the content. `stages`: the seconds
    that each stage took, by its name, until theme and content were read."""

    outcomes: Sequence[Outcome]
    warnings: Sequence[Problem]
    stages: Mapping[str, float]


def _recall(arguments: argparse.Namespace, request: Request) -> _Built | None:
    """The outcomes of an earlier build of the same request and content, if all its files are still there.

    Prints what that build printed. None if there is something to do.
    """
    if arguments.no_cache:
        return None
    from briefs.edition import files
    from briefs.press import build, contents, memory

    with clock.stage("read"):
        cache = inputs.document_cache()
        known = memory.recall(cache, arguments.content, inputs.templates(arguments), request)
        outcomes = build.unchanged(known.documents, arguments.out, cache) if known else None
    if known is None or outcomes is None:
        return None
    show_left_out(arguments, known.left_out)
    with progress_bar(arguments, len(outcomes)) as done:
        for outcome in outcomes:
            done(outcome)
    _remove_leftovers(arguments, request, known.stems)
    if not contents.is_kept(arguments.out):
        contents.keep(arguments.out, files.read_folder(arguments.content)[0])
    return _Built(outcomes, known.warnings, clock.taken())


def _from_warm(arguments: argparse.Namespace, request: Request) -> _Built | None:
    """The outcomes of one document, made by `watch` if that runs beside this command; else None."""
    from briefs.edition import files
    from briefs.press import memory, warm
    from briefs.press.cache import of_templates

    if (
        len(request.what) != 1
        or request.languages
        or arguments.no_cache
        or arguments.on
        or arguments.more_time > 1
        or not memory.is_remembered(request)
    ):
        return None
    cache, templates = inputs.document_cache(), inputs.templates(arguments)
    path = warm.socket_path(arguments.content, templates, cache.folder)
    if not path.exists():
        return None
    key = memory.key_of(files.read_folder(arguments.content)[0], of_templates(templates), request)
    out = os.path.realpath(arguments.out)
    answer = warm.ask(path, {"key": key, "request": asdict(request), "out": out})
    if answer is None:
        return None
    show_left_out(arguments, answer["left_out"])
    outcomes = [warm.outcome_from_json(outcome, arguments.out) for outcome in answer["outcomes"]]
    with progress_bar(arguments, len(outcomes)) as done:
        for outcome in outcomes:
            done(outcome)
    return _Built(outcomes, [Problem(**problem) for problem in answer["problems"]], clock.taken())


def _workers(arguments: argparse.Namespace, alone: bool) -> AbstractContextManager[None]:
    """Processes that load the typesetter while this one reads the edition, if more than one process of this machine is allowed."""
    if arguments.jobs < 2 or (arguments.on and not arguments.on.startswith("dask:")):
        return nullcontext()
    from briefs.press.executors import local

    return local.early_start(alone and not arguments.on)


def _read_and_build(arguments: argparse.Namespace, request: Request) -> _Built:
    """Read the edition, and build the stale documents of a request. If the request names documents in the source's language, only
    what their pages show is read."""
    from briefs.press import contents, faces, memory
    from briefs.press.plan import plan, stems

    is_quick = bool(request.what) and not (request.language or request.languages)
    reading, edition = inputs.edition_and_files(arguments, is_preview=is_quick)
    if is_quick and edition.about.status == "final":  # no page of a final edition is made while a translation is out of date
        reading, edition = inputs.edition_and_files(arguments)
    theme = faces.of(inputs.read_theme(arguments), edition)
    planned = plan(edition, request)
    show_left_out(arguments, planned.left_out)
    if request.printed:
        from briefs.tools import icc

        icc.find(theme.look.print.profile, theme.look.print.package)
    stages = clock.taken()
    outcomes = build_documents(arguments, edition, theme, planned.targets, reading.files)
    if not arguments.no_cache:
        memory.keep(inputs.document_cache(), request, reading, planned, stems(reading.edition or edition), theme, outcomes)
    _remove_leftovers(arguments, request, stems(reading.edition or edition))
    contents.keep(arguments.out, reading.files)
    return _Built(outcomes, [*theme.warnings, *reading.problems], stages)


def _remove_leftovers(arguments: argparse.Namespace, request: Request, stems: Collection[str]) -> None:
    """After a build of everything, remove files whose document the edition no longer has, and say so."""
    if not request.is_everything:
        return
    from briefs.press import leftovers

    found = leftovers.remove(arguments.out, stems)
    if not (arguments.quiet or arguments.json):
        for path in found.removed:
            print(f"{path}: removed, because the edition no longer has it")
    output.show(found.kept)


def build_documents(
    arguments: argparse.Namespace, edition: Edition, theme: Theme, targets: Sequence[Target], files: Mapping[str, bytes]
) -> list[Outcome]:
    """Build the stale documents, and print a line about each document. `files`: the bytes of the content's files by path, which are
    kept for the command `changes`."""
    from briefs.press import contents
    from briefs.press.build import BuildRequest, build

    cache = None if arguments.no_cache else inputs.shared_cache(arguments)
    request = BuildRequest(tuple(targets), arguments.out, arguments.jobs, cache, arguments.more_time, *inputs.cluster(arguments))
    with progress_bar(arguments, len(targets)) as done, _words_kept(arguments, len(targets)) as keep:

        def came(outcome: Outcome) -> None:
            done(outcome)
            keep(() if outcome.fresh else outcome.files)

        outcomes = build(edition, theme, request, came)
    contents.keep(arguments.out, files)
    return outcomes


def _words_kept(arguments: argparse.Namespace, documents: int) -> AbstractContextManager[Callable[[Iterable[Path]], object]]:
    """`finished.kept_as_made` for a build of many documents. For others a function that does nothing."""
    from briefs.ledger import finished

    kept = inputs.table_store(arguments)
    return finished.kept_as_made(kept) if kept and documents >= finished.MANY else nullcontext(lambda files: None)


def progress_bar(arguments: argparse.Namespace, total: int, **what: Any) -> AbstractContextManager[Any]:
    """`progress.progress_bar` for a command, which shows none with --quiet and --json."""
    from briefs.press import progress

    return progress.progress_bar(total, quiet=arguments.quiet or arguments.json, **what)


def show_left_out(arguments: argparse.Namespace, countries: Sequence[str]) -> None:
    """Name the countries of which no document can be made."""
    if countries and not arguments.quiet:
        print(f"left out, because they have no facts: {', '.join(countries)}", file=sys.stderr)


def _report(arguments: argparse.Namespace, built: _Built, elapsed: float) -> ExitCode:
    """Print the results, open the document if there is only one, and return the exit code."""
    from briefs.press import progress

    outcomes = built.outcomes
    if arguments.json:
        output.print_json([progress.to_dict(outcome) for outcome in outcomes])
    if arguments.timings:
        print("\n".join(progress.timings(outcomes, built.stages, elapsed)), file=sys.stderr)
    problems = [problem for outcome in outcomes for problem in outcome.problems]
    doubts = [*built.warnings, *(problem for outcome in outcomes for problem in outcome.warnings)]
    output.show_briefly(merged([*problems, *([] if arguments.quiet else doubts)]), traceback=arguments.traceback)
    if arguments.open and len(outcomes) == 1 and outcomes[0].files:
        import webbrowser

        webbrowser.open(outcomes[0].files[0].resolve().as_uri())
    return ExitCode.FAILED if problems else ExitCode.DONE


def watch(arguments: argparse.Namespace) -> ExitCode:
    """Build again what a save changes, until Ctrl-C."""
    from briefs.press import guard

    say = partial(print, flush=True)
    return guard.guarded(partial(_watch, arguments, say), say)


def _watch(arguments: argparse.Namespace, say: Callable[[str], None], ended: int) -> ExitCode:
    """Watch in this process. `ended`: how many earlier processes ended because a document crashed them. If there was one, the first
    build is done in workers."""
    from briefs.press.executors import local
    from briefs.press.plan import plan
    from briefs.press.watch import Watcher

    local.limit_memory()
    choices = {"kinds": words(arguments.kinds), "formats": words(arguments.format), "paper": arguments.paper}
    request = Request(language=arguments.language, **choices)
    Watcher(
        arguments.content,
        inputs.templates(arguments),
        arguments.out,
        max(2, arguments.jobs) if ended else arguments.jobs,
        inputs.document_cache(),
        wanted=lambda edition: plan(edition, request).targets,
        choose=lambda edition: inputs.in_language(inputs.with_changes(edition, arguments.content), arguments.language),
        show=partial(output.show_briefly, traceback=arguments.traceback),
        say=say,
        times=arguments.more_time,
        language=arguments.language,
    ).run()
    return ExitCode.DONE


def verify(arguments: argparse.Namespace) -> ExitCode:
    """Compare an output folder with its manifest and with the edition; look whether the record of what went out is whole, and
    whether signatures that were made with a key hold."""
    from briefs.delivery import record
    from briefs.edition import signoff
    from briefs.edition.model import SignOff
    from briefs.edition.read import read
    from briefs.ledger import keys
    from briefs.press import leftovers, manifest, plan

    keys.check_place(arguments.signers, arguments.content)
    reading = read(arguments.content) if arguments.content.is_dir() else None
    edition = reading.edition if reading else None
    signed = signoff.read(reading.files) if reading and edition else SignOff()
    gone = frozenset(leftovers.names(arguments.out, plan.stems(edition)) if edition else ())
    store = inputs.open_store(arguments)
    problems = [*manifest.verify(arguments.out, gone), *record.problems(store), *keys.problems(signed, arguments.signers)]
    output.show(problems)
    if not problems and not arguments.quiet:
        files = output.count(len(manifest.read(arguments.out)["files"]), "file")
        beside = "" if edition else f"; {arguments.content} has no edition without errors to compare them with"
        print(f"{arguments.out}: {files}, all as they were built{beside}")
        if known := record.summaries(store):
            print(f"{store.folder}: {output.count(sum(one.lines for one in known), 'line')}, each after the one before")
        for line in keys.lines(signed, arguments.signers):
            print(output.visible(line))
    return ExitCode.FAILED if any(problem.severity == "error" for problem in problems) else ExitCode.DONE
