"""The flow from a question to its answer; every step is one file away."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import uuid4

from sqlalchemy.exc import SQLAlchemyError

from assistant.answers import Answer, RankedPassage
from assistant.checking import check
from assistant.citations import Documents
from assistant.clock import Clock
from assistant.conversations import ConversationStore
from assistant.drafts import Asked, Composer, Draft, Refiner
from assistant.events import Delta, Step
from assistant.framing import Framed, frame, refusal
from assistant.language import question_language
from assistant.lineage import UNKNOWN_NAMES
from assistant.personal import warning
from assistant.privacy import guarded
from assistant.questions import Question
from assistant.rephrase import rephrase
from assistant.rewriting import Rephraser
from assistant.routing import Router, reply_language, route
from assistant.writing import Writer
from vectorstore.naming import Names
from vectorstore.queries import Hit, Query, Retriever

log = logging.getLogger(__name__)

TOP_K = 8


@dataclass(frozen=True, slots=True)
class Assistant:
    """Answers questions; the one object that every channel asks.

    `composers` are tried in order, the first that makes a draft has made it; every one of `refiners` goes
    over it. `writer`, where a language model is set, puts a draft into better words.
    """

    retriever: Retriever
    composers: Sequence[Composer]
    documents: Documents
    conversations: ConversationStore
    contact: str = ""
    today: Callable[[], date] = field(default=date.today)
    names: Callable[[], Names] = lambda: UNKNOWN_NAMES
    refiners: Sequence[Refiner] = ()
    route: Router = route
    rephrase: Rephraser = rephrase
    writer: Writer | None = None

    def ask(self, question: Question) -> Answer:
        """The answer, when the way it came about does not matter."""
        *_, answer = self.stream(question)
        assert isinstance(answer, Answer)
        return answer

    def stream(self, question: Question) -> Iterator[Step | Delta | Answer]:
        """The steps as they begin, the text as it comes, the whole Answer last.

        A writer's text comes before it is checked: what the Answer holds takes its place.
        """
        clock = Clock()
        hits: list[Hit] = []
        yield clock.begin("route")
        question = self._with_history(guarded(question))
        language = question.language or question_language(question.text)
        if draft := self.route(question, language):
            asked = Asked(question, question.text, question.text, reply_language(question, language))
        else:
            yield clock.begin("rephrase")
            asked = self._whole(question, language)
            yield clock.begin("retrieve")
            hits = self.retriever.retrieve(Query(asked.search, TOP_K, question.filters))
            yield clock.begin("compose")
            draft = self._refined(self._composed(asked, hits), asked, hits)
            if self.writer:
                yield clock.begin("write")
                written = yield from self.writer.write(asked, hits, draft)
                draft = self._refined(written, asked, hits)
        yield clock.begin("check")
        if question.redacted:
            draft = replace(draft, notices=(warning(asked.language), *draft.notices))
        framed = self._checked(asked, draft)
        for line in framed.text.splitlines(keepends=True) if not framed.ai_generated else ():
            yield Delta(line)
        answer = _answer(asked, framed, hits, clock.seconds())
        self._remember(question, answer)
        yield answer

    def _with_history(self, question: Question) -> Question:
        """The question with what its conversation holds, unless the caller sent that itself."""
        if question.history or not question.conversation_id:
            return question
        return replace(question, history=self.conversations.find(question.conversation_id))

    def _whole(self, question: Question, language: str) -> Asked:
        whole = self.rephrase(question)
        return Asked(question, whole.asked, whole.search, question.language or whole.language or language)

    def _composed(self, asked: Asked, hits: Sequence[Hit]) -> Draft:
        drafts = (composer.compose(asked, hits) for composer in self.composers)
        return next((draft for draft in drafts if draft), Draft())

    def _refined(self, draft: Draft, asked: Asked, hits: Sequence[Hit]) -> Draft:
        for refiner in self.refiners:
            draft = refiner.apply(draft, asked, hits)
        return draft

    def _checked(self, asked: Asked, draft: Draft) -> Framed:
        said = "\n".join([asked.text, *(turn.text for turn in asked.question.history if turn.role == "user")])
        checked = check(draft, said, self.documents, asked.language, self.today(), self.names())
        if not checked.stands:
            return replace(refusal(asked.language, self.contact), notices=draft.notices)
        return frame(checked, asked.language, self.contact)

    def _remember(self, question: Question, answer: Answer) -> None:
        """Keep the exchange; an answer is given also when that fails."""
        try:
            self.conversations.save(question, answer)
        except SQLAlchemyError:
            log.exception("the conversation could not be kept")


def _answer(asked: Asked, framed: Framed, hits: Sequence[Hit], seconds: dict[str, float]) -> Answer:
    return Answer(
        id=str(uuid4()),
        status=framed.status,
        language=asked.language,
        text=framed.text,
        ai_generated=framed.ai_generated,
        model=framed.model,
        claims=list(framed.claims),
        citations=list(framed.citations),
        cards=list(framed.cards),
        table=framed.table,
        notices=list(framed.notices),
        follow_ups=list(framed.follow_ups),
        hits=[RankedPassage(passage_id=hit.passage.id, score=round(hit.score, 6)) for hit in hits],
        seconds=seconds,
        conversation_id=asked.question.conversation_id,
    )
