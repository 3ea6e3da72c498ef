"""The order in which a question is looked at before anything is searched for."""

import re
from collections.abc import Callable
from dataclasses import replace

from assistant.drafts import Draft
from assistant.personal import visible
from assistant.questions import Question
from assistant.routing import scope, small_talk, steering, tongues, vagueness

BLANKS = re.compile(r"[^\S\n]+")
Router = Callable[[Question, str], Draft | None]

ROUTES: tuple[Router, ...] = (
    steering.reply_to,
    tongues.reply_to,
    small_talk.reply_to,
    scope.reply_to,
    vagueness.reply_to,
)
"""Attempts to steer come first, so that nothing beside them gets them through."""


def route(question: Question, language: str) -> Draft | None:
    """The reply in `language` to what is no question about the documents; None for every other.

    A greeting in another of our languages gets its reply in that, a question in a language that the
    assistant does not speak gets it in English (see `reply_language`).
    """
    question = replace(question, text=BLANKS.sub(" ", visible(question.text)).strip())
    language = tongues.reply_language(question, language)
    replies = (reply_to(question, language) for reply_to in ROUTES)
    return next((reply for reply in replies if reply), None)
