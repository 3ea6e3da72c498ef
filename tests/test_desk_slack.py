"""The desk's page for Slack: what was given up, what can be done about it, how channels are answered."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from slack_faults import Refused
from slack_small import slack_service, waiting
from small_service import EVIL, STRATEGY, Running, running
from sqlalchemy import insert, update

from assistant.answers import Answer
from assistant.channels.desk.slack_jobs import SlackJobs
from assistant.channels.slack.wishes import KIND, Way, What, Wish
from assistant.questions import Question
from vectorstore import tables as schema
from vectorstore.jobs import Jobs, JobState
from vectorstore.slack_tables import slack_channels, slack_seen

ASKED = Wish(What.ANSWER, Way.MENTION, "T1", "C0PLAN", "U1", "Vilka stöd finns i Påhitt?", "1.2", "1.2")
FILE = """
usual: {only_mentioned: true}
direct: {region: Hittepå}
channels:
  C0FILE: {region: Påhitt, documents: [strategi.md], colleagues: [U0ANNA, S0TEAM], digest: true}
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("desk")) as service:
        yield service


@pytest.fixture
def jobs(service: Running) -> Iterator[Jobs]:
    jobs = Jobs(service.log.engine)
    yield jobs
    Jobs(service.log.engine, lambda: datetime.now(UTC) + timedelta(days=1)).forget(0)


def given_up(jobs: Jobs, wish: Wish = ASKED, **result: Any) -> str:
    job = jobs.add(KIND, wish.about())
    jobs.end(job.id, JobState.FAILED, {"error": "channel_not_found", **result})
    return job.id


def page(service: Running, path: str = "/slack", **query: str) -> str:
    reply = httpx.get(f"{service.url}/desk{path}", params=query, timeout=30)
    assert reply.status_code == 200, reply.text
    return reply.text


def post(service: Running, action: str, **form: str) -> str:
    reply = httpx.post(f"{service.url}/desk/slack/{action}", data=form, follow_redirects=True, timeout=30)
    assert reply.status_code == 200, reply.text
    return reply.text


def state(jobs: Jobs, job_id: str) -> tuple[JobState, Mapping[str, Any]]:
    job = jobs.find(job_id)
    assert job
    return job.state, job.about


def test_without_slack_the_page_says_so_in_every_language(service: Running) -> None:
    for language, words in (("sv", "inte inkopplat"), ("en", "not connected"), ("no", "ikke koblet til")):
        assert words in page(service, lang=language)
    assert "Allt som frågats i Slack har fått svar" in page(service)


def test_what_was_given_up_is_told_with_its_words_and_why(service: Running, jobs: Jobs) -> None:
    given_up(jobs)
    given_up(jobs, replace(ASKED, channel="D0ANNA", text=EVIL), error="ConnectionResetError", doubt=True)
    shown = page(service)
    assert (
        ASKED.text in shown
        and "Kanalen eller tråden finns inte längre" in shown
        and "Kanalen C0PLAN" in shown
    )
    assert "Direktmeddelande" in shown and "gick inte att nå Slack" in shown
    assert EVIL not in shown and "&lt;script&gt;" in shown
    assert "team=T1&amp;channel=C0PLAN" in shown


@pytest.mark.parametrize(
    ("result", "told"),
    [
        ({"error": "not_in_channel"}, "Bjud in det"),
        ({"error": "token_revoked"}, "godtar inte Utblicks nyckel"),
        ({"error": "expired_url"}, "blev klart för sent"),
        ({"error": "something_new"}, "Slack tog inte emot svaret."),
        ({"error": "HTTP 503", "doubt": True}, "gick inte att nå Slack"),
        ({"error": "KeyError"}, "Något gick fel hos oss"),
        ({"error": ""}, "Programmet stannade"),
    ],
)
def test_why_is_told_in_words(service: Running, jobs: Jobs, result: dict[str, Any], told: str) -> None:
    given_up(jobs, **result)
    shown = page(service)
    assert told in shown and shown.count('class="why"') == 1 and result["error"] in shown


def test_a_wish_is_tried_again(service: Running, jobs: Jobs) -> None:
    first, other = given_up(jobs), given_up(jobs)
    assert "försöker igen" in post(service, "again", job=first)
    assert (state(jobs, first)[0], state(jobs, other)[0]) == (JobState.WAITING, JobState.FAILED)
    assert "Någon hann före" in post(service, "again", job=first)
    assert "försöker igen" in post(service, "again")
    assert state(jobs, other)[0] is JobState.WAITING
    for each in (first, other):
        jobs.end(each, JobState.DONE, {})


def test_a_dropped_wish_leaves_no_words(service: Running, jobs: Jobs) -> None:
    job = given_up(jobs, messages=[{"body": {"text": "Svaret"}}])
    asked = page(service, "/slack/drop", job=job)
    assert "Ta bort frågan?" in asked and ASKED.text in asked and state(jobs, job)[0] is JobState.FAILED
    shown = post(service, "drop", job=job)
    assert "Borttaget" in shown and ASKED.text not in shown
    found = jobs.find(job)
    assert found and found.state is JobState.DONE
    assert found.about == ASKED.wordless() and "Svaret" not in str(found.result)


def test_what_somebody_else_dealt_with_is_left_alone(service: Running, jobs: Jobs) -> None:
    job, desk = given_up(jobs), SlackJobs(service.log.engine)
    letter = desk.letter(job)
    assert letter and jobs.again(job)
    assert not desk.drop(letter) and not desk.again(letter)
    assert state(jobs, job) == (JobState.WAITING, ASKED.about())
    assert "Någon hann före" in page_after(service, f"/slack/drop?job={job}")
    jobs.end(job, JobState.DONE, {})


def page_after(service: Running, path: str) -> str:
    return httpx.get(f"{service.url}/desk{path}", follow_redirects=True, timeout=30).text


def test_all_are_dropped_at_once_after_a_question(service: Running, jobs: Jobs) -> None:
    both = [given_up(jobs), given_up(jobs)]
    assert "Ta bort 2 frågor?" in page(service, "/slack/drop")
    post(service, "drop")
    assert [state(jobs, each)[0] for each in both] == [JobState.DONE] * 2


def test_jobs_of_other_kinds_are_out_of_reach(service: Running, jobs: Jobs) -> None:
    job = jobs.add("read", ASKED.about())
    jobs.end(job.id, JobState.FAILED, {})
    post(service, "again", job=job.id), post(service, "drop", job=job.id), post(service, "drop")
    assert state(jobs, job.id)[0] is JobState.FAILED


def test_the_overview_counts_them_beside_the_documents_failures(service: Running, jobs: Jobs) -> None:
    read = jobs.add("read", {"uri": "upload:a", "name": "a.pdf"})
    jobs.end(read.id, JobState.FAILED, {})
    for _ in range(3):
        given_up(jobs)
    with jobs.engine.execution_options(immediate=True).begin() as connection:
        done = [jobs.add_in(connection, KIND, ASKED.wordless()).id for _ in range(250)]
        table = schema.jobs
        connection.execute(update(table).where(table.c.id.in_(done)).values(state=JobState.DONE.value))
    shown = page(service, "")
    assert count(shown, "/desk/slack") == 3 and count(shown, "/desk/documents") == 1


def test_where_slack_is_not_used_the_overview_is_silent_about_it(service: Running) -> None:
    assert "/desk/slack?" not in page(service, "").split('<nav class="tabs"')[1].split("</nav>")[1]


def test_a_question_that_nobody_takes_is_told(service: Running, jobs: Jobs) -> None:
    early = Jobs(service.log.engine, lambda: datetime.now(UTC) - timedelta(minutes=3))
    later = early.add(KIND, ASKED.about())
    early.take([KIND])
    early.put_back(later.id, {}, timedelta(minutes=30))  # Slack asked us to wait
    assert "har väntat sedan" not in page(service)
    waiting = early.add(KIND, ASKED.about())
    assert "har väntat sedan" in page(service)
    for each in (later, waiting):
        jobs.end(each.id, JobState.DONE, {})


def count(overview: str, leads: str) -> int:
    """The figure of the need that leads to an address."""
    needs = overview.split('<ul class="needs">')[1].split("</ul>")[0].split("<li>")
    one = next(each for each in needs if f'href="{leads}?' in each)
    return int(one.split('class="figure">')[1].split("<")[0])


def test_how_it_goes_and_how_channels_are_answered(tmp_path: Path) -> None:
    file = tmp_path / "slack.yaml"
    file.write_text(FILE, "utf-8")
    given = {"slack_bot_token": "xoxb-prov", "slack_signing_secret": "hemligt", "slack_file": str(file)}
    with running(
        tmp_path, slack_url="http://127.0.0.1:9/api/", public_url="https://u.example", **given
    ) as one:
        engine, now = one.log.engine, datetime.now(UTC)
        with engine.begin() as connection:
            row = {"team_id": "T1", "channel_id": "C0SET", "user_id": "U1", "at": now}
            connection.execute(insert(slack_channels), {**row, "settings": {"on": False}})
            connection.execute(insert(slack_seen), {"team_id": "T1", "key": "event:Ev1", "at": now})
            own = {"team_id": "T1", "key": "digest:C0SET:2026-W01", "at": now + timedelta(days=1)}
            connection.execute(insert(slack_seen), own)
        jobs, heard = Jobs(engine), SlackJobs(engine).traffic().heard
        assert heard == now, "a digest that our clock wanted tells nothing of Slack"
        jobs.end(jobs.add(KIND, ASKED.wordless()).id, JobState.DONE, {"answer_id": "svar-1"})
        jobs.end(jobs.add(KIND, ASKED.wordless()).id, JobState.DONE, {"error": "dropped"})
        jobs.end(jobs.add(KIND, ASKED.wordless()).id, JobState.DONE, {"error": "dropped"})
        shown = page(one)
    assert "<dt>Svar senaste dygnet</dt><dd>1</dd>" in shown
    assert "https://u.example/slack/events" in shown and "Socket Mode" not in shown
    assert "hemligt" not in shown and "xoxb" not in shown
    told = shown.split('<ul class="watch channels">')[1]
    assert (
        "Frågor gäller Påhitt" in told and STRATEGY.metadata.title in told and "Kollegor att fråga: 2" in told
    )
    assert "Bestäms i serverns fil" in told and "Får veckobrevet" in told
    assert told.index("C0FILE") < told.index("C0SET") < told.index("Direktm") < told.index("Alla andra")
    assert "Frågor gäller Hittepå" in told
    assert ">Av<" in told.split("Kanalen C0SET")[1].split("</li>")[0]


def test_from_the_channel_to_the_desk_and_back(tmp_path: Path) -> None:
    with slack_service(tmp_path) as (one, slack):

        def refused(method: str, arguments: Mapping[str, Any]) -> Refused | None:
            here = method == "chat.postMessage" and arguments["channel"] == "C0OMVARLD"
            return Refused("not_in_channel") if here else None

        slack.faults = refused
        asked = slack.mention("C0OMVARLD", "U0ANNA", "Vilka stöd finns?")
        assert slack.post(f"{one.url}/slack/events", asked).status_code == 200
        shown = waiting(lambda: found if "Bjud in det" in (found := page(one)) else "")
        assert "Vilka stöd finns?" in shown and slack.ours("C0OMVARLD") == []
        slack.faults = []
        assert "försöker igen" in post(one, "again")
        waiting(lambda: slack.ours("C0OMVARLD", asked["event"]["ts"]))
        waiting(lambda: "Allt som frågats" in page(one))
        assert "Vilka stöd finns?" not in page(one)
        assert len(slack.ours("C0OMVARLD")) == 1 and len(one.assistant.asked) == 1


def test_the_page_is_for_this_machine_only(service: Running) -> None:
    for method, path in (("GET", ""), ("POST", "/again"), ("GET", "/drop"), ("POST", "/drop")):
        reply = httpx.request(
            method, f"{service.url}/desk/slack{path}", headers={"X-Forwarded-For": "192.0.2.7"}, timeout=30
        )
        assert reply.status_code == 403


def answer_in_slack(service: Running, question: str) -> Answer:
    """An answer that another process gave: it is in the log, and not in this one's memory."""
    answer = service.assistant.ask(Question(question, channel="slack"))
    answer = answer.model_copy(update={"id": f"slack-{answer.id}"})
    service.log.add(Question(question, channel="slack"), answer)
    return answer


def test_a_conversation_from_slack_goes_on_in_the_web_chat(service: Running) -> None:
    answer = answer_in_slack(service, "Vad får ett litet företag?")
    html = httpx.get(service.url, params={"turn": answer.id}, headers={"Accept": "text/html"}).text
    assert f'id="a-{answer.id}"' in html and "Vad får ett litet företag?" in html
    assert "finns inte kvar på servern" not in html
    asked = {"question": "Hur mycket?", "turn": answer.id}
    reply = httpx.post(service.url, data=asked, headers={"Accept": "text/html"}, timeout=30)
    assert reply.status_code == 303 and f"turn={answer.id}&turn=" in reply.headers["location"]
    history = service.assistant.asked[-1].history
    assert [turn.text for turn in history] == ["Vad får ett litet företag?", answer.text]


@pytest.mark.parametrize("path", ["/answers/{}", "/widget/answers/{}", "/answers/{}/opinion"])
def test_an_answer_from_slack_is_found_by_its_id(service: Running, path: str) -> None:
    answer = answer_in_slack(service, "Vad får ett litet företag?")
    reply = httpx.get(service.url + path.format(answer.id), headers={"Accept": "text/html"}, timeout=30)
    assert reply.status_code == 200


def test_an_answer_from_slack_can_be_judged_by_a_program(service: Running) -> None:
    answer = answer_in_slack(service, "Vad får ett litet företag?")
    said = {"answer_id": answer.id, "helpful": False, "reason": "wrong", "text": ""}
    assert httpx.post(f"{service.url}/api/feedback", json=said, timeout=30).status_code == 201
    found = service.log.find(answer.id)
    assert found and found.view and not found.view.helpful
    assert httpx.post(f"{service.url}/api/feedback", json={**said, "answer_id": "nej"}).status_code == 404
