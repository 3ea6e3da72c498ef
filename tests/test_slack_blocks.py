"""An answer in Slack: what an officer reads at a glance, what comes on request, and what can be pressed."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from slack_killed import slack_worker
from slack_sdk.models.blocks import Block
from small_service import SmallAssistant, SmallLibrary, good_answer
from test_slack_lengths import PUBLIC, answer, check, citation, letters, parts, rich, shown, texts

from assistant.answers import AnswerStatus, Card, Table, Validity
from assistant.channels.service import Exchange
from assistant.channels.slack.actions import Action
from assistant.channels.slack.blocks.answer_blocks import Heard, Shown, short, whole
from assistant.channels.slack.blocks.plain_bodies import said
from assistant.channels.slack.blocks.showing import shown as showing
from assistant.channels.slack.messages import Body
from assistant.channels.slack.parts import SlackParts
from assistant.channels.slack.rules import Answers, Rule
from assistant.channels.slack.wishes import Way, What, Wish
from vectorstore.passages import Status

SENTENCE = "Företag i Påhitt får söka stöd för export till nya marknader i Norden hela året. [1] "
ENDED = Validity(status=Status.ENDED, period=["2019", "2021-03"], as_of="2019-05", note="Kontrollera. ")


def told(bodies: tuple[Body, ...], of: str = "") -> str:
    """What is read, line by line; only what stands in elements of the type `of`, if given."""
    found = [each for body in bodies for block in rich(body) for each in block["elements"]]
    lines = [
        item
        for element in found
        if element["type"] == of or not of
        for item in (element["elements"] if element["type"] == "rich_text_list" else [element])
    ]
    return "\n".join("".join(part["text"] for part in parts(line)).strip("\n") for line in lines)


def buttons(body: Body) -> dict[str, dict[str, Any]]:
    rows = [block for block in body.blocks if block["type"] == "actions"]
    return {button["action_id"]: button for row in rows for button in row["elements"]}


def has_more(given: Shown) -> bool:
    return Action.MORE in buttons(short(given)[-1])


def small(body: Body) -> list[str]:
    return [each["text"] for block in body.blocks if block["type"] == "context" for each in block["elements"]]


def test_the_answer_comes_first_and_takes_about_eight_rows() -> None:
    given = shown(answer(SENTENCE * 40, citations=[citation(1)]))
    (body,) = short(given)
    check((body,))
    first = "".join(part["text"] for part in parts(body.blocks[0]))
    assert first == (SENTENCE * 7).strip()
    assert len(first) <= 8 * 80
    assert body.text.startswith("Företag i Påhitt får söka stöd")
    assert has_more(given)


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        ("Kort svar.", "Kort svar."),
        ("Så här:\n\n- " + "\n- ".join(["En punkt"] * 20), "Så här:" + "\nEn punkt" * 7),
        (SENTENCE * 5 + "\n\nDet här kan passa:\n\n- " + "ord " * 99, SENTENCE * 5),
        (SENTENCE * 6 + "\n\n- " + SENTENCE * 4, SENTENCE * 6),
        ("ordet " * 400, "ordet " * 106 + "…"),
        ("x" * 5_000, "x" * 640 + " …"),
        ("a\n" * 30, "a\n" * 8 + "…"),
        ("Ur en källa:\n\n- " + "ordet " * 400, "Ur en källa:\n" + "ordet " * 93 + "…"),
        ("Första. Andra raden\n" * 20, "Första. Andra raden\n" * 7 + "Första."),
    ],
)
def test_the_beginning_ends_with_a_line_or_a_sentence(text: str, beginning: str) -> None:
    (body,) = short(shown(answer(text)))
    lines = told((body,)).replace("\n", " ").split()
    assert lines == beginning.replace("\n", " ").split()


def test_what_is_cut_keeps_the_source_of_what_is_shown_and_no_other() -> None:
    cited = [citation(number) for number in (1, 2)]
    quoted = shown(
        answer("Ur en källa:\n\n- " + "Företag får stöd. " * 60 + "[1]\n- Annat. [2]", citations=cited)
    )
    first = told(short(quoted)).split("\n")[1]
    assert first.endswith("får stöd. [1]") and "Dokument 1" in told(short(quoted))
    assert "Dokument 2" not in told(short(quoted))
    links = [part["text"] for part in parts(rich(short(quoted)[0])) if part["type"] == "link"]
    assert links[0] == "[1]"
    apart = shown(answer("Ett. [1] " * 80 + "Två. " * 200 + "[2]", citations=cited))
    assert "Dokument 2" not in told(short(apart))


def test_two_rows_more_are_shown_when_they_are_all_that_is_left() -> None:
    ten, eleven = ("\n".join(["- En punkt"] * count) for count in (10, 11))
    assert not has_more(shown(answer(ten)))
    assert has_more(shown(answer(eleven)))
    assert told(short(shown(answer(eleven)))).count("En punkt") == 8


def test_only_the_sources_of_what_is_shown_are_listed() -> None:
    text = "Kort. [2]\n\n" + SENTENCE.replace("[1]", "[1] [3]") * 12
    given = shown(answer(text, citations=[citation(number) for number in (1, 2, 3)]))
    assert "Dokument 3" in told(short(given))
    late = shown(answer("Kort. [2]\n\n" + "Långt. [2] " * 300 + "[3]", citations=[citation(2), citation(3)]))
    assert "Dokument 2" in told(short(late)) and "Dokument 3" not in told(short(late))
    assert has_more(late) and "Dokument 3" in told(whole(late))


@pytest.mark.parametrize(
    ("given", "more"),
    [
        ({"text": "Kort."}, False),
        ({"text": "Kort. [1]", "citations": [citation(1)]}, False),
        ({"text": "Kort. [1]", "citations": [citation(1), citation(2)]}, True),
        ({"text": "Ett. " + "[1]" * 9, "citations": [citation(1)]}, False),
        (
            {
                "text": "".join(f"[{n}]" for n in range(1, 10)),
                "citations": [citation(n) for n in range(1, 10)],
            },
            True,
        ),
        ({"text": "Kort.", "table": Table(columns=["Län", "Mål"], rows=[["Påhitt", "Export"]] * 5)}, False),
        ({"text": "Kort.", "table": Table(columns=["Län", "Mål"], rows=[["Påhitt", "Export"]] * 6)}, True),
        ({"text": "Kort.", "cards": [Card(kind="project", name="A", fields={"Mål": "Export"})] * 4}, False),
        ({"text": "Kort.", "cards": [Card(kind="project", name="A", fields={"Mål": "Export"})] * 5}, True),
        ({"text": "Kort.", "notices": ["Gammalt."] * 3}, False),
        ({"text": "Kort.", "notices": ["Gammalt."] * 4}, True),
        ({"text": "Kort.", "notices": ["Gammalt " * 90]}, True),
        ({"text": "Kort.", "follow_ups": ["Vem?"] * 3}, False),
        ({"text": "Kort.", "follow_ups": ["Vem?"] * 4}, True),
    ],
)
def test_more_is_offered_exactly_when_there_is_more(given: dict[str, Any], more: bool) -> None:
    seen = shown(answer(**given))
    check(short(seen))
    assert has_more(seen) == more
    assert Action.MORE not in buttons(whole(seen)[-1])


def test_more_is_offered_whenever_generated_answers_say_more() -> None:
    random = Random(7)
    for _ in range(25):
        cited = [citation(number, quote="") for number in range(1, random.randint(1, 12))]
        marks = [f"[{one.number}]" for one in cited if random.random() < 0.9]
        sentences = [
            f"Mening {number} {random.choice(marks or [''])}." for number in range(random.randint(1, 60))
        ]
        text = "".join(each + random.choice([" ", " ", "\n\n", "\n- "]) for each in sentences)
        rows = [[f"Rad {number}", "Cell " * random.randint(1, 40)] for number in range(random.randint(0, 12))]
        given = shown(
            answer(
                text + " ".join(marks),
                citations=cited,
                table=Table(columns=["Rad", "Cell"], rows=rows) if rows else Table(),
                cards=[
                    Card(kind="project", name=f"Kort {n}", fields={"Mål": "Ord " * 20})
                    for n in range(random.randint(0, 4))
                ],
                notices=["Tänk på det."] * random.randint(0, 5),
            )
        )
        check(short(given))
        check(whole(given))
        assert has_more(given) == (letters(told(short(given))) != letters(told(whole(given))))


def test_sources_are_numbered_links_with_publisher_year_and_validity() -> None:
    cited = [
        citation(1, validity=ENDED, page=4),
        citation(3, publisher="", validity=Validity(status=Status.CURRENT, period=["2022", "2028"])),
        citation(2, validity=ENDED, document_id="d1", title="Dokument 1", page=7),
    ]
    given = shown(answer("Det gäller. [1] [2] [3]", citations=cited))
    lines = told(short(given)).split("\n")
    assert "[1] [2] Dokument 1 · Region Påhitt 2019 · sida 4, 7 · Avslutat mars 2021. Kontrollera." in lines
    assert "[3] Dokument 3 · Gäller 2022–2028" in lines
    links = {part["text"]: part["url"] for part in parts(rich(short(given)[0])) if part["type"] == "link"}
    assert links == {
        "[1]": f"{PUBLIC}/documents/d1?mark=0-8",
        "[2]": f"{PUBLIC}/documents/d2?mark=0-8",
        "[3]": f"{PUBLIC}/documents/d3?mark=0-8",
        "Dokument 1": f"{PUBLIC}/documents/d1?mark=0-8",
        "Dokument 3": f"{PUBLIC}/documents/d3?mark=0-8",
    }


@pytest.mark.parametrize(
    ("validity", "words"),
    [
        (Validity(), ""),
        (Validity(status=Status.CURRENT), " · Gäller"),
        (Validity(status=Status.CURRENT, period=["2013", ""]), " · Gäller från 2013"),
        (Validity(status=Status.CURRENT, period=["", "2028-06"]), " · Gäller till juni 2028"),
        (
            Validity(status=Status.CURRENT, period=["2019-01", "2021-03"]),
            " · Gäller januari 2019 – mars 2021",
        ),
        (Validity(status=Status.ENDED, period=["2019-01", "2021-03"]), " · Avslutat mars 2021"),
        (Validity(status=Status.PROPOSAL, period=["2028", "2034"]), " · Förslag 2028–2034"),
        (Validity(status=Status.HISTORICAL, note="Ersatt."), " · Historiskt. Ersatt."),
        (Validity(period=["2020", ""]), " · Okänt om det gäller (från 2020)"),
        (Validity(status=Status.CURRENT, note="Sägs redan."), " · Gäller"),
    ],
)
def test_validity_is_told_in_words(validity: Validity, words: str) -> None:
    given = answer("Ja. [1]", citations=[citation(1, validity=validity)], notices=["Sägs redan."])
    assert f"[1] Dokument 1 · Region Påhitt{words}" in told(short(shown(given))).split("\n")


def test_a_source_that_has_changed_or_is_gone_is_told_of_and_gone_ones_have_no_link() -> None:
    given = shown(answer("Ja. [1] [2]", citations=[citation(1), citation(2)]))
    seen = replace(given, links={1: given.links[1]}, standings={2: "Dokumentet finns inte kvar"})
    assert "[2] Dokument 2 · Region Påhitt · Dokumentet finns inte kvar" in told(short(seen))
    links = [part["url"] for part in parts(rich(short(seen)[0])) if part["type"] == "link"]
    assert set(links) == {given.links[1]}


def test_the_words_of_sources_come_on_request_and_only_what_was_not_said() -> None:
    cited = [citation(1, quote="Det här\nsägs redan."), citation(2, quote="Ord ur källan. " * 40)]
    given = shown(answer("Det här sägs redan. [1] Mer. [2]", citations=cited))
    assert "Ord ur källan" not in told(short(given))
    assert not has_more(given)
    quoted = told(whole(given), "rich_text_quote")
    assert "sägs redan" not in quoted
    assert quoted.startswith("Ord ur källan. ") and quoted.endswith("… Läs vidare") and len(quoted) < 320


def test_a_comparison_is_read_row_by_row_and_names_no_source_twice() -> None:
    rows = [
        ["Påhitt", "Nya marknader [1]", "Dokument 1 (2020)"],
        ["Hittepå", "Digital handel [2]", "Dokument 2 (2021)"],
    ]
    given = answer(
        "Tabellen visar två län.",
        citations=[citation(1, quote=""), citation(2, quote="")],
        table=Table(columns=["Jämförs", "Mål", "Källa och år"], rows=rows),
    )
    (body,) = short(shown(given))
    elements = body.blocks[0]["elements"]
    bold = [part["text"] for part in parts(body.blocks[0]) if part.get("style") == {"bold": True}]
    assert bold == ["Påhitt", "Hittepå"]
    kinds = [element["type"] for element in elements]
    assert kinds == ["rich_text_section", "rich_text_list", "rich_text_section", "rich_text_list"]
    assert told((body,)).count("Dokument 1") == 1
    assert "Mål: Nya marknader [1]" in told((body,), "rich_text_list")
    assert "Källa och år: Dokument 1 (2020)" in told(whole(shown(given)))
    assert not has_more(shown(given))


def test_every_row_of_a_long_comparison_has_its_beginning_and_its_sources() -> None:
    said = "Regionen vill nå nya marknader och söker partner i länderna runt Östersjön. " * 4
    rows = [[f"Region {name}", f"{said}[{name}]"] for name in range(1, 5)]
    given = shown(
        answer(
            "Fyra svar.",
            citations=[citation(number) for number in range(1, 5)],
            table=Table(columns=["Region", "Mål"], rows=rows),
        )
    )
    check(short(given))
    lines = told(short(given)).split("\n")
    cells = [line for line in lines if line.startswith("Mål: ")]
    assert [line[-5:] for line in cells] == [f"… [{number}]" for number in range(1, 5)]
    assert all(len(line) <= 160 for line in cells)
    assert has_more(given) and not any("Fler rader" in line for line in lines)
    links = {part["text"] for part in parts(rich(short(given)[0])) if part["type"] == "link"}
    assert {f"[{number}]" for number in range(1, 5)} <= links
    eight = shown(answer("Åtta.", table=Table(columns=["Region", "Mål"], rows=rows * 2)))
    assert "Fler rader i jämförelsen: 3" in told(short(eight))


def test_a_cell_that_says_more_than_a_source_stays() -> None:
    rows = [["Påhitt", "Dokument 1 gäller till 2030 [1]"]]
    table = Table(columns=["Jämförs", "Vad"], rows=rows)
    given = answer("Tabellen.", citations=[citation(1)], table=table)
    assert "Dokument 1 gäller till 2030" in told(short(shown(given)))


def test_cards_tell_kind_validity_and_what_the_text_has_not_said() -> None:
    card = Card(
        kind="organisation",
        name="Business Påhitt",
        fields={"Vad": "Hjälper företag. [1]", "Webb": "pahitt.example"},
        citations=[1],
        validity=Validity(status=Status.CURRENT, period=["2013", ""]),
    )
    given = answer("Ni kan fråga.\n- Hjälper företag. [1]", citations=[citation(1, quote="")], cards=[card])
    (body,) = short(shown(given))
    assert "\nBusiness Påhitt · Organisation · Gäller från 2013 [1]\n" in told((body,))
    assert told((body,)).count("Hjälper företag") == 1
    assert "Webb: pahitt.example" in told((body,))
    assert told(whole(shown(given))).count("Hjälper företag") == 2


def test_a_card_of_which_everything_was_said_comes_only_on_request() -> None:
    said_already = Card(kind="organisation", name="Business Påhitt", fields={"Vad": "Hjälper företag. [1]"})
    text = "Fråga Business Påhitt.\n- Hjälper företag. [1]"
    given = shown(answer(text, citations=[citation(1, quote="")], cards=[said_already]))
    assert "Organisation" not in told(short(given)) and not has_more(given)
    assert "Business Påhitt · Organisation" in told(whole(given))


def test_numbered_lists_count_as_the_text_does() -> None:
    text = "Gör så här:\n\n3. Tredje\n4. Fjärde\n   - Under\n5. Femte\n\nSedan:\n\n1. Först\n\n2021. Ett år"
    elements = short(shown(answer(text)))[0].blocks[0]["elements"]
    lists = [each for each in elements if each["type"] == "rich_text_list"]
    found = [(each["style"], each.get("offset", 0), each["indent"], len(each["elements"])) for each in lists]
    assert found == [
        ("ordered", 2, 0, 2),
        ("bullet", 0, 1, 1),
        ("ordered", 4, 0, 1),
        ("ordered", 0, 0, 1),
        ("ordered", 2020, 0, 1),
    ]


@pytest.mark.parametrize("text", ["> " * 60 + "djupt", "- " * 60 + "djupt", "0. noll\n1. ett", "007. spion"])
def test_what_markdown_would_lose_is_shown_as_it_stands(text: str) -> None:
    assert letters(told(whole(shown(answer(text))))) == letters(text)


def test_it_is_told_who_wrote_the_answer_and_that_it_can_be_wrong() -> None:
    extract = answer("Ja. [1]", citations=[citation(1)])
    model = extract.model_copy(update={"ai_generated": True, "model": "mistral-small"})
    (label,) = small(short(shown(extract))[0])
    assert label == "Utdrag ur dokument. Svaret kan vara fel. Läs källorna innan du litar på det."
    (label,) = small(short(shown(model))[0])
    assert label.startswith("AI-genererat svar, skrivet av språkmodellen mistral-small. Svaret kan vara fel.")
    assert small(short(shown(answer("Hej.")))[0]) == ["Automatiskt svar"]


def test_the_question_stands_above_only_for_those_who_do_not_see_it() -> None:
    given = shown(answer("Ja."))
    assert small(short(replace(given, asked=True))[0])[0] == "Du frågade: Vad gäller?"
    assert "Vad gäller?" not in str(short(given))


def test_buttons_hold_the_answer_and_lead_to_the_chat() -> None:
    given = shown(answer("Ja. " * 400))
    found = buttons(short(given)[0])
    assert list(found) == [
        Action.MORE,
        Action.HELPFUL,
        Action.UNHELPFUL,
        Action.SHARE,
        Action.COLLEAGUE,
        Action.WEB,
    ]
    assert {button["value"] for button in found.values()} == {"svar-1"}
    assert [name for name, button in found.items() if "url" in button] == [Action.WEB]
    assert found[Action.WEB]["url"] == given.web
    none = replace(given, actions=frozenset({Action.WEB}), web="")
    assert buttons(whole(none)[-1]) == {}
    assert Action.WEB not in buttons(short(replace(given, web=f"{PUBLIC}/?{'x' * 3_000}"))[0])


@pytest.mark.parametrize("heard", Heard)
def test_choices_are_text_with_how_to_answer(heard: Heard) -> None:
    given = answer("I vilket län finns ni?", follow_ups=["Vi finns i Påhitt", "Vi finns i Hittepå"])
    seen = replace(shown(given.model_copy(update={"status": AnswerStatus.CLARIFY})), heard=heard)
    invitation = {Heard.REPLY: "Svara med", Heard.MENTION: "nämn Utblick", Heard.AGAIN: "Fråga igen"}[heard]
    assert invitation in told(short(seen))
    assert told(short(seen), "rich_text_list") == "Vi finns i Påhitt\nVi finns i Hittepå"


def test_whole_questions_are_asked_and_not_answered_with() -> None:
    given = answer("Vad gäller det?", follow_ups=["Vad är en check?", "Vem ger stöd?"])
    given = given.model_copy(update={"status": AnswerStatus.CLARIFY})
    seen = told(short(shown(given)))
    assert "Fråga vidare" in seen and "Svara med" not in seen


@pytest.mark.parametrize("language", ["sv", "en", "no"])
def test_every_language_has_its_words_and_slack_sdk_takes_the_blocks(language: str) -> None:
    given = good_answer("svar-1", language)
    for bodies in (short(shown(given)), whole(shown(given))):
        check(bodies)
        for body in bodies:
            assert [block.to_dict() for block in Block.parse_all(list(body.blocks))] == list(body.blocks)


def test_texts_of_ours_are_one_message_with_what_was_filled_in_as_it_stands() -> None:
    body = said("Chatten är **avstängd**: <!channel> & mer.\n\n- En punkt")
    assert texts((body,)) == ["Chatten är ", "avstängd", ": <!channel> & mer.", "En punkt"]
    assert body.text == "Chatten är avstängd: &lt;!channel&gt; &amp; mer. En punkt"
    long = said("ord " * 10_000)
    check((long,))


@pytest.fixture(scope="module")
def slack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlackParts]:
    given = {"public_url": PUBLIC, "slack_bot_token": "xoxb-1", "slack_signing_secret": "x"}
    folder = tmp_path_factory.mktemp("slack")
    with slack_worker(folder, given, SmallAssistant(), SmallLibrary()) as parts:
        yield parts


def wish(way: Way, **given: str) -> Wish:
    return Wish(What.ANSWER, way, "T1", given.pop("channel", "C1"), "U1", **given)


def test_links_lead_to_the_passage_at_the_public_address(slack: SlackParts) -> None:
    given = good_answer("svar-9", "sv")
    seen = showing(slack, given, "Vad gäller?", wish(Way.MENTION), Rule())
    assert set(seen.links) == {1, 2}
    for one in given.citations:
        address = f"{PUBLIC}/documents/{one.document_id}?mark={one.start}-{one.end}&lang=sv#p-"
        assert seen.links[one.number].startswith(address)
    assert seen.standings == {}


def test_sources_that_changed_since_are_told_of(slack: SlackParts) -> None:
    given = good_answer("svar-10", "sv")
    first, second = given.citations
    gone = first.model_copy(update={"document_id": "borta", "passage_id": "borta"})
    other = second.model_copy(
        update={"quote": "Så står det inte.", "passage_id": "annan", "start": 0, "end": 17}
    )
    given = given.model_copy(update={"citations": [gone, other]})
    seen = showing(slack, given, "Vad gäller?", wish(Way.MENTION), Rule())
    assert seen.standings == {1: "Dokumentet finns inte kvar", 2: "Dokumentet har ändrats sedan svaret gavs"}
    assert set(seen.links) == {2} and "mark=" not in seen.links[2]


def test_without_a_public_address_there_are_no_links(slack: SlackParts) -> None:
    settings = slack.settings.model_copy(update={"public_url": ""})
    local = replace(slack, service=replace(slack.service, settings=settings))
    seen = showing(local, good_answer("svar-11", "sv"), "Vad gäller?", wish(Way.MENTION), Rule())
    assert (seen.links, seen.web) == ({}, "")
    assert Action.WEB not in seen.actions
    assert not [part for body in whole(seen) for part in parts(rich(body)) if part["type"] == "link"]


def test_the_chat_goes_on_with_the_answers_of_the_thread(slack: SlackParts) -> None:
    asked = wish(Way.MENTION, thread="1.0", ts="1.0")
    assert slack.inbox.keep(asked, ["message:C1:1.0"], joins=True)
    for number in ("svar-1", "svar-2"):
        slack.threads.answered("T1", "C1", "1.0", number)
    for number, turns in (
        ("svar-2", "turn=svar-1&turn=svar-2"),
        ("svar-3", "turn=svar-1&turn=svar-2&turn=svar-3"),
    ):
        given = good_answer(number, "sv")
        slack.service.exchanges.add(Exchange("Vad gäller?", given))
        web = showing(slack, given, "Vad gäller?", asked, Rule()).web
        assert web == f"{PUBLIC}/?{turns}&lang=sv#a-{number}"


@pytest.mark.parametrize(
    ("asked", "rule", "expected"),
    [
        (wish(Way.MENTION), Rule(), set()),
        (wish(Way.MENTION), Rule(answers=Answers.ASKER), {Action.SHARE}),
        (wish(Way.COMMAND, response_url="x"), Rule(), {Action.SHARE}),
        (wish(Way.SHORTCUT, response_url="x"), Rule(colleagues=("U123",)), {Action.SHARE, Action.COLLEAGUE}),
        (wish(Way.MENTION), Rule(colleagues=("U123",)), {Action.COLLEAGUE}),
        (wish(Way.DIRECT, channel="D1"), Rule(colleagues=("U123",), answers=Answers.ASKER), set()),
        (wish(Way.COMMAND, channel="D1", response_url="x"), Rule(), set()),
        (wish(Way.BUTTON, response_url="x"), Rule(answers=Answers.ASKER), set()),
    ],
)
def test_buttons_fit_where_the_answer_is(
    slack: SlackParts, asked: Wish, rule: Rule, expected: set[Action]
) -> None:
    given = good_answer("svar-12", "sv")
    usual = {Action.HELPFUL, Action.UNHELPFUL, Action.WEB}
    assert showing(slack, given, "Vad gäller?", asked, rule).actions == usual | expected


@pytest.mark.parametrize("status", AnswerStatus)
def test_only_answers_from_documents_are_judged_and_shared(slack: SlackParts, status: AnswerStatus) -> None:
    given = answer("Så är det.").model_copy(update={"status": status})
    rule = Rule(colleagues=("U123",), answers=Answers.ASKER)
    seen = showing(slack, given, "Vad gäller?", wish(Way.MENTION), rule)
    judged = status in (AnswerStatus.ANSWERED, AnswerStatus.PARTIAL, AnswerStatus.NOT_IN_SOURCES)
    assert (Action.HELPFUL in seen.actions) == (Action.SHARE in seen.actions) == judged
    (body,) = short(seen)
    assert told((body,)) == "Så är det."


def test_how_to_go_on_depends_on_where_it_was_asked(slack: SlackParts) -> None:
    def heard(way: Way, **rule: bool) -> tuple[Heard, bool]:
        seen = showing(slack, answer("Ja."), "Vad?", wish(way), Rule(**rule))
        return seen.heard, seen.asked

    assert heard(Way.MENTION) == (Heard.REPLY, False)
    assert heard(Way.MENTION, only_mentioned=True) == (Heard.MENTION, False)
    assert heard(Way.DIRECT, only_mentioned=True) == (Heard.REPLY, False)
    assert heard(Way.COMMAND) == (Heard.AGAIN, True)
    assert heard(Way.SHORTCUT) == (Heard.AGAIN, False)
