"""Questions about what other bodies answer, and which body that is."""

import re
from collections.abc import Iterator
from functools import cache

from assistant.answers import AnswerStatus
from assistant.drafts import Draft
from assistant.questions import Question
from assistant.routing.replies import reply
from assistant.routing.wording import anywhere, table

MOST_TOPICS = 2
LONGEST = 600
"""Characters of a text beyond which a word or two no longer tell what it asks for."""


def reply_to(question: Question, language: str) -> Draft | None:
    """Who answers that instead, and what is answered here."""
    found = topics(question.text)
    if not found:
        return None
    pointed = [topic for topic in found if topic != "other"] or ["other"]
    keys = [f"scope_{topic}" for topic in pointed[:MOST_TOPICS]]
    return reply(AnswerStatus.OUT_OF_SCOPE, language, *keys, "scope")


def topics(text: str) -> list[str]:
    """The subjects of topics.yaml that a text is about; none where anything of ours is in it too."""
    if len(text) > LONGEST or _ours().search(text):
        return []
    return list(dict.fromkeys(_topics(text)))


def _topics(text: str) -> Iterator[str]:
    near = bool(_near().search(text))
    for topic, (sure, likely, unless) in _patterns().items():
        if unless and unless.search(text):
            continue
        if (sure and sure.search(text)) or (likely and not near and likely.search(text)):
            yield topic


@cache
def _ours() -> re.Pattern[str]:
    return anywhere(table("scope")["ours"])


@cache
def _near() -> re.Pattern[str]:
    return anywhere(table("scope")["near"])


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str] | None, ...]]:
    """For each topic what is sure, what is likely where nothing near to us is said, and what clears it."""
    return {
        topic: tuple(anywhere(lists[key]) if key in lists else None for key in ("sure", "likely", "unless"))
        for topic, lists in table("topics").items()
    }
