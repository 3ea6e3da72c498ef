"""One entry of the register as written in YAML, checked field by field."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from ingest.register.faults import Fault
from vectorstore.entities import LANGUAGES, Entity, Kind
from vectorstore.partial_dates import is_partial
from vectorstore.passages import Status

ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_NOTE = 300


def _date(value: object) -> object:
    text = str(value or "").strip()
    if text and not is_partial(text):
        raise ValueError("write a date as YYYY, YYYY-MM or YYYY-MM-DD")
    return text


def _listed(value: object) -> object:
    listed = value if isinstance(value, list) else [value] if value else []
    texts = [str(item).strip() for item in listed]
    if "" in texts:
        raise ValueError("a name is empty; remove it")
    return texts


def _names(value: object) -> object:
    """One name for all languages, or a mapping that has each of them."""
    if isinstance(value, str | list):
        return dict.fromkeys(LANGUAGES, _listed(value))
    if isinstance(value, Mapping):
        missing = [language for language in LANGUAGES if not value.get(language)]
        if missing:
            raise ValueError(
                f"names in {', '.join(missing)} are missing; give {', '.join(LANGUAGES)}, or one name for all"
            )
    return value


def _id(value: object) -> object:
    if not ID.fullmatch(str(value)):
        raise ValueError("write an id in small letters a-z, digits and single hyphens")
    return value


def _period(value: object) -> object:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError("write a period as a start and an end: ['2021', '2027'], an open end as ''")
    start, end = (_date(one) for one in value)
    if start and end and str(start) > str(end):
        raise ValueError("the period ends before it starts; swap the two dates or correct one")
    return start, end


Date = Annotated[str, BeforeValidator(_date)]
Listed = Annotated[list[str], BeforeValidator(_listed)]


class Entry(BaseModel):
    """What an entry of the register may hold; see docs/register.md."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, BeforeValidator(_id)]
    kind: Kind
    names: Annotated[dict[Literal["sv", "en", "no"], Listed], BeforeValidator(_names)]
    abbreviations: Listed = Field(default_factory=list)
    variants: Listed = Field(default_factory=list)
    cased: Listed = Field(default_factory=list)
    predecessors: Listed = Field(default_factory=list)
    successors: Listed = Field(default_factory=list)
    period: Annotated[tuple[str, str], BeforeValidator(_period)] = ("", "")
    status: Status = Status.UNKNOWN
    where: Listed = Field(default_factory=list)
    region: str = ""
    source: str = Field(min_length=1)
    as_of: Date = Field(min_length=4)
    confidence: Literal["high", "medium", "low"]
    note: str = Field("", max_length=LONGEST_NOTE)

    @model_validator(mode="after")
    def _consistent(self) -> "Entry":
        end = self.period[1]
        if self.status is Status.CURRENT and end and end < self.as_of[: len(end)]:
            raise ValueError(f"status is current, but the period ended {end}; make the status ended")
        if self.status in (Status.ENDED, Status.HISTORICAL) and end > self.as_of[: len(end)]:
            raise ValueError(f"status is {self.status}, but the period ends {end}; correct one")
        if unknown := sorted(set(self.cased) - set(self._all_names())):
            raise ValueError(f"cased holds {unknown[0]!r}, which is none of its names; add it to them first")
        return self

    def entity(self) -> Entity:
        """The entry as the rest of the program knows it."""
        lists = ("abbreviations", "variants", "cased", "predecessors", "successors", "where")
        given = self.model_dump() | {name: tuple(getattr(self, name)) for name in lists}
        names = {str(language): tuple(names) for language, names in self.names.items()}
        return Entity(**{**given, "names": names, "status": self.status, "kind": self.kind})

    def _all_names(self) -> list[str]:
        return [name for names in self.names.values() for name in names] + self.abbreviations + self.variants


class AmbiguousMeaning(BaseModel):
    """What an ambiguous name may stand for."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(min_length=1)
    entity: str = ""


class AmbiguousEntry(BaseModel):
    """A name of several things."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1)
    meanings: list[AmbiguousMeaning] = Field(min_length=2)
    note: str = Field("", max_length=LONGEST_NOTE)


def faults_of(error: ValidationError, file: str, entry: str, model: type[BaseModel]) -> list[Fault]:
    """What pydantic found in an entry made by `model`, told for the person who wrote it."""
    return [_fault(found, file, entry, model) for found in error.errors()]


def _fault(found: Any, file: str, entry: str, model: type[BaseModel]) -> Fault:
    path = ".".join(str(part) for part in found["loc"])
    value = "" if found["type"] == "missing" or isinstance(found["input"], dict) else found["input"]
    if found["type"] == "extra_forbidden":
        known = ", ".join(model.model_fields if len(found["loc"]) == 1 else AmbiguousMeaning.model_fields)
        return Fault(file, entry, path, value, f"no such field; the fields are {known}")
    if found["type"] == "missing":
        return Fault(file, entry, path, "", "the field is missing; add it")
    field = path or "entry"
    return Fault(file, entry, field, value, found["msg"].removeprefix("Value error, "))
