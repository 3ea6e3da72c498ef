"""What a user asks, as every channel hands it to the assistant."""

from dataclasses import dataclass, field
from enum import StrEnum

from vectorstore.queries import Filters


class Persona(StrEnum):
    """Who asks; it decides whom the answer points to next."""

    SME = "sme"
    OFFICER = "officer"
    EVALUATOR = "evaluator"


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message; `role` is "user" or "assistant"."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its conversation so far (oldest first).

    `language` ("sv", "en" or "no") overrides detection when set; `region` is the asker's county.
    `channel` is where it comes from (see assistant/desk/asking.py), empty where nobody says.
    `redacted` says whether personal data were taken out of it, None that nobody looked; see privacy.py.
    """

    text: str
    history: tuple[Turn, ...] = ()
    persona: Persona | None = None
    region: str = ""
    language: str = ""
    filters: Filters = field(default_factory=Filters)
    conversation_id: str = ""
    channel: str = ""
    redacted: bool | None = None
