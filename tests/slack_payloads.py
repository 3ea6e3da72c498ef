"""What Slack sends to an app, in Slack's own shapes."""

import time
from collections.abc import Mapping
from itertools import count
from typing import Any

from slack_workspace import Json, ResponseUrl, Workspace

_numbers = count(1)


class Payloads(Workspace):
    """Makers of payloads; what people say is in the workspace from then on."""

    base = ""

    def event(self, event: Json, **more: Any) -> Json:
        """Any event in its envelope, with an event_id of its own."""
        user = {
            "team_id": self.team,
            "user_id": self.bot_user,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        return {
            "token": "not-used",
            "team_id": self.team,
            "api_app_id": self.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{next(_numbers):010d}",
            "event_time": int(time.time()),
            "authorizations": [{"enterprise_id": None, **user}],
            "is_ext_shared_channel": bool(
                self.channels.get(event.get("channel", ""), {}).get("is_ext_shared")
            ),
            "event_context": f"4-{next(_numbers)}",
            **more,
        }

    def _message(
        self, type: str, channel: str, user: str, text: str, thread: str | None, **more: Any
    ) -> Json:
        known = {"thread_ts": thread} if thread else {}
        said = self.add(channel, user, text, **known)
        event = {
            "type": type,
            "user": user,
            "text": text,
            "ts": said["ts"],
            "channel": channel,
            "team": self.team,
        }
        event |= {"event_ts": said["ts"], "client_msg_id": f"{next(_numbers):032x}", **known, **more}
        parts = [{"type": "text", "text": text}]
        rich = {"type": "rich_text_section", "elements": parts}
        event["blocks"] = [{"type": "rich_text", "block_id": "b1", "elements": [rich]}]
        return event

    def mention(self, channel: str, user: str, text: str, thread: str | None = None, **more: Any) -> Json:
        """The app_mention event; the app's mention is put first where `text` has none."""
        named = f"<@{self.bot_user}>"
        text = text if named in text else f"{named} {text}"
        return self.event(self._message("app_mention", channel, user, text, thread, **more))

    def said(self, channel: str, user: str, text: str, thread: str | None = None, **more: Any) -> Json:
        """The message event of a channel; `more` such as subtype or bot_id."""
        kind = "group" if self.channels.get(channel, {}).get("is_private") else "channel"
        return self.event(self._message("message", channel, user, text, thread, channel_type=kind, **more))

    def as_message(self, mention: Json) -> Json:
        """The message event that Slack sends beside an app_mention, with the same ts."""
        return self.event({**mention["event"], "type": "message", "channel_type": "channel"})

    def direct(self, user: str, text: str, thread: str | None = None, **more: Any) -> Json:
        """A message to the app alone; in the assistant's pane it has a thread."""
        return self.event(
            self._message("message", self.dm(user), user, text, thread, channel_type="im", **more)
        )

    def edited(self, payload: Json, text: str) -> Json:
        """Somebody changes what an earlier payload said."""
        old = payload["event"]
        new = {**old, "text": text, "edited": {"user": old["user"], "ts": self.ts()}}
        event = {"type": "message", "subtype": "message_changed", "message": new, "previous_message": old}
        return self.event(
            {**event, "channel": old["channel"], "ts": self.ts(), "hidden": True, "event_ts": self.ts()}
        )

    def pane_opened(self, user: str) -> Json:
        """A person opens the assistant's pane; its thread is at event.assistant_thread.thread_ts."""
        root = self.add(self.dm(user), self.bot_user, "New Assistant Thread")
        context = {"channel_id": "C0OMVARLD", "team_id": self.team, "enterprise_id": None}
        thread = {"user_id": user, "context": context, "channel_id": root["channel"], "thread_ts": root["ts"]}
        return self.event(
            {"type": "assistant_thread_started", "assistant_thread": thread, "event_ts": self.ts()}
        )

    def response_url(self, channel: str = "C0OMVARLD", user: str = "U0ANNA", original: str = "") -> str:
        """A new address for replies; `original` is the message that they may replace."""
        key = f"{next(_numbers)}{int(time.time())}"
        with self.lock:
            self.urls[key] = ResponseUrl(channel, user, original)
        return f"{self.base}/actions/{self.team}/{key}"

    def command(self, channel: str, user: str, text: str, name: str = "/utblick") -> Json:
        """A slash command, sent as a plain form."""
        return {
            "token": "not-used",
            "team_id": self.team,
            "team_domain": "pahitt",
            "channel_id": channel,
            "channel_name": self.channels.get(channel, {}).get("name", "directmessage"),
            "user_id": user,
            "user_name": self.users.get(user, {}).get("name", ""),
            "command": name,
            "text": text,
            "api_app_id": self.app_id,
            "is_enterprise_install": "false",
            "response_url": self.response_url(channel, user),
            "trigger_id": self.trigger(),
        }

    def _interaction(self, type: str, user: str, **more: Any) -> Json:
        known = self.users.get(user, {})
        return {
            "type": type,
            "user": {"id": user, "username": known.get("name", ""), "team_id": self.team},
            "api_app_id": self.app_id,
            "token": "not-used",
            "team": {"id": self.team, "domain": "pahitt"},
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": self.trigger(),
            **more,
        }

    def _channel(self, id: str) -> Json:
        return {"id": id, "name": self.channels.get(id, {}).get("name") or "directmessage"}

    def shortcut(self, channel: str, user: str, message: Json, callback: str = "utblick_ask_about") -> Json:
        """`message` (from messages(), or {"text": ..., "user": ...}) asked about by its menu."""
        given = {"type": "message", "ts": self.ts(), **{k: v for k, v in message.items() if v is not None}}
        more = {"callback_id": callback, "message": given, "message_ts": given["ts"], "action_ts": self.ts()}
        url = self.response_url(channel, user)
        return self._interaction(
            "message_action", user, **more, channel=self._channel(channel), response_url=url
        )

    def press(self, message: Json, action_id: str, user: str = "U0ANNA", **more: Any) -> Json:
        """A button of `message` (from messages()) is pressed; AssertionError where it has no such button."""
        block, element = _element(message["blocks"], action_id)
        action = {
            "action_id": action_id,
            "block_id": block,
            "type": element["type"],
            "text": element.get("text"),
        }
        action |= {"value": element.get("value", ""), "action_ts": self.ts(), **more}
        channel, private = message["channel"], bool(message["ephemeral_for"])
        container = {
            "type": "message",
            "message_ts": message["ts"],
            "channel_id": channel,
            "is_ephemeral": private,
        }
        payload = self._interaction(
            "block_actions", user, container=container, channel=self._channel(channel)
        )
        payload["response_url"] = self.response_url(channel, user, message["ts"])
        payload |= {"state": {"values": {}}, "actions": [action]}
        if not private:
            hidden = ("channel", "ephemeral_for", "metadata")
            given = {k: v for k, v in message.items() if k not in hidden and v is not None}
            payload["message"] = {"type": "message", **given, "bot_id": self.bot_id, "app_id": self.app_id}
        if message["thread_ts"]:
            container["thread_ts"] = message["thread_ts"]
        return payload

    def submit(self, view: Json, values: Mapping[str, Any], user: str = "U0ANNA") -> Json:
        """A modal (from views) is sent with `values` by action_id, the others with their initial one."""
        state: dict[str, Json] = {}
        for block in view["blocks"]:
            elements = block.get("elements", [block.get("element"), block.get("accessory")])
            for element in [each for each in elements if isinstance(each, dict) and "action_id" in each]:
                chosen = _state(element, values.get(element["action_id"]))
                state.setdefault(block["block_id"], {})[element["action_id"]] = chosen
        missing = set(values) - {action for block in state.values() for action in block}
        assert not missing, f"the modal has no {missing}"
        sent = {**view, "state": {"values": state}}
        return self._interaction("view_submission", user, view=sent, response_urls=[])


def _element(blocks: list[Json], action_id: str) -> tuple[str, Json]:
    for number, block in enumerate(blocks):
        for element in [*block.get("elements", []), block.get("accessory") or {}]:
            if element.get("action_id") == action_id:
                return block.get("block_id", f"b{number}"), element
    raise AssertionError(f"no button {action_id}")


def _state(element: Json, value: Any) -> Json:
    kind = element["type"]
    if kind in ("static_select", "radio_buttons"):
        chosen = element.get("initial_option") if value is None else _option(element, value)
        return {"type": kind, "selected_option": chosen}
    if kind in ("checkboxes", "multi_static_select"):
        many = (
            [_option(element, each) for each in value]
            if value is not None
            else element.get("initial_options", [])
        )
        return {"type": kind, "selected_options": many}
    for part in ("users", "conversations", "channels", "user", "conversation", "channel"):
        if kind in (f"{part}_select", f"multi_{part}_select"):
            initial = element.get(f"initial_{part}", [] if kind.startswith("multi") else None)
            return {"type": kind, f"selected_{part}": initial if value is None else value}
    return {"type": kind, "value": element.get("initial_value") if value is None else value}


def _option(element: Json, value: str) -> Json:
    options = [*element.get("options", [])]
    for group in element.get("option_groups", []):
        options += group["options"]
    return next(each for each in options if each["value"] == value)
