"""What pressing a button does: what it says is on disk before Slack is told that it was received."""

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App

import prompts
from assistant.channels.documents.cited import Given, find_given
from assistant.channels.slack.actions import COMMAND, OPINION_MODAL, SETTINGS_MODAL, Action
from assistant.channels.slack.answering.outcomes import Sent, outcome
from assistant.channels.slack.arriving.intake import is_settings
from assistant.channels.slack.blocks.plain_bodies import said
from assistant.channels.slack.parts import SlackParts
from assistant.channels.slack.pressing.opinion_modal import keep_opinion, opinion_view
from assistant.channels.slack.pressing.presses import Press, pressed, spoken, tell
from assistant.channels.slack.pressing.settings_modal import keep_settings, open_settings
from assistant.channels.slack.wishes import What
from assistant.feedback import Feedback

Body = dict[str, Any]


def register_buttons(app: App, parts: SlackParts) -> None:
    """Have `app` do what our buttons, modals and `/utblick settings` are for."""
    for action, done in PRESSED.items():
        app.action(action.value)(_listener(parts, done))
    app.action(Action.WEB.value)(_acknowledged)
    app.command(COMMAND, matchers=[is_settings])(_settings(parts))
    app.view(SETTINGS_MODAL)(_submitted(parts, keep_settings))
    app.view(OPINION_MODAL)(_submitted(parts, keep_opinion))


def helpful(parts: SlackParts, press: Press, ack: Ack) -> None:
    """Keep that the answer was helpful, and thank."""
    given = _given(parts, press, ack)
    if given is None:
        return
    parts.service.feedback.add(Feedback(given.question, given.answer, helpful=True))
    ack()
    words = prompts.phrases("opinions", spoken(given.answer.language, parts))
    tell(parts, press.wish(What.REFUSE), said(words["thanks"]))


def unhelpful(parts: SlackParts, press: Press, ack: Ack) -> None:
    """Keep that it was not, then ask why."""
    given = _given(parts, press, ack)
    if given is None:
        return
    if not _is_known_unhelpful(parts, press.answer_id):
        parts.service.feedback.add(Feedback(given.question, given.answer, helpful=False))
    ack()
    language = spoken(given.answer.language, parts)
    view = opinion_view(parts, press.answer_id, given.question, language)
    opened = outcome(lambda: parts.client.views_open(trigger_id=press.trigger_id, view=view))
    if not isinstance(opened, Sent):
        words = prompts.phrases("slack", language)
        tell(parts, press.wish(What.REFUSE), said(words["opinion_not_opened"]))


def more(parts: SlackParts, press: Press, ack: Ack) -> None:
    """The whole answer: once for all where all see it, else once for each."""
    whose = "" if press.ts else f":{press.user}"
    _keep(parts, press, ack, What.MORE, f"more:{press.answer_id}:{press.channel}:{press.thread}{whose}")


def share(parts: SlackParts, press: Press, ack: Ack) -> None:
    """The answer for everyone, once in a channel."""
    _keep(parts, press, ack, What.SHARE, f"share:{press.answer_id}:{press.channel}{_refusing(parts, press)}")


def colleague(parts: SlackParts, press: Press, ack: Ack) -> None:
    """The channel's colleagues asked, once about an answer."""
    if not parts.rules.rule(press.team, press.channel).colleagues:
        # Told every time, for somebody may be set in between.
        parts.inbox.keep(press.wish(What.COLLEAGUE), ())
        ack()
        return
    key = f"colleague:{press.answer_id}:{press.channel}{_refusing(parts, press)}"
    _keep(parts, press, ack, What.COLLEAGUE, key)


PRESSED: Mapping[Action, Callable[[SlackParts, Press, Ack], None]] = {
    Action.HELPFUL: helpful,
    Action.UNHELPFUL: unhelpful,
    Action.MORE: more,
    Action.SHARE: share,
    Action.COLLEAGUE: colleague,
}


def _keep(parts: SlackParts, press: Press, ack: Ack, what: What, key: str) -> None:
    new = parts.inbox.keep(press.wish(what), (key,))
    ack()
    if not new:
        words = prompts.phrases("slack", parts.settings.language)
        tell(parts, press.wish(what), said(words[f"already_{what}"]))


def _refusing(parts: SlackParts, press: Press) -> str:
    """What tells a press that may be refused from one after the channel was opened, which is to count."""
    rule = parts.rules.rule(press.team, press.channel)
    return ":off" if not rule.on else ":external" if rule.external else ""


def _given(parts: SlackParts, press: Press, ack: Ack) -> Given | None:
    """The answer; where it is forgotten that is told, and the press acknowledged."""
    given = find_given(parts.service, press.answer_id)
    if given is None:
        ack()
        words = prompts.phrases("slack", parts.settings.language)
        tell(parts, press.wish(What.REFUSE), said(words["refuse_unknown_answer"]))
    return given


def _is_known_unhelpful(parts: SlackParts, answer_id: str) -> bool:
    """Whether that is the newest word on it, so that a reason that was given with it still counts."""
    logged = parts.service.log.find(answer_id)
    return logged is not None and logged.view is not None and not logged.view.helpful


def _listener(
    parts: SlackParts, done: Callable[[SlackParts, Press, Ack], None]
) -> Callable[[Body, Ack], None]:
    def listen(body: Body, ack: Ack) -> None:
        press = pressed(body)
        if press is None:
            ack()
        else:
            done(parts, press, ack)

    return listen


def _submitted(
    parts: SlackParts, done: Callable[[SlackParts, Body, Ack], None]
) -> Callable[[Body, Ack], None]:
    def listen(body: Body, ack: Ack) -> None:
        done(parts, body, ack)

    return listen


def _settings(parts: SlackParts) -> Callable[[Body, Ack], None]:
    def listen(body: Body, ack: Ack) -> None:
        ack()
        open_settings(parts, body)

    return listen


def _acknowledged(ack: Ack) -> None:
    ack()
