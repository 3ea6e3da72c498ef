"""Our own Slack does as Slack does, seen by Slack's own client."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from loopback import serving
from slack_faults import RateLimited, Refused, Reset, ServerError, Slow
from slack_sdk import WebClient, WebhookClient
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_server import SlackServer, slack_server
from slack_small import waiting

ROOM, ANNA = "C0OMVARLD", "U0ANNA"
KEY = {"event_type": "utblick", "event_payload": {"key": "k1"}}
SECTION = {"type": "section", "text": {"type": "plain_text", "text": "Hej"}}
MODAL = {
    "type": "modal",
    "callback_id": "prov",
    "title": {"type": "plain_text", "text": "Varför?"},
    "submit": {"type": "plain_text", "text": "Skicka"},
    "blocks": [
        {
            "type": "input",
            "block_id": "why",
            "label": {"type": "plain_text", "text": "Berätta"},
            "element": {"type": "plain_text_input", "action_id": "words", "initial_value": "inget"},
        }
    ],
}


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackServer]:
    with slack_server() as slack:
        yield slack


@pytest.fixture
def client(slack: SlackServer) -> WebClient:
    slack.faults = []
    return WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=1)


def refused(call: Any, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


def test_messages_and_their_threads(slack: SlackServer, client: WebClient) -> None:
    asked = slack.mention(ROOM, ANNA, "Vad finns det för stöd?")["event"]
    thread = asked["ts"]
    assert asked["text"].startswith(f"<@{slack.bot_user}> ")
    sent = client.chat_postMessage(channel=ROOM, text="Checkar", thread_ts=thread, metadata=KEY)
    assert sent["ts"] > thread and sent["message"]["bot_id"] == slack.bot_id
    client.chat_postEphemeral(channel=ROOM, user=ANNA, text="Bara du", thread_ts=thread)
    plain = client.conversations_replies(channel=ROOM, ts=thread)["messages"]
    assert [each["text"] for each in plain] == [asked["text"], "Checkar"]
    assert plain[0]["thread_ts"] == thread and not any("metadata" in each for each in plain)
    whole = client.conversations_replies(channel=ROOM, ts=thread, include_all_metadata=True)["messages"]
    assert whole[1]["metadata"] == KEY
    assert [each["ephemeral_for"] for each in slack.ours(ROOM, thread)] == [None, ANNA]
    client.chat_update(channel=ROOM, ts=sent["ts"], text="Två checkar")
    assert slack.ours(ROOM, thread)[0]["text"] == "Två checkar"
    assert refused(client.chat_update, channel=ROOM, ts=thread, text="x") == "cant_update_message"


def test_replies_come_in_pages(slack: SlackServer, client: WebClient) -> None:
    thread = slack.said(ROOM, ANNA, "börjar")["event"]["ts"]
    for number in range(5):
        client.chat_postMessage(channel=ROOM, text=str(number), thread_ts=thread)
    pages = client.conversations_replies(channel=ROOM, ts=thread, limit=2)
    found = [[each["text"] for each in page["messages"]] for page in pages]
    assert found == [["börjar", "0"], ["1", "2"], ["3", "4"]]
    times = [each["ts"] for each in slack.messages()]
    assert times == sorted(set(times), key=float)


def test_refusals_have_slacks_names(slack: SlackServer, client: WebClient) -> None:
    post = client.chat_postMessage
    assert refused(post, channel="C0NOWHERE", text="x") == "channel_not_found"
    assert refused(post, channel="C0UTANFOR", text="x") == "not_in_channel"
    assert refused(client.api_call, api_method="chat.postMessage", json={"channel": ROOM}) == "no_text"
    assert refused(post, channel=ROOM, text="x" * 40_001) == "msg_too_long"
    assert refused(post, channel=ROOM, text="x", blocks=[SECTION] * 51) == "invalid_blocks"
    long = [{"type": "section", "text": {"type": "plain_text", "text": "x" * 2900}}] * 5
    assert refused(post, channel=ROOM, text="x", blocks=long) == "msg_blocks_too_long"
    strange = WebClient("xoxb-other", base_url=slack.api_url)
    assert refused(strange.auth_test) == "invalid_auth"
    assert refused(WebClient(slack.app_token, base_url=slack.api_url).auth_test) == "not_allowed_token_type"
    slack.scopes.remove("chat:write")
    assert refused(post, channel=ROOM, text="x") == "missing_scope"
    slack.scopes.append("chat:write")
    assert "chat:write" in client.auth_test().headers["X-OAuth-Scopes"]
    assert refused(client.users_info, user="U0NOBODY") == "user_not_found"
    assert client.conversations_info(channel="C0DELAD")["channel"]["is_ext_shared"] is True


def test_reactions_and_the_pane(slack: SlackServer, client: WebClient) -> None:
    ts = slack.said(ROOM, ANNA, "hej")["event"]["ts"]
    client.reactions_add(channel=ROOM, timestamp=ts, name="eyes")
    assert refused(client.reactions_add, channel=ROOM, timestamp=ts, name="eyes") == "already_reacted"
    client.reactions_remove(channel=ROOM, timestamp=ts, name="eyes")
    assert slack.reactions == []
    pane = slack.pane_opened(ANNA)["event"]["assistant_thread"]
    at = {"channel_id": pane["channel_id"], "thread_ts": pane["thread_ts"]}
    client.assistant_threads_setStatus(status="läser ...", **at)
    client.assistant_threads_setTitle(title="Stöd", **at)
    client.assistant_threads_setSuggestedPrompts(prompts=[{"title": "a", "message": "b"}], **at)
    assert slack.statuses[-1][2] == "läser ..." and slack.prompts[-1]["prompts"][0]["message"] == "b"
    five = [{"title": "a", "message": "b"}] * 5
    assert refused(client.assistant_threads_setSuggestedPrompts, prompts=five, **at) == "invalid_arguments"


def test_modals_need_a_fresh_trigger(slack: SlackServer, client: WebClient) -> None:
    command = slack.command(ROOM, ANNA, "settings")
    opened = client.views_open(trigger_id=command["trigger_id"], view=MODAL)["view"]
    reused = {"trigger_id": command["trigger_id"], "view": MODAL}
    assert refused(client.views_open, **reused) == "exchanged_trigger_id"
    assert refused(client.views_open, trigger_id="1.2.3", view=MODAL) == "invalid_trigger_id"
    late = slack.command(ROOM, ANNA, "settings")
    slack.triggers[late["trigger_id"]] -= 3.1
    assert refused(client.views_open, trigger_id=late["trigger_id"], view=MODAL) == "expired_trigger_id"
    sent = slack.submit(slack.views[-1], {"words": "för kort"})
    assert sent["view"]["state"]["values"]["why"]["words"]["value"] == "för kort"
    assert slack.submit(opened, {})["view"]["state"]["values"]["why"]["words"]["value"] == "inget"
    with pytest.raises(AssertionError):
        slack.submit(opened, {"other": "x"})
    client.views_update(view_id=opened["id"], view={**MODAL, "callback_id": "annat"})
    assert slack.views[-1]["callback_id"] == "annat"


def test_response_urls_take_five_replies(slack: SlackServer) -> None:
    url = slack.command(ROOM, ANNA, "stöd")["response_url"]
    hook = WebhookClient(url)
    assert hook.send(text="öppet", response_type="in_channel").status_code == 200
    assert [hook.send(text="bara du").status_code for _ in range(5)] == [200] * 4 + [404]
    last = slack.ours(ROOM)[-5:]
    assert [each["ephemeral_for"] for each in last] == [None, ANNA, ANNA, ANNA, ANNA]
    old = slack.response_url(ROOM, ANNA)
    slack.urls[old.rsplit("/", 1)[-1]].made -= 1801
    assert WebhookClient(old).send(text="sent").status_code == 404
    assert WebhookClient(slack.base + "/actions/T0/strange").send(text="x").status_code == 404


def test_a_pressed_button_replaces_its_message(slack: SlackServer, client: WebClient) -> None:
    button = {
        "type": "button",
        "action_id": "more",
        "value": "7",
        "text": {"type": "plain_text", "text": "Mer"},
    }
    blocks = [SECTION, {"type": "actions", "block_id": "bb", "elements": [button]}]
    client.chat_postEphemeral(channel=ROOM, user=ANNA, text="Kort", blocks=blocks)
    pressed = slack.press(slack.ours(ROOM)[-1], "more")
    assert pressed["actions"][0]["value"] == "7" and pressed["actions"][0]["block_id"] == "bb"
    assert pressed["container"]["is_ephemeral"] and "message" not in pressed
    before = len(slack.ours(ROOM))
    WebhookClient(pressed["response_url"]).send(text="Helt", replace_original=True)
    assert len(slack.ours(ROOM)) == before and slack.ours(ROOM)[-1]["text"] == "Helt"


def test_faults(slack: SlackServer, client: WebClient) -> None:
    hasty = WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=0.3)  # type: ignore[arg-type]

    def post(by: WebClient = client) -> str:
        try:
            by.chat_postMessage(channel=ROOM, text="en gång")
            return "sent"
        except SlackApiError as error:
            wait = error.response.headers.get("Retry-After", "")
            return f"{error.response.status_code} {error.response.data.get('error', '')[:12]} {wait}".strip()
        except OSError as error:
            return type(error).__name__

    before = len(slack.ours(ROOM))
    slack.faults = [RateLimited(7), Refused("not_in_channel"), ServerError(), Reset(), Slow(0.6, before=True)]
    seen = [post() for _ in range(4)] + [post(hasty)]
    assert seen[:2] == ["429 ratelimited 7", "200 not_in_chann"]
    assert seen[2].startswith("500") and set(seen[3:]) <= {"ConnectionResetError", "URLError", "TimeoutError"}
    waiting(lambda: len(slack.ours(ROOM)) == before + 1)
    slack.faults = [ServerError(before=False), Reset(before=False), Slow(0.6), None]
    assert [post(by) == "sent" for by in (client, client, hasty, client)] == [False, False, False, True]
    assert len(slack.ours(ROOM)) == before + 5
    slack.faults = lambda method, arguments: Refused("fatal_error") if method == "auth.test" else None
    assert refused(client.auth_test) == "fatal_error" and post() == "sent"
    statuses = [call.status for call in slack.called("chat.postMessage")][-10:]
    assert statuses == [429, 200, 500, 0, 200, 500, 0, 200, 200, 200]


def test_what_is_sent_is_signed_and_repeated(slack: SlackServer) -> None:
    heard: list[tuple[str, bytes, dict[str, str]]] = []

    class App(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append((self.headers["Content-Type"], body, dict(self.headers)))
            self.send_response(500 if len(heard) < 3 else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with serving(App) as url:
        answer = slack.deliver(url, slack.mention(ROOM, ANNA, "hej"))
        assert answer is not None and answer.status_code == 200
        slack.post(url, slack.command(ROOM, ANNA, "åäö"))
        slack.post(url, slack.shortcut(ROOM, ANNA, {"text": "fråga", "user": ANNA}))
    verify = SignatureVerifier(slack.signing_secret)
    for _, body, headers in heard:
        stamp, signature = headers["X-Slack-Request-Timestamp"], headers["X-Slack-Signature"]
        assert verify.is_valid(body, stamp, signature) and not verify.is_valid(body + b" ", stamp, signature)
    retries = [headers.get("X-Slack-Retry-Num") for _, _, headers in heard]
    assert retries == [None, "1", "2", None, None]
    assert heard[1][2]["X-Slack-Retry-Reason"] == "http_error"
    assert heard[3][1].startswith(b"token=") and heard[4][1].startswith(b"payload=")
