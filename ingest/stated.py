"""Metadata that a person wrote: a sidecar file or front matter, checked field by field."""

from collections.abc import Mapping
from typing import Annotated, Any

import yaml
from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from ingest.dates import is_partial
from vectorstore.passages import Status

SIDECAR_SUFFIX = ".meta.yaml"
LONGEST = 300
"""Characters of a title or publisher, which stand before every passage in the index."""


class MetadataError(Exception):
    """A sidecar or front matter cannot be used; the message names field, value and what is expected."""


def _partial_date(value: object) -> object:
    text = str(value or "").strip()
    if text and not is_partial(text):
        raise ValueError("write a date as YYYY, YYYY-MM or YYYY-MM-DD")
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


class StatedMetadata(BaseModel):
    """The fields a sidecar or front matter may hold; an unknown one is an error in a sidecar."""

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


def read_sidecar(data: bytes, name: str) -> dict[str, Any]:
    """The fields of a sidecar file; raises MetadataError."""
    try:
        # Every value as written: YAML's guesses make `no` false, and fail on a date that is none.
        stated = yaml.load(data.decode("utf-8"), Loader=yaml.BaseLoader)
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        raise MetadataError(f"{name} is not YAML in UTF-8: {_first_line(error)}") from error
    return check_stated(stated or {}, name)


def read_front_matter(stated: Mapping[str, Any], name: str) -> tuple[dict[str, Any], list[str]]:
    """The fields of front matter and a warning about those of other tools; raises MetadataError.

    Site generators and note programs keep fields of their own there, so unknown ones are no error.
    """
    names = set(StatedMetadata.model_fields) | {"region", "source"}
    unknown = sorted(str(field) for field in stated if field not in names)
    warnings = [f"front matter not used: {', '.join(unknown)[:LONGEST]}"] if unknown else []
    return check_stated({key: value for key, value in stated.items() if key in names}, name), warnings


def check_stated(stated: object, name: str) -> dict[str, Any]:
    """The filled fields of stated metadata as read from YAML; raises MetadataError."""
    if not isinstance(stated, Mapping):
        raise MetadataError(f"{name} must hold fields such as 'title: …', not {type(stated).__name__}")
    filled = {key: value for key, value in stated.items() if value not in ("", None)}
    try:
        return StatedMetadata.model_validate(filled).fields()
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            known = ", ".join(sorted(StatedMetadata.model_fields))
            raise MetadataError(f"{name}: {field!r} is not a field. Fields: {known}") from error
        raise MetadataError(f"{name}: {field} = {repr(first['input'])[:80]}: {first['msg']}") from error


def _first_line(error: Exception) -> str:
    return str(error).replace("\n", " ")[:200]
