"""What each method of Slack's Web API does, and which scopes it asks for."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

import slack_chat as chat
from block_rules import view_faults
from slack_workspace import Json, Refusal, Workspace

_numbers = count(1)


@dataclass(frozen=True)
class Method:
    """One method, and the scopes of which the token must have one."""

    done: Callable[[Workspace, Json], Json]
    scopes: frozenset[str] = frozenset()


def auth_test(space: Workspace, given: Json) -> Json:
    return {
        "url": "https://pahitt.slack.com/",
        "team": "Region Påhitt",
        "user": "utblick",
        "team_id": space.team,
        "user_id": space.bot_user,
        "bot_id": space.bot_id,
        "is_enterprise_install": False,
    }


def user_info(space: Workspace, given: Json) -> Json:
    if given.get("user") not in space.users:
        raise Refusal("user_not_found")
    return {"user": space.users[given["user"]]}


def channel_info(space: Workspace, given: Json) -> Json:
    return {"channel": chat.known(space, given.get("channel", ""))}


def _page(name: str, found: list[Any], given: Json) -> Json:
    size, start = int(given.get("limit") or 100), int(given.get("cursor") or 0)
    more = str(start + size) if len(found) > start + size else ""
    return {name: found[start : start + size], "response_metadata": {"next_cursor": more}}


def channels(space: Workspace, given: Json) -> Json:
    found = [each for each in space.channels.values() if each["is_member"] or not each["is_private"]]
    return _page("channels", found, given)


def own_channels(space: Workspace, given: Json) -> Json:
    return _page("channels", [each for each in space.channels.values() if each["is_member"]], given)


def members(space: Workspace, given: Json) -> Json:
    chat.known(space, given.get("channel", ""))
    return _page("members", list(space.users), given)


def join(space: Workspace, given: Json) -> Json:
    channel = chat.known(space, given.get("channel", ""))
    channel["is_member"] = True
    return {"channel": channel}


def direct(space: Workspace, given: Json) -> Json:
    if given.get("users") not in space.users:
        raise Refusal("user_not_found")
    return {"channel": {"id": space.dm(given["users"])}}


def _checked_view(given: Json) -> Json:
    view = given.get("view")
    if not isinstance(view, dict):
        raise Refusal("invalid_arguments")
    if wrong := view_faults(view):
        raise Refusal("invalid_arguments", response_metadata={"messages": wrong})
    return {"private_metadata": "", "callback_id": "", "hash": f"1.{next(_numbers)}", **view}


def open_view(space: Workspace, given: Json) -> Json:
    view = _checked_view(given)
    space.use_trigger(given.get("trigger_id", ""))
    id = f"V{next(_numbers):08d}"
    view |= {
        "id": id,
        "root_view_id": id,
        "team_id": space.team,
        "app_id": space.app_id,
        "bot_id": space.bot_id,
    }
    space.views.append(view)
    return {"view": view}


def update_view(space: Workspace, given: Json) -> Json:
    kept = next((each for each in space.views if each["id"] == given.get("view_id")), None)
    if kept is None:
        raise Refusal("not_found")
    if given.get("hash") and given["hash"] != kept["hash"]:
        raise Refusal("hash_conflict")
    kept |= _checked_view(given)
    return {"view": kept}


def publish_home(space: Workspace, given: Json) -> Json:
    return {"view": _checked_view(given)}


def _pane(space: Workspace, given: Json) -> tuple[str, str]:
    channel = chat.place(space, given.get("channel_id", ""))["id"]
    if not given.get("thread_ts"):
        raise Refusal("invalid_thread_ts")
    return channel, given["thread_ts"]


def status(space: Workspace, given: Json) -> Json:
    space.statuses.append((*_pane(space, given), given.get("status", "")))
    return {}


def title(space: Workspace, given: Json) -> Json:
    space.titles.append((*_pane(space, given), given.get("title", "")))
    return {}


def suggested(space: Workspace, given: Json) -> Json:
    channel, thread = _pane(space, given)
    prompts = given.get("prompts") or []
    if not 1 <= len(prompts) <= 4 or not all(each.get("title") and each.get("message") for each in prompts):
        raise Refusal("invalid_arguments")
    space.prompts.append(
        {"channel": channel, "thread_ts": thread, "prompts": prompts, "title": given.get("title")}
    )
    return {}


def _needs(*names: str) -> frozenset[str]:
    return frozenset(names)


READ = _needs("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = _needs("channels:history", "groups:history", "im:history", "mpim:history")
WRITE, REACT, PANE = _needs("chat:write"), _needs("reactions:write"), _needs("assistant:write", "chat:write")
METHODS = {
    "api.test": Method(lambda space, given: {}),
    "auth.test": Method(auth_test),
    "chat.postMessage": Method(chat.post_message, WRITE),
    "chat.postEphemeral": Method(chat.post_ephemeral, WRITE),
    "chat.update": Method(chat.update, WRITE),
    "chat.delete": Method(chat.delete, WRITE),
    "chat.getPermalink": Method(chat.permalink),
    "conversations.replies": Method(chat.replies, HISTORY),
    "conversations.history": Method(chat.history, HISTORY),
    "conversations.info": Method(channel_info, READ),
    "conversations.list": Method(channels, READ),
    "conversations.members": Method(members, READ),
    "conversations.join": Method(join, _needs("channels:join")),
    "conversations.open": Method(direct, _needs("im:write")),
    "users.conversations": Method(own_channels, READ),
    "users.info": Method(user_info, _needs("users:read")),
    "reactions.add": Method(chat.reaction(add=True), REACT),
    "reactions.remove": Method(chat.reaction(add=False), REACT),
    "views.open": Method(open_view),
    "views.update": Method(update_view),
    "views.publish": Method(publish_home),
    "assistant.threads.setStatus": Method(status, PANE),
    "assistant.threads.setTitle": Method(title, PANE),
    "assistant.threads.setSuggestedPrompts": Method(suggested, PANE),
}
