"""A question as it may be kept: without signs that do not show and without personal data."""

from dataclasses import replace

from assistant.language import question_language
from assistant.personal import redacted, visible
from assistant.questions import Question, Turn


def guarded(question: Question) -> Question:
    """The question, where its asker is, and what they said before it, with personal data taken out.

    `redacted` of the result tells whether any was in the question. One that was looked at already comes
    back as it is, so a channel that keeps questions can do this before it hands one on.
    """
    if question.redacted is not None:
        return question
    shown = visible(question.text)
    language = question.language or question_language(shown)
    text, region = redacted(shown, language), redacted(visible(question.region), language)
    history = tuple(_guarded_turn(turn) for turn in question.history)
    return replace(question, text=text, region=region, history=history, redacted=text != shown)


def _guarded_turn(turn: Turn) -> Turn:
    if turn.role != "user":
        return turn
    shown = visible(turn.text)
    return replace(turn, text=redacted(shown, question_language(shown)))
