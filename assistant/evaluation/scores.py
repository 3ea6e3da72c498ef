"""The scores of one answer, each a number between 0 and 1 (but `words`), and the rules it broke."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from unicodedata import normalize

from assistant.answers import Answer, AnswerStatus, Citation
from assistant.evaluation.attribution import cited_share, is_attributed, statements
from assistant.evaluation.cases import Case
from assistant.evaluation.evidence import found, overlaps
from assistant.evaluation.results import Failure, Found, Rule
from assistant.language import question_language
from vectorstore.passages import Status

KS = (1, 3, 5, 8)
HIGHER_IS_BETTER: Mapping[str, bool] = {
    "evidence_mrr": True,
    **{f"evidence_any@{k}": True for k in KS},
    **{f"evidence_all@{k}": True for k in KS},
    "coverage": True,
    "correct": True,
    "clean": True,
    "cited": True,
    "citation_exactness": True,
    "citation_precision": True,
    "attribution": True,
    "abstention": True,
    "over_refusal": False,
    "language_match": True,
    "validity_noted": True,
    "words": False,
}
SCORES = tuple(HIGHER_IS_BETTER)
RETRIEVED = "evidence_any@5"
_MARKS = re.compile(r"\s?\[\d+\]|\*\*?|__")
_DASHES = str.maketrans("–—‑", "---")
ANSWERED = (AnswerStatus.ANSWERED, AnswerStatus.PARTIAL)

Scores = dict[str, float]
Exact = Callable[[Citation], bool]
"""Whether a citation's quote stands in its document, in its passage, at its offsets."""
Texts = Callable[[str], str]
"""A document's text by its id, empty for an unknown one."""


def score(
    case: Case, answer: Answer, hits: Sequence[Found], exact: Exact, texts: Texts
) -> tuple[Scores, tuple[Failure, ...]]:
    """What can be scored of `answer` for this case, and what it did wrong.

    A score is left out where the case says nothing to hold it against, and scores of an answer's
    content where nothing was answered, so that refusing costs over-refusal, coverage and correct
    but no citation score. Each question counts once in a mean, however many quotes or groups it has.
    """
    answered = answer.status in ANSWERED
    scores = _retrieval(case, hits) | _decision(case, answer) | _content(case, answer, answered)
    if answered:
        scores |= _citations(case, answer, exact, texts) | _manner(case, answer)
    return scores, tuple(_failures(case, answer, scores, exact))


def said(answer: Answer) -> str:
    """What the answer itself says, in a form to look for words in; see `_plain`."""
    return _plain(_text(answer))


def _text(answer: Answer) -> str:
    """Text, table and cards, not the quotes of the citations; without [n] marks and the stars of Markdown."""
    cells = [*answer.table.columns, *(cell for row in answer.table.rows for cell in row)]
    cards = [part for card in answer.cards for part in (card.name, *card.fields, *card.fields.values())]
    return _MARKS.sub("", "\n".join([answer.text, *cells, *cards]))


def missing(case: Case, answer: Answer) -> list[tuple[str, ...]]:
    """The groups of must_include of which the answer has no alternative."""
    text = f" {said(answer)} "
    return [group for group in case.must_include if not any(_plain(each) in text for each in group)]


def forbidden(case: Case, answer: Answer) -> list[str]:
    """What the answer says although it must not."""
    text = f" {said(answer)} "
    return [each for each in case.must_not_include if _plain(each) in text]


def _retrieval(case: Case, hits: Sequence[Found]) -> Scores:
    if not case.evidence:
        return {}
    # The reciprocal rank of the first evidence: it tells small losses that a cut at k hides.
    scores = {
        "evidence_mrr": max((1 / n for n, hit in enumerate(hits, start=1) if hit.evidence), default=0.0)
    }
    for k in KS:
        each = [found(evidence, hits[:k]) for evidence in case.evidence]
        scores |= {f"evidence_any@{k}": float(any(each)), f"evidence_all@{k}": float(all(each))}
    return scores


def _decision(case: Case, answer: Answer) -> Scores:
    answered = answer.status in ANSWERED
    if case.expects_answer is None:
        return {}
    if case.expects_answer:
        return {"over_refusal": float(not answered)}
    # A failure is no decision: it must not look like a wise refusal.
    return {"abstention": float(not answered and answer.status is not AnswerStatus.ERROR)}


def _content(case: Case, answer: Answer, answered: bool) -> Scores:
    scores = {"clean": float(not forbidden(case, answer))} if case.must_not_include else {}
    if case.answerable is False or not (case.must_include or case.must_not_include):
        return scores
    lacking = missing(case, answer) if answered else list(case.must_include)
    scores["correct"] = float(answered and not lacking and not forbidden(case, answer))
    if case.must_include:
        scores["coverage"] = 1 - len(lacking) / len(case.must_include)
    return scores


def _citations(case: Case, answer: Answer, exact: Exact, texts: Texts) -> Scores:
    scores = {"cited": cited_share(answer)}
    if made := statements(answer):
        scores["attribution"] = _share(is_attributed(each, answer.citations) for each in made)
    if answer.citations:
        scores["citation_exactness"] = _share(exact(each) for each in answer.citations)
    if case.evidence:
        # An answer without any citation has no right one.
        hits = [
            exact(each) and any(overlaps(each, one, texts(each.document_id)) for one in case.evidence)
            for each in answer.citations
        ]
        scores["citation_precision"] = _share(hits)
    return scores


def _manner(case: Case, answer: Answer) -> Scores:
    scores = {"words": float(sum(any(map(str.isalnum, token)) for token in _text(answer).split()))}
    if case.language:
        spoken = question_language(answer.text) if answer.ai_generated else answer.language
        scores["language_match"] = float(answer.language == spoken == case.language)
    if case.is_temporal:
        scores["validity_noted"] = float(_validity_noted(answer))
    return scores


def _validity_noted(answer: Answer) -> bool:
    """Whether a note on a cited source's time is among the notices; without notes, all must be current."""
    stated = [each.validity for each in answer.citations]
    if notes := [each.note for each in stated if each.note]:
        return any(note in answer.notices for note in notes)
    return bool(stated) and all(each.status is Status.CURRENT for each in stated)


def _failures(case: Case, answer: Answer, scores: Scores, exact: Exact) -> list[Failure]:
    if answer.status is AnswerStatus.ERROR:
        return [Failure(Rule.ERROR, (answer.text,))]
    broken: list[Failure] = []
    if scores.get("over_refusal"):
        broken.append(Failure(Rule.REFUSED, (answer.status.value,)))
    if scores.get("abstention") == 0:
        broken.append(Failure(Rule.ANSWERED, (answer.status.value,)))
    if answer.status in ANSWERED:
        lacking = [] if case.answerable is False else missing(case, answer)
        broken += [Failure(Rule.MISSING, group) for group in lacking]
        inexact = [str(each.number) for each in answer.citations if not exact(each)]
        astray = [each[0].strip() for each in statements(answer) if not is_attributed(each, answer.citations)]
        broken += [Failure(Rule.NOT_EXACT, tuple(inexact))] * bool(inexact)
        broken += [Failure(Rule.MISATTRIBUTED, tuple(dict.fromkeys(astray)))] * bool(astray)
        broken += [Failure(Rule.LANGUAGE, (answer.language, case.language))] * _is_zero(
            scores, "language_match"
        )
        broken += [Failure(Rule.VALIDITY)] * _is_zero(scores, "validity_noted")
    if words := forbidden(case, answer):
        broken.append(Failure(Rule.FORBIDDEN, tuple(words)))
    if scores.get("correct") != 1:
        # A right answer may stand on another passage than the one the set's author had in mind.
        broken += [Failure(Rule.NOT_RETRIEVED)] * _is_zero(scores, RETRIEVED)
        broken += [Failure(Rule.OFF_EVIDENCE)] * _is_zero(scores, "citation_precision")
    return broken


def _is_zero(scores: Scores, name: str) -> bool:
    return scores.get(name) == 0


def _share(values: Iterable[bool]) -> float:
    listed = [float(each) for each in values]
    return sum(listed) / len(listed) if listed else 0.0


def _plain(text: str) -> str:
    """In one case, with single blanks and hyphens, and numbers as 1543427 however their thousands are set."""
    text = re.sub(r"\s+", " ", normalize("NFC", text).translate(_DASHES)).casefold()
    return re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "", text)
