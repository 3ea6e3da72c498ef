"""What counties want, told in lists: compared, held against an idea, gathered for a brief."""

from collections.abc import Iterator

import pytest
from project_shelf import Shelf, project_shelf

from assistant.answers import AnswerStatus
from assistant.comparison.items import find_items
from assistant.framing import Framed
from assistant.projects.advice import ProjectAdvice
from assistant.projects.alignment import Alignment
from assistant.projects.brief import PolicyBrief
from prompts import phrases
from vectorstore.embedder import Embedder

TEXTS = phrases("projects", "sv")
SHEET = """---
title: "{title}"
publisher: "Provtryck"
region: [{region}]
language: sv
as_of: "2022"
---
# {title}

{text}
"""
SHEETS = {
    "dalarna": (
        "Dalarna i korthet",
        "Dalarna",
        """
## Vilka är prioriteringarna?

Dalarnas utvecklingsplan har två prioriteringar. Planen antogs 2020 och gäller i tio år.

Dalarna har valt tre områden för smart specialisering:

- träbyggnad i flera våningar
- fjällnära vinterturism
- stål utan kol

Företag i Dalarna säljer glasögonbågar till internationella kunder.
""",
    ),
    "gavleborg": (
        "Gävleborg i korthet",
        "Gävleborg",
        """
## Vilka är prioriteringarna?

Gävleborg har valt två områden för smart specialisering:

- keramiska beläggningar
- digitala vårdmöten

En utmaning är att få företag i Gävleborg når internationella kunder.
""",
    ),
    "orebro": (
        "Örebro län i korthet",
        "Örebro",
        """
Örebro län vill nå internationella kunder med skor, och företagen måste samverka.
""",
    ),
    "landet": (
        "Landet i korthet",
        "Sverige",
        """
Exportfonden finansierar resor till internationella mässor. Nätverket Utåt samlar företag som exporterar.
""",
    ),
}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Shelf]:
    sheets = {
        name: SHEET.format(title=title, region=region, text=text)
        for name, (title, region, text) in SHEETS.items()
    }
    with project_shelf(tmp_path_factory.mktemp("counties"), embedder, sheets) as opened:
        yield opened


def aligned(shelf: Shelf, text: str, language: str = "sv") -> Framed:
    framed = shelf.asked(Alignment(shelf.store, shelf.scorer), text, language=language)
    assert framed is not None
    return framed


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Jämför Dalarnas och Gävleborgs smarta specialisering", "sv"),
        ("Jämför Dalarnas smarta specialisering med Gävleborgs smarta specialisering", "sv"),
        ("Vad satsar Dalarna och Gävleborg på?", "sv"),
        ("Compare Dalarna's and Gävleborg's smart specialisation", "en"),
        ("Compare the priorities of Dalarna and Gävleborg", "en"),
        ("Hva er forskjellen på Dalarnas og Gävleborgs smarte spesialisering?", "no"),
    ],
)
def test_two_counties_are_compared_by_the_lists_of_what_they_want(
    shelf: Shelf, text: str, language: str
) -> None:
    framed = shelf.compared(text, language)
    assert framed is not None and framed.status is AnswerStatus.ANSWERED
    cells = {row[0]: row[1] for row in framed.table.rows}
    assert set(cells) == {"Dalarna", "Gävleborg"}
    assert "stål utan kol" in cells["Dalarna"] and "keramiska beläggningar" in cells["Gävleborg"]


def test_strategies_of_one_place_or_of_several_kinds_stay_what_is_compared(shelf: Shelf) -> None:
    names = shelf.store.names()
    one = "Jämför Värmlands smarta specialisering med Värmlands strategi för smart specialisering 2022–2028"
    assert not {item.entity for item in find_items(one, names, "sv")} & {"varmland"}
    other = "Jämför Gävleborgs smarta specialisering med Almi"
    assert [item.entity for item in find_items(other, names, "sv")] == [
        "gavleborgs-smarta-specialisering",
        "almi",
    ]


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Passar ett projekt om digitala tjänster Gävleborgs prioriteringar?", "digitala vårdmöten"),
        ("Ligger vår idé om keramik i linje med Gävleborgs prioriteringar?", "keramiska beläggningar"),
        ("Passar vår projektidé om träbyggnadsteknik Dalarnas prioriteringar?", "träbyggnad"),
    ],
)
def test_an_idea_fits_what_an_item_of_a_list_shares_with_it(shelf: Shelf, text: str, held: str) -> None:
    row = aligned(shelf, text).table.rows[0]
    assert row[2] == TEXTS["fits"] and held in row[1]


def test_an_idea_that_no_item_shares_a_word_with_is_not_mentioned(shelf: Shelf) -> None:
    framed = aligned(shelf, "Passar ett projekt om rymdraketer Gävleborgs prioriteringar?")
    assert framed.table.rows[0][2] == TEXTS["silent"]
    both = aligned(shelf, "Passar ett projekt om digitala tjänster och turism Gävleborgs prioriteringar?")
    assert [row[2] for row in both.table.rows[:2]] == [TEXTS["fits"], TEXTS["silent"]]


@pytest.mark.parametrize(
    ("text", "language", "target", "partners"),
    [
        (
            "Vi har en idé om ett projekt som hjälper sågverk i Dalarna att hitta partner i Polen. "
            "Hur lägger vi upp det?",
            "sv",
            "sågverk i Dalarna",
            "partner i Polen",
        ),
        (
            "We have a project idea that helps small bakeries in Dalarna to find partners in Poland. "
            "How should we structure it?",
            "en",
            "small bakeries in Dalarna",
            "partners in Poland",
        ),
    ],
)
def test_what_an_idea_tells_on_its_way_is_filled_in(
    shelf: Shelf, text: str, language: str, target: str, partners: str
) -> None:
    framed = shelf.asked(ProjectAdvice(shelf.store, shelf.scorer), text, language=language)
    texts = phrases("projects", language)
    assert framed is not None
    assert f"{texts['target']}: ”{target}”" in framed.text.replace("“", "”")
    assert f"{texts['partners']}: ”{partners}”" in framed.text.replace("“", "”")
    assert texts["told_place"].replace("$places", "Dalarna") in framed.text
    assert texts["ask_need"] in framed.text and texts["what_target"] not in framed.text


@pytest.mark.parametrize(
    "text",
    [
        "Hur hittar vi partner i Polen?",
        "Vi har en idé om export. Hur många län finns det?",
        "Hur utvecklas exporten i Dalarna?",
    ],
)
def test_questions_without_a_request_for_structure_are_left_to_others(shelf: Shelf, text: str) -> None:
    assert shelf.asked(ProjectAdvice(shelf.store, shelf.scorer), text) is None


def test_a_brief_on_an_area_reads_its_counties_and_the_country_but_no_other_county(shelf: Shelf) -> None:
    text = "Skriv en kort policy brief om internationalisering i Norra Mellansverige"
    framed = shelf.asked(PolicyBrief(shelf.store, shelf.scorer), text)
    assert framed is not None
    regions = {citation.region for citation in framed.citations}
    assert {"Dalarna", "Gävleborg"} <= regions and "Örebro" not in regions
    assert len(framed.claims) >= 2
