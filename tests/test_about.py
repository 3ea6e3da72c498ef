"""The pages about the service: filled in from the settings, true of them, and easy to read."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest
from small_service import EVIL, Running, running

import prompts
from assistant.channels.about import collection, missing
from assistant.channels.model_use import ModelUse, model_use
from prompts import LANGUAGES
from vectorstore.settings import Settings

PAGES = ("/om", "/integritet", "/tillganglighet")
FILLED = {
    "organisation": "Region Påhitt",
    "organisation_url": "https://region.example/",
    "contact": "Näringslivet, info@region.example",
    "privacy_contact": "dso@region.example",
    "accessibility_contact": "webb@region.example",
    "accessibility_date": "2026-10-05",
}
BEHIND_A_PROXY = {"Accept": "text/html", "X-Forwarded-For": "192.0.2.7"}
HARDEST = 45


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("filled"), **FILLED) as service:
        yield service


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    given = {"contact": "", "history_days": "0", "chat_model": "openai:gpt-x"}
    with running(tmp_path_factory.mktemp("bare"), **given) as service:
        yield service


def read(service: Running, path: str, headers: dict[str, str] | None = None) -> str:
    response = httpx.get(service.url + path, headers=headers or {"Accept": "text/html"}, timeout=30)
    assert response.status_code == 200
    return response.text


def words(html: str) -> str:
    return " ".join(unescape(re.sub("<[^>]*>", " ", html.split("<main")[1].split("</main>")[0])).split())


def settings(**given: object) -> Settings:
    return Settings(_env_file=None, **given)  # type: ignore[arg-type]


def test_the_service_says_what_it_is_and_who_answers_for_it(filled: Running) -> None:
    page = read(filled, "/om")
    told = words(page)
    assert "Region Påhitt ansvarar för tjänsten." in told
    assert "inte med en människa" in told and "Tjänsten fattar inga beslut." in told
    assert 'href="mailto:info@region.example"' in page
    assert "I samlingen finns 2 dokument. De nyaste uppgifterna är från april 2021." in told
    assert "Inget lämnar servern." in told and "Ingen språkmodell används." in told
    assert prompts.phrases("ui", "sv")["label_extract"] in told
    assert "Apache 2.0" in told


def test_the_model_and_who_gets_the_questions_are_named(bare: Running) -> None:
    told = words(read(bare, "/om"))
    assert "gpt-x" in told and "skickas till OpenAI" in told
    assert "Inget lämnar servern" not in told
    privacy = words(read(bare, "/integritet"))
    assert "Frågor och utdrag skickas till OpenAI" in privacy and "avtal med OpenAI" in privacy


def test_the_privacy_page_says_how_long_what_is_kept(filled: Running, bare: Running) -> None:
    kept, not_kept = (words(read(each, "/integritet")) for each in (filled, bare))
    assert "sparas i 30 dagar" in kept and "Region Påhitt är personuppgiftsansvarig." in kept
    assert "dso@region.example" in kept and "info@region.example" not in kept
    assert "Frågor och svar sparas inte." in not_kept and "dagar" not in not_kept
    assert "testfall" not in not_kept
    for told in (kept, not_kept):
        for part in ("6.1 e", "tryckfrihetsförordningen", "language", "www.imy.se", "500 senaste"):
            assert part in told


def test_the_accessibility_statement_has_what_the_law_wants(filled: Running, bare: Running) -> None:
    page = read(filled, "/tillganglighet")
    told = words(page)
    for part in ("2018:1937", "delvis förenlig", "EN 301 549", "Kända brister", "axe-core", "5 oktober 2026"):
        assert part in told
    assert 'href="https://www.digg.se/tdosanmalan"' in page
    assert 'href="mailto:webb@region.example"' in page
    undated = words(read(bare, "/tillganglighet"))
    assert "Datum för den är inte angivet" in undated and "mailto" not in undated


def test_what_is_not_filled_in_is_left_out_or_told_where_to_ask(bare: Running) -> None:
    told = " ".join(words(read(bare, path)) for path in PAGES)
    assert "$" not in told and "UTBLICK_ORGANISATION" in told
    for part in ("vem som ansvarar för tjänsten", "Ingen kontaktperson är angiven", "Fråga den som gav dig"):
        assert part in told


def test_only_this_machine_is_told_which_settings_are_missing(bare: Running, filled: Running) -> None:
    assert "UTBLICK_ACCESSIBILITY_DATE" in read(bare, "/om")
    assert "UTBLICK_" not in read(bare, "/om", BEHIND_A_PROXY)
    assert "UTBLICK_" not in read(filled, "/om")
    assert missing(settings(organisation="x", contact="y")) == [
        "UTBLICK_ORGANISATION_URL",
        "UTBLICK_ACCESSIBILITY_DATE",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_the_pages_are_in_three_languages_and_fetch_nothing_from_elsewhere(
    filled: Running, path: str, language: str
) -> None:
    page = read(filled, f"{path}?lang={language}")
    assert f'<html lang="{language}">' in page
    title = prompts.phrases({"/om": "about", "/integritet": "privacy"}.get(path, "accessibility"), language)
    assert f"<h1>{title['title']}</h1>" in page
    assert not re.findall(r'(?:src|<link[^>]*href|action)="(?:https?:)?//', page)


def test_what_settings_hold_is_never_markup(tmp_path: Path) -> None:
    given = {"organisation": EVIL, "contact": EVIL, "organisation_url": "https://x.example/\"'><script>"}
    with running(tmp_path, **given) as service:
        for path in PAGES:
            page = read(service, path)
            assert "<script>alert" not in page and "<img src=x" not in page and "'><script>" not in page


@pytest.mark.parametrize(
    ("given", "expected", "leaves"),
    [
        ({}, ModelUse(), "nothing"),
        ({"chat_model": "ollama:gemma"}, ModelUse("gemma", True), "local"),
        (
            {"chat_model": "openai:x", "chat_url": "http://127.0.0.1:8080/v1"},
            ModelUse("x", True),
            "local",
        ),
        (
            {"chat_model": "openai:x", "chat_url": "https://llm.region.example/v1"},
            ModelUse("x", True, "llm.region.example"),
            "write",
        ),
        (
            {"chat_model": "ollama:x", "chat_url": "http://10.0.0.4:11434"},
            ModelUse("x", True, "10.0.0.4"),
            "write",
        ),
        (
            {"chat_model": "anthropic:x", "chat_answers": False},
            ModelUse("x", False, "Anthropic"),
            "rephrase",
        ),
        ({"chat_model": "new_one:x"}, ModelUse("x", True, "new_one"), "write"),
    ],
)
def test_who_gets_the_questions_follows_the_settings(
    given: dict[str, object], expected: ModelUse, leaves: str
) -> None:
    found = model_use(settings(**given))
    assert (found, found.leaves) == (expected, leaves)


def test_dates_to_come_are_not_news(filled: Running) -> None:
    from datetime import date

    assert collection(filled.library, "sv", date(2020, 1, 1)).newest == ""
    assert collection(filled.library, "sv", date(2026, 1, 1)).newest == "april 2021"


def lix(text: str) -> float:
    """Words in a sentence plus the share of words over six letters: over 45 is heavy reading."""
    found = re.findall(r"\w+", text)
    sentences = max(1, len(re.findall(r"[.!?:](?:\s|$)", text)))
    return len(found) / sentences + 100 * sum(len(word) > 6 for word in found) / len(found)


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_are_easy_to_read(filled: Running, path: str) -> None:
    page = read(filled, path).split("<main")[1].split("</main>")[0]
    told = unescape(" ".join(re.findall(r"<(?:p|li)[^>]*>(.*?)</(?:p|li)>", page, re.DOTALL)))
    assert lix(re.sub("<[^>]*>", "", told)) < HARDEST


def test_who_reads_along_in_slack_is_told_where_there_is_slack(filled: Running, tmp_path: Path) -> None:
    slack = {"slack_bot_token": "xoxb-1", "slack_signing_secret": "s", "slack_url": "http://127.0.0.1:9/"}
    with running(tmp_path, **FILLED, **slack) as service:
        for language in LANGUAGES:
            x, path = prompts.phrases("privacy", language), f"/integritet?lang={language}"
            with_slack, without = (unescape(httpx.get(each.url + path).text) for each in (service, filled))
            for key in ("slack", "receivers_slack"):
                assert x[key] in with_slack and x[key] not in without
