"""The flow from a question to its answer; every step is one file away."""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import uuid4

from sqlalchemy.exc import SQLAlchemyError

from assistant.answers import Answer, AnswerStatus, RankedPassage
from assistant.citations import Documents, cite
from assistant.conversations import ConversationStore
from assistant.events import Delta, Step
from assistant.extractive import Draft, ExtractiveAnswerer
from assistant.framing import Framed, frame, refusal
from assistant.language import question_language
from assistant.questions import Question
from assistant.rephrase import rephrase
from assistant.rewriting import Rephraser
from vectorstore.queries import Hit, Query, Retriever

log = logging.getLogger(__name__)

TOP_K = 8


@dataclass(frozen=True, slots=True)
class Assistant:
    """Answers questions; the one object that every channel asks."""

    retriever: Retriever
    answerer: ExtractiveAnswerer
    documents: Documents
    conversations: ConversationStore
    contact: str = ""
    today: Callable[[], date] = field(default=date.today)
    rephrase: Rephraser = rephrase

    def ask(self, question: Question) -> Answer:
        """The answer, when the way it came about does not matter."""
        *_, answer = self.stream(question)
        assert isinstance(answer, Answer)
        return answer

    def stream(self, question: Question) -> Iterator[Step | Delta | Answer]:
        """The steps as they begin, the text as it comes, the whole Answer last."""
        began = time.perf_counter()
        yield Step("retrieve")
        question = self._with_history(question)
        whole = self.rephrase(question)
        language = question.language or whole.language or question_language(question.text)
        hits = self.retriever.retrieve(Query(whole.search, TOP_K, question.filters))
        retrieved = time.perf_counter()
        yield Step("compose")
        draft = self.answerer.draft(whole.asked, whole.search, language, hits)
        framed = self._checked(draft, language)
        for line in framed.text.splitlines(keepends=True):
            yield Delta(line)
        composed = time.perf_counter()
        seconds = {"retrieve": retrieved - began, "compose": composed - retrieved, "total": composed - began}
        answer = _answer(question, language, framed, hits, seconds)
        self._remember(question, answer)
        yield answer

    def _remember(self, question: Question, answer: Answer) -> None:
        """Keep the exchange; an answer is given also when that fails."""
        try:
            self.conversations.save(question, answer)
        except SQLAlchemyError:
            log.exception("the conversation could not be kept")

    def _with_history(self, question: Question) -> Question:
        """The question with what its conversation holds, unless the caller sent that itself."""
        if question.history or not question.conversation_id:
            return question
        return replace(question, history=self.conversations.find(question.conversation_id))

    def _checked(self, draft: Draft, language: str) -> Framed:
        """The draft with its citations checked; a statement without one does not stand."""
        if not draft.statements:
            return refusal(language, self.contact)
        citations = cite([item.quote for item in draft.statements], self.documents, language, self.today())
        kept = [
            (item, citation)
            for item, citation in zip(draft.statements, citations, strict=True)
            if citation is not None
        ]
        return frame(kept, draft.missing, language) if kept else refusal(language, self.contact)


def _answer(
    question: Question, language: str, framed: Framed, hits: list[Hit], seconds: dict[str, float]
) -> Answer:
    return Answer(
        id=str(uuid4()),
        status=AnswerStatus(framed.status),
        language=language,
        text=framed.text,
        claims=list(framed.claims),
        citations=list(framed.citations),
        notices=list(framed.notices),
        hits=[RankedPassage(passage_id=hit.passage.id, score=round(hit.score, 6)) for hit in hits],
        seconds={name: round(value, 4) for name, value in seconds.items()},
        conversation_id=question.conversation_id,
    )
