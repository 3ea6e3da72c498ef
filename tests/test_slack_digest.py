"""The weekly digest: due once a week for each channel that wants it, and what it says."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from block_rules import faults
from shelf import document, put
from slack_killed import slack_worker
from slack_reading import links, mentions
from slack_server import SlackServer, slack_server
from slack_small import waiting
from small_service import EVIL_TEXT, SmallAssistant, SmallLibrary, good_answer

from assistant.answers import Answer, AnswerStatus
from assistant.channels.slack.answering.working import answering
from assistant.channels.slack.digest.digest import compose, digest, due_digests
from assistant.channels.slack.digest.digest_blocks import as_text, digest_body
from assistant.channels.slack.messages import Body
from assistant.channels.slack.parts import SlackParts, slack_parts
from assistant.channels.slack.rules import Rule
from assistant.channels.slack.wishes import KIND, Way, What, Wish
from assistant.feedback import Feedback, FeedbackStore, Reason
from assistant.questions import Question
from prompts import LANGUAGES
from vectorstore.catalogue import Catalogue
from vectorstore.jobs import JobState
from vectorstore.passages import Metadata
from vectorstore.slack_tables import slack_channels, slack_seen
from vectorstore.tables import documents, feedback, figures, jobs, question_log, watch_news
from vectorstore.watch_news import News, NewsKind, insert_news

MONDAY = date(2026, 11, 16)
CHANNEL, OTHER = "C0OMVARLD", "C0ANNAN"
TABLES = (question_log, figures, feedback, watch_news, documents, slack_seen, slack_channels, jobs)
HOSTILE = f"<!channel> <@U0ANNA> <https://evil.example|klicka> @here *fet* {EVIL_TEXT} " + "å🧭" * 3000


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackServer]:
    with slack_server() as running:
        yield running


@pytest.fixture(scope="module")
def opened(slack: SlackServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlackParts]:
    folder = tmp_path_factory.mktemp("digest")
    with slack_worker(folder, slack.settings(), SmallAssistant(), SmallLibrary()) as parts:
        yield parts


@pytest.fixture
def parts(opened: SlackParts) -> SlackParts:
    with opened.inbox.jobs.engine.begin() as connection:
        for table in TABLES:
            connection.execute(sa.delete(table))
    return opened


@dataclass(frozen=True)
class Past:
    """Puts things where they would be if they had happened then."""

    parts: SlackParts

    def asked(self, at: datetime, text: str, status: str = "not_in_sources", id: str = "") -> Answer:
        answer = good_answer(id or f"{at:%d%H%M}{abs(hash(text))}", "sv")
        answer = answer.model_copy(update={"status": AnswerStatus(status)})
        replace(self.parts.service.log, now=lambda: at).add(Question(text, channel="slack"), answer)
        return answer

    def stored(self, at: datetime, name: str, metadata: Metadata) -> str:
        one = document(name, f"Text om {name}", metadata)
        catalogue = Catalogue(self.parts.inbox.jobs.engine)
        put(catalogue, one)
        with catalogue.engine.begin() as connection:
            connection.execute(sa.update(documents).where(documents.c.id == one.id).values(stored_at=at))
        return one.id

    def news(self, at: datetime, kind: NewsKind, title: str, id: str = "") -> None:
        with self.parts.inbox.jobs.engine.begin() as connection:
            insert_news(connection, [News(kind, at, "sidan", title, "https://region.example/x", id)])


@pytest.fixture
def past(parts: SlackParts) -> Past:
    return Past(parts)


def at(day: date, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute).astimezone()


def told(parts: SlackParts, rule: Rule | None = None, **changes: Any) -> Body:
    """The digest of the calendar week before MONDAY, valid by Block Kit's rules."""
    settings = parts.settings.model_copy(update=changes)
    changed = replace(parts, service=replace(parts.service, settings=settings))
    body = digest_body(digest(changed, rule or Rule(), MONDAY, calendar=True), settings)
    assert faults([dict(block) for block in body.blocks]) == []
    return body


LAST_WEEK = MONDAY - timedelta(days=3)


def test_what_was_asked_and_not_answered_is_told(parts: SlackParts, past: Past) -> None:
    past.asked(at(LAST_WEEK), "Vilket stöd finns för export?", "answered")
    for minute in range(2):
        past.asked(at(LAST_WEEK, 13, minute), "Hur söker jag Eurostars?")
    past.asked(at(MONDAY - timedelta(days=8)), "Söndagen före?")
    past.asked(at(MONDAY), "Måndag morgon?")
    told_text = as_text(told(parts))
    assert "Utblick vecka 46" in told_text and "9–15 november 2026" in told_text
    assert "3 frågor. Veckan före: 1." in told_text
    assert "1 av 3 frågor i ämnet fick svar." in told_text
    assert "- Hur söker jag Eurostars? (2 gånger)" in told_text
    assert "Söndagen före?" not in told_text and "Måndag morgon?" not in told_text


def test_a_poor_answer_is_told_apart_from_none(parts: SlackParts, past: Past) -> None:
    answer = past.asked(at(LAST_WEEK), "Vad kostar en mässa?", "answered", "a1")
    store = FeedbackStore(parts.inbox.jobs.engine, 30, lambda: at(LAST_WEEK, 14))
    store.add(Feedback("Vad kostar en mässa?", answer, False, Reason.WRONG))
    said = as_text(told(parts))
    assert "Ett svar var inte till hjälp." in said
    assert "Svar som inte var till hjälp\n- Vad kostar en mässa?" in said
    assert "utan fullständigt svar" not in said


def test_what_became_of_the_documents_is_told_with_links_of_ours(parts: SlackParts, past: Past) -> None:
    before = at(MONDAY - timedelta(days=40))
    fresh = past.stored(at(LAST_WEEK), "ny", Metadata("Ny utlysning", "Vinnova", period=("2026-11", "")))
    past.news(at(LAST_WEEK), NewsKind.NEW, "Ny utlysning", fresh)
    past.stored(before, "slut", Metadata("Gammal strategi", "Region Y", period=("2020-01", "2026-11-12")))
    past.stored(before, "snart", Metadata("Snart slut", "Region Y", period=("2020-01", "2026-12-05")))
    past.stored(before, "gammal", Metadata("Sedan länge slut", "Region Y", period=("2010-01", "2014-12")))
    past.news(at(LAST_WEEK), NewsKind.GONE, "Borttagen sida")
    past.news(before, NewsKind.GONE, "Borttagen förra månaden")
    body = told(parts)
    said = as_text(body)
    assert f"- Ny utlysning <https://utblick.example/documents/{fresh}?lang=sv> (nytt)" in said
    assert "Har slutat gälla\n- Gammal strategi" in said
    assert "Slutar gälla inom 30 dagar\n- Snart slut" in said
    assert "hos utgivaren\n- Borttagen sida" in said
    assert "Sedan länge slut" not in said and "förra månaden" not in said
    without = told(parts, public_url="")
    assert "https://" not in json.dumps(without.blocks) and "Ny utlysning" in as_text(without)


def test_a_channel_is_told_of_its_own_documents_only(parts: SlackParts, past: Past) -> None:
    for name, publisher in (("vår", "Region Y"), ("deras", "Region Z"), ("annan", "Region Y")):
        past.stored(at(LAST_WEEK), name, Metadata(f"Plan {name}", publisher))
    assert "Plan deras" in as_text(told(parts))
    said = as_text(told(parts, Rule(publishers=("Region Y",), documents=("id-vår", "deras.txt"))))
    assert "Plan vår" in said and "Plan deras" not in said and "Plan annan" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_week_without_anything_is_told_as_such(parts: SlackParts, language: str) -> None:
    body = told(parts, language=language)
    said = as_text(body)
    nothing = {"sv": "Ingen ställde", "en": "Nobody asked", "no": "Ingen stilte"}[language]
    assert nothing in said and nothing in body.text and len(body.blocks) <= 6


def test_without_history_the_words_are_not_missed_in_silence(parts: SlackParts, past: Past) -> None:
    past.asked(at(LAST_WEEK), "Hur söker jag Eurostars?")
    said = as_text(told(parts, history_days=0))
    assert "Frågornas ord sparas inte" in said and "Eurostars" not in said
    assert "0 av 1" in said


def test_hostile_words_stay_words(parts: SlackParts, past: Past) -> None:
    for number in range(12):
        past.asked(at(LAST_WEEK, 12, number), f"{number}{number} {chr(97 + number % 26) * 9} {HOSTILE}")
        id = past.stored(at(LAST_WEEK), f"d{number}", Metadata(f"{number} {HOSTILE}", HOSTILE))
        past.news(at(LAST_WEEK), NewsKind.GONE, f"{number} {HOSTILE}", id)
    body = told(parts)
    message = {"text": body.text, "blocks": list(body.blocks)}
    assert mentions(message) == []
    assert links(message) and all(
        one.startswith("https://utblick.example/documents") for one in links(message)
    )
    assert "<!channel>" in as_text(body), "they are read as they were written"
    assert len(json.dumps(body.blocks, ensure_ascii=False)) < 12_000


def test_one_digest_a_week_for_each_channel_that_wants_it(parts: SlackParts) -> None:
    keep(parts, CHANNEL, Rule(digest=True))
    keep(parts, OTHER, Rule(digest=False))
    keep(parts, "C0AV", Rule(on=False, digest=True))
    sunday = MONDAY - timedelta(days=1)
    moments = {
        at(sunday, 23, 59): 1,
        at(MONDAY, 7, 59): 0,
        at(MONDAY, 8): 1,
        at(MONDAY, 8, 1): 0,
        at(MONDAY + timedelta(days=3)): 0,
        at(MONDAY + timedelta(days=7), 0, 1): 0,
        at(MONDAY + timedelta(days=9)): 1,
    }
    assert [due_digests(parts, moment) for moment in moments] == list(moments.values())
    wishes = [Wish.of(job.about) for job in parts.service.jobs.newest(kinds=[KIND])]
    assert wishes == [Wish(What.DIGEST, Way.CLOCK, parts_team(parts), CHANNEL)] * 3


def test_none_is_due_while_the_service_is_off_or_slack_is_away(parts: SlackParts, slack: SlackServer) -> None:
    keep(parts, CHANNEL, Rule(digest=True))
    parts.service.switch.turn_off("Vilar.")
    assert due_digests(parts, at(MONDAY)) == 0
    parts.service.switch.turn_on()
    stranger = slack_parts(parts.service)
    stranger.client.token = "xoxb-fel"
    assert due_digests(stranger, at(MONDAY)) == 0
    assert due_digests(parts, at(MONDAY)) == 1


def test_the_clock_tells_of_a_calendar_week_and_a_person_of_the_last_days(parts: SlackParts) -> None:
    then = replace(parts, inbox=replace(parts.inbox, now=lambda: at(MONDAY + timedelta(days=2))))
    [weekly] = compose(then, Wish(What.DIGEST, Way.CLOCK, "T1", CHANNEL)).messages
    [asked_for] = compose(then, Wish(What.DIGEST, Way.COMMAND, "T1", CHANNEL)).messages
    assert "9–15 november" in as_text(weekly.body) and "vecka 46" in weekly.body.text
    assert "12–18 november" in as_text(asked_for.body) and "sju dagarna" in asked_for.body.text


def test_it_arrives_once(parts: SlackParts, slack: SlackServer) -> None:
    keep(parts, CHANNEL, Rule(digest=True))
    now = datetime.now().astimezone()
    monday = now - timedelta(days=now.weekday()) + timedelta(days=7)
    assert due_digests(parts, monday.replace(hour=9)) == 1
    with answering(parts):
        waiting(lambda: parts.service.jobs.newest(kinds=[KIND])[0].state is JobState.DONE)
    [message] = slack.messages(CHANNEL)
    assert message["thread_ts"] is None and message["ephemeral_for"] is None
    assert message["blocks"][0]["text"]["text"].startswith("Utblick vecka")


def test_another_organisation_gets_none_until_that_is_allowed(parts: SlackParts, slack: SlackServer) -> None:
    wish = Wish(What.DIGEST, Way.CLOCK, parts_team(parts), "C0DELAD")
    keep(parts, "C0DELAD", Rule(digest=True))
    assert compose(parts, wish).messages == ()
    keep(parts, "C0DELAD", Rule(digest=True, external=True))
    assert len(compose(parts, wish).messages) == 1


def keep(parts: SlackParts, channel: str, rule: Rule) -> None:
    parts.rules.keep(parts_team(parts), channel, rule, "U0ADMIN")


def parts_team(parts: SlackParts) -> str:
    return str(parts.client.auth_test()["team_id"])
