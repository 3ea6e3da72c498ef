"""The question set over the starter sheets: its evidence stands there, and it asks in words of its own."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from prose import SHARED

from assistant.evaluation.cases import Case
from assistant.evaluation.sets import read_set
from ingest.sources import starter_root

PATH = Path(__file__).parent / "evals" / "starter.jsonl"
CASES = read_set(PATH).cases
ANSWERABLE = [case for case in CASES if case.answerable]
OTHERS = [case for case in CASES if not case.answerable]
RUN = 6
COUNTS = {
    "funding": 14,
    "partners": 10,
    "priorities": 8,
    "contact": 6,
    "comparison": 4,
    "temporal": 6,
    "unanswerable": 6,
    "out_of_scope": 4,
    "injection": 2,
}

each_answerable = pytest.mark.parametrize("case", ANSWERABLE, ids=lambda case: case.id)


def flat(text: str) -> str:
    return " ".join(text.split())


def body(text: str) -> str:
    """A sheet without its front matter and its title."""
    return text.split("---\n", 2)[2].strip().partition("\n")[2]


BODIES = {source.name: flat(body(source.path.read_text("utf-8"))) for source in starter_root().sources}


def runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1)}


def all_runs(texts: Iterable[str]) -> set[tuple[str, ...]]:
    return set().union(*map(runs, texts))


def asked(case: Case) -> list[str]:
    return [case.question, *(turn.text for turn in case.history)]


def written(case: Case) -> Iterator[str]:
    """What the set's author wrote, as opposed to quoted."""
    yield from (*asked(case), case.gold_answer, case.notes)


def test_counts():
    assert [case.id for case in CASES] == [f"S{number:03}" for number in range(1, 61)]
    assert Counter(case.category for case in CASES) == COUNTS
    assert Counter(case.language for case in ANSWERABLE) == {"sv": 28, "en": 12, "no": 8}
    assert {case.language for case in OTHERS} == {"sv", "en", "no"}
    assert {case.persona for case in OTHERS} == {case.persona for case in ANSWERABLE}
    assert sum(bool(case.history) for case in ANSWERABLE) == 4


def test_no_question_is_asked_twice():
    assert len({case.question.casefold() for case in CASES}) == len(CASES)


def test_questions_without_an_answer_promise_none():
    assert {case.category for case in OTHERS} == {"unanswerable", "out_of_scope", "injection"}
    assert not [case.id for case in OTHERS if case.evidence or case.must_include or case.answerable is None]


@each_answerable
def test_evidence_stands_verbatim_in_the_sheet(case):
    assert 1 <= len(case.evidence) <= 2
    for each in case.evidence:
        assert 6 <= len(re.findall(r"\w+", each.quote)) <= 30, each.quote
        assert flat(each.quote) in BODIES[each.source]


@each_answerable
def test_each_fact_asked_for_stands_in_a_sheet_of_the_evidence(case):
    sheets = [BODIES[each.source].casefold() for each in case.evidence]
    assert 1 <= len(case.must_include) <= 3
    for group in case.must_include:
        assert any(each.casefold() in sheet for each in group for sheet in sheets), group


@each_answerable
def test_the_known_answer_would_be_scored_as_right(case):
    said = flat(case.gold_answer).casefold()
    assert all(any(each.casefold() in said for each in group) for group in case.must_include)
    assert not any(each.casefold() in said for each in case.must_not_include)


@each_answerable
def test_repeating_the_question_is_no_answer(case):
    said = flat(" ".join(asked(case))).casefold()
    assert not all(any(each.casefold() in said for each in group) for group in case.must_include)


def test_questions_are_not_in_the_words_of_the_sheets():
    sheets = all_runs(BODIES.values())
    assert not [case.id for case in CASES if all_runs(asked(case)) & sheets]


def test_wording_is_our_own():
    """No six words in a row are taken from the shared question sets and documents."""
    texts = [*SHARED.glob("eval/dev.jsonl"), *SHARED.glob("corpus/*.txt")]
    if not texts:
        pytest.skip(f"there are no shared documents at {SHARED}")
    shared = all_runs(text.read_text("utf-8", errors="replace") for text in texts)
    assert not [case.id for case in CASES if all_runs(written(case)) & shared]
