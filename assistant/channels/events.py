"""Answers as server-sent events: `status`, `delta`, `answer`, `html`, `error`."""

import json
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from assistant.answers import Answer
from assistant.channels.answering import pieces, refuse_when_off
from assistant.channels.problems import Problem, problem_body
from assistant.channels.service import Exchange, Service
from assistant.events import Delta, Step
from assistant.questions import Question

log = logging.getLogger(__name__)

KEEP_ALIVE = 15.0

Shown = Callable[[Exchange], str]


async def event_response(
    service: Service, question: Question, language: str, request_id: str, shown: Shown | None = None
) -> StreamingResponse:
    """The answer to `question` as a stream of events; problems are told in `language`.

    Raises SwitchedOff before the stream begins, while a status can still tell it.
    With `shown` the answer is followed by what that makes of it, as one more event `html`.
    """
    await refuse_when_off(service, language)
    return StreamingResponse(
        _events(service, question, language, request_id, shown),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store"},
    )


def event(name: str, data: str) -> str:
    """One event; `data` is JSON, which never holds a line break."""
    return f"event: {name}\ndata: {data}\n\n"


async def _events(
    service: Service, question: Question, language: str, request_id: str, shown: Shown | None
) -> AsyncGenerator[str, None]:
    try:
        async with aclosing(pieces(service, question, KEEP_ALIVE)) as coming:
            async for piece in coming:
                yield _told(piece)
                if isinstance(piece, Answer) and shown and (kept := service.exchanges.find(piece.id)):
                    yield event("html", json.dumps({"html": await run_in_threadpool(shown, kept)}))
    except Problem as problem:
        yield event("error", json.dumps(problem_body(problem, language, request_id)))
    except Exception:
        log.exception("request %s failed", request_id)
        yield event("error", json.dumps(problem_body(Problem(500, "internal"), language, request_id)))


def _told(piece: Step | Delta | Answer | None) -> str:
    match piece:
        case Step(name):
            return event("status", json.dumps({"name": name}))
        case Delta(text):
            return event("delta", json.dumps({"text": text}))
        case Answer():
            return event("answer", piece.model_dump_json())
    return ": still here\n\n"
