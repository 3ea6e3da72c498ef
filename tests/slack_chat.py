"""Messages as Slack's Web API takes and gives them, and the names of its refusals."""

from collections.abc import Callable
from typing import Any

from block_rules import characters, faults
from slack_workspace import Json, Refusal, ResponseUrl, Workspace

TEXT, BLOCK_CHARACTERS, PAGE = 40_000, 13_200, 1000
HIDDEN = ("channel", "ephemeral_for", "metadata", "thread_ts")


def true(value: Any) -> bool:
    """What Slack takes for true: a form has no booleans."""
    return value is True or str(value).lower() in ("1", "true")


def checked(arguments: Json) -> Json:
    """The content of a message, refused where Slack refuses it."""
    text, blocks = arguments.get("text") or "", arguments.get("blocks") or []
    if not text.strip() and not blocks:
        raise Refusal("no_text")
    if len(text) > TEXT:
        raise Refusal("msg_too_long")
    if wrong := faults(blocks):
        raise Refusal("invalid_blocks", errors=wrong, response_metadata={"messages": wrong})
    if characters(blocks) > BLOCK_CHARACTERS:
        raise Refusal("msg_blocks_too_long")
    metadata = arguments.get("metadata")
    if metadata is not None and not (
        metadata.get("event_type") and isinstance(metadata.get("event_payload"), dict)
    ):
        raise Refusal("invalid_metadata_format")
    kept = {name: arguments.get(name) for name in ("parse", "link_names", "unfurl_links", "unfurl_media")}
    return {
        "text": text,
        "blocks": blocks,
        "metadata": metadata,
        "thread_ts": arguments.get("thread_ts"),
        **kept,
    }


def place(space: Workspace, id: str) -> Json:
    """The conversation to write in; Refusal where the app may not."""
    if id in space.users:
        id = space.dm(id)
    channel = known(space, id)
    if channel["is_archived"]:
        raise Refusal("is_archived")
    if not channel["is_member"] and "chat:write.public" not in space.scopes:
        raise Refusal("not_in_channel")
    return channel


def known(space: Workspace, id: str) -> Json:
    """The conversation; Refusal where there is none that the app can see."""
    channel = space.channels.get(id)
    if channel is None or (channel["is_private"] and not channel["is_member"]):
        raise Refusal("channel_not_found")
    return channel


def shown(space: Workspace, message: Json, metadata: bool = True) -> Json:
    """A message as the Web API gives it."""
    given = {name: value for name, value in message.items() if name not in HIDDEN}
    answers = [
        each for each in space.spoken if each["thread_ts"] == message["ts"] and not each["ephemeral_for"]
    ]
    if message["thread_ts"] or answers:
        given["thread_ts"] = message["thread_ts"] or message["ts"]
    if answers:
        given["reply_count"] = len(answers)
    if message["user"] == space.bot_user:
        given |= {"bot_id": space.bot_id, "app_id": space.app_id, "team": space.team}
    if metadata and message["metadata"]:
        given["metadata"] = message["metadata"]
    return {"type": "message", **given}


def post_message(space: Workspace, given: Json) -> Json:
    channel = place(space, given.get("channel", ""))["id"]
    message = space.add(channel, space.bot_user, **{"text": "", **checked(given)})
    return {"channel": channel, "ts": message["ts"], "message": shown(space, message)}


def post_ephemeral(space: Workspace, given: Json) -> Json:
    channel = place(space, given.get("channel", ""))["id"]
    if given.get("user") not in space.users:
        raise Refusal("user_not_in_channel")
    content = {**checked(given), "metadata": None}
    message = space.add(channel, space.bot_user, ephemeral_for=given["user"], **content)
    return {"message_ts": message["ts"]}


def update(space: Workspace, given: Json) -> Json:
    message = space.found(known(space, given.get("channel", ""))["id"], given.get("ts", ""))
    if message["user"] != space.bot_user:
        raise Refusal("cant_update_message")
    content = {
        **message,
        **{name: value for name, value in given.items() if name in ("text", "blocks", "metadata")},
    }
    message |= {**checked(content), "edited": {"user": space.bot_user, "ts": space.ts()}}
    return {"channel": message["channel"], "ts": message["ts"], "text": message["text"]}


def delete(space: Workspace, given: Json) -> Json:
    message = space.found(given.get("channel", ""), given.get("ts", ""))
    if message["user"] != space.bot_user:
        raise Refusal("cant_delete_message")
    space.spoken.remove(message)
    return {"channel": message["channel"], "ts": message["ts"]}


def permalink(space: Workspace, given: Json) -> Json:
    message = space.found(known(space, given.get("channel", ""))["id"], given.get("message_ts", ""))
    address = f"https://pahitt.slack.com/archives/{message['channel']}/p{message['ts'].replace('.', '')}"
    return {"channel": message["channel"], "permalink": address}


def _listed(space: Workspace, given: Json, found: list[Json]) -> Json:
    if not known(space, given["channel"])["is_member"]:
        raise Refusal("not_in_channel")
    size, start = min(int(given.get("limit") or 100), PAGE), int(given.get("cursor") or 0)
    metadata = true(given.get("include_all_metadata"))
    page = [shown(space, each, metadata) for each in found[start : start + size]]
    more = len(found) > start + size
    cursor = {"next_cursor": str(start + size) if more else ""}
    return {"messages": page, "has_more": more, "response_metadata": cursor}


def replies(space: Workspace, given: Json) -> Json:
    ts, channel = given.get("ts", ""), known(space, given.get("channel", ""))["id"]
    public = [each for each in space.spoken if each["channel"] == channel and not each["ephemeral_for"]]
    asked = next((each for each in public if each["ts"] == ts), None)
    top = (asked["thread_ts"] or ts) if asked else ts
    found = [each for each in public if top in (each["ts"], each["thread_ts"])]
    if not found:
        raise Refusal("thread_not_found")
    oldest, latest = given.get("oldest") or "0", given.get("latest") or "9999999999"
    within = [
        each for each in found if each["ts"] == top or float(oldest) < float(each["ts"]) < float(latest)
    ]
    return _listed(space, given, within)


def history(space: Workspace, given: Json) -> Json:
    channel = known(space, given.get("channel", ""))["id"]
    top = [
        each
        for each in space.spoken
        if each["channel"] == channel and each["thread_ts"] in (None, each["ts"])
    ]
    oldest, latest = given.get("oldest") or "0", given.get("latest") or "9999999999"
    edges = true(given.get("inclusive"))
    within = [
        each
        for each in top
        if not each["ephemeral_for"]
        and (float(oldest) < float(each["ts"]) < float(latest) or (edges and each["ts"] in (oldest, latest)))
    ]
    return _listed(space, given, within[::-1])


def respond(space: Workspace, url: ResponseUrl, given: Json) -> None:
    """A reply over a response URL: a new message, or instead of the one whose button was pressed."""
    original = (
        next((each for each in space.spoken if each["ts"] == url.original), None) if url.original else None
    )
    if original and true(given.get("delete_original")):
        space.spoken.remove(original)
        return
    content = checked(given)
    if original and true(given.get("replace_original")):
        original |= {**content, "thread_ts": original["thread_ts"]}
        return
    private = {} if given.get("response_type") == "in_channel" else {"ephemeral_for": url.user}
    space.add(url.channel, space.bot_user, **content, **private, responded=True)


def reaction(add: bool) -> Callable[[Workspace, Json], Json]:
    def done(space: Workspace, given: Json) -> Json:
        one = (given.get("channel", ""), given.get("timestamp", ""), given.get("name", ""))
        space.found(known(space, one[0])["id"], one[1])
        if add == (one in space.reactions):
            raise Refusal("already_reacted" if add else "no_reaction")
        (space.reactions.append if add else space.reactions.remove)(one)
        return {}

    return done
