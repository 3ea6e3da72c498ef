"""Faults put into the real assistant on purpose: the right score drops, and the gate says so."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from corpora import open_corpus
from prose import CORPUS, SHARED

from assistant.answers import Answer, AnswerStatus, Citation
from assistant.ask import Assistant
from assistant.citations import Quote, cite
from assistant.evaluation.baseline import make_baseline, read_baseline
from assistant.evaluation.cases import QuestionSet
from assistant.evaluation.folder import RunFolder
from assistant.evaluation.gate import FEWEST, gate
from assistant.evaluation.run import run
from assistant.evaluation.sets import read_set
from assistant.evaluation.target import Asked, Local
from assistant.framing import refusal
from assistant.questions import Question
from assistant.wiring import assistant_over
from vectorstore.embedder import Embedder
from vectorstore.queries import Query
from vectorstore.retrieval import Lexical
from vectorstore.settings import Settings
from vectorstore.store import Store

EVALS = Path(__file__).parent / "evals"
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Bench:
    """A set, the assistant it is asked of, and the run without any fault."""

    questions: QuestionSet
    store: Store
    assistant: Assistant
    baseline: Path
    good: RunFolder
    answered: dict[Question, Answer]

    def faulty(self, fault: Callable[[Answer, Assistant], Answer]) -> "Faulty":
        return Faulty(self.assistant, fault, self.answered)

    def run(self, assistant: Asked) -> RunFolder:
        target = Local(assistant, self.store, {"model": type(assistant).__name__})
        return run(self.questions, target, self.good.path.parent, workers=2, fresh=True)


@pytest.fixture(scope="module", params=["starter", "dev"])
def bench(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, embedder: Embedder
) -> Iterator[Bench]:
    """Our own set over the starter sheets, and the shared one over the shared documents where they are."""
    starter = request.param == "starter"
    if not starter and not CORPUS.is_dir():
        pytest.skip(f"there are no shared documents at {CORPUS}")
    folder = tmp_path_factory.mktemp(request.param)
    store = open_corpus([] if starter else [CORPUS], starter, folder, embedder)
    settings = Settings(_env_file=None, data_dir=folder, history_days=0)  # type: ignore[call-arg]
    assistant = assistant_over(store, embedder, settings)
    path = EVALS / "starter.jsonl" if starter else SHARED / "eval" / "dev.jsonl"
    questions = read_set(path)
    answered: dict[Question, Answer] = {}
    asked = Faulty(assistant, lambda answer, assistant: answer, answered)
    good = run(questions, Local(asked, store, {}), folder / "runs", workers=2)
    yield Bench(questions, store, assistant, EVALS / f"baseline_{request.param}.json", good, answered)
    store.close()


def test_the_assistant_is_no_worse_than_the_baseline_in_the_project(bench: Bench) -> None:
    found = gate(bench.good, read_baseline(bench.baseline))
    assert found.passed, (found.drops, found.vanished, found.errors)


@pytest.mark.parametrize("bench", ["starter", pytest.param("dev", marks=pytest.mark.soak)], indirect=True)
def test_a_second_run_is_equal_byte_for_byte(bench: Bench) -> None:
    again = bench.run(bench.assistant)
    for name in ("results.jsonl", "results.csv"):
        assert (again.path / name).read_bytes() == (bench.good.path / name).read_bytes()


@dataclass(frozen=True)
class Faulty:
    """The assistant, with something done to its answers; what was answered once is not asked again."""

    assistant: Assistant
    fault: Callable[[Answer, Assistant], Answer]
    answered: dict[Question, Answer]

    def ask(self, question: Question) -> Answer:
        if question not in self.answered:
            self.answered[question] = self.assistant.ask(question)
        return self.fault(self.answered[question], self.assistant)


def refuse(answer: Answer, assistant: Assistant) -> Answer:
    refused = {"status": AnswerStatus.NOT_IN_SOURCES, "text": refusal(answer.language, "").text}
    return answer.model_copy(update=refused | {"claims": [], "citations": [], "notices": []})


def shift_citations(answer: Answer, assistant: Assistant) -> Answer:
    """Each number leads to what the next one should; a single citation gets the number after its own."""
    given = answer.citations
    if len(given) == 1:
        moved = [given[0].model_copy(update={"number": 2})]
    else:
        moved = [
            after.model_copy(update={"number": each.number})
            for each, after in zip(given, given[1:] + given[:1], strict=True)
        ]
    return answer.model_copy(update={"citations": moved})


def shift_offsets(answer: Answer, assistant: Assistant) -> Answer:
    def moved(each: Citation) -> Citation:
        return each.model_copy(update={"start": each.start + 1, "end": each.end + 1})

    return answer.model_copy(update={"citations": [moved(each) for each in answer.citations]})


def switch_language(answer: Answer, assistant: Assistant) -> Answer:
    return answer.model_copy(update={"language": "en" if answer.language != "en" else "sv"})


def hide_validity(answer: Answer, assistant: Assistant) -> Answer:
    return answer.model_copy(update={"notices": []})


@dataclass(frozen=True)
class Eager:
    """Quotes the first passage found whenever the assistant would refuse."""

    asked: Asked
    assistant: Assistant

    def ask(self, question: Question) -> Answer:
        answer = self.asked.ask(question)
        if answer.status in (AnswerStatus.ANSWERED, AnswerStatus.PARTIAL):
            return answer
        found = self.assistant.retriever.retrieve(Query(question.text, 1))
        quote = Quote(found[0], found[0].passage.start, found[0].passage.end)
        given = cite([quote], self.assistant.documents, answer.language, self.assistant.today())
        text = f"{given[0].quote} [1]" if given[0] else ""
        return answer.model_copy(
            update={
                "status": AnswerStatus.ANSWERED,
                "text": text,
                "citations": [each for each in given if each],
            }
        )


def drop_half_of_the_citations(answer: Answer, assistant: Assistant) -> Answer:
    """Every second citation goes, with its claim and its mark; what they stood for is still said."""
    gone = {each.number for each in answer.citations[1::2]}
    return answer.model_copy(
        update={
            "text": re.sub(r" \[(\d+)\]", lambda mark: "" if int(mark[1]) in gone else mark[0], answer.text),
            "claims": [each for each in answer.claims if not gone & set(each.citations)],
            "citations": [each for each in answer.citations if each.number not in gone],
        }
    )


FAULTS: dict[str, tuple[Callable[[Bench], Asked], set[str]]] = {
    "dense leg off": (
        lambda bench: replace(bench.assistant, retriever=Lexical(bench.store.live)),
        {"evidence_mrr"},
    ),
    "citations shifted": (lambda bench: bench.faulty(shift_citations), {"attribution"}),
    "offsets shifted": (lambda bench: bench.faulty(shift_offsets), {"citation_exactness"}),
    "half of the citations dropped": (
        lambda bench: bench.faulty(drop_half_of_the_citations),
        {"cited"},
    ),
    "refuses everything": (lambda bench: bench.faulty(refuse), {"over_refusal", "coverage"}),
    "answers everything": (
        lambda bench: Eager(bench.faulty(lambda answer, assistant: answer), bench.assistant),
        {"abstention"},
    ),
    "answers in another language": (
        lambda bench: bench.faulty(switch_language),
        {"language_match"},
    ),
    "hides that sources are old": (
        lambda bench: bench.faulty(hide_validity),
        {"validity_noted"},
    ),
}


def tells(bench: Bench, score: str) -> bool:
    """Whether enough questions of the set have something of the score to lose."""
    if score != "validity_noted":
        return True
    asked = [result.answer for result in bench.good.results() if result.case.is_temporal]
    return sum(any(each.validity.note for each in answer.citations) for answer in asked) >= FEWEST


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_caught_by_the_right_score_and_by_the_gate(bench: Bench, fault: str) -> None:
    make, scores = FAULTS[fault]
    if not all(tells(bench, score) for score in scores):
        pytest.skip("too few questions of this set are answered from old sources")
    found = gate(bench.run(make(bench)), make_baseline(bench.good))
    assert not found.passed
    assert {drop.name for drop in found.drops} | {name for name, _ in found.broken} >= scores
