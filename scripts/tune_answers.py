"""Fit what picks sentences and what decides between answering and saying that nothing is found.

    python scripts/tune_answers.py QUESTIONS.jsonl CORPUS_FOLDER FOREIGN_BEIR_FOLDER

Sentences: a candidate is right when it holds, or lies in, an evidence quote of its question.
Support: positives are the answerable questions of QUESTIONS; negatives are its questions that
CORPUS_FOLDER does not answer, questions of the foreign folder, which is about other matters, and
tests/evals/off_topic.jsonl in English and Norwegian.
Prints logistic weights for assistant/scoring.py and assistant/support.py with figures by
cross-validation, so that they are not those of the questions fitted on.
"""

import argparse
import json
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from corpora import open_corpus
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, StratifiedKFold, cross_val_predict

from assistant.evaluation.cases import Case
from assistant.evaluation.evidence import is_source
from assistant.evaluation.sets import read_set
from assistant.language import question_language
from assistant.parts import parts
from assistant.questions import Question
from assistant.rephrase import search_text
from assistant.scoring import WEIGHTS, Candidate, SentenceScorer, sentence_features
from assistant.support import evidence
from vectorstore.embedder import load_embedder
from vectorstore.queries import Query
from vectorstore.settings import Settings
from vectorstore.store import Store
from vectorstore.terms import terms

TOP_K = 8
FOREIGN = 300
OFF_TOPIC = Path(__file__).parent.parent / "tests" / "evals" / "off_topic.jsonl"
SHARED_WORDS = 0.7
Rows = list[tuple[int, dict[str, float], bool]]


def sentence_rows(store: Store, scorer: SentenceScorer, cases: Sequence[Case]) -> Rows:
    """(question number, features, right) for every candidate sentence of every case."""
    rows: Rows = []
    for number, case in enumerate(cases):
        asked = case.to_question()
        whole = search_text(asked)
        found = scorer.candidates(asked.text, store.retriever.retrieve(Query(whole, TOP_K)))
        features = sentence_features(asked.text, sorted(set(terms(asked.text))), found)
        rows += [(number, row, _is_right(one, case)) for one, row in zip(found, features, strict=True)]
    return rows


def _is_right(one: Candidate, case: Case) -> bool:
    raw = " ".join(one.sentence.text.split()).casefold()
    for each in case.evidence:
        wanted = " ".join(each.quote.split()).casefold()
        words, held = set(re.findall(r"\w+", wanted)), set(re.findall(r"\w+", raw))
        close = len(words & held) >= SHARED_WORDS * len(words)
        if is_source(each.source, one.hit.document.source) and (raw in wanted or wanted in raw or close):
            return True
    return False


def fit_sentences(rows: Rows) -> None:
    """Print weights, and how high the first right sentence ranks in questions left out of the fit."""
    names = list(WEIGHTS)
    groups = np.array([number for number, _, _ in rows])
    labels = np.array([right for _, _, right in rows])
    values = np.array([[row[name] for name in names] for _, row, _ in rows])
    answerable = {number for number, _, right in rows if right}
    kept = np.isin(groups, list(answerable))
    groups, labels, values = groups[kept], labels[kept], values[kept]
    centred = values - np.array([values[groups == group].mean(0) for group in groups])
    model = LogisticRegression(C=10, class_weight="balanced", max_iter=10000)
    scores = cross_val_predict(
        model, centred, labels, groups=groups, cv=GroupKFold(6), method="decision_function"
    )
    for name, found in (("fitted", scores), ("in use", values @ np.array([WEIGHTS[name] for name in names]))):
        firsts = np.array(
            [_first_right(found[groups == group], labels[groups == group]) for group in answerable]
        )
        shares = ", ".join(f"in first {k} {np.mean(firsts < k):.3f}" for k in (1, 3, 5))
        print(f"{name}: right sentence {shares} (n={len(firsts)})")
    model.fit(centred, labels)
    print("sentence weights:", dict(zip(names, model.coef_[0].round(2).tolist(), strict=True)))


def _first_right(scores: Any, labels: Any) -> int:
    return int(np.flatnonzero(labels[np.argsort(-scores, kind="stable")])[0])


def support_features(store: Store, scorer: SentenceScorer, question: Question) -> list[float]:
    """The evidence for the best supported part of the question, as the answerer sees it."""
    whole = search_text(question)
    hits = store.retriever.retrieve(Query(whole, TOP_K))
    language = question_language(question.text)
    wanted = parts(question.text)
    found = [evidence(scorer.score(part, hits), language, len(wanted) > 1) for part in wanted]
    best = max(found, key=lambda one: one.similarity)
    return [best.similarity, best.coverage, best.dense, float(best.across)]


def fit_support(rows: list[list[float]], labels: list[int], groups: list[str]) -> None:
    """Print weights, and abstention against over-refusal by group at several thresholds.

    The many foreign questions weigh together as much as the answerable ones.
    """
    values, right, group = np.array(rows), np.array(labels), np.array(groups)
    weights = np.where(right == 1, 1.0, right.sum() / (right == 0).sum())
    model = LogisticRegression(C=100, max_iter=10000)
    chances = np.zeros(len(right))
    for train, test in StratifiedKFold(10, shuffle=True, random_state=0).split(values, right):
        chances[test] = model.fit(values[train], right[train], weights[train]).predict_proba(values[test])[
            :, 1
        ]
    for threshold in (0.3, 0.4, 0.5, 0.6):
        for name in dict.fromkeys(groups):
            refused = chances[group == name] < threshold
            for answerable, word in ((1, "over-refusal"), (0, "abstention")):
                kind = right[group == name] == answerable
                if kind.any():
                    print(f"at {threshold}, {name}: {word} {np.mean(refused[kind]):.3f} (n={kind.sum()})")
    model.fit(values, right, weights)
    print(
        "support weights: similarity, coverage, dense, across",
        model.coef_[0].round(2),
        model.intercept_.round(2),
    )


def main() -> None:
    """Measure the features of every question, fit, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("questions", type=Path)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("foreign", type=Path)
    given = parser.parse_args()
    cases = read_set(given.questions).cases
    embedder = load_embedder(Settings(_env_file=None))  # type: ignore[call-arg]
    foreign = [(text, "foreign sv") for text in _texts(given.foreign / "queries.jsonl")[:FOREIGN]]
    foreign += [(text, "off topic en, no") for text in _texts(OFF_TOPIC)]
    with tempfile.TemporaryDirectory() as folder:
        store = open_corpus([given.corpus], True, Path(folder), embedder)
        scorer = SentenceScorer(embedder, store.rarity)
        fit_sentences(sentence_rows(store, scorer, [case for case in cases if case.evidence]))
        asked = [case.to_question() for case in cases] + [Question(text) for text, _ in foreign]
        rows = [support_features(store, scorer, question) for question in asked]
        store.close()
    groups = [f"own {question_language(case.question)}" for case in cases] + [name for _, name in foreign]
    fit_support(rows, [int(bool(case.answerable)) for case in cases] + [0] * len(foreign), groups)


def _texts(path: Path) -> list[str]:
    return [json.loads(line)["text"] for line in path.read_text("utf-8").splitlines()]


if __name__ == "__main__":
    main()
