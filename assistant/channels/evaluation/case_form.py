"""The form in which a test case is written, of a logged question or of one in a set."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.answers import AnswerStatus
from assistant.evaluation.cases import Case, Evidence
from assistant.evaluation.cell_values import groups, groups_cell, items, items_cell
from assistant.evaluation.sets import read_bytes
from assistant.question_log import Logged
from assistant.questions import Turn

Language = Literal["", "sv", "en", "no"]
Text = Annotated[str, Field(max_length=20_000)]
_ANSWERABLE = {"yes": True, "no": False, "unknown": None}
_LANGUAGES: dict[str, Language] = {"sv": "sv", "en": "en", "no": "no"}


class CaseForm(BaseModel):
    """What the form holds. `evidence` are the numbers of those places on offer that a good answer stands on.

    `source` and `quote` are one more place.
    """

    model_config = ConfigDict(frozen=True)

    set: Text = ""
    new_set: Text = ""
    id: Text = ""
    question: Text = ""
    with_history: bool = False
    language: Language = ""
    answerable: Literal["yes", "no", "unknown"] = "unknown"
    gold_answer: Text = ""
    must_include: Text = ""
    must_not_include: Text = ""
    evidence: Annotated[list[int], Field(max_length=100)] = []
    source: Text = ""
    quote: Text = ""
    category: Text = ""
    region: Text = ""
    persona: Text = ""
    notes: Text = ""

    @classmethod
    def of(cls, logged: Logged) -> "CaseForm":
        """The form as it is first shown; whether the answer was any good is left to the person."""
        answer = logged.answer
        answered = answer.status in (AnswerStatus.ANSWERED, AnswerStatus.PARTIAL)
        return cls(
            id=f"logg-{answer.id[:8]}",
            question=logged.question,
            with_history=bool(logged.history),
            language=_LANGUAGES.get(answer.language, ""),
            evidence=[each.number for each in answer.citations] if answered else [],
        )

    @classmethod
    def of_case(cls, case: Case) -> "CaseForm":
        """The form with what a set says."""
        said = {answerable: word for word, answerable in _ANSWERABLE.items()}
        return cls.model_validate(
            {
                "id": case.id,
                "question": case.question,
                "with_history": bool(case.history),
                "language": case.language,
                "answerable": said[case.answerable],
                "gold_answer": case.gold_answer,
                "must_include": groups_cell(case.must_include),
                "must_not_include": items_cell(case.must_not_include),
                "evidence": list(range(1, len(case.evidence) + 1)),
                "category": case.category,
                "region": case.region,
                "persona": case.persona or "",
                "notes": case.notes,
            }
        )

    def to_line(self, history: Sequence[Turn], offered: Mapping[int, Evidence]) -> bytes:
        """The case as a line of JSONL, for the strict reader to take or refuse."""
        places = [place for number, place in offered.items() if number in self.evidence]
        if self.source.strip() or self.quote.strip():
            places.append(Evidence(self.source, self.quote))
        row: dict[str, Any] = {
            "id": self.id,
            "lang": self.language,
            "persona": self.persona,
            "category": self.category,
            "region": self.region,
            "question": self.question,
            "history": [{"role": turn.role, "content": turn.text} for turn in history]
            if self.with_history
            else [],
            "answerable": _ANSWERABLE[self.answerable],
            "gold_answer": self.gold_answer,
            "must_include": groups(self.must_include),
            "must_not_include": items(self.must_not_include),
            "evidence": [{"source": each.source, "quote": each.quote} for each in places],
            "notes": self.notes,
        }
        return json.dumps(row).encode()

    def to_case(self, history: Sequence[Turn], offered: Mapping[int, Evidence]) -> Case:
        """The case, without an id where the form has none; SetError when it is no case."""
        (case,) = read_bytes("form.jsonl", self.to_line(history, offered)).cases
        return case if self.id.strip() else replace(case, id="")


def offered(logged: Logged) -> dict[int, Evidence]:
    """The places that the logged answer cites, by their numbers in it."""
    return {each.number: Evidence(each.source, each.quote) for each in logged.answer.citations}
