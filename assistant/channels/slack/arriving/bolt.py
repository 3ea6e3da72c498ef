"""Bolt with one set of handlers for both ways in. Signatures are checked before it, by guard.py."""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from slack_bolt import App, BoltContext, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult

from assistant.channels.slack.actions import COMMAND, SHORTCUT
from assistant.channels.slack.arriving.intake import (
    Taken,
    from_command,
    from_mention,
    from_message,
    from_pane,
    from_shortcut,
    is_settings,
    own_user,
)
from assistant.channels.slack.parts import SlackParts
from assistant.channels.slack.pressing.buttons import register_buttons
from assistant.channels.slack.wordless import wordless

PRESSES_AT_ONCE = 32
_OWN_USER = "utblick_own_user"

log = logging.getLogger(__name__)

Handler = Callable[[SlackParts, Mapping[str, Any]], Taken | None]


def bolt_app(parts: SlackParts) -> App:
    """The app with every handler. Nothing is sent to Slack for making it; end it with `close`."""
    app = App(
        name="utblick",
        logger=_quiet(),
        client=parts.client,
        authorize=_authorizing(parts),
        request_verification_enabled=False,
        token_verification_enabled=False,
        raise_error_for_unhandled_request=False,
        listener_executor=ThreadPoolExecutor(PRESSES_AT_ONCE, thread_name_prefix="slack-press"),
    )
    app.error(_failed)
    for event, handler in EVENTS.items():
        app.event(event, middleware=[_keeping(parts, handler)])(_nothing)
    app.command(COMMAND, matchers=[_asks], middleware=[_keeping(parts, from_command)])(_nothing)
    app.message_shortcut(SHORTCUT, middleware=[_keeping(parts, from_shortcut)])(_nothing)
    register_buttons(app, parts)
    return app


def taken_in(app: App, body: Mapping[str, Any]) -> BoltResponse:
    """Hand `body`, as payloads.py read it, to its handler: 200 when what it wants is on disk.

    503 when it could not be stored, so that Slack sends it again; 404 for what no handler is for.
    """
    own = {_OWN_USER: own_user(body)}
    try:
        return app.dispatch(BoltRequest(mode="socket_mode", body=dict(body), context=own))
    except Exception as error:
        return _failed(error)


def close(app: App) -> None:
    """Wait for what has been pressed."""
    app.listener_runner.listener_executor.shutdown()


EVENTS: Mapping[str, Handler] = {
    "app_mention": from_mention,
    "message": from_message,
    "assistant_thread_started": from_pane,
}


def _keeping(parts: SlackParts, handler: Handler) -> Callable[..., BoltResponse]:
    # Bolt acknowledges an event before its listener runs; what must be on disk by then is done before it.
    def keep(body: dict[str, Any]) -> BoltResponse:
        taken = handler(parts, body)
        if taken is not None:
            parts.inbox.keep(taken.wish, taken.keys, taken.joins)
        return BoltResponse(status=200, body="")

    return keep


def _nothing() -> None:
    """All is done before a listener runs."""


def _asks(body: dict[str, Any]) -> bool:
    return not is_settings(body)


def _authorizing(parts: SlackParts) -> Callable[..., AuthorizeResult]:
    token = parts.settings.slack_bot_token.get_secret_value()

    def authorize(context: BoltContext, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        own: str = context.get(_OWN_USER, "")
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_user_id=own or None, bot_token=token
        )

    return authorize


def _failed(error: Exception) -> BoltResponse:
    log.error("a delivery from Slack was not taken in: %s", wordless(error))
    return BoltResponse(status=503, body="")


def _quiet() -> logging.Logger:
    # Below this level Bolt writes what it was sent.
    logger = logging.getLogger("assistant.channels.slack.arriving.bolt.own")
    logger.setLevel(logging.ERROR)
    return logger
