"""The answer contract: the one shape that web, Slack, API, command line and evaluation share."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from vectorstore.passages import Status


class AnswerStatus(StrEnum):
    """How a question ended. Each is an expected outcome; none is an exception."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    NOT_IN_SOURCES = "not_in_sources"
    CLARIFY = "clarify"
    OUT_OF_SCOPE = "out_of_scope"
    DECLINED = "declined"
    ERROR = "error"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Validity(_Frozen):
    """What a source says about its own time. `period` and `as_of` are partial ISO dates."""

    status: Status = Status.UNKNOWN
    period: list[str] = []
    as_of: str = ""
    note: str = ""


class Citation(_Frozen):
    """The passage a claim stands on; `quote` == stored document text[start:end], always."""

    number: int
    document_id: str
    passage_id: str
    title: str
    publisher: str = ""
    region: str = ""
    source: str
    page: int | None = None
    heading: list[str] = []
    quote: str
    start: int
    end: int
    validity: Validity = Validity()


class Claim(_Frozen):
    """One statement of the answer and the numbers of the citations that carry it."""

    text: str
    citations: list[int]


class Card(_Frozen):
    """A thing worth its own box: a programme, an organisation, a project or a contact."""

    kind: str
    name: str
    fields: dict[str, str] = {}
    citations: list[int] = []
    validity: Validity = Validity()


class Table(_Frozen):
    """A comparison; empty unless regions or programmes are compared."""

    columns: list[str] = []
    rows: list[list[str]] = []


class RankedPassage(_Frozen):
    """A passage the retriever offered, with its score, cited or not."""

    passage_id: str
    score: float


class Answer(_Frozen):
    """What every channel gets. Absent parts are empty, never missing."""

    id: str
    status: AnswerStatus
    language: str
    text: str
    ai_generated: bool = False
    model: str = "extractive"
    claims: list[Claim] = []
    citations: list[Citation] = []
    cards: list[Card] = []
    table: Table = Table()
    notices: list[str] = []
    follow_ups: list[str] = []
    hits: list[RankedPassage] = []
    seconds: dict[str, float] = Field(default_factory=dict)
    conversation_id: str = ""
