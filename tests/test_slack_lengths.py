"""Answers of every length in Slack: each block within the limits, no letter lost, no sign cut in two."""

import unicodedata
from typing import Any

import pytest
import regex
from block_rules import characters, faults
from slack_sdk.models.blocks import Block

from assistant.answers import Answer, AnswerStatus, Card, Citation, Table
from assistant.channels.slack.actions import Action
from assistant.channels.slack.blocks.answer_blocks import Shown, short, whole
from assistant.channels.slack.blocks.lines import Line
from assistant.channels.slack.blocks.splitting import size, split
from assistant.channels.slack.messages import Body
from assistant.export.parts import Run

LENGTHS = [0, 1, 2_999, 3_000, 3_001, 12_001, 40_001, 200_000]
UNITS = {
    "words": "Företag på Åland får söka stöd för export. ",
    "no blanks": "åäöÅÄÖ",
    "families": "👨‍👩‍👧‍👦",
    "flags": "🇸🇪🇳🇴",
    "skin tones": "👍🏽👩🏾‍🔬",
    "hearts": "❤️",
    "marks": "e\u0323\u0302g\u0303\u0331",
    "lines": "En rad\n",
    "paragraphs": "Ett stycke.\n\n",
    "items": "- En punkt\n",
    "numbers": "1. En punkt\n",
    "emphasis": "**Viktigt:** *läs* ",
}
LONG = 12_001
CASES = [
    (unit, length) for unit in UNITS for length in LENGTHS if length <= LONG or unit in ("words", "families")
]
PUBLIC = "https://utblick.example"


def answer(text: str, **given: Any) -> Answer:
    return Answer(id="svar-1", status=AnswerStatus.ANSWERED, language="sv", text=text, **given)


def citation(number: int, **given: Any) -> Citation:
    known = {"title": f"Dokument {number}", "publisher": "Region Påhitt", "quote": "Citerat.", **given}
    place = {"document_id": f"d{number}", "passage_id": f"p{number}", "source": "x.md", "start": 0, "end": 8}
    return Citation(number=number, **{**place, **known})


def shown(given: Answer, **links: str) -> Shown:
    numbers = [one.number for one in given.citations]
    to = {number: links.get(f"n{number}", f"{PUBLIC}/documents/d{number}?mark=0-8") for number in numbers}
    return Shown(given, "Vad gäller?", to, {}, f"{PUBLIC}/?turn=svar-1", frozenset(Action))


def parts(found: Any, of: str = "") -> list[dict[str, Any]]:
    """The text and link elements of blocks, in order; only those in elements of the type `of`, if given."""
    if isinstance(found, (list, tuple)):
        return [part for each in found for part in parts(each, of)]
    if found.get("type") in ("text", "link"):
        return [] if of else [found]
    inner = "" if found.get("type") == of else of
    return parts(found.get("elements", ()), inner) if "elements" in found else []


def texts(bodies: tuple[Body, ...]) -> list[str]:
    return [part["text"] for body in bodies for part in parts(rich(body))]


def rich(body: Body) -> list[Any]:
    return [block for block in body.blocks if block["type"] == "rich_text"]


def check(bodies: tuple[Body, ...]) -> None:
    """Everything that Slack, and we, allow in a message."""
    assert bodies
    for body in bodies:
        found = parts(rich(body))
        assert body.text.strip() and len(body.text) <= 2_000
        assert 0 < len(body.blocks) <= 45
        assert characters(list(body.blocks)) + sum(len(part.get("url", "")) for part in found) <= 12_000
        assert faults(list(body.blocks)) == []
        assert all(0 < len(part["text"]) <= 2_900 for part in found)
        assert all(0 < len(part["url"]) <= 3_000 for part in found if part["type"] == "link")
        assert all(parts(block) for block in rich(body))


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFC", text)))


def ink(text: str) -> str:
    """All that is not blank."""
    return "".join(unicodedata.normalize("NFC", text).split())


def of_length(unit: str, length: int) -> str:
    """Whole units, filled up."""
    return (unit * (length // len(unit))).ljust(length, "x") if length >= len(unit) else "x" * length


@pytest.mark.soak
@pytest.mark.parametrize("unit", UNITS)
def test_every_kind_of_text_at_every_length(unit: str) -> None:
    for length in LENGTHS:
        test_text_of_any_length_is_complete_and_within_the_limits(unit, length)


@pytest.mark.parametrize(("unit", "length"), CASES)
def test_text_of_any_length_is_complete_and_within_the_limits(unit: str, length: int) -> None:
    text = of_length(UNITS[unit], length)
    bodies = whole(shown(answer(text)))
    check(bodies)
    check(short(shown(answer(text))))
    told = "".join(texts(bodies))
    if unit in ("items", "numbers", "emphasis"):
        # Slack shows the marks by itself: the numbers are the lists' own.
        assert letters(told) == letters(text.replace("1. ", ""))
    else:
        assert ink(told) == ink(text)


@pytest.mark.parametrize("unit", ["families", "flags", "skin tones", "hearts", "marks", "no blanks"])
def test_no_cut_goes_through_a_sign(unit: str) -> None:
    for before in ("", "x", "xy", "xyz"):
        text = before + of_length(UNITS[unit], 7_000)
        told = texts(whole(shown(answer(text))))
        assert len(told) > 1
        signs = [sign for piece in told for sign in regex.findall(r"\X", piece)]
        assert signs == regex.findall(r"\X", unicodedata.normalize("NFC", text))


def test_a_sign_longer_than_a_message_is_cut_and_kept() -> None:
    text = "a" + "\u0331" * 20_000
    bodies = whole(shown(answer(text)))
    check(bodies)
    assert "".join(texts(bodies)) == text


@pytest.mark.parametrize("text", ["", "\n", "\n" * 3_000, " \t\n" * 999, "\u200b\u202e", "- ", ">", "**"])
def test_a_text_that_says_nothing_still_makes_a_message(text: str) -> None:
    for bodies in (short(shown(answer(text))), whole(shown(answer(text)))):
        assert len(bodies) == 1
        check(bodies)


def test_cuts_are_made_after_sentences_then_words() -> None:
    sentence = "Företag i Påhitt får söka bl.a. Almis lån, t.ex. Tillväxtlånet. [1] "
    told = texts(whole(shown(answer((sentence * 200).replace("[1] ", "[7] ")))))
    assert len(told) == 5
    assert all(piece.endswith("Tillväxtlånet. [7]") for piece in told)
    words = texts(whole(shown(answer("företagsstöd " * 1_000))))
    assert {word for piece in words for word in piece.split()} == {"företagsstöd"}


def test_thousands_of_items_keep_their_order_and_numbers() -> None:
    text = "\n".join(f"{number}. Punkt {number}" for number in range(1, 5_001))
    bodies = whole(shown(answer(text)))
    check(bodies)
    lists = [element for body in bodies for block in rich(body) for element in block["elements"]]
    assert {element["type"] for element in lists} == {"rich_text_list"}
    counted = [
        (element.get("offset", 0) + place, "".join(part["text"] for part in parts(item)))
        for element in lists
        for place, item in enumerate(element["elements"], start=1)
    ]
    assert counted == [(number, f"Punkt {number}") for number in range(1, 5_001)]


def test_thousands_of_tiny_items_are_shared_among_blocks_and_messages() -> None:
    bodies = whole(shown(answer("- a\n" * 5_000)))
    check(bodies)
    lists = [element for body in bodies for block in rich(body) for element in block["elements"]]
    assert sum(len(element["elements"]) for element in lists) == 5_000
    assert max(len(element["elements"]) for element in lists) <= 100


def test_a_link_of_several_words_is_not_cut() -> None:
    title = Run("en titel av flera ord", f"{PUBLIC}/documents/d1")
    for length in range(40, 140):
        pieces = list(split(Line((Run("x" * length), title, Run("y" * 400))), 160))
        assert [run for piece in pieces for run in piece.runs if run.link] == [title]
        assert all(size(piece.runs) <= 160 for piece in pieces)
        assert "".join(piece.text for piece in pieces).replace("x", "").replace("y", "") == title.text


def test_hundreds_of_citations_are_all_links_and_none_is_cut() -> None:
    text = "Alla säger det. " + "".join(f"[{number}]" for number in range(1, 301))
    given = answer(text, citations=[citation(number) for number in range(1, 301)])
    bodies = whole(shown(given, n7=f"{PUBLIC}/{'x' * 2_900}", n8=f"{PUBLIC}/{'x' * 3_000}"))
    check(bodies)
    check(short(shown(given)))
    links = [part for body in bodies for part in parts(rich(body)) if part["type"] == "link"]
    marks = [part["text"] for part in links if part["text"].startswith("[")]
    expected = [f"[{number}]" for number in range(1, 301) if number != 8]
    assert sorted(marks) == sorted(expected * 2)
    assert all(part["url"].startswith(f"{PUBLIC}/") for part in links)


def test_huge_tables_cards_and_names_stay_within_the_limits() -> None:
    huge = "Mycket långt ord " * 400
    given = answer(
        "Tabellen visar allt. [1]",
        ai_generated=True,
        model=huge,
        citations=[citation(1, title=huge, publisher=huge, quote=huge, page=3)],
        table=Table(
            columns=["Län", huge], rows=[[f"Län {number}", f"Mål {number} [1]"] for number in range(100)]
        ),
        cards=[Card(kind=huge, name=huge, fields={huge: huge, "Tom": ""}, citations=[1])],
        notices=[huge, "Kort."],
        follow_ups=[huge],
    )
    bodies = whole(shown(given))
    check(bodies)
    check(short(shown(given)))
    told = " ".join("".join(texts(bodies)).split())
    assert all(f"Mål {number} " in told for number in range(100))
    assert told.count("Mycket långt ord") > 4 * 390
    assert len(short(shown(given))) == 1


def test_long_answers_are_blocks_that_slack_sdk_takes() -> None:
    bodies = whole(shown(answer("Ett stycke med ord.\n\n- Punkt\n" * 400, citations=[citation(1)])))
    for body in bodies:
        assert [block.to_dict() for block in Block.parse_all(list(body.blocks))] == list(body.blocks)
