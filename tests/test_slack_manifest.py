"""The app manifest: in Slack's form and limits, with the scopes that the code uses and no others."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_sdk import WebClient

from assistant.channels.slack.actions import COMMAND, SHORTCUT
from assistant.channels.slack.arriving.bolt import EVENTS
from assistant.channels.slack.setup.manifest import PATH, Pane, manifest, manifest_text, scopes
from assistant.channels.slack.setup.workspace import NICE, WITHOUT
from prompts import LANGUAGES
from vectorstore.settings import SettingsError

ROOT = Path(__file__).resolve().parent.parent
URL = "https://utblick.example"
HISTORY = {"channels:history", "groups:history", "im:history", "mpim:history"}
OF_METHODS: dict[str, set[str]] = {
    "apps.connections.open": set(),  # connections:write, on the app token
    "assistant.threads.setStatus": {"chat:write"},
    "assistant.threads.setSuggestedPrompts": {"assistant:write"},
    "auth.test": set(),
    "chat.getPermalink": set(),
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "conversations.history": HISTORY,
    "conversations.info": {"channels:read", "groups:read"},  # nobody asks about direct conversations
    "conversations.replies": HISTORY,
    "reactions.add": {"reactions:write"},
    "reactions.remove": {"reactions:write"},
    "users.info": {"users:read"},
    "views.open": set(),
    "views.update": set(),
}
OF_EVENTS: dict[str, set[str]] = {
    "app_mention": {"app_mentions:read"},
    "assistant_thread_started": {"assistant:write"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "message.mpim": {"mpim:history"},
}
LONGEST = {
    "display_information.name": 35,
    "display_information.description": 140,
    "display_information.long_description": 4000,
    "features.bot_user.display_name": 80,
    "features.assistant_view.assistant_description": 300,
    "features.agent_view.agent_description": 300,
    "features.shortcuts.name": 24,
    "features.shortcuts.callback_id": 255,
    "features.shortcuts.description": 150,
    "features.slash_commands.command": 32,
    "features.slash_commands.description": 2000,
    "features.slash_commands.usage_hint": 1000,
}
SHORTEST_DESCRIPTION = 174


def methods(file: Path) -> Iterator[str]:
    """The methods of Slack's Web API that a file calls, by their own names or through the client's."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Attribute) and "_" in node.attr.strip("_") and node.attr in vars(WebClient):
            yield node.attr.replace("_", ".")
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "api_call"
        ):
            assert isinstance(node.args[0], ast.Constant), f"{file}: which method is that?"
            yield str(node.args[0].value)


def called() -> set[str]:
    return {one for file in (ROOT / "assistant").rglob("*.py") for one in methods(file)}


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, held in value.items():
            yield from leaves(held, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for held in value:
            yield from leaves(held, path)
    else:
        yield path, value


def test_every_scope_is_used_and_none_is_missing() -> None:
    made = manifest("sv", URL)
    events = made["settings"]["event_subscriptions"]["bot_events"]
    used = {"commands"} if made["features"]["slash_commands"] else set()
    for method in called():
        assert method in OF_METHODS, f"{method} is called: which scopes does it need?"
        used |= OF_METHODS[method]
    for event in events:
        used |= OF_EVENTS[event]
    assert set(made["oauth_config"]["scopes"]["bot"]) == used
    assert set(scopes()) == used == set(WITHOUT)
    assert used >= NICE


def test_it_subscribes_to_what_is_handled() -> None:
    events = manifest("sv", URL)["settings"]["event_subscriptions"]["bot_events"]
    assert {event.partition(".")[0] for event in events} == set(EVENTS)
    assert set(events) == set(OF_EVENTS), "messages of every kind of conversation are heard"


def test_what_the_code_listens_for_is_what_the_app_has() -> None:
    features = manifest("sv", URL)["features"]
    assert [one["command"] for one in features["slash_commands"]] == [COMMAND]
    assert [(one["callback_id"], one["type"]) for one in features["shortcuts"]] == [(SHORTCUT, "message")]
    home = {"home_tab_enabled": False, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False}
    assert features["app_home"] == home


@pytest.mark.parametrize("pane", Pane)
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_keeps_slacks_limits(language: str, pane: Pane) -> None:
    made = yaml.safe_load(manifest_text(language, URL, pane))
    for path, value in leaves(made):
        assert "$" not in str(value), path
        assert len(str(value)) <= LONGEST.get(path, 4000), path
    assert len(made["display_information"]["long_description"]) >= SHORTEST_DESCRIPTION
    assert re.fullmatch("#[0-9a-f]{6}", made["display_information"]["background_color"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_are_told_that_it_is_an_ai(language: str) -> None:
    made = manifest(language, URL)
    told = [
        made["display_information"]["description"],
        made["display_information"]["long_description"],
        made["features"]["assistant_view"]["assistant_description"],
        made["features"]["slash_commands"][0]["description"],
        made["features"]["shortcuts"][0]["description"],
    ]
    assert all(re.search(r"\b[AK]I\b", text) for text in told)


def test_over_http_slack_is_given_one_address() -> None:
    made = manifest("sv", URL + "/")
    addresses = [value for path, value in leaves(made) if path.rsplit(".", 1)[-1] in ("url", "request_url")]
    assert addresses == [URL + PATH] * 3
    assert made["settings"]["socket_mode_enabled"] is False


def test_for_socket_mode_there_is_no_address() -> None:
    made = manifest("sv")
    assert "http" not in str(made)
    settings = made["settings"]
    assert settings["socket_mode_enabled"] is True and settings["interactivity"] == {"is_enabled": True}
    assert settings["org_deploy_enabled"] is settings["token_rotation_enabled"] is False
    assert manifest("sv", URL)["features"]["slash_commands"][0]["url"], "the copies must not share anything"


def test_the_pane_can_be_of_the_other_kind_or_left_out() -> None:
    agent, none = manifest("sv", URL, Pane.AGENT), manifest("sv", URL, Pane.NONE)
    assert "assistant_view" not in agent["features"] and agent["features"]["agent_view"]["suggested_prompts"]
    assert not {"assistant_view", "agent_view"} & set(none["features"])
    assert "assistant:write" not in none["oauth_config"]["scopes"]["bot"]
    for made in (agent, none):
        assert "assistant_thread_started" not in made["settings"]["event_subscriptions"]["bot_events"]


@pytest.mark.parametrize(
    "url", ["http://utblick.example", "https://x/y", "utblick.example", "https://x?y", "a b"]
)
def test_an_address_that_slack_would_not_take_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="https"):
        manifest("sv", url)


def test_the_guide_explains_every_scope_and_event() -> None:
    guide = (ROOT / "docs" / "slack.md").read_text("utf-8")
    events = manifest("sv", URL)["settings"]["event_subscriptions"]["bot_events"]
    for one in (*scopes(), *events):
        assert f"`{one}`" in guide, one
