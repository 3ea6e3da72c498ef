"""A question set: what is asked, and what is known about a good answer."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from assistant.questions import Persona, Question, Turn

TEMPORAL = frozenset({"temporal", "tid", "giltighet", "tid och giltighet", "gyldighet", "validity"})
"""Categories whose answers must tell how old their sources are."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stretch of a document that a good answer stands on; `source` is the document's file name or URL."""

    source: str
    quote: str


@dataclass(frozen=True, slots=True)
class Case:
    """One question. Only `id` and `question` are sure to be there; what is empty or None is not scored.

    Each inner tuple of `must_include` holds alternatives, one of which a correct answer contains.
    `answerable` is False where the right thing is not to answer.
    """

    id: str
    question: str
    language: str = ""
    persona: Persona | None = None
    category: str = ""
    region: str = ""
    history: tuple[Turn, ...] = ()
    answerable: bool | None = None
    gold_answer: str = ""
    must_include: tuple[tuple[str, ...], ...] = ()
    must_not_include: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    notes: str = ""

    @property
    def expects_answer(self) -> bool | None:
        """Whether to answer is right: as stated, else yes where a good answer is described, else None."""
        described = self.gold_answer or self.must_include or self.must_not_include or self.evidence
        return self.answerable if self.answerable is not None else True if described else None

    @property
    def is_temporal(self) -> bool:
        """Whether the category says so, in any of the three languages."""
        return self.category.strip().casefold() in TEMPORAL

    def to_question(self) -> Question:
        """The question as a user would send it; the language is left for the assistant to find out."""
        return Question(self.question, self.history, self.persona, self.region)


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Cases with ids that are unique; `name` is the file's stem."""

    name: str
    cases: tuple[Case, ...]
    digest: str = field(default="")

    @classmethod
    def of(cls, name: str, cases: Iterable[Case]) -> "QuestionSet":
        """A set whose digest depends on what its cases say, not on the file format they came in."""
        cases = tuple(cases)
        return cls(name, cases, hashlib.sha256(to_jsonl(cases).encode()).hexdigest())


def to_row(case: Case) -> dict[str, Any]:
    """The case in the fields of the JSONL format; every field is there, empty ones too."""
    return {
        "id": case.id,
        "lang": case.language,
        "persona": case.persona.value if case.persona else "",
        "category": case.category,
        "region": case.region,
        "question": case.question,
        "history": [{"role": turn.role, "content": turn.text} for turn in case.history],
        "answerable": case.answerable,
        "gold_answer": case.gold_answer,
        "must_include": [list(group) for group in case.must_include],
        "must_not_include": list(case.must_not_include),
        "evidence": [{"source": each.source, "quote": each.quote} for each in case.evidence],
        "notes": case.notes,
    }


def from_row(row: dict[str, Any]) -> Case:
    """The case of a row that `to_row` made; rows that people write go through `sets.read_set`."""
    return Case(
        id=row["id"],
        question=row["question"],
        language=row["lang"],
        persona=Persona(row["persona"]) if row["persona"] else None,
        category=row["category"],
        region=row["region"],
        history=tuple(Turn(turn["role"], turn["content"]) for turn in row["history"]),
        answerable=row["answerable"],
        gold_answer=row["gold_answer"],
        must_include=tuple(tuple(group) for group in row["must_include"]),
        must_not_include=tuple(row["must_not_include"]),
        evidence=tuple(Evidence(each["source"], each["quote"]) for each in row["evidence"]),
        notes=row["notes"],
    )


def to_jsonl(cases: Iterable[Case]) -> str:
    """The cases as a JSONL file that `sets.read_set` reads back to the same."""
    return "".join(json.dumps(to_row(case), ensure_ascii=False) + "\n" for case in cases)
