"""Fit what picks sentences and what decides between answering and saying that nothing is found.

    python scripts/tune_answers.py QUESTIONS.jsonl CORPUS_FOLDER FOREIGN_BEIR_FOLDER

Sentences: right ones are those on an evidence quote of QUESTIONS (asked of CORPUS_FOLDER) and of
tests/evals/starter.jsonl (asked of it and the starter sheets), and those with the short answer of the foreign
folder's qa.jsonl (asked of its texts), which count AUTHORITIES of a question each.
Support: positives are the answerable questions of both sets; negatives are the ones that are not,
questions of the foreign folder, which is about other matters, and tests/evals/off_topic.jsonl in English
and Norwegian.
Prints logistic weights for assistant/scoring.py and assistant/support.py with figures by
cross-validation over documents, so that they are not those of the questions fitted on.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from corpora import open_corpus
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from assistant.evaluation.cases import Case
from assistant.evaluation.evidence import found_in, is_source, locate
from assistant.evaluation.sets import read_set
from assistant.language import question_language
from assistant.parts import parts
from assistant.questions import Question
from assistant.rephrase import search_text
from assistant.scoring import WEIGHTS, Candidate, SentenceScorer, sentence_features
from assistant.support import evidence
from vectorstore.embedder import Embedder, load_embedder
from vectorstore.queries import Query
from vectorstore.settings import Settings
from vectorstore.store import Store
from vectorstore.terms import terms

Floats = NDArray[np.float64]
TOP_K = 8
FOREIGN = 300
OFF_TOPIC = Path(__file__).parent.parent / "tests" / "evals" / "off_topic.jsonl"
STARTER = Path(__file__).parent.parent / "tests" / "evals" / "starter.jsonl"
AUTHORITIES = 0.25
"""What one of the many questions on texts of authorities counts beside one of our own field."""
RIDGE = 0.02
FOLDS = 5
NOWHERE = 1000


@dataclass(frozen=True, slots=True)
class Rows:
    """The candidates of one question: features (n, len(WEIGHTS)), which are right, and its group.

    Questions of a group rest on one document; they are left out of a fit together. `weight` is what the
    question counts in the fit.
    """

    features: Floats
    right: NDArray[np.bool_]
    group: str
    weight: float = 1.0


def rows_of_cases(store: Store, scorer: SentenceScorer, cases: Sequence[Case]) -> list[Rows]:
    """A sentence is right when it holds, or lies in, an evidence quote of its question."""
    found = []
    for case in cases:
        asked = case.to_question()
        whole = search_text(asked)
        text = whole if asked.history else asked.text
        candidates = scorer.candidates(text, store.retriever.retrieve(Query(whole, TOP_K)))
        right = [_is_right(one, case) for one in candidates]
        found.append(_rows(text, candidates, right, case.evidence[0].source))
    return found


def rows_of_answers(store: Store, scorer: SentenceScorer, folder: Path) -> list[Rows]:
    """A sentence is right when it holds the short answer and is of a text judged to answer."""
    found = []
    for line in (folder / "qa.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        text, answer = case["question"], _flat(case.get("answer_span") or case["answer"])
        candidates = scorer.candidates(text, store.retriever.retrieve(Query(text, TOP_K)))
        right = [
            Path(one.hit.document.source).stem in case["doc_ids"] and answer in _flat(one.sentence.text)
            for one in candidates
        ]
        found.append(_rows(text, candidates, right, case["doc_ids"][0]))
    return found


def _rows(text: str, candidates: Sequence[Candidate], right: Sequence[bool], group: str) -> Rows:
    features = sentence_features(text, sorted(set(terms(text))), candidates)
    values = [[row[name] for name in WEIGHTS] for row in features]
    return Rows(np.array(values, np.float64).reshape(len(values), len(WEIGHTS)), np.array(right, bool), group)


def _is_right(one: Candidate, case: Case) -> bool:
    """Whether the sentence shares a place in the document with an evidence quote."""
    document = one.hit.document
    for each in case.evidence:
        if is_source(each.source, document.source):
            places = locate(each.quote, document.text)
            if any(start < one.sentence.end and one.sentence.start < end for start, end in places):
                return True
            if not places and found_in(one.sentence.text, each.quote):
                return True
    return False


def fitted(rows: Sequence[Rows]) -> Floats:
    """Weights by conditional logistic regression: the right sentences against the others of a question."""
    kept = [one for one in rows if one.right.any() and not one.right.all()]
    together = np.concatenate([one.features for one in kept])
    centre, spread = together.mean(0), together.std(0) + 1e-9
    scaled = [(one.features - centre) / spread for one in kept]
    total = sum(one.weight for one in kept)

    def loss(weights: Floats) -> tuple[float, Floats]:
        value, slope = RIDGE * float(weights @ weights), 2 * RIDGE * weights
        for one, features in zip(kept, scaled, strict=True):
            scores = features @ weights
            chances, among = softmax(scores), softmax(scores[one.right])
            value += one.weight / total * float(logsumexp(scores) - logsumexp(scores[one.right]))
            slope = slope + one.weight / total * (chances @ features - among @ features[one.right])
        return value, slope

    found = minimize(loss, np.zeros(len(WEIGHTS)), jac=True, method="L-BFGS-B").x
    weights: Floats = found / spread
    return weights


def fit_sentences(sets: Mapping[str, Sequence[Rows]]) -> None:
    """Print weights, and how high the first right sentence ranks in documents left out of the fit."""
    everything = [one for rows in sets.values() for one in rows]
    in_use = np.array(list(WEIGHTS.values()))
    for name, rows in sets.items():
        groups = sorted({one.group for one in rows})
        ranks: list[int] = []
        for fold in range(FOLDS):
            left_out = set(groups[fold::FOLDS])
            weights = fitted([one for one in everything if one.group not in left_out])
            ranks += [_first_right(one, weights) for one in rows if one.group in left_out]
        for kind, found in (("fitted", ranks), ("in use", [_first_right(one, in_use) for one in rows])):
            shares = ", ".join(f"in first {k} {np.mean(np.array(found) < k):.3f}" for k in (1, 2, 3, 5))
            print(f"{name}, {kind}: right sentence {shares} (n={len(found)})")
    print("sentence weights:", dict(zip(WEIGHTS, fitted(everything).round(2).tolist(), strict=True)))


def _first_right(rows: Rows, weights: Floats) -> int:
    """The rank from 0 of the first right sentence; beyond all of them where there is none."""
    order = np.argsort(-(rows.features @ weights), kind="stable")
    places = np.flatnonzero(rows.right[order])
    return int(places[0]) if len(places) else NOWHERE


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
    for threshold in (0.2, 0.25, 0.3, 0.4):
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
    embedder = load_embedder(Settings(_env_file=None))  # type: ignore[call-arg]
    foreign = [(text, "foreign sv") for text in _texts(given.foreign / "queries.jsonl")[:FOREIGN]]
    foreign += [(text, "off topic en, no") for text in _texts(OFF_TOPIC)]
    sets: dict[str, list[Rows]] = {}
    with tempfile.TemporaryDirectory() as folder:
        texts = _texts_of(given.foreign, Path(folder) / "texts")
        with _opened([texts], False, Path(folder) / "foreign", embedder) as (store, scorer):
            answers = rows_of_answers(store, scorer, given.foreign)
            sets["authorities"] = [replace(one, weight=AUTHORITIES) for one in answers]
        for name, questions, corpora, starter in (
            ("own documents", given.questions, [given.corpus], False),
            ("starter sheets", STARTER, [given.corpus], True),
        ):
            cases = read_set(questions).cases
            with _opened(corpora, starter, Path(folder) / name, embedder) as (store, scorer):
                sets[name] = rows_of_cases(store, scorer, [case for case in cases if case.evidence])
                asked = [case.to_question() for case in cases] + [Question(text) for text, _ in foreign]
                rows = [support_features(store, scorer, question) for question in asked]
            groups = [f"own {question_language(case.question)}" for case in cases]
            print(name)
            right = [int(bool(case.answerable)) for case in cases] + [0] * len(foreign)
            fit_support(rows, right, groups + [group for _, group in foreign])
    fit_sentences(sets)


@contextmanager
def _opened(
    folders: Sequence[Path], starter: bool, data: Path, embedder: Embedder
) -> Iterator[tuple[Store, SentenceScorer]]:
    store = open_corpus(folders, starter, data, embedder)
    try:
        yield store, SentenceScorer(embedder, store.rarity)
    finally:
        store.close()


def _texts_of(beir: Path, folder: Path) -> Path:
    """The texts of a BEIR folder as files, named by their ids."""
    folder.mkdir()
    for line in (beir / "corpus.jsonl").read_text("utf-8").splitlines():
        one = json.loads(line)
        (folder / f"{one['_id']}.txt").write_text(f"{one['title']}\n\n{one['text']}", "utf-8")
    return folder


def _flat(text: str) -> str:
    return " ".join(text.split()).casefold()


def _texts(path: Path) -> list[str]:
    return [json.loads(line)["text"] for line in path.read_text("utf-8").splitlines()]


if __name__ == "__main__":
    main()
