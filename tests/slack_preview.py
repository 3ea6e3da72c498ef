"""Messages and modals as they look in Slack: python tests/slack_preview.py IN.json OUT.html."""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup, escape
from slack_reading import Piece, pieces
from slack_workspace import Json, Workspace

HERE = Path(__file__).parent
EMPHASES = {
    r"(?<![\w`])\*([^*\n]+)\*(?!\w)": r"<b>\1</b>",
    r"(?<![\w`])_([^_\n]+)_(?!\w)": r"<i>\1</i>",
    r"(?<![\w`])~([^~\n]+)~(?!\w)": r"<s>\1</s>",
    r"`([^`\n]+)`": r"<code>\1</code>",
}


def preview(space: Workspace, title: str, messages: Sequence[Json] = (), views: Sequence[Json] = ()) -> str:
    """A page of messages (from `messages()`) and modals (from `views`) of the workspace."""
    named = _names(space)
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=select_autoescape())
    return environment.get_template("slack_preview.html").render(
        title=title,
        style=Markup((HERE / "slack_preview.css").read_text()),
        messages=messages,
        views=views,
        prompts=_prompts(space, messages),
        bots={id for id, user in space.users.items() if user["is_bot"]},
        name=lambda id: named.get(id, id).lstrip("@"),
        clock=lambda ts: datetime.fromtimestamp(float(ts), UTC).strftime("%H:%M"),
        pieces=_pieces,
        emphasis=emphasis,
        emoji=_emoji,
        named=lambda piece: named.get(piece.value, piece.text),
        mentioned=lambda part: _mentioned(part, named),
        chosen=lambda element: list(_chosen(element, named)),
    )


def emphasis(text: str) -> Markup:
    """The signs for bold, italic, struck and code in mrkdwn."""
    found = str(escape(text))
    for pattern, tag in EMPHASES.items():
        found = re.sub(pattern, tag, found)
    return Markup(found)


def _pieces(given: Mapping[str, Any]) -> Iterator[Piece]:
    return pieces(given["text"], bare=given.get("verbatim") is not True)


def _names(space: Workspace) -> dict[str, str]:
    people = {id: "@" + user["real_name"] for id, user in space.users.items()}
    return people | {id: "#" + channel["name"] for id, channel in space.channels.items()}


def _prompts(space: Workspace, messages: Sequence[Json]) -> list[Json]:
    threads = {each["thread_ts"] or each["ts"] for each in messages}
    return [prompt for each in space.prompts if each["thread_ts"] in threads for prompt in each["prompts"]]


def _emoji(part: Json) -> str:
    codes = part.get("unicode", "")
    return "".join(chr(int(code, 16)) for code in codes.split("-")) if codes else f":{part['name']}:"


def _mentioned(part: Json, named: Mapping[str, str]) -> str:
    if part["type"] == "broadcast":
        return "@" + str(part["range"])
    id = str(part[f"{part['type']}_id"])
    return named.get(id, "@" + id)


def _chosen(element: Json, named: Mapping[str, str]) -> Iterator[str]:
    for name, value in element.items():
        if name.startswith("initial_"):
            for each in value if isinstance(value, list) else [value]:
                yield each["text"]["text"] if isinstance(each, dict) else named.get(each, str(each))


def main(source: str, target: str) -> None:
    """The page of a JSON file: {"title", "messages", "views"}, or the bare blocks of one message."""
    given, space = json.loads(Path(source).read_text()), Workspace()
    given = {"messages": [{"blocks": given}]} if isinstance(given, list) else given
    said = [{**space.add("C0OMVARLD", space.bot_user, ""), **each} for each in given.get("messages", [])]
    Path(target).write_text(preview(space, given.get("title", "Utblick"), said, given.get("views", [])))


if __name__ == "__main__":
    main(*sys.argv[1:])
