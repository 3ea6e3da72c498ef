"""Slack's worker over the small assistant, in this process or in one of its own that is to be killed."""

import json
import os
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

from assistant.answers import Answer, AnswerStatus
from assistant.channels.service import Answering, Library, open_service
from assistant.channels.slack.answering.pace import Pace
from assistant.channels.slack.answering.working import answering
from assistant.channels.slack.parts import SlackParts, slack_parts
from assistant.events import Delta, Step
from assistant.feedback import FeedbackStore
from assistant.question_log import QuestionLog
from assistant.questions import Question
from vectorstore.database import FILE, open_database
from vectorstore.settings import Settings

QUICK = Pace(
    grace=timedelta(seconds=0.3),
    poll=0.02,
    doubts=(0.1,) * 8,
    faults=(0.05,) * 3,
    database=0.1,
    gap=0.0,
)
"""Waits only as long as a Slack on the same machine takes."""


class Brief:
    """Answers everything alike, from no documents: what stands behind a process that starts quickly."""

    retriever: Any = None

    def ask(self, question: Question) -> Answer:
        id, words = str(uuid.uuid4()), f"Svar på {len(question.text)} tecken."
        return Answer(id=id, status=AnswerStatus.ANSWERED, language="sv", text=words)

    def stream(self, question: Question) -> Iterator[Step | Delta | Answer]:
        yield self.ask(question)

    def documents(self) -> list[Any]:
        return []

    def document(self, id: str) -> None:
        return None

    def passages(self, document_id: str) -> list[Any]:
        return []

    def state(self) -> Any:
        return SimpleNamespace(name="empty", reason="no documents are stored")


def settings_of(folder: Path, given: Mapping[str, Any]) -> Settings:
    known = {"contact": "info@region.example", "port": 0, **given}
    return Settings(_env_file=None, data_dir=folder, **known)


@cache
def _empty() -> bytes:
    """A database with its tables, which take a while to make."""
    with TemporaryDirectory() as folder:
        settings = settings_of(Path(folder), {})
        open_database(settings).dispose()
        return (settings.data_dir / FILE).read_bytes()


@contextmanager
def slack_worker(
    folder: Path, given: Mapping[str, Any], assistant: Answering | None = None, library: Library | None = None
) -> Iterator[SlackParts]:
    """What the worker works with, over a database in `folder`; nothing is answered yet."""
    settings = settings_of(folder, given)
    if not (folder / FILE).exists():
        folder.mkdir(exist_ok=True)
        (folder / FILE).write_bytes(_empty())
    engine = open_database(settings)
    asked, store = assistant or Brief(), library or Brief()
    log = QuestionLog(engine, settings.history_days, shelf=library)
    feedback = FeedbackStore(engine, 30)
    with ThreadPoolExecutor(1) as workers:
        try:
            yield slack_parts(open_service(asked, store, settings, feedback, log, workers))
        finally:
            engine.dispose()


class Workers:
    """Starts processes that work, each forked from one that has loaded the libraries."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def start(self, folder: Path, given: Mapping[str, Any], port: int = 0, pace: Pace = QUICK) -> int:
        """The number of a new one, which is ready; with `port` it also serves there."""
        paced = {**asdict(pace), "grace": pace.grace.total_seconds()}
        told = {"folder": str(folder), "given": dict(given), "port": port, "pace": paced}
        assert self._process.stdin and self._process.stdout
        print(json.dumps(told), file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())


def kill(worker: int) -> None:
    """As the kernel does it when memory is short: at once, with nothing put in order."""
    os.kill(worker, signal.SIGKILL)


@contextmanager
def workers() -> Iterator[Workers]:
    """They end with the block, and with this process."""
    with subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
    ) as process:
        yield Workers(process)
        assert process.stdin
        process.stdin.close()


def main() -> None:
    # Nobody waits for those that were killed.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        if not os.fork():
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            work(json.loads(line))
            os._exit(1)
    os.killpg(0, signal.SIGKILL)


def work(told: Mapping[str, Any]) -> None:
    """Until it is killed."""
    folder, given, port = Path(told["folder"]), told["given"], told["port"]
    paced = {**told["pace"], "grace": timedelta(seconds=told["pace"]["grace"])}
    pace = Pace(**{name: tuple(value) if isinstance(value, list) else value for name, value in paced.items()})
    if port:
        serve(folder, {**given, "port": port})
        return
    with slack_worker(folder, given) as parts, answering(parts, pace):
        print(os.getpid(), flush=True)
        threading.Event().wait()


def serve(folder: Path, given: Mapping[str, Any]) -> None:
    """The whole service, as `utblick serve` runs it."""
    import uvicorn
    from small_service import SmallAssistant, SmallLibrary

    from assistant.channels.api import create_app
    from assistant.channels.server import configuration
    from assistant.evaluation.target import Local

    settings = settings_of(folder, given)
    engine = open_database(settings)
    assistant, library = SmallAssistant(), SmallLibrary()
    log = QuestionLog(engine, settings.history_days, shelf=library)
    app = create_app(
        assistant, library, settings, FeedbackStore(engine, 30), log, lambda: Local(assistant, library, {})
    )
    print(os.getpid(), flush=True)
    uvicorn.Server(configuration(app, settings)).run()


if __name__ == "__main__":
    main()
