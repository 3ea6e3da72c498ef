"""A draft put into words by a language model, where one is configured."""

from collections.abc import Callable, Generator, Sequence
from typing import Protocol

from assistant.drafts import Asked, Draft
from assistant.events import Delta
from assistant.generation.writer import ModelWriter
from assistant.language_model import open_model
from vectorstore.naming import Names
from vectorstore.queries import Hit
from vectorstore.settings import Settings


class Writer(Protocol):
    """Writes an answer from the passages found; yields the text as it comes and returns a draft."""

    def write(self, asked: Asked, hits: Sequence[Hit], drafted: Draft) -> Generator[Delta, None, Draft]:
        """The model's draft; `drafted`, with a notice, where the model failed or said too little."""
        ...


def open_writer(settings: Settings, names: Callable[[], Names]) -> Writer | None:
    """The model that the settings name; None without one, or where it is to rephrase only.

    SettingsError where it cannot be used.
    """
    if not settings.chat_answers:
        return None
    model = open_model(settings, settings.chat_answer_seconds, settings.chat_answer_tokens)
    return ModelWriter(model, names) if model else None
