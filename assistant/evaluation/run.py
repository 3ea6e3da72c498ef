"""Asking a set: in parallel, each answer scored and kept at once; a run that was cut short goes on later."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from assistant.answers import AnswerStatus
from assistant.evaluation.cases import Case, QuestionSet
from assistant.evaluation.errors import RunError
from assistant.evaluation.evidence import mark_hits
from assistant.evaluation.folder import RunFolder, list_runs
from assistant.evaluation.misplaced import misplaced
from assistant.evaluation.report import write_report
from assistant.evaluation.result_tables import write_tables
from assistant.evaluation.results import Result, Timing
from assistant.evaluation.scores import score
from assistant.evaluation.sources import Sources
from assistant.evaluation.summary import summarise
from assistant.evaluation.target import Target
from vectorstore.locks import is_locked, locked

log = logging.getLogger(__name__)

LOCK = ".lock"
Progress = Callable[[int, int], None]
Stopped = Callable[[], bool]
Begun = Callable[[RunFolder], None]
Answered = tuple[Result, Timing]


def run(
    questions: QuestionSet,
    target: Target,
    runs: Path,
    *,
    language: str = "sv",
    workers: int = 4,
    progress: Progress = lambda done, all: None,
    stopped: Stopped = lambda: False,
    fresh: bool = False,
    folder: RunFolder | None = None,
    begun: Begun = lambda folder: None,
) -> RunFolder:
    """Ask what is not answered yet, and write the figures and the report (in `language`) when all is.

    Goes on with the newest unfinished run of the same set and target under `runs`, unless `fresh`;
    a question that failed is asked again. `folder` names the run to go on with instead; when its target
    has changed since, a new one begins. `begun` is told the folder. `stopped` is looked at before each
    question: the folder returned is then unfinished. RunError when the target cannot be reached, the
    folder not written, or the run named is finished.
    """
    try:
        return _run(questions, target, runs, language, workers, progress, stopped, fresh, folder, begun)
    except OSError as error:
        told = f"{error.filename or runs}: {error.strerror or error}"
        raise RunError(f"{told}. What was answered is kept; the same command goes on from there.") from error


def _run(
    questions: QuestionSet,
    target: Target,
    runs: Path,
    language: str,
    workers: int,
    progress: Progress,
    stopped: Stopped,
    fresh: bool,
    chosen: RunFolder | None,
    begun: Begun,
) -> RunFolder:
    sources = Sources(target.library)
    gone = [asdict(each) for each in misplaced(questions.cases, sources)]
    about = {"target": dict(target.about()), "workers": workers, "misplaced": gone}
    with _held(questions, about, runs, fresh, chosen) as folder:
        begun(folder)
        done = _kept(folder)
        progress(len(done), len(questions.cases))
        todo = [case for case in questions.cases if case.id not in done]
        for result, timing in _ask(todo, target, sources, workers, stopped):
            folder.add(result, timing)
            done[result.case.id] = (result, timing)
            progress(len(done), len(questions.cases))
        if len(done) == len(questions.cases):
            _finish(folder, [done[case.id] for case in questions.cases], language)
    return folder


def ask(case: Case, target: Target, sources: Sources) -> Answered:
    """One case asked and scored."""
    began = perf_counter()
    answer = target.ask(case.to_question())
    timing = Timing(case.id, round(perf_counter() - began, 4), dict(answer.seconds))
    # What differs between two runs of the same thing is kept apart from the result.
    answer = answer.model_copy(update={"id": "", "seconds": {}, "conversation_id": ""})
    hits = mark_hits(sources.found(answer.hits), case.evidence)
    scores, failures = score(case, answer, hits, sources.exact, sources.text)
    return Result(case, answer, hits, scores, failures), timing


def unfinished(questions: QuestionSet, about: Mapping[str, Any], runs: Path) -> Iterator[RunFolder]:
    """Runs of this set and target that can go on, newest first."""
    for folder in list_runs(runs):
        try:
            found = folder.about()
        except RunError as error:
            log.warning("left alone: %s", error)
            continue
        same = found["digest"] == questions.digest and found.get("target") == about["target"]
        if same and not found["finished"] and not is_locked(folder.path / LOCK):
            yield folder


@contextmanager
def _held(
    questions: QuestionSet, about: Mapping[str, Any], runs: Path, fresh: bool, chosen: RunFolder | None
) -> Iterator[RunFolder]:
    """The folder to work in, ours alone."""
    waiting = iter(()) if fresh else unfinished(questions, about, runs)
    if chosen:
        waiting = iter([chosen] if chosen.about().get("target") == about["target"] else [])
    folder = next(waiting, None) or RunFolder.create(runs, questions, about, datetime.now())
    # Whoever only looks whether the lock is held holds it for a moment.
    with locked(folder.path / LOCK, wait_seconds=1):
        if folder.finished:
            raise RunError(f"the run {folder.name} is finished; there is nothing left to ask")
        yield folder


def _kept(folder: RunFolder) -> dict[str, Answered]:
    """What was answered before; the files are put in order, since a kill may have cut their last lines."""
    timings = {timing.id: timing for timing in folder.timings()}
    kept = {
        result.case.id: (result, timings[result.case.id])
        for result in folder.results()
        if result.answer.status is not AnswerStatus.ERROR and result.case.id in timings
    }
    folder.sort([result for result, _ in kept.values()], [timing for _, timing in kept.values()])
    return kept


def _ask(
    cases: list[Case], target: Target, sources: Sources, workers: int, stopped: Stopped
) -> Iterator[Answered]:
    """The answers as they come; at most `workers` questions are under way."""
    waiting = iter(cases)
    with ThreadPoolExecutor(workers, thread_name_prefix="evaluation") as pool:
        under_way: set[Future[Answered]] = set()
        while True:
            while len(under_way) < workers and not stopped() and (case := next(waiting, None)):
                under_way.add(pool.submit(ask, case, target, sources))
            if not under_way:
                return
            ended, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for future in ended:
                yield future.result()


def _finish(folder: RunFolder, answered: list[Answered], language: str) -> None:
    results, timings = [result for result, _ in answered], [timing for _, timing in answered]
    folder.sort(results, timings)
    figures = summarise(results, timings).to_dict()
    folder.write("summary.json", json.dumps(figures, ensure_ascii=False, indent=2) + "\n")
    write_tables(folder, results)
    unfinished = folder.about()
    folder.write_about(unfinished | {"finished": datetime.now().isoformat(), "language": language})
    try:
        write_report(folder, language)
    except BaseException:
        # Without its report a run is not done: the same command writes it.
        folder.write_about(unfinished)
        raise
