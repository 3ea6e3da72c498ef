"""`/utblick settings`: how Utblick answers in the channel, seen and changed in a modal."""

import json
from collections.abc import Mapping
from typing import Any

from slack_sdk.models.views import View

import prompts
from assistant.channels.slack.actions import SETTINGS_MODAL
from assistant.channels.slack.answering.outcomes import Sent, outcome
from assistant.channels.slack.arriving.payloads import team
from assistant.channels.slack.blocks.mentioning import Channel, People, mentioning
from assistant.channels.slack.blocks.plain_bodies import said
from assistant.channels.slack.messages import Block, Body
from assistant.channels.slack.parts import SlackParts
from assistant.channels.slack.pressing.choices import Choices, choices, with_those_of
from assistant.channels.slack.pressing.opinion_modal import Acknowledge, closing_view
from assistant.channels.slack.pressing.permissions import may_set
from assistant.channels.slack.pressing.presses import tell
from assistant.channels.slack.pressing.settings_answers import Faults, read_settings_form
from assistant.channels.slack.pressing.settings_form import Field, settings_fields
from assistant.channels.slack.pressing.settings_summary import summary
from assistant.channels.slack.rules import Rule, is_direct, stamp
from assistant.channels.slack.wishes import Way, What, Wish


def open_settings(parts: SlackParts, body: Mapping[str, Any]) -> None:
    """Show the settings of the channel that the command was given in, or say why not.

    Asks Slack who it is and has three seconds to do so: later Slack opens nothing, which is told.
    """
    channel, user = body["channel_id"], body["user_id"]
    wish = Wish(What.REFUSE, Way.COMMAND, team(body), channel, user, response_url=body["response_url"])
    words = prompts.phrases("slack", parts.settings.language)
    if is_direct(channel):
        tell(parts, wish, said(words["settings_direct"]))
        return
    if not may_set(parts, wish.team, user):
        tell(parts, wish, _who_may(parts, words))
        return
    view = settings_view(parts, wish)
    opened = outcome(lambda: parts.client.views_open(trigger_id=body["trigger_id"], view=view))
    if not isinstance(opened, Sent):
        tell(parts, wish, said(words["settings_not_opened"]))


def settings_view(parts: SlackParts, wish: Wish) -> dict[str, Any]:
    """The modal for the wish's channel: a form, or what the file says where that decides."""
    words = prompts.phrases("slack", parts.settings.language)
    rule, fixed = parts.rules.rule(wish.team, wish.channel), parts.rules.fixed(wish.channel)
    place = {"channel": wish.channel, "user": wish.user, "was": stamp(rule)}
    rule, held = with_those_of(rule, choices(parts.service.store))
    lead = words["settings_fixed"] if fixed else words["settings_lead"]
    blocks: list[Block] = [*mentioning(lead, channel=Channel(wish.channel)).blocks]
    blocks += summary(rule, held, words) if fixed else settings_fields(rule, held, words)
    view = View(
        type="modal",
        callback_id=SETTINGS_MODAL,
        private_metadata=json.dumps(place),
        title=words["settings_title"],
        submit=None if fixed else words["settings_save"],
        close=words["close"],
        blocks=[dict(block) for block in blocks],
    )
    return view.to_dict()


def keep_settings(parts: SlackParts, body: Mapping[str, Any], ack: Acknowledge) -> None:
    """Store what was filled in; told at the field what is wrong with it."""
    view, user = body["view"], body["user"]["id"]
    words = prompts.phrases("slack", parts.settings.language)
    place = _place(view.get("private_metadata", ""))
    channel = place.get("channel", "")
    rule = parts.rules.rule(team(body), channel)
    # Slack gives a modal back to nobody but the one whose right to it was looked up when it was opened.
    if not channel or is_direct(channel) or place.get("user") != user:
        _refuse(ack, words["settings_foreign"])
    elif parts.rules.fixed(channel) or place.get("was") != stamp(rule):
        _refuse(ack, words["settings_changed"])
    else:
        values = view.get("state", {}).get("values", {})
        rule, held = with_those_of(rule, choices(parts.service.store))
        filled = read_settings_form(values, rule, held, words)
        if isinstance(filled, Faults):
            ack(response_action="errors", errors=dict(filled.told))
            return
        parts.rules.keep(team(body), channel, filled, user)
        _saved(ack, filled, held, words)


def _saved(ack: Acknowledge, rule: Rule, held: Choices, words: Mapping[str, str]) -> None:
    view = closing_view(words["settings_title"], words["settings_saved"], words["close"])
    ack(response_action="update", view={**view, "blocks": [*view["blocks"], *summary(rule, held, words)]})


def _refuse(ack: Acknowledge, why: str) -> None:
    ack(response_action="errors", errors={Field.ON.value: why})


def _who_may(parts: SlackParts, words: Mapping[str, str]) -> Body:
    admins = parts.rules.file.admins
    if not admins:
        return said(words["refuse_not_allowed"])
    return mentioning(words["not_allowed_but"], admins=People(admins))


def _place(metadata: str) -> Mapping[str, str]:
    try:
        held = json.loads(metadata)
    except (ValueError, RecursionError):
        return {}
    return {str(name): str(value) for name, value in held.items()} if isinstance(held, dict) else {}
