"""What is wrong with a form, told with the names that its fields have on the page."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import prompts
from assistant.evaluation.set_errors import Fault

# A field as files call it -> the form's own name for it.
_FIELDS = {"lang": "language"}
_IN_REPORT = {
    "language": "by_language",
    "persona": "by_persona",
    "category": "by_category",
    "gold_answer": "expected_answer",
    "must_include": "required",
    "must_not_include": "not_allowed",
    "evidence": "evidence",
    "history": "history",
    "notes": "notes",
}
_IN_PAGES = {
    "id": "case_id",
    "question": "case_question",
    "region": "region",
    "source": "source",
    "quote": "quote",
    "set": "existing_set",
    "new_set": "new_set",
    "note": "note",
    "file": "file",
    "name": "set_name",
    "answerable": "is_answerable",
    "verdict": "judgement",
    "q": "search_words",
    "status": "status",
}


@dataclass(frozen=True, slots=True)
class FormFault:
    """A fault of one field: `at` is the field's id on the page, `label` what the page calls it."""

    at: str
    label: str
    text: str


def label(field: str, language: str) -> str:
    """What a page calls the field `field` of a form; the field itself where it has no name."""
    if key := _IN_PAGES.get(field):
        return prompts.phrases("evaluation", language)[key]
    key = _IN_REPORT.get(field)
    return prompts.phrases("report", language)[key] if key else field


def told_in_form(faults: Iterable[Fault], language: str) -> list[FormFault]:
    """The faults of a case that came from a form, one for each field, without a file and a row."""
    found: dict[str, FormFault] = {}
    for fault in faults:
        told = _told(fault, language)
        before = found.get(told.at)
        found[told.at] = replace(told, text=f"{before.text} {told.text}") if before else told
    return list(found.values())


def _told(fault: Fault, language: str) -> FormFault:
    own, usual = prompts.phrases("evaluation", language), prompts.phrases("sets", language)
    field = _FIELDS.get(fault.field, fault.field)
    text = prompts.fill(own.get(f"fault_{fault.code}") or usual[fault.code], **fault.names)
    return FormFault("source" if field == "evidence" else field, label(field, language), text)
