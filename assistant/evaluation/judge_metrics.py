"""What the judge is given to read, and its scores by ragas' metrics."""

import copy
import math
import re
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from pydantic import ValidationError

import prompts
from assistant.answers import Answer, AnswerStatus
from assistant.evaluation.judge_model import KEY, TIMEOUT, TOKENS, JudgeError, Model
from assistant.evaluation.results import Result

CALLS = {"faithfulness": 2, "answer_correctness": 3}
METRICS = tuple(CALLS)

_MARK = re.compile(r"\s*\[\d+\]")
_ANSWERED = (AnswerStatus.ANSWERED, AnswerStatus.PARTIAL)


class Unjudged(Exception):
    """One answer could not be judged; the message says why."""


def applicable(result: Result) -> tuple[str, ...]:
    """The metrics that the answer can be judged by; none where nothing was answered."""
    if result.answer.status not in _ANSWERED or not said(result.answer):
        return ()
    has_gold = bool(result.case.gold_answer.strip()) and result.case.answerable is not False
    fitting = {"faithfulness": bool(contexts(result)), "answer_correctness": has_gold}
    return tuple(name for name in METRICS if fitting[name])


def said(answer: Answer) -> str:
    """What the answer says to its reader, table and cards included, without the marks of its citations."""
    rows = [answer.table.columns, *answer.table.rows] if answer.table.rows else []
    lines = [" | ".join(row) for row in rows]
    for card in answer.cards:
        lines.append(", ".join([card.name, *(f"{name}: {value}" for name, value in card.fields.items())]))
    return _MARK.sub("", "\n".join([answer.text, *lines])).strip()


def contexts(result: Result) -> list[str]:
    """What the answer has to stand on: its quotes and the passages they are from, else all that was found."""
    citations = result.answer.citations
    quotes = [": ".join([each.title, *each.heading, each.quote]) for each in citations]
    cited = {each.passage_id for each in citations}
    passages = [hit.text for hit in result.hits if not cited or hit.passage_id in cited]
    return [text for text in dict.fromkeys(quotes + passages) if text.strip()]


async def score(llm: Any, metric: str, result: Result, model: Model) -> float:
    """The metric of one answer, 0 to 1; Unjudged with the reason, JudgeError where no answer would do better.

    faithfulness: the share of the answer's statements that follow from `contexts` (Es et al. 2024).
    answer_correctness: F1 of the answer's statements against the gold answer's, without the
    comparison of embeddings that ragas can mix in.
    """
    checked = copy.copy(llm)
    checked.agenerate = _Checked(llm.agenerate)
    try:
        value = await _ask(checked, metric, result)
    except Unjudged:
        raise
    except Exception as error:
        raise _told(error, model) from error
    if math.isnan(value) or not 0 <= value <= 1:
        raise Unjudged(f"ragas made {value} of the model's replies")
    return value


async def _ask(llm: Any, metric: str, result: Result) -> float:
    from ragas.metrics.collections import AnswerCorrectness, Faithfulness

    turns = [f"{turn.role}: {turn.text}" for turn in result.case.history]
    told = {"user_input": "\n".join([*turns, result.case.question]), "response": said(result.answer)}
    kind: Any
    if metric == "faithfulness":
        kind = _speaking(Faithfulness(llm=llm), result.answer.language)
        return float((await kind.ascore(**told, retrieved_contexts=contexts(result))).value)
    kind = _speaking(AnswerCorrectness(llm=llm, weights=[1.0, 0.0]), result.answer.language)
    return float((await kind.ascore(**told, reference=result.case.gold_answer)).value)


def _speaking(metric: Any, language: str) -> Any:
    """The metric, asking for statements in the answer's language; ragas' own examples are English."""
    language = language if language in prompts.LANGUAGES else "en"
    sentence = prompts.phrases("judge", language)["write_in"]
    for prompt in vars(metric).values():
        if hasattr(prompt, "instruction"):
            prompt.instruction = f"{prompt.instruction} {sentence}"
    return metric


class _Checked:
    """Asks the model, and refuses what ragas would give full marks though nothing was judged."""

    def __init__(self, ask: Callable[[str, Any], Awaitable[Any]]) -> None:
        self._ask = ask
        self._statements = 0

    async def __call__(self, prompt: str, shape: Any) -> Any:
        reply = await self._ask(prompt, shape)
        found = reply.model_dump()
        if "TP" in found:
            if not any(found[kind] for kind in ("TP", "FP", "FN")):
                raise Unjudged("the model sorted none of the statements")
        elif not found["statements"]:
            raise Unjudged("the model found no statement to judge")
        elif isinstance(found["statements"][0], str):
            self._statements = len(found["statements"])
        else:
            self._check([row["verdict"] for row in found["statements"]])
        return reply

    def _check(self, verdicts: list[int]) -> None:
        if len(verdicts) < self._statements:
            raise Unjudged(f"the model judged {len(verdicts)} of {self._statements} statements")
        if odd := [verdict for verdict in verdicts if verdict not in (0, 1)]:
            raise Unjudged(f"the model gave the verdict {odd[0]}, which is neither 0 nor 1")


def _told(error: Exception, model: Model) -> Exception:
    """The error as Unjudged, or as JudgeError where every other question would meet it too."""
    import openai
    from instructor.core.exceptions import IncompleteOutputException

    chain = list(_chain(error))
    if any(isinstance(each, IncompleteOutputException) for each in chain):
        return Unjudged(f"the model's reply was longer than {TOKENS} tokens")
    cause = next((each for each in chain if isinstance(each, openai.APIError)), None)
    if isinstance(cause, openai.APITimeoutError):
        return Unjudged(f"the model did not reply within {TIMEOUT:g} seconds")
    if isinstance(cause, openai.APIConnectionError):
        return JudgeError(f"{model.host} cannot be reached: {cause}. See that the address is right")
    if isinstance(cause, openai.APIStatusError):
        text = f"{model.host} answered {cause.status_code}: {_short(cause.message, model)}"
        if cause.status_code in (401, 403):
            return JudgeError(f"{text}. See that the key in {KEY} or OPENAI_API_KEY is right")
        return (
            JudgeError(f"{text}. See that {model} is there") if cause.status_code == 404 else Unjudged(text)
        )
    if any(isinstance(each, ValidationError) for each in chain):
        return Unjudged("the model's reply is not the JSON that was asked for")
    return Unjudged(f"the model's reply cannot be used: {_short(str(chain[-1]), model)}")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _short(text: str, model: Model) -> str:
    return " ".join(model.conceal(text).split())[:200]
