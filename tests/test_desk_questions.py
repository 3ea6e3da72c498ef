"""The desk's questions and overview: searched, paged, taken away; what needs somebody; the off switch."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta

import httpx
import pytest
import sqlalchemy as sa
from small_service import EVIL, Running, running
from test_web import words
from workplace import logged, opened

from assistant.desk.wanted import Wanted, matching
from assistant.question_log import QuestionLog

FORMULA = '=HYPERLINK("https://evil.example";"klicka")'


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("desk")) as service:
        with httpx.Client(base_url=service.url, timeout=30) as client:
            for sent in (
                {"question": "ÅÄÖ: stöd till kultur?", "channel": "web", "persona": "sme"},
                {"question": f"Något okänt {EVIL}", "region": "Påhitt", "language": "sv"},
                {"question": FORMULA, "channel": "widget", "history": [{"role": "user", "text": EVIL}]},
                {"question": "Vad menar du, ond?"},
            ):
                client.post("/api/chat", json=sent)
                logged(service, sent["question"][:20])
            about = {"answer_id": logged(service, "=HYPERLINK")}
            opinion = {"helpful": False, "reason": "wrong", "text": "@fel <script>alert(9)</script>"}
            client.post("/api/feedback", json=about | opinion)
        yield service


@pytest.fixture
def client(service: Running) -> Iterator[httpx.Client]:
    with opened(service) as client:
        yield client


def asked(page: str) -> list[str]:
    return [words(each)[:11] for each in re.findall(r'<a class="ask-text".*?</a>', page, re.DOTALL)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Vad menar d", "=HYPERLINK(", "Något okänt", "ÅÄÖ: stöd t"]),
        ("q=åäö+KULTUR", ["ÅÄÖ: stöd t"]),
        ("q=kultur+okänt", []),
        ("status=not_in_sources", ["Något okänt"]),
        ("theme=culture", ["ÅÄÖ: stöd t"]),
        ("region=P%C3%A5hitt", ["Något okänt"]),
        ("region=none&status=partial", ["Vad menar d"]),
        ("channel=widget", ["=HYPERLINK("]),
        ("channel=api", ["Vad menar d", "Något okänt"]),
        ("opinion=wrong", ["=HYPERLINK("]),
        ("opinion=unhelpful&language=sv", ["=HYPERLINK("]),
        ("opinion=helpful", []),
        ("opinion=none&channel=web", ["ÅÄÖ: stöd t"]),
        (f"since={date.today() + timedelta(days=1)}", []),
        (f"since={date.today() - timedelta(days=1)}&until=&channel=web", ["ÅÄÖ: stöd t"]),
        ("since=9999-12-31", []),
        ("until=0001-01-01", []),
        ("since=0001-01-01&until=9999-12-31&channel=web", ["ÅÄÖ: stöd t"]),
        ("theme=%25", []),
        ("region=%25", []),
    ],
)
def test_filters_narrow_down(client: httpx.Client, query: str, found: list[str]) -> None:
    page = client.get(f"/desk/questions?{query}")
    assert page.status_code == 200
    assert asked(page.text) == found


def test_filters_hold_nothing_that_a_database_refuses(client: httpx.Client) -> None:
    for name in ("status", "theme", "region", "language", "channel", "opinion"):
        assert client.get(f"/desk/questions?{name}=a%00").status_code == 422


def test_pages_lead_through_all_newest_first(service: Running) -> None:
    log, seen, before = service.log, [], 0
    while found := log.search(Wanted(), 3, before):
        seen += [each.number for each in found]
        before = found[-1].number
    assert seen == sorted(set(seen), reverse=True) and len(seen) == log.count(Wanted()) == 4


def test_a_search_goes_on_until_enough_is_found(service: Running) -> None:
    log: QuestionLog = service.log
    found = log.search(Wanted(words="stöd ÅÄÖ"), 1)
    assert [each.question for each in found] == ["ÅÄÖ: stöd till kultur?"]
    assert [each.channel for each in found] == ["web"] and found[0].persona == "sme"
    assert list(log.each(Wanted(status="not_in_sources")))[0].region == "Påhitt"


def test_rows_are_read_a_part_at_a_time_until_all_are_seen(service: Running) -> None:
    with service.log.engine.connect() as connection:
        found = list(matching(connection, sa.true(), Wanted(words="kultur"), at_once=2))
        assert len(found) == 1 and len(list(matching(connection, sa.true(), Wanted(), at_once=2))) == 4


@pytest.mark.parametrize("text", ["okänt", "=HYPERLINK", "ond"])
def test_a_question_is_shown_as_it_was(service: Running, client: httpx.Client, text: str) -> None:
    id = logged(service, text)
    page = client.get(f"/desk/questions/{id}")
    assert page.status_code == 200 and f"/evaluation/questions/{id}?" in page.text
    for sign in ("<script>alert", "<svg onload", "<img src=x", 'href="javascript:', 'href="https://evil'):
        assert sign not in page.text
    assert "@fel" in words(page.text) or text != "=HYPERLINK"


def test_a_forgotten_question_has_no_page(client: httpx.Client) -> None:
    assert client.get("/desk/questions/nobody").status_code == 404
    assert client.get("/desk/questions?since=2026-13-45").status_code == 422


def test_the_csv_runs_nothing_and_keeps_our_letters(client: httpx.Client) -> None:
    table = client.get("/desk/questions.csv?channel=widget")
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.content.startswith(b"\xef\xbb\xbf") and "attachment" in table.headers["content-disposition"]
    [header, row] = csv.reader(io.StringIO(table.content.decode("utf-8-sig")), delimiter=";")
    told = dict(zip(header, row, strict=True))
    assert told["Fråga"] == f"'{FORMULA}" and told["Användarens ord"].startswith("'@fel")
    assert told["Omdöme"] == "Fel i svaret"
    every = csv.reader(io.StringIO(client.get("/desk/questions.csv").text.lstrip("\ufeff")), delimiter=";")
    assert not [cell for row in every for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_the_jsonl_holds_everything(client: httpx.Client) -> None:
    lines = client.get("/desk/questions.jsonl?opinion=wrong").text.splitlines()
    [record] = map(json.loads, lines)
    assert record["question"] == FORMULA and record["feedback"]["reason"] == "wrong"
    assert record["answer"]["citations"] and record["history"][0]["role"] == "user"


def test_the_overview_tells_what_needs_somebody(client: httpx.Client) -> None:
    told = words(client.get("/desk").text)
    assert "1 Frågor utan svar" in told and "1 Svar som inte var till hjälp" in told
    assert "UTBLICK_ORGANISATION" in told and "UTBLICK_CONTACT" not in told
    assert "Tjänsten är på." in told


def test_the_service_is_switched_off_with_a_reason_and_on_again(
    service: Running, client: httpx.Client
) -> None:
    assert client.post("/desk/switch", data={"reason": "  ", "step": "off"}).status_code == 422
    assert client.post("/desk/switch", data={"reason": "x" * 1001, "step": "off"}).status_code == 422
    reason = f"Vi rättar ett fel.\nTillbaka i morgon. {EVIL}"
    preview = client.post("/desk/switch", data={"reason": reason})
    assert "Tillbaka i morgon" in words(preview.text) and "<script>alert" not in preview.text
    assert "Tjänsten är på." in words(client.get("/desk").text)
    off = client.post("/desk/switch", data={"reason": reason, "step": "off"})
    assert "Tjänsten är avstängd sedan" in words(off.text) and "<script>alert" not in off.text
    on = client.post("/desk/switch/on")
    assert "Tjänsten är på igen" in words(on.text) and "Tjänsten är på." in words(on.text)


def test_the_switch_is_not_moved_by_another_site(client: httpx.Client) -> None:
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    sent = {"reason": "hej", "step": "off"}
    assert client.post("/desk/switch", data=sent, headers=foreign).status_code == 403
    assert "Tjänsten är på." in words(client.get("/desk").text)


def test_another_language_everywhere(service: Running, client: httpx.Client) -> None:
    id = logged(service, "okänt")
    paths = ("", "/questions", f"/questions/{id}", "/gaps", f"/gaps/{id}", "/gaps/out-of-date", "/figures")
    for path, language in ((path, "en" if number % 2 else "no") for number, path in enumerate(paths)):
        page = client.get(f"/desk{path}?lang={language}")
        assert page.status_code == 200 and "Frågor" not in words(page.text)
