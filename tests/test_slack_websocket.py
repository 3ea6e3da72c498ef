"""Our own Slack delivers over WebSockets as Slack does, seen by Slack's own client."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_server import SlackServer, slack_server
from slack_small import waiting
from websockets.sync.client import connect

ROOM, ANNA = "C0OMVARLD", "U0ANNA"


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackServer]:
    with slack_server() as slack:
        yield slack


class App:
    """Slack's own client, which acknowledges when it is told to."""

    def __init__(self, slack: SlackServer, acknowledges: bool = True) -> None:
        web = WebClient(slack.app_token, base_url=slack.api_url)
        self.client = SocketModeClient(slack.app_token, web_client=web)
        self.client.socket_mode_request_listeners.append(self._heard)
        self.acknowledges = acknowledges
        self.heard: list[SocketModeRequest] = []
        self.client.connect()

    def _heard(self, client: Any, request: SocketModeRequest) -> None:
        self.heard.append(request)
        if self.acknowledges:
            client.send_socket_mode_response(SocketModeResponse(request.envelope_id, {"text": "mottaget"}))

    def __enter__(self) -> "App":
        return self

    def __exit__(self, *exception: object) -> None:
        self.client.close()


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_socket_mode(slack: SlackServer) -> None:
    with App(slack) as app:
        slack.sockets.wait_connected()
        event = slack.mention(ROOM, ANNA, "hej")
        answer = slack.socket_send(event)
        assert answer is not None and answer["payload"] == {"text": "mottaget"}
        slack.socket_send(slack.command(ROOM, ANNA, "stöd"))
        slack.socket_send(slack.submit({"type": "modal", "id": "V1", "blocks": []}, {}))
        assert [each.type for each in app.heard] == ["events_api", "slash_commands", "interactive"]
        assert app.heard[0].payload == event
        slack.sockets.acknowledge_seconds = 0.1
        app.acknowledges = False
        assert slack.socket_send(event) is None
        assert [each.retry_attempt for each in app.heard[3:]] == [0, 1, 2, 3]
        app.acknowledges = True
        slack.sockets.acknowledge_seconds = 3
        slack.sockets.disconnect()
        slack.sockets.wait_connected()
        assert slack.socket_send(event) is not None
    waiting(lambda: slack.sockets.connections() == 0)


def listening(address: str, heard: list[str]) -> None:
    """A connection that acknowledges what comes, until it is told to go."""
    with connect(address) as connection:
        for text in connection:
            message = json.loads(text)
            if message["type"] == "disconnect":
                return
            if "envelope_id" in message:
                heard.append(message["payload"]["event_id"])
                connection.send(json.dumps({"envelope_id": message["envelope_id"]}))


def test_each_event_goes_to_one_connection(slack: SlackServer) -> None:
    heard: list[list[str]] = [[], []]
    opened = WebClient(slack.app_token, base_url=slack.api_url).apps_connections_open
    with ThreadPoolExecutor() as pool:
        for mine in heard:
            pool.submit(listening, opened(app_token=slack.app_token)["url"], mine)
        slack.sockets.wait_connected(2)
        sent = [slack.mention(ROOM, ANNA, str(number)) for number in range(20)]
        assert all(pool.map(slack.socket_send, sent))
        slack.sockets.disconnect("warning")
    assert heard[0] and heard[1] and sorted(heard[0] + heard[1]) == [each["event_id"] for each in sent]
    waiting(lambda: slack.sockets.connections() == 0)
    assert slack.socket_send(sent[0], seconds=0.1) is None


@pytest.mark.parametrize(
    ("token", "error"), [("bot", "not_allowed_token_type"), ("xapp-1-other", "invalid_auth")]
)
def test_a_wrong_app_token_connects_nothing(slack: SlackServer, token: str, error: str) -> None:
    client = WebClient(base_url=slack.api_url)
    with pytest.raises(SlackApiError, match=error):
        client.apps_connections_open(app_token=slack.bot_token if token == "bot" else token)
