"""Questions in languages that the assistant does not speak."""

import unicodedata
from collections import Counter
from functools import cache

from assistant.answers import AnswerStatus
from assistant.drafts import Draft
from assistant.names import functional
from assistant.questions import Question
from assistant.routing.replies import reply
from assistant.routing.small_talk import small_talk_language
from assistant.routing.vagueness import telling_language
from assistant.routing.wording import table, words

LETTERS = 2
"""Letters of another script from which on a text may be in it."""
SURE = 2
"""Different words of a language that make it certain, when none of ours are beside them."""

LONGEST_GREETING = 3
"""Words of the longest greeting."""


def reply_to(question: Question, language: str) -> Draft | None:
    """Which languages the assistant speaks."""
    return reply(AnswerStatus.CLARIFY, language, "foreign") if is_foreign(question.text) else None


def reply_language(question: Question, language: str) -> str:
    """The language to reply in, given the one detected for the question.

    What the user has set stands; a greeting and a word or two decide for themselves, being too short for
    statistics; English answers what is in none of our languages.
    """
    if question.language:
        return question.language
    if is_foreign(question.text):
        return "en"
    return small_talk_language(question.text, language) or telling_language(question.text) or language


def is_foreign(text: str) -> bool:
    """Whether a text is beyond doubt in another language than Swedish, English, Norwegian and Danish."""
    return _other_script(text) or _other_words(words(text))


def _other_script(text: str) -> bool:
    letters = [sign for sign in text if sign.isalpha()]
    other = sum(not unicodedata.name(sign, "").startswith("LATIN") for sign in letters)
    return other >= LETTERS and other > len(letters) / 2


def _other_words(said: list[str]) -> bool:
    ours = sum(word in functional() for word in set(said))
    if not ours and any(" ".join(said[:length]) in _greetings() for length in range(1, LONGEST_GREETING + 1)):
        return True
    counts: Counter[str] = Counter()
    for word in set(said):
        counts.update(_speakers().get(word, ()))
    most = max(counts.values(), default=0)
    return most >= SURE and most > ours


@cache
def _greetings() -> frozenset[str]:
    return frozenset(table("tongues")["greetings"])


@cache
def _speakers() -> dict[str, tuple[str, ...]]:
    """For each word the languages that have it while ours have not."""
    found: dict[str, tuple[str, ...]] = {}
    for language, listed in table("tongues")["words"].items():
        for word in set(listed.split()) - functional():
            found[word] = (*found.get(word, ()), language)
    return found
