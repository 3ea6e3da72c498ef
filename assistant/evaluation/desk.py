"""The evaluators' desk of one process: one run at a time, in the background, that can be stopped."""

import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Lock, Thread

from assistant.evaluation.cases import QuestionSet
from assistant.evaluation.errors import EvaluationError, RunError
from assistant.evaluation.folder import RunFolder, list_runs
from assistant.evaluation.run import LOCK, run
from assistant.evaluation.target import Target
from vectorstore.errors import StoreError, UtblickError
from vectorstore.locks import is_locked, locked

log = logging.getLogger(__name__)

WORKERS = 2
"""Questions asked at once; few, so that people who ask in the meantime are still answered."""
PATIENCE = 30.0
"""Seconds that `close` waits for the questions under way."""


class Busy(EvaluationError):
    """A run is going on already."""


class HeldElsewhere(EvaluationError):
    """Somebody works on the run: this desk, or a command line."""


class Ended(EvaluationError):
    """The run is finished, so there is nothing to go on with."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The run that is going on, or the last one; `run` names its folder once it has ended.

    `folder` is the name of the one that is worked on, "" before and after.
    `fault` says why it failed ("" when it did not); "unexpected" stands for what only the log explains.
    """

    set: str = ""
    done: int = 0
    total: int = 0
    running: bool = False
    stopping: bool = False
    folder: str = ""
    run: str = ""
    fault: str = ""


class Desk:
    """Starts and stops runs; every method may be called from any thread.

    `target` makes what is asked, anew for each run, so that a run tells of the documents of its time.
    """

    def __init__(self, runs: Path, target: Callable[[], Target]) -> None:
        self.runs = runs
        self._target = target
        self._lock, self._stop = Lock(), Event()
        self._progress = Progress()
        self._thread: Thread | None = None

    def progress(self) -> Progress:
        """How far the run has come."""
        with self._lock:
            return self._progress

    def listed(self) -> list[RunFolder]:
        """Every run, newest first."""
        return list_runs(self.runs)

    def find(self, name: str) -> RunFolder:
        """The run called `name`; RunError when the listing has none."""
        for folder in self.listed():
            if folder.name == name:
                return folder
        raise RunError(f"there is no run called {name!r}")

    def start(self, questions: QuestionSet, language: str) -> None:
        """Begin to ask, or go on where an unfinished run of the same questions ended; Busy during a run."""
        self._begin(questions, language, None)

    def go_on(self, folder: RunFolder, language: str) -> None:
        """Ask what this very run has left; Busy during a run, Ended or HeldElsewhere where that cannot be.

        When the target has changed since, a new run begins.
        """
        questions = folder.questions()
        if folder.finished:
            raise Ended(f"the run {folder.name} is finished; there is nothing left to ask")
        if not self.progress().running and is_locked(folder.path / LOCK):
            raise HeldElsewhere(f"the run {folder.name} goes on elsewhere; wait for it or stop it there")
        self._begin(questions, language, folder)

    def remove(self, folder: RunFolder) -> None:
        """Remove the run with all its files; HeldElsewhere while somebody works on it."""
        try:
            # Whoever only looks whether the lock is held holds it for a moment.
            with locked(folder.path / LOCK, wait_seconds=0.1):
                _remove(folder.path)
        except StoreError as error:
            raise HeldElsewhere(f"the run {folder.name} goes on; wait for it or stop it") from error
        except OSError as error:
            raise RunError(f"{folder.path} cannot be removed: {error.strerror or error}") from error
        with self._lock:
            if self._progress.run == folder.name:
                self._progress = Progress()

    def _begin(self, questions: QuestionSet, language: str, folder: RunFolder | None) -> None:
        with self._lock:
            if self._progress.running:
                raise Busy(f"a run of {self._progress.set!r} is going on; wait for it or stop it")
            self._stop.clear()
            self._progress = Progress(questions.name, total=len(questions.cases), running=True)
            self._thread = Thread(target=self._work, args=(questions, language, folder), name="evaluation")
            self._thread.start()

    def stop(self) -> None:
        """Ask no more questions; what has been answered is kept."""
        self._stop.set()
        with self._lock:
            self._progress = replace(self._progress, stopping=self._progress.running)

    def close(self) -> None:
        """Stop, and wait for the questions under way."""
        self.stop()
        if self._thread:
            self._thread.join(PATIENCE)

    def _work(self, questions: QuestionSet, language: str, folder: RunFolder | None) -> None:
        ended, fault = "", ""
        try:
            ended = self._run(questions, language, folder).name
        except UtblickError as error:
            fault = str(error)
        except Exception:
            log.exception("the run of %s failed", questions.name)
            fault = "unexpected"
        finally:
            with self._lock:
                self._progress = replace(
                    self._progress, running=False, stopping=False, folder="", run=ended, fault=fault
                )

    def _run(self, questions: QuestionSet, language: str, folder: RunFolder | None) -> RunFolder:
        return run(
            questions,
            self._target(),
            self.runs,
            language=language,
            workers=WORKERS,
            progress=self._tell,
            stopped=self._stop.is_set,
            folder=folder,
            begun=self._hold,
        )

    def _hold(self, folder: RunFolder) -> None:
        with self._lock:
            self._progress = replace(self._progress, folder=folder.name)

    def _tell(self, done: int, total: int) -> None:
        with self._lock:
            self._progress = replace(self._progress, done=done, total=total)


def _remove(path: Path) -> None:
    if path.is_symlink():
        return path.unlink()
    # First what makes it a run: whatever stops the rest, no half of one is listed.
    (path / "run.json").unlink()
    shutil.rmtree(path)
