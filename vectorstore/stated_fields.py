"""The metadata that a person may state of a document, checked field by field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from vectorstore.partial_dates import in_order, is_partial
from vectorstore.passages import Status

LONGEST = 300
"""Characters of a title or publisher, which stand before every passage in the index."""


def _partial_date(value: object) -> object:
    text = str(value or "").strip()
    if text and not is_partial(text):
        raise PydanticCustomError("date", "write a date as YYYY, YYYY-MM or YYYY-MM-DD")
    return text


def _listed(value: object) -> object:
    if value is None or value == "":
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


PartialDate = Annotated[str, BeforeValidator(_partial_date)]
Names = Annotated[list[str], BeforeValidator(_listed)]


class Period(BaseModel):
    """The time a document's subject covers; an open end is empty."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _pair(cls, value: object) -> object:
        """A list of two is a start and an end."""
        return {"start": value[0], "end": value[1]} if isinstance(value, list) and len(value) == 2 else value

    start: PartialDate = Field("", validation_alias=AliasChoices("from", "start"))
    end: PartialDate = Field("", validation_alias=AliasChoices("to", "end"))

    @model_validator(mode="after")
    def _ordered(self) -> "Period":
        if not in_order(self.start, self.end):
            raise PydanticCustomError("order", "the period ends before it begins")
        return self


class StatedMetadata(BaseModel):
    """The fields that may be stated; an unknown one is a fault."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    title: str = Field("", max_length=LONGEST)
    publisher: str = Field("", max_length=LONGEST)
    regions: Names = Field(default_factory=list, validation_alias=AliasChoices("regions", "region"))
    language: str = ""
    published: PartialDate = ""
    as_of: PartialDate = ""
    period: Period = Period.model_construct(start="", end="")
    status: Status = Status.UNKNOWN
    source_url: Names = Field(default_factory=list, validation_alias=AliasChoices("source_url", "source"))
    kind: str = ""
    confidence: str = ""

    def fields(self) -> dict[str, Any]:
        """The fields that were filled, in the types of `Metadata`."""
        given = self.model_dump(exclude_unset=True)
        given.pop("period", None)
        if self.period.start or self.period.end:
            given["period"] = (self.period.start, self.period.end)
        if "regions" in given:
            given["regions"] = tuple(self.regions)
        if "source_url" in given:
            given["source_url"] = " ".join(self.source_url)
        return {name: value for name, value in given.items() if value not in ("", (), None)}


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with one field. `code` is "date", "order", "string_too_long", "enum" or another of
    pydantic's; `text` says it in English."""

    field: str
    code: str
    value: object
    text: str


def faults_of(error: ValidationError) -> list[FieldFault]:
    """The faults of stated metadata, parts of a field as "period.from"."""
    return [
        FieldFault(".".join(map(str, each["loc"])), each["type"], each["input"], each["msg"])
        for each in error.errors()
    ]


def stated_faults(stated: Mapping[str, Any]) -> list[FieldFault]:
    """What is wrong with stated metadata; nothing where it can be used."""
    try:
        StatedMetadata.model_validate(stated)
    except ValidationError as error:
        return faults_of(error)
    return []
