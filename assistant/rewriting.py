"""A follow-up written out by a language model, where one is configured; by the rules where it fails."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from assistant.language import question_language
from assistant.language_model import LanguageModel, ModelError, open_model
from assistant.names import TOKEN
from assistant.questions import Question
from assistant.rephrase import Rephrased, rephrase
from prompts import fill, phrases
from vectorstore.settings import Settings

log = logging.getLogger(__name__)

Rephraser = Callable[[Question], Rephrased]

TURNS = 10
"""Messages that the model reads, the newest."""
CHARACTERS = 600
"""Characters of each message that it reads."""
MOST_WORDS = 60
KNOWN = 0.5
"""Share of the longer words that must come from the conversation: a rephrasing adds few of its own."""
LETTERS = 5
"""Letters by which two forms of a word are taken for the same."""
WRAPPING = re.compile(r"^[\s\"'”“»«*`]+|[\s\"'”“»«*`]+$")


@dataclass(frozen=True, slots=True)
class ModelRephraser:
    """Lets `model` write out questions that have a conversation; its text is searched with, never shown."""

    model: LanguageModel

    def __call__(self, question: Question) -> Rephrased:
        """The question written out; by rules, with a line in the log, where the model's text is no use."""
        by_rules = rephrase(question)
        if not question.history or by_rules.language:
            return by_rules
        language = question.language or question_language(question.text)
        try:
            written = WRAPPING.sub("", self.model.write(*_asked(question, language)))
        except ModelError as error:
            log.warning("the question was rephrased by rules: %s", error)
            return by_rules
        if fault := _fault(written, question, language):
            log.warning("the question was rephrased by rules: the text of %s %s", self.model.name, fault)
            return by_rules
        return replace(by_rules, search=" ".join(written.split()))


def open_rephraser(settings: Settings) -> Rephraser:
    """By the model that the settings name, else by rules; SettingsError where it cannot be used."""
    model = open_model(settings)
    return ModelRephraser(model) if model else rephrase


def _asked(question: Question, language: str) -> tuple[str, str]:
    """The instruction, and the conversation with the question last."""
    texts = phrases("rephrase", language)
    said = [
        fill(texts[turn.role], said=_cut(turn.text))
        for turn in question.history[-TURNS:]
        if turn.role in ("user", "assistant")
    ]
    return texts["task"], "\n".join([*said, fill(texts["question"], said=question.text)])


def _cut(text: str) -> str:
    return " ".join(text.split())[:CHARACTERS]


def _fault(written: str, question: Question, language: str) -> str:
    """What is wrong with the model's text, in words for the log; empty when it can be searched with."""
    words = TOKEN.findall(written)
    if not words:
        return "was empty"
    if len(words) > MOST_WORDS:
        return f"had more than {MOST_WORDS} words"
    if question_language(written) != language:
        return f"was not in the language of the question ({language})"
    said = {_start(word) for turn in question.history for word in TOKEN.findall(turn.text)}
    said |= {_start(word) for word in TOKEN.findall(question.text)}
    longer = [_start(word) for word in words if len(word) >= LETTERS]
    known = sum(word in said for word in longer)
    return "" if known >= KNOWN * len(longer) else "was about something else than the conversation"


def _start(word: str) -> str:
    return word[:LETTERS].casefold()
