"""What callers may send, and how it becomes a question."""

import unicodedata
from typing import Annotated, Literal

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from assistant.channels.problems import Problem
from assistant.feedback import Reason
from assistant.questions import Persona, Question, Turn
from vectorstore.queries import Filters
from vectorstore.settings import Settings

MOST_TURNS = 20
Year = int | None


class _Body(BaseModel):
    """Unknown fields are refused; a null is a field left out, as many clients send it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, given: object) -> object:
        return (
            {key: value for key, value in given.items() if value is not None}
            if isinstance(given, dict)
            else given
        )


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Names = Annotated[list[str], BeforeValidator(_listed)]


class TurnBody(_Body):
    """One earlier message; `content` is accepted for `text`, as chat APIs call it."""

    role: Literal["user", "assistant"]
    text: str = Field(validation_alias=AliasChoices("text", "content"))


class FiltersBody(_Body):
    """Limits on where to look; see vectorstore.queries.Filters."""

    regions: Names = Field(default=[], max_length=50, validation_alias=AliasChoices("regions", "region"))
    publishers: Names = Field(
        default=[], max_length=50, validation_alias=AliasChoices("publishers", "publisher")
    )
    languages: Names = Field(
        default=[], max_length=50, validation_alias=AliasChoices("languages", "language")
    )
    documents: Names = Field(
        default=[], max_length=200, validation_alias=AliasChoices("documents", "document")
    )
    year_from: Year = Field(default=None, ge=0, le=9999)
    year_to: Year = Field(default=None, ge=0, le=9999)


class ChatBody(_Body):
    """A question; `language` sets the answer's language, otherwise the question's own decides.

    Our own pages say by `channel` that it was they who asked; without it the caller is another program.
    """

    question: str
    conversation_id: str = Field(default="", max_length=100)
    history: list[TurnBody] = []
    persona: Persona | None = None
    region: str = Field(default="", max_length=100)
    language: Literal["", "sv", "en", "no"] = ""
    filters: FiltersBody = FiltersBody()
    channel: Literal["", "web", "widget"] = ""


class FeedbackBody(_Body):
    """What someone thought of an answer."""

    answer_id: str = Field(max_length=100)
    helpful: bool
    reason: Reason = Reason.NONE
    text: str = Field(default="", max_length=2000)


def to_question(body: ChatBody, settings: Settings, language: str) -> Question:
    """The question in `body`; a Problem told in `language` when it cannot be asked."""
    if len(body.history) > MOST_TURNS:
        raise Problem(422, "long_history", language, most=MOST_TURNS)
    return Question(
        text=question_text(body.question, settings, language),
        history=tuple(Turn(turn.role, clean(turn.text, language)) for turn in body.history),
        persona=body.persona,
        region=clean(body.region, language),
        language=body.language,
        filters=to_filters(body.filters, language),
        conversation_id=clean(body.conversation_id, language),
        channel=body.channel or "api",
    )


def question_text(text: str, settings: Settings, language: str) -> str:
    """`text` cleaned, of a length that can be asked."""
    text = clean(text, language)
    if not text:
        raise Problem(422, "empty_question", language)
    if len(text) > settings.question_characters:
        raise Problem(422, "long_question", language, characters=len(text), most=settings.question_characters)
    return text


def clean(text: str, language: str) -> str:
    """`text` trimmed and in NFC; a Problem when it holds what no database or browser takes."""
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise Problem(422, "bad_characters", language)
    return unicodedata.normalize("NFC", text).strip()


def to_filters(body: FiltersBody, language: str) -> Filters:
    """The limits in `body`; a Problem told in `language` when they hold what nothing can be named."""

    def cleaned(texts: list[str]) -> tuple[str, ...]:
        return tuple(clean(text, language) for text in texts)

    return Filters(
        regions=cleaned(body.regions),
        publishers=cleaned(body.publishers),
        languages=cleaned(body.languages),
        documents=cleaned(body.documents),
        year_from=body.year_from,
        year_to=body.year_to,
    )
