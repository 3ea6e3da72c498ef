"""`POST /slack/events`, the one address that Slack sends to: acknowledged when it is on disk."""

import logging
import time
from asyncio import get_running_loop
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import anyio.to_thread
from fastapi import APIRouter, FastAPI, Request, Response
from slack_bolt import App
from starlette.requests import ClientDisconnect

from assistant.channels.problems import Problem
from assistant.channels.slack.arriving.bolt import bolt_app, close, taken_in
from assistant.channels.slack.arriving.guard import Headers, checked
from assistant.channels.slack.arriving.payloads import BadPayload, read
from assistant.channels.slack.parts import SlackParts

AT_ONCE = 4
"""Threads of their own, so that neither pages nor answers that hang can delay an acknowledgement."""
RETRY_SECONDS = "30"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reception:
    """Where what came in over HTTP is looked through; one per process."""

    parts: SlackParts
    app: App
    workers: ThreadPoolExecutor

    def take(self, headers: Headers, body: bytes) -> Response:
        """Check and store what a request holds; Problem where it cannot be taken."""
        secret = self.parts.settings.slack_signing_secret.get_secret_value()
        said = checked(headers, body, secret, time.time())
        try:
            wanted = read(said, self.parts.settings.slack_url)
        except BadPayload as error:
            log.warning("Slack sent what is not in Slack's form: %s", error)
            raise Problem(400, "bad_body") from None
        return Response() if wanted is None else self._stored(wanted)

    def _stored(self, wanted: dict[str, Any]) -> Response:
        done = taken_in(self.app, wanted)
        if done.status >= 500:
            return Response(status_code=503, headers={"Retry-After": RETRY_SECONDS})
        kind = done.headers.get("content-type", ["text/plain"])[0]
        return Response(done.body, done.status, media_type=kind)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
    parts: SlackParts | None = app.state.slack
    if parts is None or not parts.settings.slack_signing_secret.get_secret_value():
        yield {"slack_reception": None}
        return
    bolt = bolt_app(parts)
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="slack-intake") as workers:
        yield {"slack_reception": Reception(parts, bolt, workers)}
    await anyio.to_thread.run_sync(close, bolt)


router = APIRouter(prefix="/slack", lifespan=_lifespan)


@router.post("/events")
async def events(request: Request) -> Response:
    """Take in what Slack sends; 404 where Slack does not send over HTTP."""
    reception: Reception | None = request.state.slack_reception
    if reception is None:
        raise Problem(404, "not_found")
    try:
        body = await request.body()
    except ClientDisconnect:
        raise Problem(499, "gone") from None
    return await get_running_loop().run_in_executor(
        reception.workers, reception.take, request.headers.raw, body
    )
