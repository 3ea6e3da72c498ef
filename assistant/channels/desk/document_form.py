"""The form in which an officer corrects what is known of a document."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, Field

from assistant.channels.evaluation.form_faults import FormFault
from assistant.web_address import web_address
from prompts import LANGUAGES
from vectorstore.corrections import FIELDS, Fields, correctable
from vectorstore.passages import Metadata, Status
from vectorstore.stated_fields import stated_faults

Text = Annotated[str, Field(max_length=5_000)]
_AT = {"period.from": "period_from", "period.to": "period_to", "period": "period_to"}
"""Parts of a stated field -> the field of the form where a person can mend it."""
_CODES = {"string_too_long": "long", "date": "date", "order": "order"}


class CorrectionForm(BaseModel):
    """What the form holds."""

    title: Text = ""
    publisher: Text = ""
    regions: Annotated[list[Text], Field(max_length=200)] = []
    language: Text = ""
    published: Text = ""
    as_of: Text = ""
    period_from: Text = ""
    period_to: Text = ""
    status: Text = Status.UNKNOWN.value
    source_url: Text = ""
    kind: Text = ""

    @classmethod
    def of(cls, metadata: Metadata, corrected: Fields) -> "CorrectionForm":
        """The form as it is first shown: what is stored, and what was corrected since."""
        shown = correctable(metadata) | dict(corrected)
        start, end = shown.pop("period")
        return cls.model_validate({**shown, "period_from": start, "period_to": end})

    def values(self) -> dict[str, Any]:
        """The fields as a correction has them, without stray blanks."""
        given = {name: _tidy(value) for name, value in self.model_dump().items() if name != "regions"}
        period = [given.pop("period_from"), given.pop("period_to")]
        regions = [_tidy(region) for region in self.regions]
        return {**given, "regions": list(dict.fromkeys(filter(None, regions))), "period": period}

    def corrected(self, metadata: Metadata, before: Fields) -> dict[str, Any]:
        """What to keep: the fields corrected before, and those that say something else than is stored."""
        stored, values = correctable(metadata), self.values()
        return {
            name: values[name]
            for name in FIELDS
            if name in before or not _same(name, values[name], stored[name])
        }

    def faults(self, offered: Sequence[str], stored: Metadata, x: Mapping[str, str]) -> list[FormFault]:
        """What is wrong, by field: the rules of sidecars, and what can only be wrong in a form."""
        values = self.values()
        start, end = values["period"]
        found: dict[str, str] = {}
        for fault in stated_faults({**values, "period": {"from": start, "to": end}}):
            at = _AT.get(fault.field, fault.field.partition(".")[0])
            found.setdefault(at, f"fault_field_{_CODES.get(fault.code, 'other')}")
        if not values["title"]:
            found["title"] = "fault_field_no_title"
        if values["language"] not in ("", *LANGUAGES, stored.language):
            found["language"] = "fault_field_other"
        if set(values["regions"]) - {*offered, *stored.regions}:
            found["regions"] = "fault_field_region"
        url = values["source_url"]
        if url != stored.source_url and not all(map(web_address, url.split())):
            found["source_url"] = "fault_field_address"
        return [FormFault(at, x[f"label_{at}"], x[key]) for at, key in found.items()]


def _tidy(value: str) -> str:
    return " ".join(value.replace("\x00", "").split())


def _same(name: str, value: Any, stored: Any) -> bool:
    if name == "regions":
        return sorted(value) == sorted(stored)
    return bool(value == (_tidy(stored) if isinstance(stored, str) else stored))
