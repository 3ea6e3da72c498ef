"""Questions that say too little to be answered, and the one question that is asked back."""

import re
from functools import cache

from assistant.answers import AnswerStatus
from assistant.drafts import Draft
from assistant.names import functional, names
from assistant.questions import Question
from assistant.routing.replies import reply
from assistant.routing.wording import anywhere, table, words

MOST = 8
"""Words from which on a text says something, however general they are."""
SHORT = 4
"""Words of a text too short for statistics to tell its language."""
MASHED = re.compile(r"[^\W\d_aeiouyåäöæøé]{5,}")


def reply_to(question: Question, language: str) -> Draft | None:
    """One question back, unless the last turn already asked one."""
    subject = vague(question.text, bool(question.history))
    if not subject or asked_back(question):
        return None
    key = "unclear_region" if question.region or question.filters.regions else "unclear"
    return reply(AnswerStatus.CLARIFY, language, key, choices=f"choices_{subject}")


def asked_back(question: Question) -> bool:
    """Whether the newest turn of the assistant ended with a question to the user."""
    said = next((turn.text for turn in reversed(question.history) if turn.role == "assistant"), "")
    return said.rstrip().endswith("?")


def vague(text: str, answered: bool) -> str:
    """What a text without a subject is about ("funding", "partners", "priorities" or "any"); "" for others.

    `answered` says that something was said before which the text may lean on: then only a cry for help
    and a text without words are vague.
    """
    said = words(text)
    if all(word.isdigit() for word in said):
        return "" if answered and said else "any"
    if answered:
        return "any" if _pleads(said) else ""
    if len(said) == 1 and (said[0] in _listed("mashed") or MASHED.fullmatch(said[0])):
        return "any"
    if (
        _reaches().search(text)
        or len(said) > MOST
        or any(name.text.casefold() not in _known() for name in names(text))
    ):
        return ""
    return _subject(said)


def _pleads(said: list[str]) -> bool:
    return any(word in _listed("plea") for word in said) and all(
        word in _listed("plea") or word in _listed("beside") for word in said
    )


def _subject(said: list[str]) -> str:
    subjects = [key for key in table("vague")["subjects"] if any(word in _subjects(key) for word in said)]
    if subjects:
        alone = all(
            word in _listed("beside") or word in _listed("plea") or word in _subjects(subjects[0])
            for word in said
        )
        return subjects[0] if alone else ""
    empty = all(word in functional() or word in _known() for word in said)
    return "any" if empty else ""


def telling_language(text: str) -> str:
    """The language that the words of a short text tell, where they tell one only; "" for others."""
    said = words(text)
    told = [language for language, listed in table("vague")["telling"].items() if set(listed) & set(said)]
    return str(told[0]) if len(told) == 1 and len(said) <= SHORT else ""


@cache
def _reaches() -> re.Pattern[str]:
    return anywhere(table("vague")["reaches"])


@cache
def _listed(key: str) -> frozenset[str]:
    return frozenset(table("vague")[key])


@cache
def _subjects(key: str) -> frozenset[str]:
    return frozenset(table("vague")["subjects"][key])


@cache
def _known() -> frozenset[str]:
    """Every word of the lists: a capital makes none of them a name."""
    lists = table("vague")
    return frozenset(
        [*lists["beside"], *lists["plea"], *(word for each in lists["subjects"].values() for word in each)]
    )
