"""The follow-ups over the starter sheets: a set in words of its own, and what rephrasing makes of it.

The notes of each case hold the question as one would write it out by hand. The rules were tuned on the
cases with odd numbers; those with even numbers were only measured.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from corpora import open_corpus
from test_starter_set import BODIES, SHARED, all_runs, asked, flat, written

from assistant.evaluation.cases import Case
from assistant.evaluation.evidence import found
from assistant.evaluation.sets import read_set
from assistant.questions import Turn
from assistant.rephrase import search_text
from vectorstore.embedder import Embedder
from vectorstore.queries import Query
from vectorstore.store import Store

CASES = read_set(Path(__file__).parent / "evals" / "followups.jsonl").cases
TUNED = [case for case in CASES if int(case.id[1:]) % 2]
HELD_OUT = [case for case in CASES if not int(case.id[1:]) % 2]
CHATTER = (
    Turn("user", "Hej, vi bygger maskiner och har tio anställda i Kil. Vad finns det för oss?"),
    Turn("assistant", "Börja med regionen, som har checkar."),
    Turn("user", "Vad är Eurostars?"),
    Turn("assistant", "Ett stöd till forskning nära marknaden."),
    Turn("user", "Hur mycket ger det?"),
    Turn("assistant", "Omkring 50 procent."),
)


def test_counts() -> None:
    assert [case.id for case in CASES] == [f"F{number:02}" for number in range(1, 49)]
    assert Counter(case.language for case in CASES) == {"sv": 29, "en": 11, "no": 8}
    assert all(case.history and case.notes for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_evidence_stands_in_the_sheet_and_the_question_does_not(case: Case) -> None:
    sheets = " ".join(BODIES[each.source] for each in case.evidence)
    assert all(flat(each.quote) in sheets for each in case.evidence)
    assert all(any(each.casefold() in sheets.casefold() for each in group) for group in case.must_include)
    said = flat(case.gold_answer).casefold()
    assert all(any(each.casefold() in said for each in group) for group in case.must_include)
    assert not all_runs(asked(case)) & all_runs(BODIES.values())


def test_wording_is_our_own() -> None:
    texts = [*SHARED.glob("eval/dev.jsonl"), *SHARED.glob("corpus/*.txt")]
    if not texts:
        pytest.skip(f"there are no shared documents at {SHARED}")
    shared = all_runs(text.read_text("utf-8", errors="replace") for text in texts)
    assert not [case.id for case in CASES if all_runs(written(case)) & shared]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Store]:
    opened = open_corpus([], True, tmp_path_factory.mktemp("starter"), embedder)
    yield opened
    opened.close()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_what_was_said_of_other_things_before_is_left_out(case: Case) -> None:
    question = case.to_question()
    assert search_text(replace(question, history=CHATTER + question.history)) == search_text(question)


@pytest.mark.slow
@pytest.mark.parametrize("cases", [TUNED, HELD_OUT], ids=["tuned", "held out"])
def test_a_follow_up_finds_what_the_question_written_out_finds(store: Store, cases: list[Case]) -> None:
    """When measured, of 24 each: by hand 23 and 24, by rules 24 and 23, as asked 14 and 17."""
    by_hand = finding(store, cases, lambda case: case.notes)
    by_rules = finding(store, cases, lambda case: search_text(case.to_question()))
    as_asked = finding(store, cases, lambda case: case.question)
    assert by_rules >= by_hand - 2
    assert by_rules >= as_asked + 3


def finding(store: Store, cases: list[Case], text: Callable[[Case], str]) -> int:
    """In how many cases a quote of the evidence is among the first five passages."""
    return sum(_is_found(store, case, text(case)) for case in cases)


def _is_found(store: Store, case: Case, text: str) -> bool:
    hits = store.retriever.retrieve(Query(text, 5))
    read = [SimpleNamespace(text=hit.passage.text, source=hit.document.source) for hit in hits]
    return any(found(each, read) for each in case.evidence)
