"""What came of one call to Slack: done, not now, perhaps done, or refused for good."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

DOUBTFUL = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
"""Errors after which Slack may have done what it was asked for all the same."""
LATER = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_CODE = re.compile(r"[a-z_]{2,60}")
RETRY_AFTER = 5.0
LONGEST_RETRY = 600.0
"""Seconds: what is waited when Slack does not say for how long, and at most when it does."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Done; `ts` is the message, empty where Slack does not tell. `said` is all that it tells."""

    ts: str = ""
    said: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Wait:
    """Not done; to be asked for again after so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Doubt:
    """Done or not, nobody knows; with `late` it may still be going on."""

    why: str
    late: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Not done, and asking again is no use; `code` is Slack's own."""

    code: str


Outcome = Sent | Wait | Doubt | Refused


def outcome(call: Callable[[], SlackResponse]) -> Outcome:
    """What came of `call`, a method of the Web API. Raises nothing that a network or a server can cause."""
    try:
        said = call().data
    except SlackApiError as error:
        return _failed(error)
    except Exception as error:
        # Whatever cut the answer short, from DNS to an answer that cannot be read.
        return doubt(error)
    return Sent(str(said.get("ts", "")), said) if isinstance(said, dict) else Doubt("no JSON")


def doubt(error: Exception) -> Doubt:
    """The outcome of a call that was cut short by `error`."""
    return Doubt(type(error).__name__, isinstance(getattr(error, "reason", error), TimeoutError))


def refusal(status: int, headers: Mapping[str, Any], code: str) -> Outcome:
    """The outcome of an HTTP response that did not say yes."""
    if status == 429 or code in LATER:
        return Wait(_seconds(headers))
    if status >= 500 or code in DOUBTFUL or not _CODE.fullmatch(code):
        return Doubt(f"HTTP {status}")
    return Refused(code)


def _failed(error: SlackApiError) -> Outcome:
    response = error.response
    told = response.data if isinstance(response.data, dict) else {}
    return refusal(response.status_code, response.headers, str(told.get("error", "")))


def _seconds(headers: Mapping[str, Any]) -> float:
    lower = {name.lower(): value for name, value in headers.items()}
    told = str(lower.get("retry-after", ""))
    return min(float(told), LONGEST_RETRY) if re.fullmatch(r"\d{1,9}(\.\d+)?", told) else RETRY_AFTER
