"""Officers and Utblick in Slack: conversations with every kind of message and modal that there is."""

from dataclasses import replace
from datetime import date
from typing import Any

from quiet_page import KnowingLibrary
from slack_preview import preview
from slack_server import SlackServer
from slack_small import waiting
from slack_workspace import Json
from small_service import FIRST, SECOND, STRATEGY, SmallAssistant, cite, good_answer

from assistant.answers import Answer, Card, Citation, Table, Validity
from assistant.channels.slack.actions import Action
from assistant.channels.slack.digest.digest_blocks import Digest, digest_body
from assistant.channels.slack.digest.week import Asked, Paper, Papers, Told
from assistant.questions import Question
from assistant.switch import Switch
from vectorstore.passages import Document, Status
from vectorstore.settings import Settings
from vectorstore.watch_news import NewsKind

ROOM, OTHER, SHARED, CLOSED = "C0OMVARLD", "C0ANNAN", "C0DELAD", "C0STANGD"
FREE, ANNA = "C0FRITT", "U0ANNA"
# Utblick keeps a pace in each channel, so that several are faster.
MANY = ("C0EN", "C0TVA", "C0TRE", "C0FYRA", "C0FEM")
PEOPLE = ("U0BO", "U0CI", "U0DAN", "U0EVA", "U0FIA", "U0GUN")
RULES = """
usual: {colleagues: [U0ADMIN], region: Påhitt}
channels:
  C0OMVARLD: {region: Påhitt}
  C0ANNAN: {answers: asker}
  C0STANGD: {on: false}
"""
GRANT = replace(
    STRATEGY,
    id="utlysning",
    source="utlysning.md",
    metadata=replace(
        STRATEGY.metadata,
        title="Utlysning: internationaliseringscheckar hösten 2026",
        regions=("Värmland",),
        as_of="2026-09",
        period=("2026-09", "2026-12"),
        status=Status.CURRENT,
    ),
)
PLAN = replace(
    STRATEGY,
    id="plan",
    source="plan.md",
    metadata=replace(
        STRATEGY.metadata,
        title="Handlingsplan för internationellt arbete och samarbete kring Östersjön 2025–2030",
        publisher="Region Hittepå",
        regions=("Dalarna",),
        as_of="2025-03",
        period=("2025", "2030"),
        status=Status.PROPOSAL,
    ),
)
SHELF = {each.id: each for each in (STRATEGY, GRANT, PLAN)}
LONG = f"""Företag i Påhitt kan söka två sorters stöd för att prova en ny marknad [1].

{FIRST} [2]

- Checken täcker högst hälften av kostnaderna, och resten betalar företaget själv [2].
- Den går till förstudier, översättningar, juridisk hjälp och besök hos möjliga kunder [2].
- Företaget får ha högst 249 anställda och ska finnas i länet [1].
- Samma kostnad får inte få annat offentligt stöd [1].

{SECOND} Därför går ansökningar om Polen, Tyskland och de baltiska länderna före andra [3].

Ansökan görs på webben. Regionen svarar inom sex veckor och betalar när arbetet är redovisat [1]. \
{"Den som fått avslag får söka igen när ansökan har ändrats i något väsentligt [2]. " * 4}

Regionens egen rådgivare hjälper gärna till innan ansökan skickas [3]."""


class Shelf(KnowingLibrary):
    """Three documents that read the same and differ in what they are."""

    def documents(self) -> list[Document]:
        return [replace(each, text="") for each in SHELF.values()]

    def document(self, id: str) -> Document | None:
        return SHELF.get(id) or super().document(id)

    def passages(self, document_id: str) -> Any:
        known = document_id in SHELF
        kept = super().passages(STRATEGY.id if known else document_id)
        return [replace(each, document_id=document_id) for each in kept]


def _cited() -> list[Citation]:
    def of(document: Document, number: int, at: int) -> Citation:
        known, one = document.metadata, cite(STRATEGY, number, at)
        standing = Validity(status=known.status, period=list(known.period), as_of=known.as_of)
        named = {"title": known.title, "publisher": known.publisher, "source": document.source}
        return one.model_copy(update={"document_id": document.id, "validity": standing, **named})

    return [of(STRATEGY, 1, 0), of(GRANT, 2, 0), of(PLAN, 3, 1)]


class Talkative(SmallAssistant):
    """As the small one; some questions have long answers, tables or cards."""

    def ask(self, question: Question) -> Answer:
        if "jämför" not in question.text.lower() and "länge" not in question.text:
            return super().ask(question)
        plain = good_answer(f"lång-{len(self.asked)}", "sv").model_copy(update={"citations": _cited()})
        self.asked.append(question)
        if "länge" in question.text:
            return plain.model_copy(update={"text": LONG, "cards": [], "table": Table()})
        rows = [
            [f"Region {name}", "Östersjön och Norden [3]", "Checkar, högst 100 000 kr [2]"] for name in NAMES
        ]
        card = {
            "Belopp": "Högst 100 000 kr [2]",
            "För vem": "Företag i länet [1]",
            "Sista dag": "31 december 2026 [2]",
        }
        return plain.model_copy(
            update={
                "text": "Alla fyra regionerna ser mot Östersjön. Bara två har egna checkar [2].",
                "table": Table(columns=["Region", "Inriktning", "Stöd till företag"], rows=rows),
                "cards": [
                    Card(kind="programme", name="Internationaliseringscheckar", fields=card, citations=[2])
                ],
                "notices": ["Planen för Hittepå är ett förslag och inte beslutad [3]."],
            }
        )


NAMES = ("Påhitt", "Hittepå", "Nordanskog", "Sydvik")


def week() -> Digest:
    """A week as it may well be."""
    asked = Asked(
        count=47,
        before=39,
        answered=38,
        in_field=43,
        unhelpful=3,
        themes={"funding": 18, "partners": 11, "strategy": 9},
        regions={"Påhitt": 12, "Hittepå": 4},
        kept=True,
        unanswered=[
            Told("Hur söker jag Eurostars från Påhitt?", 3),
            Told("Vilka partner finns i Gdańsk?", 1),
        ],
        poor=[Told("Vem är kontaktperson för Interreg?", 2)],
    )
    papers = Papers(
        stored=[Paper("utlysning", GRANT.metadata.title, NewsKind.NEW), Paper("plan", PLAN.metadata.title)],
        gone=[],
        over=[Paper("strategi", STRATEGY.metadata.title)],
        soon=[Paper("utlysning", GRANT.metadata.title)],
    )
    return Digest(date(2026, 11, 15), True, asked, papers)


class Talk:
    """People and the app in conversation, one answer at a time."""

    def __init__(self, slack: SlackServer, url: str) -> None:
        self.slack, self.url = slack, f"{url}/slack/events"

    def send(self, payload: Json, messages: int = 1) -> Json:
        """Send it, wait for as many messages of ours, and give the last of them."""
        before = len(self.slack.ours())
        assert self.slack.post(self.url, payload).status_code == 200
        return waiting(lambda: self.slack.ours()[before + messages - 1 :])[-1]

    def opens(self, payload: Json) -> Json:
        """Send it and give the modal that it opens."""
        before = len(self.slack.views)
        assert self.slack.post(self.url, payload).status_code == 200
        return waiting(lambda: self.slack.views[before:])[-1]

    def page(self, title: str, since: int, views: Any = ()) -> str:
        """What was said since then, as a page."""
        return preview(self.slack, title, self.slack.messages()[since:], views)


def told(talk: Talk, switch: Switch) -> dict[str, str]:
    """Every kind of message, by the name of its picture."""
    slack, pages = talk.slack, {}

    def start() -> int:
        return len(slack.messages())

    at = start()
    short = talk.send(slack.mention(MANY[0], ANNA, "Hur länge kan ett företag få stöd, och för vad?"))
    pages["answer"] = talk.page("# omvarld · kort svar i tråd", at)
    at = start()
    talk.send(slack.press(short, Action.MORE))
    pages["whole"] = talk.page("# omvarld · hela svaret", at)
    at = start()
    compared = talk.send(slack.mention(MANY[1], ANNA, "Jämför regionernas stöd till företag"))
    talk.send(slack.press(compared, Action.COLLEAGUE))
    pages["comparison"] = talk.page("# omvarld · jämförelse, kort och kollega", at)
    at = start()
    private = talk.send(slack.command(OTHER, ANNA, "Vad finns det för stöd?"))
    talk.send(slack.press(private, Action.SHARE))
    talk.send(slack.mention(OTHER, ANNA, "Vilka länder gäller samarbetet?"))
    pages["private"] = talk.page("# annan · bara för den som frågar, sedan delat", at)
    at = start()
    talk.send(slack.command(MANY[2], ANNA, ""))
    for room in (SHARED, CLOSED):
        talk.send(slack.mention(room, ANNA, "Vad finns det för stöd?"))
    for user, text in zip(PEOPLE, ("något okänt", "en oklar fråga", "för lång " * 40), strict=False):
        talk.send(slack.direct(user, text))
    switch.turn_off("Vi byter dokument till på fredag.")
    talk.send(slack.direct(PEOPLE[3], "Vad finns det för stöd?"))
    switch.turn_on()
    talk.send(slack.press(compared, Action.HELPFUL))
    talk.send(slack.command(MANY[3], ANNA, "settings"))
    pages["words"] = talk.page("Hjälp, nej och följdfråga", at)
    opened = slack.pane_opened(PEOPLE[4])
    at = start()
    talk.send(opened)
    waiting(lambda: slack.prompts)
    pages["pane"] = talk.page("Utblick · assistentens ruta", at)
    at = start()
    talk.send(slack.direct(PEOPLE[5], "en ond fråga"))
    pages["hostile"] = talk.page("Utblick · fientligt dokument", at)
    at = start()
    body = digest_body(week(), Settings(_env_file=None, public_url="https://utblick.example"))  # type: ignore[call-arg]
    slack.add(ROOM, slack.bot_user, body.text, blocks=list(body.blocks), parse="none")
    pages["digest"] = talk.page("# omvarld · veckans sammanfattning", at)
    opinion = talk.opens(slack.press(short, Action.UNHELPFUL))
    fixed, form = (talk.opens(slack.command(room, "U0ADMIN", "settings")) for room in (ROOM, FREE))
    pages["opinion"] = talk.page("Varför hjälpte svaret inte?", start(), [opinion])
    pages["settings"] = talk.page("Kanalens inställningar, fasta och fria", start(), [fixed, form])
    return pages
