"""What somebody in Slack wants of Utblick, as the job that outlives this process holds it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

KIND = "slack"
"""The kind of every such job in the table `jobs`."""


class What(StrEnum):
    """What is to be done; composing.py holds who does it."""

    ANSWER = "answer"
    HELP = "help"
    GREET = "greet"
    REFUSE = "refuse"
    MORE = "more"
    SHARE = "share"
    COLLEAGUE = "colleague"
    DIGEST = "digest"


class Way(StrEnum):
    """How it came in."""

    MENTION = "mention"
    DIRECT = "direct"
    FOLLOW_UP = "follow_up"
    COMMAND = "command"
    SHORTCUT = "shortcut"
    BUTTON = "button"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Wish:
    """One wish. Ids are Slack's own.

    `text` is the question in plain words. `ts` is the message that it is about. `thread` is the thread that
    is answered in, empty for the channel itself. `conversation` names what was said before. `answer_id` is
    the answer that a button belongs to. `response_url` is where Slack takes a reply to a command or button
    for half an hour. `code` names why something is refused, a text in prompts/*/slack.md.
    """

    what: What
    way: Way
    team: str
    channel: str
    user: str = ""
    text: str = ""
    ts: str = ""
    thread: str = ""
    conversation: str = ""
    answer_id: str = ""
    response_url: str = ""
    code: str = ""

    def about(self) -> dict[str, Any]:
        """As JSON types, what is empty left out."""
        return {name: str(value) for name, value in asdict(self).items() if value}

    def wordless(self) -> dict[str, Any]:
        """The same without anybody's words, for what is kept when it is done."""
        return {name: value for name, value in self.about().items() if name not in ("text", "response_url")}

    @classmethod
    def of(cls, about: Mapping[str, Any]) -> "Wish":
        """The wish that a job is about; ValueError where it is none."""
        known = {field.name: str(about[field.name]) for field in fields(cls) if field.name in about}
        return cls(**{**known, "what": What(known["what"]), "way": Way(known["way"])})  # type: ignore[arg-type]
