"""Figures over time: counted with every question, without words, for good; and how they are shown."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from asked_log import database, engine
from small_service import EVIL, Running, good_answer, running
from test_postgres import server
from test_web import words
from workplace import logged, opened

from assistant.answers import Answer, AnswerStatus
from assistant.desk.asking import Sorter
from assistant.desk.figures import Day, by_week, read_figures, span
from assistant.desk.plots import lines, shares, timeline, top
from assistant.desk.sheet import harmless
from assistant.evaluation.target import UNLOGGED
from assistant.feedback import Feedback, FeedbackStore, Reason
from assistant.question_log import QuestionLog
from assistant.questions import Question
from vectorstore.database import open_database
from vectorstore.settings import Settings
from vectorstore.tables import figures

__all__ = ["database", "engine", "server"]

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
TODAY = date(2026, 11, 1)


def refusal(id: str, **changes: object) -> Answer:
    return Answer(id=id, status=AnswerStatus.NOT_IN_SOURCES, language="sv", text="Nej.").model_copy(
        update=changes
    )


def test_a_question_is_counted_under_all_that_is_known_of_it(engine: sa.Engine) -> None:
    log = QuestionLog(engine, 30, lambda: NOW)
    log.add(Question("Stöd till export?", channel="web"), refusal("a1", seconds={"total": 0.31}))
    log.add(Question("Stöd?"), good_answer("a2", "en"))
    totals = read_figures(engine, 7, TODAY).totals
    assert totals["questions"] == {"": 2}
    assert totals["status"] == {"answered": 1, "not_in_sources": 1}
    assert totals["language"] == {"sv": 1, "en": 1}
    assert totals["theme"] == {"markets": 1, "funding": 2}
    assert totals["channel"] == {"web": 1, "": 1}
    assert totals["seconds"] == {"0.5": 1}
    assert totals["region"] == {"": 2}


def test_no_word_of_anybodys_is_counted(engine: sa.Engine) -> None:
    secret = "Karin Svensson på Storgatan"
    log, store = QuestionLog(engine, 0, lambda: NOW), FeedbackStore(engine, 0, lambda: NOW)
    log.add(Question(secret, region=secret, channel=secret), refusal("a1"))
    store.add(Feedback(secret, refusal("a1"), False, Reason.OTHER, secret))
    with engine.connect() as connection:
        kept = connection.execute(sa.select(figures)).all()
    assert log.newest() == [] and kept
    assert not any("Karin" in str(cell) for row in kept for cell in row)
    assert read_figures(engine, 7, TODAY).totals["feedback"] == {"other": 1}


def test_figures_stay_when_the_questions_are_forgotten(engine: sa.Engine) -> None:
    QuestionLog(engine, 30, lambda: NOW).add(Question("?"), refusal("a1"))
    later = QuestionLog(engine, 30, lambda: NOW + timedelta(days=40))
    later.forget()
    assert later.newest() == []
    assert read_figures(engine, 90, TODAY + timedelta(days=40)).questions == 1
    assert read_figures(engine, 7, TODAY + timedelta(days=40)).questions == 0


def test_a_silent_log_counts_nothing(engine: sa.Engine) -> None:
    log = QuestionLog(engine, 30, lambda: NOW)
    replace(log, silent=True).add(Question("?"), refusal("a1"))
    assert read_figures(engine, 7, TODAY).totals == {}


def test_the_newest_opinion_of_an_answer_counts_once(engine: sa.Engine) -> None:
    store = FeedbackStore(engine, 30, lambda: NOW)
    store.add(Feedback("?", refusal("a1"), False, Reason.WRONG))
    store.add(Feedback("?", refusal("a1"), True))
    store.add(Feedback("?", refusal("a2"), False))
    counted = read_figures(engine, 7, TODAY).totals["feedback"]
    assert {name: count for name, count in counted.items() if count} == {"helpful": 1, "unhelpful": 1}


def test_the_same_in_postgresql(server: str, tmp_path: Path) -> None:
    engine = open_database(Settings(_env_file=None, data_dir=tmp_path, catalogue_url=server))
    log, store = QuestionLog(engine, 30, lambda: NOW, sorter=Sorter()), FeedbackStore(engine, 30, lambda: NOW)
    for n in range(3):
        log.add(Question("Stöd till export?"), refusal(f"a{n}", seconds={"total": 3.0}))
    store.add(Feedback("?", refusal("a1"), False, Reason.WRONG))
    totals = read_figures(engine, 7, TODAY).totals
    assert (totals["theme"]["markets"], totals["seconds"], totals["feedback"]) == (3, {"5": 3}, {"wrong": 1})
    engine.dispose()


def test_days_without_questions_are_there(engine: sa.Engine) -> None:
    log = QuestionLog(engine, 30, lambda: NOW)
    log.add(Question("?"), good_answer("a1", "sv"))
    log.add(Question("?"), refusal("a2"))
    log.add(Question("hej"), refusal("a3", status=AnswerStatus.OUT_OF_SCOPE))
    days = read_figures(engine, 30, TODAY).days
    assert len(days) == 30 and days[-1] == Day(TODAY, 3, 1, 2)
    assert all(day.questions == 0 for day in days[:-1])
    weeks = by_week(days)
    assert [week.days for week in weeks] == [2, 7, 7, 7, 7] and weeks[-1].questions == 3


def test_spans_and_scales() -> None:
    assert [span(value) for value in (0.0, 0.2, 0.21, 1.0, 10.0, 10.1)] == [
        "0.2",
        "0.2",
        "0.5",
        "1",
        "10",
        "over",
    ]
    assert [top(most) for most in (0, 1, 3, 7, 41, 100, 101)] == [2, 2, 4, 8, 50, 100, 200]


def test_a_plot_breaks_where_nothing_was_asked() -> None:
    weeks = [Day(TODAY, n, n, n, 7) for n in (20, 0, 12, 3)]
    dots = shares(weeks)
    assert [dot.y is None for dot in dots] == [False, True, False, False]
    assert [dot.few for dot in dots][-1] and len(lines(dots)) == 1
    for column in timeline(weeks).columns:
        assert column.x >= 0 and column.x + column.width <= 100.001
        assert column.answered + column.unanswered + column.outside <= 100


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\r=1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    assert harmless("Stöd = pengar") == "Stöd = pengar"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("figures")) as service:
        yield service


@pytest.fixture
def client(service: Running) -> Iterator[httpx.Client]:
    with opened(service) as client:
        yield client


def test_the_page_before_and_after_the_first_question(service: Running, client: httpx.Client) -> None:
    assert "Ingen har frågat något" in words(client.get("/desk/figures").text)
    sent = {"question": f"Stöd {EVIL}", "channel": "widget", "region": EVIL[:100]}
    client.post("/api/chat", json=sent)
    client.post("/api/chat", json=sent, headers={UNLOGGED: "1"})
    logged(service, "Stöd")
    for days in (7, 30, 90, 365):
        page = client.get(f"/desk/figures?days={days}").text
        assert page.count("<svg") > 5 and page.count("<details>") > 5
        assert "<script>alert" not in page and "Inbäddad chatt" in words(page)
        assert "1 av 1" in words(page) and "100 %" not in words(page).replace("\u00a0", " ").split("Teman")[1]
    table = client.get("/desk/figures.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table), delimiter=";"))
    assert rows[0] == ["Dag", "Vad", "Värde", "Antal"]
    assert [row[3] for row in rows if row[1] == "Frågor"] == ["1"]
    assert "alert" not in table
