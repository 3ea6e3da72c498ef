"""Attempts to steer the assistant, to learn its instructions or to have it vouch for what is not decided."""

import re
from functools import cache

from assistant.answers import AnswerStatus
from assistant.drafts import Draft
from assistant.questions import Question
from assistant.routing.disguises import readings
from assistant.routing.replies import reply
from assistant.routing.wording import either, table

SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


def reply_to(question: Question, language: str) -> Draft | None:
    """That it is not followed, and what is answered instead."""
    kind = attempt(question.text)
    if not kind:
        return None
    key = "declined_tail" if _asks_beside(question.text) else f"declined_{kind}"
    return reply(AnswerStatus.DECLINED, language, key)


def attempt(text: str) -> str:
    """What a text attempts: "steering", "promise" (vouch for a decision, or make something up) or ""."""
    for reading in readings(text):
        for kind in ("steering", "promise"):
            if any(pattern.search(reading) for pattern in _patterns(kind)):
                return kind
        if _raw().search(reading) or any(_talks_to_us(each) for each in COMMENT.findall(reading)):
            return "steering"
    return ""


def _asks_beside(text: str) -> bool:
    """Whether a sentence that attempts nothing asks something."""
    sentences = SENTENCE.findall(COMMENT.sub(" ", text))
    return any(each.rstrip().endswith("?") and not attempt(each) for each in sentences)


def _talks_to_us(comment: str) -> bool:
    return bool(_addressed().search(comment))


@cache
def _patterns(kind: str) -> tuple[re.Pattern[str], ...]:
    """What is told at the start of a clause, and what is a sign wherever it stands."""
    lists = table("steering")
    start = rf"(?:^|[.!?:;,()\[\]{{}}\"”“'’>–—\n#*-]\s*|(?<!\w)(?:{either(lists['starts'])})\s+)"
    told = rf"{start}(?:{either(lists[kind]['told'])})(?!\w)"
    said = rf"(?<!\w)(?:{either(lists[kind]['said'])})(?!\w)"
    return re.compile(told, re.IGNORECASE), re.compile(said, re.IGNORECASE)


@cache
def _raw() -> re.Pattern[str]:
    return re.compile("|".join(table("steering")["raw"]), re.MULTILINE)


@cache
def _addressed() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{either(table('steering')['addressed'])})(?!\w)", re.IGNORECASE)
