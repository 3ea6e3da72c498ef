"""Corpus gaps: what was asked in vain, put together, dealt with, and back when it is asked in vain again."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
import sqlalchemy as sa
from asked_log import database, engine
from small_service import EVIL, STRATEGY, Running, SmallLibrary, running
from test_themes import NAMES
from test_web import words
from workplace import logged, opened

from assistant.answers import Answer, AnswerStatus
from assistant.desk.asking import Sorter
from assistant.desk.gaps import Gaps
from assistant.desk.matters import matters
from assistant.desk.nearest import neighbourhood
from assistant.desk.out_of_date import bare_regions, out_of_date
from assistant.feedback import Feedback, FeedbackStore, Reason
from assistant.lineage import UNKNOWN_NAMES
from assistant.question_log import QuestionLog
from assistant.questions import Question, Turn
from vectorstore.entities import LANGUAGES, Entity, Kind, Register
from vectorstore.naming import Names
from vectorstore.passages import Document, Metadata, Status

__all__ = ["database", "engine"]

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
TODAY = date(2026, 11, 1)


class Asking:
    """Asks questions a minute apart, and tells the gaps."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine, self.count, self.at = engine, 0, NOW - timedelta(days=2)

    def ask(self, text: str, status: str = "not_in_sources", history: tuple[Turn, ...] = ()) -> str:
        self.count, self.at = self.count + 1, self.at + timedelta(minutes=1)
        answer = Answer(id=f"a{self.count}", status=AnswerStatus(status), language="sv", text="Svar.")
        log = QuestionLog(self.engine, 30, lambda: self.at, sorter=Sorter(lambda: NAMES))
        log.add(Question(text, history), answer)
        return answer.id

    @property
    def gaps(self) -> Gaps:
        return Gaps(self.engine, 30, lambda: NOW)

    def found(self, **narrowed: object) -> list[tuple[str, str, int]]:
        return [(gap.theme, gap.region, gap.count) for gap in self.gaps.read(**narrowed)]  # type: ignore[arg-type]


@pytest.fixture
def asking(engine: sa.Engine) -> Asking:
    return Asking(engine)


def test_gaps_by_theme_and_region_largest_first(asking: Asking) -> None:
    asking.ask("Stöd till kultur i Dalarna?")
    asking.ask("Vilka tullar finns i Värmland?")
    asking.ask("Hur exporterar vi från Värmland?", "partial")
    asking.ask("Vad är klockan?", "out_of_scope")
    asking.ask("Stöd till export?", "answered")
    assert asking.found() == [("markets", "Värmland", 2), ("culture", "Dalarna", 1)]
    assert asking.found(theme="culture") == [("culture", "Dalarna", 1)]
    assert asking.found(region="Värmland") == [("markets", "Värmland", 2)]
    assert asking.found(region="") == []


def test_a_poorly_rated_answer_is_a_gap_until_it_is_rated_well(asking: Asking) -> None:
    id = asking.ask("Stöd till export?", "answered")
    store = FeedbackStore(asking.engine, 30, lambda: NOW)
    answer = Answer(id=id, status=AnswerStatus.ANSWERED, language="sv", text="Svar.")
    store.add(Feedback("?", answer, False, Reason.OUTDATED))
    assert [matter.poor for gap in asking.gaps.read() for matter in gap.matters] == [1]
    store.add(Feedback("?", answer, True))
    assert asking.found() == []


def test_a_question_back_is_a_gap_where_nobody_replied(asking: Asking) -> None:
    asking.ask("Vilket stöd?", "clarify")
    asking.ask("Vilken tull?", "clarify")
    turns = (Turn("user", "Vilken tull?"), Turn("assistant", "Vart?"))
    asking.ask("Till Norge", "answered", turns)
    assert asking.found() == [("funding", "", 1)]
    assert Gaps(asking.engine, 30, lambda: asking.at).read() == []


def test_like_questions_are_one_matter(asking: Asking) -> None:
    for text in ("Finns det tullar i Norge?", "finns tullar i NORGE", "Hur höga är tullarna till Kina?"):
        asking.ask(text)
    [gap] = asking.gaps.read()
    assert [[one.question for one in matter.questions] for matter in gap.matters] == [
        ["finns tullar i NORGE", "Finns det tullar i Norge?"],
        ["Hur höga är tullarna till Kina?"],
    ]
    assert gap.matters[0].first < gap.matters[0].newest.at
    assert matters([]) == []


def test_what_was_dealt_with_comes_back_when_it_is_asked_in_vain_again(asking: Asking) -> None:
    first = asking.ask("Tullar till Norge?")
    gaps = asking.gaps
    found = gaps.matter(first)
    assert found
    gaps.solve(found[1], " La till en\x00 källa. ")
    assert asking.found() == [] and asking.found(solved=True) == [("markets", "", 0)]
    again = asking.ask("Tullar till Norge?")
    [gap] = gaps.read()
    solution = gap.matters[0].solution
    assert gap.count == 1 and solution and (solution.note, solution.solved) == ("La till en källa.", NOW)
    found = gaps.matter(again)
    assert found and len(found[1].questions) == 2
    gaps.solve(found[1], "")
    gaps.reopen(found[1])
    assert asking.found() == [("markets", "", 2)]
    assert gaps.matter("nobody") is None


def test_notes_are_forgotten_with_the_questions(asking: Asking) -> None:
    found = asking.gaps.matter(asking.ask("Tullar?"))
    assert found
    asking.gaps.solve(found[1], "hemlig")
    QuestionLog(asking.engine, 30, lambda: NOW + timedelta(days=31)).forget()
    with asking.engine.connect() as connection:
        assert connection.execute(sa.text("select count(*) from gaps_solved")).scalar() == 0


def lacks(question: str, region: str = "", covered: tuple[str, ...] = ("Påhitt",)) -> dict[str, object]:
    found = neighbourhood(SmallLibrary(), question, region, covered, UNKNOWN_NAMES, TODAY)
    return {lack.code: lack.about for lack in found.lacks}


def test_what_the_nearest_documents_lack() -> None:
    over = {"title": STRATEGY.metadata.title}
    assert lacks("Vilka checkar finns?") == {"over": over}
    assert lacks("Checkar i Dalarna?", "Dalarna")["no_region"] == {"region": "Dalarna"}
    assert "no_region" not in lacks("Checkar?", "Påhitt")
    assert lacks("Checkar till rymdfart?")["unheard"] == {"words": "rymdfart"}


def described(id: str, title: str, dated: str = "", **fields: object) -> Document:
    return replace(STRATEGY, id=id, metadata=Metadata(title=title, as_of=dated, **fields))  # type: ignore[arg-type]


def test_what_is_out_of_date() -> None:
    names = Names(
        Register(
            tuple(
                Entity(id, Kind.PROGRAMME, dict.fromkeys(LANGUAGES, (id,)), status=status, **chain)  # type: ignore[arg-type]
                for id, status, chain in (
                    ("COSME", Status.ENDED, {"successors": ("SMP",)}),
                    ("SMP", Status.CURRENT, {"predecessors": ("COSME",)}),
                )
            )
        )
    )
    documents = [
        described("1", "COSME", "2024"),
        described("2", "Rapport 2010", "2010"),
        described("3", "Rapport 2016", "2016"),
        described("4", "Plan", "2015", status=Status.CURRENT),
        described("5", "Blad"),
        described("6", "Plan 2014–2020", "2025", period=("2014", "2020-12")),
    ]
    found = out_of_date(documents, names, TODAY)
    assert [one.id for one in found.over] == ["1", "6"]
    assert [one.id for one in found.old] == ["3"]
    assert [one.id for one in found.undated] == ["5"]
    assert [(one.entity.id, one.documents) for one in found.succeeded] == [("COSME", ("1",))]
    with_heir = out_of_date([*documents, described("7", "SMP", "2024")], names, TODAY)
    assert with_heir.succeeded == ()


def test_a_county_lacks_the_themes_that_nothing_of_its_is_headed_with() -> None:
    documents = [described("1", "Export", "2024", regions=("Dalarna", "Sverige"))]
    [bare] = bare_regions(documents, lambda _id: ["Kultur"])
    assert (bare.region, bare.documents) == ("Dalarna", 1)
    assert "markets" not in bare.themes and "culture" not in bare.themes and "tourism" in bare.themes


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("gaps")) as service:
        yield service


@pytest.fixture
def client(service: Running) -> Iterator[httpx.Client]:
    with opened(service) as client:
        yield client


def test_a_gap_from_the_question_to_the_solution(service: Running, client: httpx.Client) -> None:
    assert "Inga luckor" in words(client.get("/desk/gaps").text)
    question = f"Något okänt om tullar {EVIL}"
    client.post("/api/chat", json={"question": question})
    id = logged(service, "okänt om tullar")
    listed = client.get("/desk/gaps")
    assert f"/desk/gaps/{id}?" in listed.text and "<script>alert" not in listed.text
    assert "1 fråga väntar" in words(listed.text) and "Strategi för omvärlden" in words(listed.text)
    page = client.get(f"/desk/gaps/{id}")
    assert f"/evaluation/questions/{id}?" in page.text and "<svg onload" not in page.text
    assert re.search(r"#p-p1|/documents/strategi", page.text)
    again = client.post(f"/desk/gaps/{id}/again")
    assert again.status_code == 200 and "Frågan får fortfarande inget fullt svar" in words(again.text)
    assert len(service.log.newest(9, "tullar")) == 1
    solved = client.post(f"/desk/gaps/{id}/solve", data={"note": f"Klart {EVIL}"})
    assert "Luckan är markerad som åtgärdad" in words(solved.text) and "<script>alert" not in solved.text
    assert "Inga luckor" in words(client.get("/desk/gaps").text)
    assert id in client.get("/desk/gaps?solved=true").text
    reopened = client.post(f"/desk/gaps/{id}/reopen")
    assert "Luckan är öppen igen" in words(reopened.text)
    table = client.get("/desk/gaps.csv")
    assert table.content.startswith(b"\xef\xbb\xbf") and "Tema;Län;Senaste fråga" in table.text


def test_the_documents_out_of_date_are_listed(client: httpx.Client) -> None:
    page = client.get("/desk/gaps/out-of-date").text
    assert "Strategi för omvärlden" in words(page) and "till 2021-03" in words(page)
    assert "<script>alert" not in page


def test_an_answer_that_is_no_gap_has_no_page(client: httpx.Client) -> None:
    for method, path in (("GET", ""), ("POST", "/solve"), ("POST", "/reopen"), ("POST", "/again")):
        assert client.request(method, f"/desk/gaps/nobody{path}").status_code == 404
