"""`utblick slack`, run as a person or a service manager runs it."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml
from forked import Forker, forker
from shelf import shelf
from slack_server import SlackServer, slack_server
from slack_small import waiting

from assistant.channels.slack.answering.working import LOCK
from assistant.channels.slack.setup.running import answer_until_stopped
from assistant.channels.slack.wishes import KIND, Way, What, Wish
from vectorstore.database import open_database
from vectorstore.errors import UtblickError
from vectorstore.jobs import Jobs
from vectorstore.locks import is_locked
from vectorstore.settings import Settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackServer]:
    with slack_server() as running:
        yield running


@pytest.fixture(scope="module")
def forking() -> Iterator[Forker]:
    with forker() as one:
        yield one


class Command:
    """The command with the settings of our Slack, in a folder of its own."""

    def __init__(self, forker: Forker, slack: SlackServer, folder: Path) -> None:
        self.forker, self.folder, self.given = forker, folder, slack.settings()

    def environment(self, **changes: str) -> dict[str, str]:
        given = {**self.given, "data_dir": str(self.folder / "data"), **changes}
        known = {name: value for name, value in os.environ.items() if not name.startswith("UTBLICK_")}
        settings = {f"UTBLICK_{name.upper()}": value for name, value in given.items()}
        return {**known, "PYTHONUTF8": "1", **settings}

    def run(self, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        done = self.forker.run(["slack", *arguments], self.folder, self.environment(**changes))
        assert not any(secret in done.stdout + done.stderr for secret in self.secrets())
        return done

    def secrets(self) -> list[str]:
        return [value for name, value in self.given.items() if name.endswith(("token", "secret"))]


@pytest.fixture
def command(forking: Forker, slack: SlackServer, tmp_path: Path) -> Command:
    slack.faults = []
    return Command(forking, slack, tmp_path)


def test_the_manifest_is_printed_for_each_way_in(command: Command) -> None:
    http = yaml.safe_load(command.run("manifest", "--url", "https://annan.example").stdout)
    assert http["settings"]["interactivity"]["request_url"] == "https://annan.example/slack/events"
    socket = yaml.safe_load(command.run("manifest", "--socket", "--pane", "none", language="en").stdout)
    assert socket["settings"]["socket_mode_enabled"] and "assistant_view" not in socket["features"]
    assert "AI assistant" in socket["display_information"]["description"]
    refused = command.run("manifest", public_url="")
    assert refused.returncode == 1 and "--url" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1, "a sentence, not a trace"


def test_the_check_ends_with_1_while_something_is_missing(command: Command) -> None:
    shelf(command.folder / "data").close()
    good = command.run("check", slack_signing_secret="")
    assert good.returncode == 0, good.stdout
    assert good.stdout.splitlines()[-1] == "Nothing is missing."
    bad = command.run("check", "--json", slack_bot_token="", slack_signing_secret="")
    told = json.loads(bad.stdout)
    assert bad.returncode == 1 and told["ok"] is False
    assert {one["state"] for one in told["findings"]} == {"ok", "note", "missing"}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"slack_app_token": ""}, "UTBLICK_SLACK_APP_TOKEN"),
        ({"slack_bot_token": ""}, "UTBLICK_SLACK_BOT_TOKEN is empty"),
        ({"slack_bot_token": "xoxb-fel"}, "UTBLICK_SLACK_BOT_TOKEN: Slack does not know it"),
        ({"slack_app_token": "xapp-fel"}, "UTBLICK_SLACK_APP_TOKEN: Slack does not know it"),
        ({"slack_url": "http://127.0.0.1:9/api/"}, "cannot be reached"),
    ],
)
def test_it_refuses_to_run_without_what_it_needs(
    slack: SlackServer, tmp_path: Path, changes: dict[str, str], told: str
) -> None:
    given: dict[str, Any] = {**slack.settings(), "data_dir": tmp_path, **changes}
    with pytest.raises(UtblickError, match=told):
        answer_until_stopped(Settings(_env_file=None, **given))
    assert list(tmp_path.iterdir()) == [], "that is found out before anything is loaded"


def test_a_digest_can_be_sent_now_or_printed(command: Command) -> None:
    printed = command.run("digest", "--print")
    assert "Utblick de senaste sju dagarna" in printed.stdout, printed.stderr
    named = command.run("digest", "--channel", "omvarld")
    assert named.returncode == 2 and "C0123ABCD" in named.stderr
    assert command.run("digest", "--channel", "C0OMVARLD").returncode == 0
    engine = open_database(Settings(_env_file=None, data_dir=command.folder / "data"))  # type: ignore[call-arg]
    [job] = Jobs(engine).newest(kinds=[KIND])
    assert Wish.of(job.about) == Wish(What.DIGEST, Way.COMMAND, "T0PAHITT", "C0OMVARLD")
    engine.dispose()


def test_it_connects_answers_and_stops(command: Command, slack: SlackServer) -> None:
    lock = command.folder / "data" / LOCK
    with ThreadPoolExecutor(1) as beside:
        ended = beside.submit(command.run, public_url="")
        # It takes the lock when it works, and begins to work before it connects.
        process = int(waiting(lambda: lock.exists() and is_locked(lock) and lock.read_text(), 90))
        try:
            slack.sockets.wait_connected()
            mention = slack.mention("C0ANNAN", "U0ANNA", f"<@{slack.bot_user}> Vilket stöd finns?")
            assert slack.socket_send(mention) is not None
            waiting(lambda: slack.ours("C0ANNAN"), 90)
        finally:
            os.kill(process, signal.SIGTERM)
        done = ended.result(90)
    assert done.returncode == 0
    assert done.stdout.startswith("Connected to Slack as @utblick in Region Påhitt")
    assert "no document is stored" in done.stderr and "UTBLICK_PUBLIC_URL is empty" in done.stderr
    assert "Traceback" not in done.stderr
    [answer] = slack.ours("C0ANNAN")
    assert answer["thread_ts"] == mention["event"]["ts"]
