"""What may be searched for, the same on the command line, in the API and on the page."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from assistant.channels.bodies import FiltersBody, question_text, to_filters
from assistant.channels.problems import Problem
from vectorstore.queries import Query
from vectorstore.settings import Settings


def _given(value: object) -> object:
    """Forms send what was left empty too."""
    return [each for each in value if each != ""] if isinstance(value, list) else value


def _number(value: object) -> object:
    return None if value == "" else value


Names = Annotated[list[str], BeforeValidator(_given)]
Year = Annotated[int | None, BeforeValidator(_number)]


class SearchBody(BaseModel):
    """A search; limits are those of vectorstore.queries.Filters."""

    model_config = ConfigDict(frozen=True)

    q: str
    k: int = Field(default=10, ge=1, le=100)
    region: Names = Field(default=[], max_length=50)
    publisher: Names = Field(default=[], max_length=50)
    language: Names = Field(default=[], max_length=50)
    year_from: Year = Field(default=None, ge=0, le=9999)
    year_to: Year = Field(default=None, ge=0, le=9999)
    explain: bool = False

    @property
    def is_limited(self) -> bool:
        """Whether the search is not to look everywhere."""
        limits = (self.region, self.publisher, self.language)
        return any(limits) or self.year_from is not None or self.year_to is not None


def read_search(given: Mapping[str, Any], labels: Mapping[str, str], language: str) -> SearchBody:
    """The search in `given`; a Problem told in `language` that names the wrong fields by their `labels`."""
    try:
        return SearchBody.model_validate(given)
    except ValidationError as error:
        wrong = sorted({str(each["loc"][0]) for each in error.errors()})
        fields = ", ".join(labels.get(name, name) for name in wrong)
        raise Problem(422, "bad_fields", language, fields=fields) from error


def to_query(body: SearchBody, settings: Settings, language: str) -> Query:
    """The query that `body` asks for; a Problem told in `language` when it cannot be searched for."""
    limits = FiltersBody(
        regions=body.region,
        publishers=body.publisher,
        languages=body.language,
        year_from=body.year_from,
        year_to=body.year_to,
    )
    return Query(question_text(body.q, settings, language), body.k, to_filters(limits, language))
