"""Greetings, thanks, goodbyes and questions about the assistant itself."""

import re
from functools import cache

from assistant.answers import AnswerStatus
from assistant.drafts import Draft
from assistant.questions import Question
from assistant.routing.replies import reply
from assistant.routing.wording import either, flat, table, words

KINDS = ("about", "thanks", "goodbye", "greeting")
MOST = 14
"""Words of the longest small talk."""
EMOJI_THANKS = frozenset("👍🙏👏❤🙌💯😊😀🙂")


def reply_to(question: Question, language: str) -> Draft | None:
    """A friendly reply to what is small talk and nothing else."""
    kind = small_talk(question.text, bool(question.history))
    return reply(AnswerStatus.CLARIFY, language, kind) if kind else None


def small_talk(text: str, answered: bool = False) -> str:
    """Which of KINDS the whole text is; "" for others.

    `answered` says that something was answered before, so that "ok" and a thumb up are thanks.
    """
    said = _said(text)
    if not words(text):
        return "thanks" if answered and EMOJI_THANKS & set(text) else ""
    if answered and _whole("acknowledged", "").fullmatch(said):
        return "thanks"
    return next((kind for kind in KINDS if _whole(kind, "").fullmatch(said)), "")


def small_talk_language(text: str, language: str) -> str:
    """`language` where small talk could be in it, else the language it is in; "" for other texts."""
    said = _said(text)
    for candidate in dict.fromkeys([language, "sv", "en", "no"]):
        if any(_whole(kind, candidate).fullmatch(said) for kind in (*KINDS, "acknowledged")):
            return candidate
    return ""


def _said(text: str) -> str:
    """The words of a text that is short enough for small talk; "" of others."""
    said = words(text)
    return " ".join(said) if len(said) <= MOST else ""


@cache
def _whole(kind: str, language: str) -> re.Pattern[str]:
    """Matches a text that is of this kind, with pleasantries before and after, in one language or in any."""
    lists = table("small_talk")
    phrases = lists[kind][language] if language else flat(lists[kind])
    fillers, greetings = flat(lists["fillers"]), flat(lists["greeting"])
    polite = f"(?:{either([*fillers, *greetings])})"
    if kind in ("thanks", "goodbye"):
        polite = f"(?:{either([*fillers, *greetings, *flat(lists['thanks']), *flat(lists['goodbye'])])})"
    return re.compile(rf"(?:{polite}\s+)*(?:{either(phrases)})(?:\s+{polite})*")
