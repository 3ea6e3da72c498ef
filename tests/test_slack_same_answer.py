"""One question, one answer: the same object in the web chat, in Slack, by the API and on the command line."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from corpora import open_corpus
from slack_server import SlackServer
from slack_small import slack_service, waiting
from small_service import Running
from typer.testing import CliRunner

from assistant.answers import AnswerStatus
from assistant.channels.cli import app as command_line
from assistant.question_log import Logged
from assistant.wiring import assistant_over
from vectorstore.embedder import Embedder
from vectorstore.settings import Settings

STARTER = Path(__file__).resolve().parents[1] / "ingest" / "starter"
SHEETS = (
    *("enterprise-europe-network", "interreg-sverige-norge", "region-dalarna", "region-varmland"),
    "vem-vander-jag-mig-till",
)
OWN = {"id", "seconds", "conversation_id"}
"""What two answers to the same question may differ in."""
CHANNEL, RULED = "C0OMVARLD", "C0ANNAN"
RULE = "channels: {C0ANNAN: {region: Dalarna, persona: sme, documents: [region-dalarna.md]}}"


@dataclass(frozen=True)
class Asked:
    """A question, how it ends, and the parts that its answer has to have."""

    text: str
    status: AnswerStatus
    parts: tuple[str, ...] = ()


ASKED = {
    "fact": Asked("Vilka län ingår i Interreg Sverige-Norge?", AnswerStatus.ANSWERED, ("citations",)),
    "comparison": Asked("Jämför Värmland och Dalarna", AnswerStatus.ANSWERED, ("table", "citations")),
    "partners": Asked(
        "Vilka kan hjälpa oss att hitta en partner i Norge?", AnswerStatus.ANSWERED, ("cards", "citations")
    ),
    "English": Asked(
        "How can Enterprise Europe Network help my company?", AnswerStatus.ANSWERED, ("claims",)
    ),
    "not in the sources": Asked("Hur många renar finns det på Svalbard?", AnswerStatus.NOT_IN_SOURCES),
    "greeting": Asked("Hej!", AnswerStatus.CLARIFY, ("follow_ups",)),
    "vague": Asked("Berätta", AnswerStatus.CLARIFY, ("follow_ups",)),
}


@dataclass(frozen=True)
class Both:
    """A service that answers from real documents, and the Slack in front of it."""

    service: Running
    slack: SlackServer


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Both]:
    folder = tmp_path_factory.mktemp("same")
    sheets, rules = folder / "sheets", folder / "slack.yaml"
    sheets.mkdir()
    for name in SHEETS:
        shutil.copy(STARTER / f"{name}.md", sheets)
    rules.write_text(RULE, "utf-8")
    store = open_corpus([sheets], False, folder / "data", embedder)
    settings = Settings(_env_file=None, data_dir=folder / "data")  # type: ignore[call-arg]
    assistant: Any = assistant_over(store, embedder, settings)
    with slack_service(folder / "data", store=store, answering=assistant, slack_file=str(rules)) as (
        service,
        slack,
    ):
        yield Both(service, slack)
    store.close()


def compared(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name not in OWN}


def in_slack(both: Both) -> list[Logged]:
    """What was answered in Slack, newest first."""
    return [each for each in both.service.log.newest() if each.channel == "slack"]


def by_slack(both: Both, question: str, channel: str = CHANNEL) -> dict[str, Any]:
    """The answer that a mention gets, as it was kept; it was sent to the thread as well."""
    before = len(in_slack(both))
    event = both.slack.mention(channel, "U0ANNA", question)
    assert both.slack.post(f"{both.service.url}/slack/events", event).status_code == 200

    logged = waiting(lambda: in_slack(both)[: -before or None])
    assert [each.question for each in logged] == [question]
    waiting(lambda: len(both.slack.messages(channel, event["event"]["ts"])) > 1)
    return logged[0].answer.model_dump(mode="json")


def by_api(both: Both, question: str, **more: Any) -> dict[str, Any]:
    reply = httpx.post(f"{both.service.url}/api/chat", json={"question": question, **more}, timeout=30)
    return dict(reply.json())


def by_web(both: Both, question: str) -> dict[str, Any]:
    """The answer in the chat page's stream of events."""
    asked = {"question": question, "channel": "web"}
    headers = {"Accept": "text/event-stream", "Accept-Language": "sv"}
    reply = httpx.post(f"{both.service.url}/answers", json=asked, headers=headers, timeout=30)
    events = [each.split("\n", 1) for each in reply.text.split("\n\n") if each.startswith("event: ")]
    [data] = [data for name, data in events if name == "event: answer"]
    return dict(json.loads(data.removeprefix("data: ")))


@pytest.mark.parametrize("kind", ASKED)
def test_web_slack_and_api_give_the_same_answer(both: Both, kind: str) -> None:
    asked = ASKED[kind]
    answer = by_api(both, asked.text)
    assert answer["status"] == asked.status and all(answer[part] for part in asked.parts)
    assert bool(answer["table"]["rows"]) == ("table" in asked.parts)
    assert compared(by_web(both, asked.text)) == compared(answer)
    assert compared(by_slack(both, asked.text)) == compared(answer)


def test_the_command_line_gives_the_same_answer(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    question = ASKED["partners"].text
    monkeypatch.setenv("UTBLICK_DATA_DIR", str(both.service.folder))
    ended = CliRunner().invoke(command_line, ["ask", question, "--json"])
    assert ended.exit_code == 0, ended.output
    assert compared(json.loads(ended.stdout)) == compared(by_api(both, question))


def test_a_channels_rule_asks_as_the_api_would(both: Both) -> None:
    question = "Vem kan hjälpa ett företag att hitta kunder utomlands?"
    known = httpx.get(f"{both.service.url}/api/documents", timeout=30).json()["documents"]
    allowed = [each["id"] for each in known if each["source"] == "region-dalarna.md"]
    ruled = {"region": "Dalarna", "persona": "sme", "filters": {"documents": allowed}}
    answer = compared(by_api(both, question, **ruled))
    assert compared(by_slack(both, question, RULED)) == answer
    assert compared(by_slack(both, question, CHANNEL)) != answer
