"""The app manifest: what Slack makes the app from, in one paste."""

import re
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

import prompts
from vectorstore.settings import SettingsError

PATH = "/slack/events"
"""Where Slack sends everything when it comes over HTTP."""
PANE_SCOPE, PANE_EVENT = "assistant:write", "assistant_thread_started"
_ADDRESS = re.compile(r"https://[^\s/?#]+")
_HTTP_ONLY = (
    ("features", "slash_commands", "url"),
    ("settings", "event_subscriptions", "request_url"),
    ("settings", "interactivity", "request_url"),
)


class Pane(StrEnum):
    """How people talk with the app in private: in one of Slack's two kinds of panes, or by messages only."""

    ASSISTANT = "assistant"
    AGENT = "agent"
    NONE = "none"


def scopes(pane: Pane = Pane.ASSISTANT) -> tuple[str, ...]:
    """The bot's scopes."""
    held: list[str] = _template()["oauth_config"]["scopes"]["bot"]
    return tuple(one for one in held if pane is not Pane.NONE or one != PANE_SCOPE)


def manifest(language: str, url: str = "", pane: Pane = Pane.ASSISTANT) -> dict[str, Any]:
    """The manifest with its texts in `language`: for HTTP at `url`, or for Socket Mode where that is empty.

    Raises SettingsError for a URL that Slack would not send to.
    """
    if url and not _ADDRESS.fullmatch(url.rstrip("/")):
        raise SettingsError(f"{url!r}: Slack sends to https://name or https://name:port only, without a path")
    texts = prompts.phrases("slack_app", language)
    made: dict[str, Any] = _filled(_template(), {**texts, "url": url.rstrip("/")})
    made["oauth_config"]["scopes"]["bot"] = list(scopes(pane))
    _with_pane(made, pane)
    if not url:
        _over_socket(made)
    return made


def manifest_text(language: str, url: str = "", pane: Pane = Pane.ASSISTANT) -> str:
    """The same as YAML to paste."""
    made = manifest(language, url, pane)
    return yaml.safe_dump(made, sort_keys=False, allow_unicode=True, width=100)


def _over_socket(made: dict[str, Any]) -> None:
    made["settings"]["socket_mode_enabled"] = True
    for part, feature, key in _HTTP_ONLY:
        held = made[part][feature]
        for one in held if isinstance(held, list) else [held]:
            del one[key]


def _with_pane(made: dict[str, Any], pane: Pane) -> None:
    if pane is Pane.ASSISTANT:
        return
    events = made["settings"]["event_subscriptions"]
    events["bot_events"] = [one for one in events["bot_events"] if one != PANE_EVENT]
    view = made["features"].pop("assistant_view")
    if pane is Pane.AGENT:
        described = {"agent_description": view["assistant_description"]}
        made["features"]["agent_view"] = {**described, "suggested_prompts": view["suggested_prompts"]}


@cache
def _template() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(files(__package__).joinpath("manifest.yaml").read_text("utf-8"))
    return read


def _filled(value: Any, texts: dict[str, str]) -> Any:
    """A copy with every $name in its strings filled in."""
    if isinstance(value, dict):
        return {name: _filled(held, texts) for name, held in value.items()}
    if isinstance(value, list):
        return [_filled(held, texts) for held in value]
    return prompts.fill(value, **texts) if isinstance(value, str) else value
