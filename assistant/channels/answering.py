"""Asking off the event loop: one thread per answer, a bounded number of them, stopped when nobody listens."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from threading import Event
from time import monotonic

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from assistant.answers import Answer
from assistant.channels.problems import Problem
from assistant.channels.service import Exchange, Service
from assistant.events import Delta, Step
from assistant.privacy import guarded
from assistant.questions import Question

LONGEST = 120.0
LISTENING = 0.5
RETRY = 600
"""Seconds after which a caller may try again when the service is off."""

Piece = Step | Delta | Answer


class SwitchedOff(Problem):
    """The service is off; the text holds the reason that an officer gave."""

    headers = {"Retry-After": str(RETRY)}

    def __init__(self, reason: str, language: str) -> None:
        super().__init__(503, "switched_off", language, reason=reason)


async def refuse_when_off(service: Service, language: str = "") -> None:
    """Raise SwitchedOff, told in `language`, while the service is off.

    Evaluations, whose log is silent, go on.
    """
    if service.log.silent:
        return
    switched = await run_in_threadpool(service.switch.state)
    if switched.off:
        raise SwitchedOff(switched.reason, language)


async def pieces(service: Service, question: Question, idle: float) -> AsyncGenerator[Piece | None]:
    """What the assistant says, as it says it; None each time it has been silent for `idle` seconds.

    Closing this iterator stops the work at its next piece. Answers are remembered, counted and logged here,
    without personal data of the question.
    """
    question = guarded(question)
    queue: asyncio.Queue[Piece | Exception | None] = asyncio.Queue()
    loop, stopped, began = asyncio.get_running_loop(), Event(), monotonic()

    def tell(piece: Piece | Exception | None) -> None:
        if not stopped.is_set():
            loop.call_soon_threadsafe(queue.put_nowait, piece)

    def work() -> None:
        try:
            if stopped.is_set():
                return
            for piece in service.assistant.stream(question):
                if stopped.is_set():
                    # Leaving the loop drops the iterator, which closes what the assistant had open.
                    return
                tell(piece)
                if isinstance(piece, Answer):
                    # After it was told: nobody waits for the log.
                    service.log.add(question, piece)
            tell(None)
        except Exception as error:
            tell(error)

    service.workers.submit(work)
    try:
        while monotonic() - began < LONGEST:
            try:
                piece = await asyncio.wait_for(queue.get(), idle)
            except TimeoutError:
                yield None
                continue
            if piece is None:
                return
            if isinstance(piece, Exception):
                raise piece
            if isinstance(piece, Answer):
                service.exchanges.add(Exchange(question.text, piece))
                service.metrics.answered(piece.status, monotonic() - began)
            yield piece
        raise Problem(504, "slow_answer")
    finally:
        stopped.set()


async def whole_answer(service: Service, question: Question, request: Request) -> Answer:
    """The answer in one piece; the work stops when the caller hangs up. SwitchedOff while there are none."""
    await refuse_when_off(service, question.language)
    async with aclosing(pieces(service, question, LISTENING)) as coming:
        async for piece in coming:
            if isinstance(piece, Answer):
                return piece
            if await request.is_disconnected():
                raise Problem(499, "gone")
    raise RuntimeError("the assistant ended without an answer")
