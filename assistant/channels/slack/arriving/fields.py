"""The parts of what Slack sends, each with its type and bounds."""

import re
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationInfo,
)

from assistant.channels.slack.response_urls import is_slacks

LONGEST = 100_000
"""Characters of a text; Slack cuts messages at 40 000, before it escapes them."""
_UNKEPT = re.compile("[\0\ud800-\udfff]")


def _keepable(value: object) -> object:
    # No database keeps a NUL or half a surrogate pair; a message without words may have no text at all.
    return _UNKEPT.sub("", value) if isinstance(value, str) else value if value is not None else ""


def _of_slack(address: str, info: ValidationInfo) -> str:
    if not is_slacks(address, (info.context or {}).get("slack_url", "")):
        raise ValueError("not Slack's address")
    return address


Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,32}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:/-]{1,255}$")]
Ts = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,10}\.[0-9]{1,9}$")]
Opaque = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,255}$")]
Text = Annotated[str, BeforeValidator(_keepable), StringConstraints(max_length=LONGEST)]
Short = Annotated[str, BeforeValidator(_keepable), StringConstraints(max_length=3000)]
ResponseUrl = Annotated[
    str, StringConstraints(pattern=r"^https?://[!-~]{1,1000}$"), AfterValidator(_of_slack)
]


class Part(BaseModel):
    """Only the fields that are used, each of exactly its type."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)
