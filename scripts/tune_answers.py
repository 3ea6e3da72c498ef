"""Fit what decides between answering and saying that the sources hold nothing.

    python scripts/tune_answers.py QUESTIONS.jsonl CORPUS_FOLDER FOREIGN_QUERIES.jsonl

Positives are the answerable questions of QUESTIONS; negatives are its questions that nothing in
CORPUS_FOLDER answers, and FOREIGN_QUERIES, questions on other texts. Prints the logistic weights
for assistant/support.py, with abstention and over-refusal at several thresholds by 5-fold
cross-validation, so that the figures are not those of the questions fitted on.
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from assistant.parts import parts
from assistant.questions import Question, Turn
from assistant.rephrase import search_text
from assistant.scoring import SentenceScorer
from assistant.support import evidence
from evidence import open_corpus
from vectorstore.embedder import load_embedder
from vectorstore.queries import Query
from vectorstore.settings import Settings
from vectorstore.store import Store

TOP_K = 8
FOREIGN = 300


def features(store: Store, scorer: SentenceScorer, question: Question) -> list[float]:
    """The evidence for the best supported part of the question, as the answerer sees it."""
    whole = search_text(question)
    hits = store.retriever.retrieve(Query(whole, TOP_K))
    found = [evidence(scorer.score(part, whole, hits)) for part in parts(question.text)]
    best = max(found, key=lambda one: one.similarity)
    return [best.similarity, best.coverage, best.dense]


def read_questions(path: Path) -> list[tuple[Question, bool]]:
    """Questions with whether the documents answer them."""
    rows: list[dict[str, Any]] = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        (Question(row["question"], tuple(Turn(t["role"], t["content"]) for t in row["history"])), row["answerable"])
        for row in rows
    ]


def report(labels: Sequence[int], chances: Sequence[float]) -> None:
    """Abstention and over-refusal by threshold."""
    yes = np.array(chances)[np.array(labels) == 1]
    no = np.array(chances)[np.array(labels) == 0]
    for threshold in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        print(f"at {threshold}: abstention {np.mean(no < threshold):.3f} (n={len(no)}), ", end="")
        print(f"over-refusal {np.mean(yes < threshold):.3f} (n={len(yes)})")


def main() -> None:
    """Measure the features of every question, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("foreign", type=Path)
    given = parser.parse_args()
    rows, labels = [], []
    with tempfile.TemporaryDirectory() as folder:
        store = open_corpus([given.corpus], True, Path(folder))
        scorer = SentenceScorer(load_embedder(Settings(_env_file=None)), store.rarity)  # type: ignore[call-arg]
        for question, answerable in read_questions(given.questions):
            rows.append(features(store, scorer, question))
            labels.append(int(answerable))
        for line in given.foreign.read_text("utf-8").splitlines()[:FOREIGN]:
            rows.append(features(store, scorer, Question(json.loads(line)["text"])))
            labels.append(0)
        store.close()
    model = LogisticRegression(C=100, class_weight="balanced", max_iter=10000)
    chances = cross_val_predict(model, np.array(rows), labels, cv=5, method="predict_proba")[:, 1]
    report(labels, chances)
    own = np.arange(len(labels)) < len(labels) - FOREIGN
    print("the questions of the first set alone:")
    report(np.array(labels)[own], chances[own])
    model.fit(np.array(rows), labels)
    print("similarity, coverage, dense:", model.coef_[0].round(2), "bias:", model.intercept_.round(2))


if __name__ == "__main__":
    main()
