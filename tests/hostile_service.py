"""A server whose questions, documents and answers are made of given texts, ten in each answer."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
from small_service import Running, SmallAssistant, SmallState, running
from workplace import logged

from assistant.answers import Answer, AnswerStatus, Card, Citation, Claim, Table, Validity
from assistant.questions import Question
from vectorstore.passages import Document, Metadata, Page, Passage, Status
from vectorstore.queries import Hit, Query

SHARE = 10


def documents_of(texts: Sequence[str]) -> list[Document]:
    """A document for each text, which is its title, publisher, file name, place and content."""
    return [_document(f"d{number}", text) for number, text in enumerate(texts)]


def _document(id: str, text: str) -> Document:
    whole = f"# {text}\n\n{text}\n\n| A | B |\n|---|---|\n| {text} | x |\n\n- {text}"
    metadata = Metadata(
        title=text,
        publisher=text,
        regions=(text,),
        language="sv",
        as_of="2021-04",
        status=Status.ENDED,
        source_url=text.replace("https:", "javascript:"),  # a web address there is a link, as it should be
    )
    return Document(id, f"file:///{id}.md", text, id, whole, metadata, pages=(Page(1, 0, len(whole)),))


class TextLibrary:
    """The documents; a search finds the first of them."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._documents = documents_of(texts)
        self.retriever = self

    def documents(self) -> list[Document]:
        return self._documents

    def document(self, id: str) -> Document | None:
        return next((each for each in self._documents if each.id == id), None)

    def passages(self, document_id: str) -> list[Passage]:
        found = self.document(document_id)
        if found is None:
            return []
        text = found.text
        heading = (found.metadata.title,)
        return [Passage(f"p-{found.id}", found.id, 1, text, 0, len(text), "", text, 1, heading)]

    def state(self) -> SmallState:
        return SmallState()

    def retrieve(self, query: Query) -> list[Hit]:
        found = self._documents[: query.top_k]
        return [Hit(self.passages(each.id)[0], each, 1 / n) for n, each in enumerate(found, start=1)]


class TextAssistant(SmallAssistant):
    """A question's leading number says which ten texts its answer is made of; "alla" has them all."""

    def __init__(self, texts: Sequence[str]) -> None:
        super().__init__()
        self._texts = list(texts)

    def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        first = question.text.split(" ", 1)[0]
        share = int(first) if first.isdigit() else 0
        chosen = range(share * SHARE, (share + 1) * SHARE) if first.isdigit() else range(len(self._texts))
        return _answer(f"svar-{next(self._numbers)}", [(n, self._texts[n]) for n in chosen])


def _answer(id: str, texts: Sequence[tuple[int, str]]) -> Answer:
    said = [text for _, text in texts]
    validity = Validity(status=Status.PROPOSAL, note=said[0])
    lines = "\n\n".join(f"{text} [{at}]" for at, text in enumerate(said, start=1))
    return Answer(
        id=id,
        status=AnswerStatus.PARTIAL,
        language="sv",
        text=lines,
        ai_generated=True,
        model=said[0],
        claims=[Claim(text=said[0], citations=[1])],
        citations=[_citation(at, n, text) for at, (n, text) in enumerate(texts, start=1)],
        cards=[Card(kind=t, name=t, fields={t: f"{t} [1]"}, citations=[1], validity=validity) for t in said],
        table=Table(columns=["", *said], rows=[[text, *said] for text in said]),
        notices=said,
        follow_ups=said,
    )


def _citation(at: int, number: int, text: str) -> Citation:
    return Citation(
        number=at,
        document_id=f"d{number}",
        passage_id=f"p-d{number}",
        title=text,
        publisher=text,
        source=text,
        page=1,
        heading=[text],
        quote=text,
        start=0,
        end=len(text),
        validity=Validity(status=Status.ENDED, note=text, as_of=text),
    )


@contextmanager
def serving(folder: Path, texts: Sequence[str]) -> Iterator[Running]:
    """The server; questions with the texts in them, and opinions, are in its log."""
    assistant, library = TextAssistant(texts), TextLibrary(texts)
    with (
        running(folder, store=library, answering=assistant, organisation=texts[0]) as service,
        httpx.Client(base_url=service.url, timeout=60) as client,
    ):
        for share in range(len(texts) // SHARE):
            mine = texts[share * SHARE : (share + 1) * SHARE]
            question = f"{share} " + "\n".join(text[:150] for text in mine)
            found = client.post("/api/chat", json={"question": question})
            assert found.status_code == 200, found.text
            opinion = {"answer_id": found.json()["id"], "helpful": False, "text": "\n".join(mine)[:2000]}
            assert client.post("/api/feedback", json=opinion).status_code == 201
            logged(service, f"{share} ")
        yield service
