"""A small real assistant over a small fixed library, and a real server in front of it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import uvicorn

from assistant.answers import Answer, AnswerStatus, Card, Citation, Claim, Table, Validity
from assistant.channels.api import create_app
from assistant.channels.server import configuration
from assistant.channels.service import Library
from assistant.evaluation.target import Local, Target
from assistant.events import Delta, Step
from assistant.feedback import FeedbackStore
from assistant.question_log import QuestionLog
from assistant.questions import Question
from vectorstore.database import open_database
from vectorstore.passages import Document, Metadata, Page, Passage, Status
from vectorstore.queries import Hit, Query
from vectorstore.settings import Settings

FIRST = "Regionen ger checkar till små företag som vill prova en ny marknad. Stödet är högst 100 000 kronor."
SECOND = "Samarbetet gäller först och främst länderna runt Östersjön."
FILLING = "\n\n".join(f"Stycke {n} handlar om annat och gör sidan lång." for n in range(60))
TEXT = f"""# Strategi för omvärlden

Detta är en påhittad strategi.

{FILLING}

## Stöd till företag

{FIRST}
Ansökan görs löpande.

| Stöd | Belopp |
|---|---|
| Check | 100 000 |

## Samarbete

{SECOND}
"""
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)> \"'><svg onload=alert(3)> {{7*7}} ${x}"
EVIL_MARKDOWN = "[click](javascript:alert(4)) ![x](https://evil.example/p.png) <b onclick=alert(5)>b</b>"
EVIL_REFERENCE = "\n\n[1]: https://evil.example/\n\n<https://evil.example/>\n\n<iframe src=//evil.example>"
EVIL_TEXT = f"{EVIL} {EVIL_MARKDOWN} [1] {EVIL_REFERENCE}"


def _passage(document: Document, number: int, text: str, headings: tuple[str, ...], page: int) -> Passage:
    start = document.text.index(text)
    end = start + len(text)
    return Passage(f"p{number}", document.id, number, text, start, end, "", text, page, headings)


STRATEGY = Document(
    id="strategi",
    uri="file:///strategi.md",
    source="strategi.md",
    digest="0",
    text=TEXT,
    metadata=Metadata(
        title="Strategi för omvärlden",
        publisher="Region Påhitt",
        regions=("Påhitt",),
        language="sv",
        as_of="2021-04",
        period=("2019-01", "2021-03"),
        status=Status.ENDED,
        source_url="https://region.example/strategi",
    ),
    pages=(Page(1, 0, TEXT.index("## Stöd")), Page(2, TEXT.index("## Stöd"), len(TEXT))),
)
HOSTILE = Document(
    id='ond"><x',
    uri="file:///ond.md",
    source=EVIL,
    digest="1",
    text=EVIL_TEXT,
    metadata=Metadata(title=EVIL, publisher=EVIL, language="sv", source_url="javascript:alert(6)"),
)
PASSAGES = {
    STRATEGY.id: [
        _passage(STRATEGY, 1, FIRST, ("Strategi för omvärlden", "Stöd till företag"), 2),
        _passage(STRATEGY, 2, SECOND, ("Strategi för omvärlden", "Samarbete"), 2),
    ],
    HOSTILE.id: [Passage('p"><i', HOSTILE.id, 1, EVIL_TEXT, 0, len(EVIL_TEXT), "", EVIL_TEXT, 1, (EVIL,))],
}


@dataclass(frozen=True)
class SmallState:
    name: str = "ready"
    reason: str = ""


class SmallLibrary:
    """Two documents; every search finds every passage."""

    def __init__(self) -> None:
        self.now = SmallState()
        self.asked: list[Query] = []
        self.retriever = self

    def documents(self) -> list[Document]:
        return [replace(each, text="") for each in (STRATEGY, HOSTILE)]

    def document(self, id: str) -> Document | None:
        return {STRATEGY.id: STRATEGY, HOSTILE.id: HOSTILE}.get(id)

    def passages(self, document_id: str) -> list[Passage]:
        return PASSAGES.get(document_id, [])

    def state(self) -> SmallState:
        return self.now

    def retrieve(self, query: Query) -> list[Hit]:
        self.asked.append(query)
        if query.text == "boom":
            raise RuntimeError("secret detail")
        found = [(passage, each) for each in (STRATEGY, HOSTILE) for passage in PASSAGES[each.id]]
        return [Hit(passage, each, 1 / n) for n, (passage, each) in enumerate(found, start=1)][: query.top_k]


class SmallAssistant:
    """Answers from the first passages; a few words in the question make it misbehave."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.closed = 0
        self.slow_steps = 100
        self._numbers = count(1)

    def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        number = f"svar-{next(self._numbers)}"
        if "dröj" in question.text:
            time.sleep(0.2)
        if "okänt" in question.text:
            return Answer(
                id=number,
                status=AnswerStatus.NOT_IN_SOURCES,
                language="sv",
                text="Jag hittar inget svar i dokumenten.",
            )
        if "ond" in question.text:
            return hostile_answer(number)
        if "oklar" in question.text:
            return Answer(
                id=number,
                status=AnswerStatus.CLARIFY,
                language="sv",
                text="I vilket län finns ni?",
                follow_ups=["Vi finns i Påhitt", "Vi finns i Hittepå"],
            )
        good = good_answer(number, question.language or "sv")
        exact = {"text": good.text.replace("\n- Tre [3]", "")}
        return good.model_copy(update=exact) if "exakt" in question.text else good

    def stream(self, question: Question) -> Iterator[Step | Delta | Answer]:
        try:
            yield Step("retrieve")
            if "boom" in question.text:
                raise RuntimeError("secret detail")
            answer = self.ask(question)
            yield Step("compose")
            for _ in range(self.slow_steps if "långsam" in question.text else 0):
                time.sleep(0.1)
                yield Delta("väntar ")
            pieces = [answer.text] if "ond" in question.text else answer.text.split(" ")
            for piece in pieces:
                yield Delta(piece + " ")
            yield answer
        finally:
            self.closed += 1


def cite(document: Document, number: int = 1, at: int = 0) -> Citation:
    passage, metadata = PASSAGES[document.id][at], document.metadata
    return Citation(
        number=number,
        document_id=document.id,
        passage_id=passage.id,
        title=metadata.title,
        publisher=metadata.publisher,
        source=document.source,
        page=passage.page,
        heading=list(passage.headings),
        quote=passage.text,
        start=passage.start,
        end=passage.end,
        validity=Validity(status=metadata.status, period=list(metadata.period), as_of=metadata.as_of),
    )


def good_answer(id: str, language: str) -> Answer:
    return Answer(
        id=id,
        status=AnswerStatus.ANSWERED,
        language=language,
        text=f"{FIRST} [1]\n\n- {SECOND} [2]\n- Tre [3]",
        claims=[Claim(text=FIRST, citations=[1])],
        citations=[cite(STRATEGY), cite(STRATEGY, 2, 1)],
        cards=[Card(kind="programme", name="Checkar", fields={"Belopp": "100 000 kr [1]"}, citations=[1])],
        table=Table(columns=["Region", "Mål"], rows=[["Påhitt", "Nya marknader [1]"]]),
        notices=["Strategin gällde till mars 2021 [1]."],
        follow_ups=["Vem söker jag hos?", "Vilka länder?"],
    )


def hostile_answer(id: str) -> Answer:
    validity = Validity(status=Status.PROPOSAL, note=EVIL)
    return Answer(
        id=id,
        status=AnswerStatus.PARTIAL,
        language="sv",
        text=EVIL_TEXT,
        ai_generated=True,
        citations=[cite(HOSTILE)],
        cards=[Card(kind=EVIL, name=EVIL, fields={EVIL: EVIL_TEXT}, citations=[1], validity=validity)],
        table=Table(columns=[EVIL], rows=[[EVIL_TEXT]]),
        notices=[EVIL_TEXT, "x" * 300],
        follow_ups=[EVIL],
    )


@dataclass
class Running:
    """A server that answers at `url`, and what stands behind it."""

    url: str
    assistant: SmallAssistant
    library: SmallLibrary
    feedback: FeedbackStore
    log: QuestionLog
    folder: Path


@contextmanager
def running(
    folder: Path,
    target: Callable[[], Target] | None = None,
    store: Library | None = None,
    answering: SmallAssistant | None = None,
    **given: str,
) -> Iterator[Running]:
    """The whole channel behind a real socket on a free port; evaluations ask the same assistant.

    `store` is read and searched, and `answering` asked, instead of the small ones; `given` are further
    settings.
    """
    known = {"contact": "info@region.example", **given}
    settings = Settings(_env_file=None, data_dir=folder, port=0, **known)  # type: ignore[arg-type]
    engine = open_database(settings)
    assistant, library, feedback = answering or SmallAssistant(), SmallLibrary(), FeedbackStore(engine, 30)
    log = QuestionLog(engine, settings.history_days, shelf=store or library)
    asked = target or (lambda: Local(assistant, library, {"version": "prov"}))
    app = create_app(assistant, store or library, settings, feedback, log, asked)
    server = uvicorn.Server(configuration(app, settings))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Running(f"http://127.0.0.1:{port}", assistant, library, feedback, log, folder)
    finally:
        server.should_exit = True
        thread.join()
        engine.dispose()
