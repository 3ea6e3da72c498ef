"""What the HTTP channel works with, gathered once and reached from every request."""

from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field
from threading import Lock
from typing import Annotated, Protocol

from fastapi import Depends, Request

from assistant.answers import Answer
from assistant.channels.metrics import Metrics
from assistant.evaluation.sources import Library as Readable
from assistant.events import Delta, Step
from assistant.feedback import FeedbackStore
from assistant.question_log import QuestionLog
from assistant.questions import Question
from assistant.switch import Switch
from vectorstore.jobs import Jobs
from vectorstore.queries import Retriever
from vectorstore.settings import Settings

REMEMBERED = 500


class Answering(Protocol):
    """What answers: in one piece, or steps and pieces of text as they come, the Answer last."""

    def ask(self, question: Question) -> Answer: ...
    def stream(self, question: Question) -> Iterator[Step | Delta | Answer]: ...


class State(Protocol):
    """How the store is: "ready", "degraded" or "empty", and why."""

    @property
    def name(self) -> str: ...
    @property
    def reason(self) -> str: ...


class Library(Readable, Protocol):
    """What is read from: documents, their passages and the search over them."""

    @property
    def retriever(self) -> Retriever: ...
    def state(self) -> State: ...


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and the answer it got."""

    question: str
    answer: Answer


class Exchanges:
    """The latest exchanges, in memory only, so that pages and feedback can refer to them by id."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._by_id: OrderedDict[str, Exchange] = OrderedDict()
        self._lock = Lock()

    def add(self, exchange: Exchange) -> None:
        """Remember `exchange`, forgetting the oldest when there are too many."""
        with self._lock:
            self._by_id[exchange.answer.id] = exchange
            while len(self._by_id) > self._most:
                self._by_id.popitem(last=False)

    def find(self, answer_id: str) -> Exchange | None:
        """The exchange with that answer, None when it is forgotten or never was."""
        with self._lock:
            return self._by_id.get(answer_id)


@dataclass(frozen=True, slots=True)
class Service:
    """One per process; `workers` bounds how many answers are worked on at once."""

    assistant: Answering
    store: Library
    settings: Settings
    feedback: FeedbackStore
    log: QuestionLog
    workers: Executor
    switch: Switch
    jobs: Jobs
    metrics: Metrics = field(default_factory=Metrics)
    exchanges: Exchanges = field(default_factory=Exchanges)


def open_service(
    assistant: Answering,
    store: Library,
    settings: Settings,
    feedback: FeedbackStore,
    log: QuestionLog,
    workers: Executor,
) -> Service:
    """The service over what it is given; switch and jobs are those of the log's database."""
    return Service(assistant, store, settings, feedback, log, workers, Switch(log.engine), Jobs(log.engine))


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


Served = Annotated[Service, Depends(_service)]
