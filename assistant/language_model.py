"""The language model that the settings name, asked for short texts within a time limit."""

import threading
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from vectorstore.errors import UtblickError
from vectorstore.settings import PREFIX, Settings, SettingsError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

NO_KEY = "none"
TOKENS = 400
AT_ONCE = 8
"""Questions to the model under way at once; further ones are not put."""


class ModelError(UtblickError):
    """The model gave no text; the message names what happened and holds neither key nor question."""


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """A chat model with its name ("provider:name") and the longest wait for it, in seconds."""

    name: str
    chat: "BaseChatModel"
    seconds: float
    places: threading.Semaphore

    def write(self, instruction: str, text: str) -> str:
        """What the model writes; ModelError when it fails or takes longer than `seconds`.

        A provider that sends a byte now and then keeps a connection alive for ever, so the wait is
        bounded here and not by the connection's own timeout alone.
        """
        if not self.places.acquire(blocking=False):
            raise ModelError(f"{self.name} still has {AT_ONCE} questions to answer")
        told: SimpleQueue[str | ModelError] = SimpleQueue()
        threading.Thread(target=self._ask, args=(instruction, text, told), daemon=True).start()
        try:
            answer = told.get(timeout=self.seconds)
        except Empty:
            raise ModelError(f"{self.name} gave no answer within {self.seconds:g} s") from None
        if isinstance(answer, ModelError):
            raise answer
        return answer

    def _ask(self, instruction: str, text: str, told: SimpleQueue[str | ModelError]) -> None:
        from langsmith import tracing_context

        try:
            with tracing_context(enabled=False):
                message = self.chat.invoke([("system", instruction), ("human", text)])
            told.put(str(message.text))
        except Exception as error:  # each provider's package has errors of its own
            status = getattr(error, "status_code", "")
            told.put(ModelError(f"{self.name} failed: {type(error).__name__} {status}".rstrip()))
        finally:
            self.places.release()


def open_model(settings: Settings) -> LanguageModel | None:
    """The model of the settings, or None; nothing is sent before it is asked.

    SettingsError where its package is missing, or the provider is unknown or wants a key.
    """
    if not settings.chat_model:
        return None
    given: dict[str, Any] = {"timeout": settings.chat_seconds, "max_retries": 0, "max_tokens": TOKENS}
    if key := settings.chat_key.get_secret_value() or (NO_KEY if settings.chat_url else ""):
        given["api_key"] = key
    if settings.chat_url:
        given["base_url"] = settings.chat_url
    named = f"{PREFIX}CHAT_MODEL={settings.chat_model!r}"
    try:
        from langchain.chat_models import init_chat_model

        chat = init_chat_model(settings.chat_model, **given)
    except ImportError as error:
        raise SettingsError(f"{named}: {error}. Install the provider's extra, or leave it empty.") from error
    except Exception as error:  # each provider's package has errors of its own
        raise SettingsError(f"{named} cannot be used: {_first_line(error)}") from error
    return LanguageModel(settings.chat_model, chat, settings.chat_seconds, threading.Semaphore(AT_ONCE))


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
