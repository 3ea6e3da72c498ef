"""The language model that the settings name, asked for texts within limits of time and tokens."""

import threading
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TYPE_CHECKING, Any

from assistant.model_options import model_options
from assistant.model_rest import Rest
from assistant.token_budget import TokenBudget
from vectorstore.errors import UtblickError
from vectorstore.settings import PREFIX, Settings, SettingsError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage

TOKENS = 400
AT_ONCE = 8
"""Questions to the model under way at once; further ones are not put."""
LETTERS = 3
"""Characters that are counted as a token where the provider does not tell: Swedish has few more in each."""
MOST_LETTERS = 12
"""Characters for each token asked for, after which a reply without end is left."""
BUDGET_FILE = "model_tokens.json"
FINISHED = ("finish_reason", "stop_reason", "done_reason")
"""How providers say that a streamed reply is at its end; one that just stops was broken off."""


class Trouble(StrEnum):
    """Why there is no text of the model's."""

    DOWN = "down"
    SLOW = "slow"
    BUSY = "busy"
    BUDGET = "budget"
    GARBAGE = "garbage"


class ModelError(UtblickError):
    """The model gave no text; the message names what happened and holds neither key nor question."""

    def __init__(self, message: str, trouble: Trouble = Trouble.DOWN) -> None:
        super().__init__(message)
        self.trouble = trouble


Told = SimpleQueue["str | ModelError | None"]


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """A chat model with its name ("provider:name"), the longest wait in seconds and the longest reply."""

    name: str
    chat: "BaseChatModel"
    seconds: float
    places: threading.Semaphore
    tokens: int = TOKENS
    budget: TokenBudget | None = field(default=None)
    rest: Rest = field(default_factory=Rest)

    def write(self, instruction: str, text: str) -> str:
        """What the model writes; ModelError when it fails or takes longer than `seconds`."""
        return "".join(self._replies(instruction, text, in_pieces=False))

    def stream(self, instruction: str, text: str) -> Generator[str, None, None]:
        """The same in pieces, as they come. Closing the iterator gives up the reply."""
        return self._replies(instruction, text, in_pieces=True)

    def _replies(self, instruction: str, text: str, in_pieces: bool) -> Generator[str, None, None]:
        """A provider that sends a byte now and then keeps a connection alive for ever, so the wait is
        bounded here and not by the connection's own timeout alone.
        """
        taken = (len(instruction) + len(text)) // LETTERS + self.tokens
        if self.rest.is_on():
            raise ModelError(f"{self.name} failed lately and is left alone for a while", Trouble.DOWN)
        if not self.places.acquire(blocking=False):
            raise ModelError(f"{self.name} still has {AT_ONCE} questions to answer", Trouble.BUSY)
        if self.budget and not self.budget.take(taken):
            self.places.release()
            raise ModelError(f"the tokens of {self.name} for today are used up", Trouble.BUDGET)
        told: Told = SimpleQueue()
        left = threading.Event()
        asked = (instruction, text, in_pieces, taken, told, left)
        threading.Thread(target=self._ask, args=asked, daemon=True).start()
        return self._listen(told, left)

    def _listen(self, told: Told, left: threading.Event) -> Generator[str, None, None]:
        deadline, letters = monotonic() + self.seconds, 0
        try:
            while True:
                try:
                    piece = told.get(timeout=max(0.0, deadline - monotonic()))
                except Empty:
                    self.rest.failed()
                    message = f"{self.name} gave no whole answer within {self.seconds:g} s"
                    raise ModelError(message, Trouble.SLOW) from None
                if piece is None:
                    self.rest.worked()
                    return
                if isinstance(piece, ModelError):
                    if piece.trouble is not Trouble.BUSY:
                        self.rest.failed()
                    raise piece
                letters += len(piece)
                if letters > MOST_LETTERS * self.tokens:
                    raise ModelError(f"{self.name} wrote without end", Trouble.GARBAGE)
                yield piece
        finally:
            left.set()

    def _ask(
        self, instruction: str, text: str, in_pieces: bool, taken: int, told: Told, left: threading.Event
    ) -> None:
        used = taken - self.tokens
        try:
            for piece, counted in self._pieces(instruction, text, in_pieces):
                used = max(used, counted) if counted else used + len(piece) // LETTERS
                told.put(piece)
                if left.is_set():
                    break
            told.put(None)
        except Exception as error:  # each provider's package has errors of its own
            told.put(self._trouble(error))
        finally:
            if self.budget:
                self.budget.settle(taken, used)
            self.places.release()

    def _pieces(self, instruction: str, text: str, in_pieces: bool) -> Iterator[tuple[str, int]]:
        """Pieces of the reply, each with the tokens that the provider has counted by then, if it told."""
        from langsmith import tracing_context

        messages = [("system", instruction), ("human", text)]
        with tracing_context(enabled=False):
            if not in_pieces:
                message = self.chat.invoke(messages)
                yield str(message.text), _counted(message)
                return
            finished = False
            with closing(self.chat.stream(messages)) as chunks:  # type: ignore[type-var]
                for chunk in chunks:
                    finished = finished or any(chunk.response_metadata.get(key) for key in FINISHED)
                    yield str(chunk.text), _counted(chunk)
            if not finished:
                raise ConnectionError

    def _trouble(self, error: Exception) -> ModelError:
        status = getattr(error, "status_code", "")
        slow = "timeout" in type(error).__name__.casefold()
        trouble = Trouble.BUSY if status == 429 else Trouble.SLOW if slow else Trouble.DOWN
        return ModelError(f"{self.name} failed: {type(error).__name__} {status}".rstrip(), trouble)


def open_model(settings: Settings, seconds: float = 0, tokens: int = TOKENS) -> LanguageModel | None:
    """The model of the settings, or None; nothing is sent before it is asked.

    `seconds` 0 means as long as the settings allow for a rephrasing. SettingsError where its package is
    missing, or the provider is unknown or wants a key.
    """
    if not settings.chat_model:
        return None
    seconds = seconds or settings.chat_seconds
    key = settings.chat_key.get_secret_value()
    given = model_options(settings.chat_model, settings.chat_url, key, seconds, tokens)
    budget = TokenBudget(settings.data_dir / BUDGET_FILE, settings.chat_tokens_a_day)
    chat = _chat(settings.chat_model, given)
    return LanguageModel(settings.chat_model, chat, seconds, threading.Semaphore(AT_ONCE), tokens, budget)


def _chat(model: str, given: dict[str, Any]) -> "BaseChatModel":
    named = f"{PREFIX}CHAT_MODEL={model!r}"
    try:
        from langchain.chat_models import init_chat_model

        chat: BaseChatModel = init_chat_model(model, **given)
    except ImportError as error:
        raise SettingsError(f"{named}: {error}. Install the provider's extra, or leave it empty.") from error
    except Exception as error:  # each provider's package has errors of its own
        raise SettingsError(f"{named} cannot be used: {_first_line(error)}") from error
    return chat


def _counted(message: "AIMessage") -> int:
    """The tokens of question and reply together, where the provider tells; else 0."""
    return message.usage_metadata["total_tokens"] if message.usage_metadata else 0


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
