"""How an address of the desk narrows down the questions, and what its form offers."""

from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from assistant.desk.wanted import Wanted

WHOLE = r"^[^\x00]*$"
"""Text without a NUL, which PostgreSQL does not take."""
NOBODY = "none"
"""In place of a region or a channel: those questions where none is known."""


def _day(value: object) -> object:
    return value or None


Day = Annotated[date | None, BeforeValidator(_day)]


class Filters(BaseModel):
    """What the form for questions asks; empty values do not narrow down."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    q: str = Field(default="", max_length=200, pattern=WHOLE)
    status: str = Field(default="", max_length=50, pattern=WHOLE)
    region: str = Field(default="", max_length=100, pattern=WHOLE)
    theme: str = Field(default="", max_length=50, pattern=WHOLE)
    language: str = Field(default="", max_length=20, pattern=WHOLE)
    channel: str = Field(default="", max_length=20, pattern=WHOLE)
    opinion: str = Field(default="", max_length=50, pattern=WHOLE)
    since: Day = None
    until: Day = None

    def wanted(self) -> Wanted:
        """The same for the question log."""
        return Wanted(
            words=self.q,
            status=self.status,
            region=_known(self.region),
            theme=self.theme,
            language=self.language,
            channel=_known(self.channel),
            opinion=self.opinion,
            since=self.since,
            until=self.until,
        )

    @property
    def given(self) -> dict[str, str]:
        """Those that narrow down, as an address holds them."""
        return {name: str(value) for name, value in self.model_dump().items() if value}

    @property
    def more(self) -> bool:
        """Whether anything but the words and the outcome narrows down."""
        return bool(self.given.keys() - {"q", "status"})

    def address(self, **others: object) -> str:
        """The part of an address after "?" """
        return urlencode({**self.given, **others})


def _known(value: str) -> str | None:
    return "" if value == NOBODY else value or None
