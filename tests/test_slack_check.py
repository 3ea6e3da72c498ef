"""`utblick slack check`: what is missing is told by name, and what to do; never a secret."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from shelf import shelf
from slack_server import SlackServer, slack_server
from slack_small import slack_service

from assistant.channels.slack.answering.working import LOCK
from assistant.channels.slack.inbox import Inbox
from assistant.channels.slack.rules import Rule, Rules
from assistant.channels.slack.setup import workspace
from assistant.channels.slack.setup.checking import check
from assistant.channels.slack.setup.findings import Finding, State
from assistant.channels.slack.setup.manifest import scopes
from assistant.channels.slack.wishes import KIND, Way, What, Wish
from vectorstore.database import open_database
from vectorstore.jobs import Jobs, JobState
from vectorstore.locks import locked
from vectorstore.settings import Settings
from vectorstore.slack_tables import slack_channels, slack_seen
from vectorstore.tables import jobs

SCOPES = list(scopes())
FILE = """
admins: [U0ADMIN]
channels:
  C0OMVARLD:
    digest: true
    documents: [värmland.txt, id-dalarna]
    publishers: [Region Dalarna]
    colleagues: [U0ANNA, S0GRUPP]
  C0TYST: {on: false}
"""


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackServer]:
    with slack_server() as running:
        yield running


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("check")
    shelf(folder).close()
    return folder


class Checked:
    """Runs the check with other settings than those that are right; no finding ever holds a secret."""

    def __init__(self, slack: SlackServer, store: Path, folder: Path) -> None:
        self.slack, self.store, self.folder = slack, store, folder

    def __call__(self, now: datetime | None = None, file: str = FILE, **changes: Any) -> list[Finding]:
        (self.folder / "channels.yaml").write_text(file, "utf-8")
        given: dict[str, Any] = {
            **self.slack.settings(),
            "data_dir": self.store,
            "slack_file": str(self.folder / "channels.yaml"),
            "public_url": "",
            "slack_signing_secret": "",
            **changes,
        }
        settings = Settings(_env_file=None, **given)
        found = check(settings, now)
        secrets = {str(value) for name, value in given.items() if name.endswith(("token", "secret"))} - {""}
        assert not any(secret in one.line() for one in found for secret in secrets)
        return found

    def lacking(self, **changes: Any) -> dict[str, str]:
        return {one.what: one.text for one in self(**changes) if one.state is State.MISSING}

    def noted(self, **changes: Any) -> dict[str, str]:
        return {one.what: one.text for one in self(**changes) if one.state is State.NOTE}


@pytest.fixture
def checked(slack: SlackServer, store: Path, tmp_path: Path) -> Iterator[Checked]:
    slack.scopes[:] = SCOPES
    slack.faults = []
    yield Checked(slack, store, tmp_path)
    engine = open_database(Settings(_env_file=None, data_dir=store))  # type: ignore[call-arg]
    with engine.begin() as connection:
        for table in (jobs, slack_seen, slack_channels):
            connection.execute(sa.delete(table))
    engine.dispose()


def test_nothing_is_missing_where_all_is_set_up(checked: Checked) -> None:
    assert checked.lacking() == {}
    said = {one.what: one.text for one in checked() if one.state is State.OK}
    assert "@utblick in Region Påhitt" in said["UTBLICK_SLACK_BOT_TOKEN"]
    assert said["scopes"] == f"all {len(SCOPES)}"
    assert said["channel C0OMVARLD"] == "@utblick is in #omvarld, digest on Mondays"
    assert "channel C0TYST" not in said, "nobody answers there"


@pytest.mark.parametrize("scope", SCOPES)
def test_a_missing_scope_is_named_with_what_fails_without_it(checked: Checked, scope: str) -> None:
    checked.slack.scopes.remove(scope)
    [told] = [one for one in checked() if one.what == f"scope {scope}"]
    assert workspace.WITHOUT[scope] in told.text and "OAuth & Permissions" in told.text
    assert told.state is (State.NOTE if scope in workspace.NICE else State.MISSING)


def test_a_scope_that_nothing_uses_is_told(checked: Checked) -> None:
    checked.slack.scopes.append("files:read")
    assert checked.lacking() == {} and "files:read" in checked.noted()["scopes"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("", "is empty"),
        ("xoxp-0000000000000", "person's token"),
        ("xapp-1-0000000000000", "app token"),
        ("xoxe.xoxb-1-0000000", "token rotation"),
        ("xoxb-000 00000000000", "looks otherwise"),
        ("hemligt", "looks otherwise"),
    ],
)
def test_a_bots_token_of_the_wrong_kind_is_told(checked: Checked, given: str, told: str) -> None:
    [first] = [one for one in checked(slack_bot_token=given) if one.state is State.MISSING][:1]
    assert first.what == "UTBLICK_SLACK_BOT_TOKEN"
    assert told in first.text and "Bot User OAuth Token" in first.text


def test_what_slack_does_not_take_is_told(checked: Checked) -> None:
    assert "does not know" in checked.lacking(slack_bot_token="xoxb-00000000000")["UTBLICK_SLACK_BOT_TOKEN"]
    assert "does not know" in checked.lacking(slack_app_token="xapp-00000000000")["UTBLICK_SLACK_APP_TOKEN"]
    away = checked.lacking(slack_url="http://127.0.0.1:9/api/")
    assert "cannot be reached" in away["UTBLICK_SLACK_BOT_TOKEN"]
    secret = checked.lacking(slack_signing_secret="verification-token")
    assert "Signing Secret" in secret["UTBLICK_SLACK_SIGNING_SECRET"]
    assert "nothing can come in" in checked.lacking(slack_app_token="")["way in"]


def test_a_failing_slack_is_told_and_not_a_trace(checked: Checked) -> None:
    from slack_faults import RateLimited, Refused, Reset, ServerError

    for fault in (Refused("token_revoked"), ServerError(), Reset(), RateLimited(30)):
        checked.slack.faults = lambda method, _, fault=fault: fault if method == "auth.test" else None
        assert set(checked.lacking()) == {"UTBLICK_SLACK_BOT_TOKEN"}


def test_the_clock_is_held_against_slacks(checked: Checked) -> None:
    now = datetime.now(UTC)
    assert "refused" in checked.lacking(now=now + timedelta(seconds=400))["clock"]
    assert "behind" in checked.lacking(now=now - timedelta(seconds=400))["clock"]
    slow = checked.noted(now=now - timedelta(seconds=100))
    assert "behind" in slow["clock"] and "clock" not in checked.lacking(now=now + timedelta(seconds=100))


def test_channels_and_people_are_looked_up(checked: Checked) -> None:
    checked.slack.users.setdefault("U0BORTA", {**checked.slack.users["U0ANNA"], "deleted": True})
    file = """
admins: [U0INGEN]
usual: {colleagues: [U0BORTA]}
channels: {C0UTANFOR: {}, C0INGEN: {}, C0DELAD: {}}
"""
    found = checked.lacking(file=file)
    assert "/invite @utblick" in found["channel C0UTANFOR"] and "invite" in found["channel C0INGEN"]
    assert "left the workspace" in found["person U0BORTA"] and "knows none" in found["person U0INGEN"]
    assert "another organisation" in checked.noted(file=file)["channel C0DELAD"]


def test_a_channel_set_in_slack_may_be_gone(checked: Checked, store: Path) -> None:
    checked.slack.channels["C0ARKIV"] = {**checked.slack.channels["C0ANNAN"], "is_archived": True}
    engine = open_database(Settings(_env_file=None, data_dir=store))  # type: ignore[call-arg]
    for channel, rule in {"C0ARKIV": Rule(), "C0UTANFOR": Rule(), "C0BORTA": Rule(digest=True)}.items():
        Rules(engine).keep("T0PAHITT", channel, rule, "U0ADMIN")
    noted = checked.noted()
    assert {"channel C0ARKIV", "channel C0UTANFOR", "channel C0BORTA"} <= set(noted)
    assert checked.lacking() == {}
    Rules(engine).keep("T0PAHITT", "C0UTANFOR", Rule(digest=True), "U0ADMIN")
    assert set(checked.lacking()) == {"channel C0UTANFOR"}, "its digest cannot arrive"
    engine.dispose()


def test_what_the_file_names_must_be_there(checked: Checked) -> None:
    wrong = """
channels:
  C0OMVARLD: {documents: [nej.pdf]}
  C0ANNAN: {publishers: [Region Ingen]}
usual: {region: Mordor}
"""
    found = checked.lacking(file=wrong)
    assert "'nej.pdf' is not stored" in found["channel C0OMVARLD"]
    assert "'Region Ingen'" in found["channel C0ANNAN"]
    assert "'Mordor' is not known" in found["usual"]
    assert "line 3" in checked.lacking(file="channels:\n  C0: [\n")["UTBLICK_SLACK_FILE"]
    assert "cannot be read" in checked.lacking(slack_file="/finns/inte.yaml")["UTBLICK_SLACK_FILE"]


def test_without_documents_or_a_database_it_says_so(checked: Checked, tmp_path: Path) -> None:
    assert "utblick ingest" in checked.lacking(data_dir=tmp_path / "new", file="")["documents"]
    (tmp_path / "file").write_text("")
    assert "database" in checked.lacking(data_dir=tmp_path / "file", file="")


def test_what_waits_and_what_failed_is_told(checked: Checked, store: Path) -> None:
    engine = open_database(Settings(_env_file=None, data_dir=store))  # type: ignore[call-arg]
    then = datetime.now(UTC) - timedelta(hours=1)
    work = Jobs(engine, lambda: then)
    wish = Wish(What.ANSWER, Way.MENTION, "T0PAHITT", "C0OMVARLD")
    inbox = Inbox(work, lambda: then)
    assert {"worker", "heard from Slack"} <= set(checked.noted())
    for number in range(3):
        inbox.keep(wish, [f"event:{number}"])
    for job in work.newest(kinds=[KIND])[:2]:
        work.end(job.id, JobState.FAILED, {})
    engine.dispose()
    with locked(store / LOCK, wait_seconds=0):
        noted = checked.noted()
        said = {one.what: one.text for one in checked()}
    assert noted["dead letters"].startswith("2 ") and noted["waiting"].startswith("1 ")
    assert said["worker"] == "a process answers" and f"{then:%H:%M} UTC" in said["heard from Slack"]


def test_the_public_address(checked: Checked) -> None:
    secret = {"slack_signing_secret": checked.slack.signing_secret}
    assert "no links" in checked.noted()["UTBLICK_PUBLIC_URL"]
    assert "over HTTP" in checked.lacking(**secret)["UTBLICK_PUBLIC_URL"]
    plain = "http://127.0.0.1:9"
    assert "not https" in checked.lacking(**secret, public_url=plain)["UTBLICK_PUBLIC_URL"]
    nobody = checked.noted(**secret, public_url=plain)
    assert "cannot be reached from this machine" in nobody[f"{plain}/slack/events"]


@pytest.mark.slow
def test_the_address_is_tried_with_a_signed_request(checked: Checked, tmp_path: Path) -> None:
    with slack_service(tmp_path / "data") as (service, slack):
        address = f"{service.url}/slack/events"
        mine = {"public_url": service.url, "slack_signing_secret": slack.signing_secret}
        said = {one.what: one for one in checked(**mine)}
        assert said[address] == Finding(address, State.OK, "answers what Slack signs")
        other = checked.lacking(**{**mine, "slack_signing_secret": "0" * 32})
        assert "another signing secret" in other[address]
